// Who traces page load, navigations and requests, where several on a page could: the first that wants to. They find each
// other in the place where copies of the npm package do, see js/values/shared.ts and js/page/tracer.ts.

import { attempt } from './fetch.js';

const PLACE = Symbol.for('throughline');

/**
 * Takes all that, if nobody has it. `trace` answers with sentry-trace and baggage of what runs, a line each.
 *
 * @returns {string | (() => void)} the name of who has it, or gives it back
 */
export function claim(name, trace) {
  const registry = attempt(() => (globalThis[PLACE] ??= { __proto__: null }));
  const tracer = attempt(() => registry.tracer);
  if (tracer) return `${tracer}`;
  const own = () => {
    const [sentryTrace, baggage] = (trace() ?? '').split('\n');
    return { 'sentry-trace': sentryTrace, baggage };
  };
  // Where something of the page's own is in that place, nobody knows of others.
  attempt(() => Object.assign(registry, { tracer: name, trace: own }));
  return () => {
    attempt(() => {
      if (registry.trace !== own) return;
      delete registry.tracer;
      delete registry.trace;
    });
  };
}

/** The trace in force for whoever traces the page: sentry-trace and baggage, a line each; nothing where nobody says. */
export function traceInForce() {
  const { 'sentry-trace': sentryTrace, baggage } = attempt(() => globalThis[PLACE].trace()) ?? {};
  return sentryTrace ? `${sentryTrace}\n${baggage ?? ''}` : undefined;
}
