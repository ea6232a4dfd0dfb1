// The one-file script tag: everything under the global `Throughline`, and started by data attributes.
//
// <script src="throughline.min.js" data-dsn="…" data-traces-sample-rate="1"
//         data-trace-propagation-targets="localhost, api.example.com"></script>

import { type BrowserOptions, browserTracingIntegration, init } from '../index.js';

export * from '../index.js';

// Null in modules and in code that is evaluated later: then the page calls `Throughline.init` itself.
const data =
  typeof document === 'undefined' ? undefined : (document.currentScript as HTMLElement | null)?.dataset;

if (data?.dsn) {
  const options: BrowserOptions = { dsn: data.dsn, integrations: [browserTracingIntegration()] };
  const { release, environment, tunnel, tracesSampleRate, tracePropagationTargets, debug } = data;
  if (release) options.release = release;
  if (environment) options.environment = environment;
  if (tunnel) options.tunnel = tunnel;
  // An attribute without a value (`data-debug`) is on.
  if (debug !== undefined) options.debug = debug !== 'false';
  if (tracesSampleRate) options.tracesSampleRate = Number(tracesSampleRate);
  if (tracePropagationTargets !== undefined) {
    options.tracePropagationTargets = tracePropagationTargets.split(/[\s,]+/).filter(Boolean);
  }
  init(options);
}
