// One envelope by the page's own `fetch`, as it was before anybody wrapped it.

import { postByNode } from 'throughline:host';
import { attempt } from '../values/attempt.js';
import { type Answer, UNKNOWN, type UnderWay } from './under-way.js';

/** The `fetch` of the page as it was before we wrapped it. */
let fetched: typeof fetch | undefined;

/** Remembers the `fetch` of the page, before anybody wraps it. */
export function rememberFetch(): void {
  fetched ??= globalThis.fetch;
}

/** That `fetch`. */
export function originalFetch(): typeof fetch {
  return fetched ?? fetch;
}

/** What takes the place of `fetch` on a server, unless the `transportOptions` there have members for it. */
export function cheaper(given: { fetchOptions?: unknown } | undefined): typeof fetch | undefined {
  return isObject(attempt(() => given?.fetchOptions)) ? undefined : (postByNode as typeof fetch | undefined);
}

/**
 * Posts a body. `given` are the page's `transportOptions`: further headers, and further members of the request. `by` takes the
 * place of `fetch`.
 */
export async function post(
  url: string,
  body: string,
  given: { headers?: unknown; fetchOptions?: unknown } | undefined,
  mine: UnderWay,
  by = fetched ?? fetch,
): Promise<Answer> {
  const [headers, fetchOptions] = (['headers', 'fetchOptions'] as const).map((name) =>
    attempt(() => given?.[name]),
  );
  const control = attempt(() => new AbortController());
  const request: Record<PropertyKey, unknown> = {
    method: 'POST',
    body,
    referrerPolicy: 'strict-origin',
    keepalive: mine.keepalive,
    ...(control && { signal: control.signal }),
  };
  if (isObject(headers)) request.headers = headers;
  if (isObject(fetchOptions)) {
    for (const name of Reflect.ownKeys(fetchOptions)) {
      request[name] = attempt(() => fetchOptions[name]);
    }
  }
  if (control && request.signal === control.signal) mine.abort = () => control.abort();
  const response: Response = await Reflect.apply(by, globalThis, [url, request]);
  // A wrapper of the page, a polyfill or another realm answers with what it likes: that something was answered is what counts.
  const status = attempt(() => response.status);
  if (typeof status !== 'number') return UNKNOWN;
  const header = (name: string) => attempt(() => response.headers.get(name));
  return [status, header('x-sentry-rate-limits'), header('retry-after')];
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
