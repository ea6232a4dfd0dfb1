// What Node has of its own, of what other places have otherwise: see js/host/browser.ts for pages.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Variable } from './variable.js';

/** The name of this SDK. */
export const NAME = 'throughline.node';

/** A value that is in force for a callback, and for the rest of what is running where it is entered. */
export interface EnteredVariable<T> extends Variable<T> {
  /** Puts a value into force until what is running now is over, and all that it begins. */
  enter(value: T): void;
}

/** What is in force: by `AsyncLocalStorage`. */
export function newVariable<T>(): EnteredVariable<T> {
  const storage = new AsyncLocalStorage<T>();
  return {
    get: () => storage.getStore(),
    run: (value, callback) => storage.run(value, callback),
    enter: (value) => storage.enterWith(value),
  };
}

let ending: (() => void) | undefined;

/** Acts when the process has nothing left to do; of several functions the last counts. */
export function atTheEnd(act: () => void): void {
  if (!ending) process.on('beforeExit', () => ending?.());
  ending = act;
}
