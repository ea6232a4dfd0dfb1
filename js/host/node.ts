// What Node has of its own, of what other places have otherwise: see js/host/browser.ts for pages.

import { AsyncLocalStorage } from 'node:async_hooks';
import { hostname } from 'node:os';
import type { EnteredVariable } from './variable.js';

export { postByNode } from './node-post.js';

/** The name of this SDK. */
export const NAME = 'throughline.node';

/** What runs this code, as a context of events. */
export const RUNTIME: { name: string; version: string } = { name: 'node', version: process.version };

/** What this machine is called. May throw. */
export function machine(): string {
  return process.env.SENTRY_NAME || hostname();
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

/**
 * Acts when the process has nothing left to do, once: what it sends then brings that moment back, and a report of losses that is lost
 * would be sent for ever. Of several functions the last counts.
 */
export function atTheEnd(act: () => void): void {
  if (!ending) process.once('beforeExit', () => ending?.());
  ending = act;
}
