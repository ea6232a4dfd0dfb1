// What a page or a worker has of its own, of what other places have otherwise: see js/host/node.ts for servers.

import type { Variable } from './variable.js';

/** The name of this SDK. */
export const NAME = 'throughline.browser';

/** Only servers say what runs their code, and what they are called. */
export const RUNTIME = undefined;
export const machine = (): string => '';

/** The engine's own way to say what is in force, where it exists. May throw. */
export function newVariable<T>(): Variable<T> | undefined {
  const { AsyncContext } = globalThis as { AsyncContext?: { Variable: new () => Variable<T> } };
  return AsyncContext && new AsyncContext.Variable();
}

/** A page says by itself when it is left. */
export function atTheEnd(): void {}

/** A page posts by `fetch`. */
export const postByNode = undefined;
