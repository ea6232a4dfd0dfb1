// Which version of the package traces page load and requests, where there are several on a page: the first that wants to.

import { SDK_VERSION } from '../scope/sdk.js';
import { attempt } from '../values/attempt.js';
import { warn } from '../values/debug.js';
import { registry } from '../values/shared.js';

let isTold = false;

/** Nobody traces any more: another version may. */
export function leaveTracing(): void {
  attempt(() => {
    if (registry?.tracer === SDK_VERSION) delete registry.tracer;
  });
}

/** Whether a copy of another version does. From now on it is this one's, if it was nobody's. */
export function isTraced(): boolean {
  // Where there is no registry, nobody knows of others.
  const tracer =
    attempt(() => {
      if (registry) registry.tracer ??= SDK_VERSION;
      return registry?.tracer;
    }) ?? SDK_VERSION;
  if (tracer === SDK_VERSION) return false;
  if (!isTold)
    warn(`another version (${tracer}) traces page load and requests: this one (${SDK_VERSION}) does not`);
  isTold = true;
  return true;
}
