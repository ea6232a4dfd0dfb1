// browserTracingIntegration(): the page load, and the requests of the page.

import { pageScope } from '../active.js';
import type { Client } from '../client.js';
import { ask, attempt } from '../guard.js';
import { watchIdle } from '../hooks.js';
import type { Integration } from '../options.js';
import { registerSpanErrorInstrumentation } from '../page.js';
import { OURS } from '../span.js';
import { begin, IDLE, type StartSpanOptions } from '../tracing.js';

/** The options of {@link browserTracingIntegration}. Times are milliseconds. */
export interface BrowserTracingOptions {
  /** Time the page load (default true). */
  instrumentPageLoad?: boolean;
  /** Trace `fetch` (default true). */
  traceFetch?: boolean;
  /** End the root span when the page is hidden (default true). */
  markBackgroundSpan?: boolean;
  /** How long the page-load span waits for new work (default 1000). */
  idleTimeout?: number;
  /** How long it waits for the work that began last (default 15000). */
  childSpanTimeout?: number;
  /** How long it lasts at most (default 30000). */
  finalTimeout?: number;
  /** May change what the page-load span begins with; a name of its own counts as chosen by the page. */
  beforeStartSpan?: (options: StartSpanOptions) => StartSpanOptions;
}

/** Where a name comes from; only the name of a root span has a source. */
const NAME_SOURCE = 'sentry.segment.name.source';

/**
 * Continues the trace that the server put into the page's meta tags, times the page load, and gives the
 * requests of the page spans and trace headers.
 *
 * @example
 * init({ dsn, tracesSampleRate: 1, integrations: [browserTracingIntegration()] });
 */
export function browserTracingIntegration(options: BrowserTracingOptions = {}): Integration {
  return {
    name: 'BrowserTracing',
    afterAllSetup(client) {
      const answer = ask((core) => core.start_browser_tracing(options), '');
      if (!answer) return;
      registerSpanErrorInstrumentation();
      const { context, name, attributes, start } = JSON.parse(answer);
      pageScope().setPropagationContext(context);
      if (name === undefined || !client.traces()) return;
      const op = attributes['sentry.op'];
      startIdle(client, { name, op, attributes, startTime: start }, options);
    },
  };
}

/** Begins a root span that ends by itself, and makes it active on the page. */
function startIdle(
  client: Client,
  options: StartSpanOptions,
  { beforeStartSpan }: BrowserTracingOptions,
): void {
  const scope = pageScope();
  let given = options;
  if (typeof beforeStartSpan === 'function') {
    given = attempt(() => beforeStartSpan({ ...options }), options) ?? options;
    if (given.name !== options.name) {
      given = { ...given, attributes: { ...given.attributes, [NAME_SOURCE]: 'custom' } };
    }
  }
  client.emit('startPageLoadSpan', given);
  const before = scope.span;
  const span = begin(given, scope, [undefined, 0], IDLE);
  scope.span = span;
  span[OURS].restore = () => {
    if (scope.span === span) scope.span = before;
  };
  watchIdle(span);
}
