// The one way into the core. Whatever fails in there, the page goes on as if we were not there: the caller
// gets a neutral answer, and after a fault nobody asks the core again. src/browser/patch/ has
// a guard of its own.

import { type Core, prepare, start } from './core.js';
import { settle, waits } from './later.js';

let core: Core | undefined;
let inert = false;

/** Asks the core; answers `otherwise` where it cannot be asked. */
export function ask<R>(question: (core: Core) => R, otherwise: R): R {
  if (waits) settle();
  if (inert) return otherwise;
  try {
    core ??= start();
    return question(core);
  } catch (error) {
    // A trap leaves the core in a state nobody knows; a failed start will not succeed later either.
    // Anything else is a mistake in what the page passed, and costs this one call.
    if (!core || error instanceof WebAssembly.RuntimeError) goInert(error);
    return otherwise;
  }
}

/** Whether the core can be asked, as far as that can be told before it is started. */
export function canAsk(): boolean {
  if (!core && !inert) {
    try {
      prepare();
    } catch (error) {
      goInert(error);
    }
  }
  return !inert;
}

function goInert(error: unknown): void {
  inert = true;
  if (typeof document === 'undefined') return;
  attempt(() => console.warn('[throughline] tracing is off on this page:', error), undefined);
}

/** Whether a value is of a class. A proxy of the page may throw at the question. */
export function isA<T>(value: unknown, kind: abstract new (...given: never[]) => T): value is T {
  return attempt(() => value instanceof kind, false);
}

/** Runs code of the page's own making (a getter, a `toString`) whose failure must not reach the page. */
export function attempt<R>(code: () => R, otherwise: R): R {
  try {
    return code();
  } catch {
    return otherwise;
  }
}
