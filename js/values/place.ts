// Where the package runs: on a page, in a worker, which has no document, or where there is no browser.

import { attempt, isA } from './attempt.js';

/** Whether there is a document. */
export function hasDocument(): boolean {
  return typeof document !== 'undefined';
}

/**
 * Whether this is a page or a worker. Servers have some of the names that workers have (`self`, `fetch`, even
 * `WorkerGlobalScope`), but none that has them all has an address too.
 */
export function isBrowser(): boolean {
  if (ON_SERVER) return false;
  const { WorkerGlobalScope: kind } = globalThis as unknown as { WorkerGlobalScope: new () => object };
  return hasDocument() || Boolean(isA(globalThis, kind) && addressHere());
}

/** What relative URLs are resolved against. `<img name="baseURI">` stands where the document's would; workers have their own address. */
export function baseAddress(): string {
  // Against which only what is absolute is an address.
  if (ON_SERVER) return 'about:blank';
  const base: unknown = attempt(() => document.baseURI);
  return typeof base === 'string' ? base : addressHere();
}

function addressHere(): string {
  return attempt(() => location.href, '');
}
