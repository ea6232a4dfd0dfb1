// Which version of the package traces page load and requests, where there are several on a page: the first that wants to. An
// application in Rust takes part as if it were a version, see src/app/browser/patch/tracer.js.

import { edition } from 'throughline:package';
import { getTraceData } from '../api/traces.js';
import { pageScope } from '../scope/active.js';
import { receiveTrace } from '../scope/propagation.js';
import { attempt } from '../values/attempt.js';
import { warn } from '../values/debug.js';
import { type Registry, registry } from '../values/shared.js';

let isTold = false;

/** Nobody traces any more: another version may. */
export function leaveTracing(): void {
  attempt(() => {
    if (registry?.tracer === edition) {
      delete registry.tracer;
      delete registry.trace;
    }
  });
}

/** Whether a copy of another version does. From now on it is this one's, if it was nobody's. */
export function isTraced(): boolean {
  // Where there is no registry, nobody knows of others.
  const tracer =
    attempt(() => {
      const known = registry as Registry;
      known.tracer ??= edition;
      if (known.tracer === edition) known.trace = getTraceData;
      return known.tracer;
    }) ?? edition;
  if (tracer === edition) return false;
  if (!isTold) {
    warn(`another version (${tracer}) traces page load and requests: this one (${edition}) does not`);
    attempt(joinTrace);
  }
  isTold = true;
  return true;
}

/** What begins here goes on in the trace of whoever traces the page, whichever that is by then, unless the page sets another. */
function joinTrace(): void {
  const scope = pageScope();
  const own = scope.trace();
  Object.defineProperty(scope, 'context', {
    get() {
      if (registry?.tracer === edition) return own;
      const data = attempt(() => registry?.trace?.());
      return receiveTrace(undefined, data?.['sentry-trace'] ?? '', data?.baggage ?? '') ?? own;
    },
    set: (value) => Object.defineProperty(scope, 'context', { value, writable: true }),
  });
}
