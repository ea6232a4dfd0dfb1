// What of URLs may be recorded, with the parameters that the page has named sensitive (`sensitiveParams`).

import { recordUrls as ask, type RecordedUrl } from '../core/core.js';
import { attempt } from '../values/attempt.js';
import { currentClient } from './active.js';
import type { BrowserClient } from './client.js';

/** The names as they cross, and as they are now. */
export function sensitiveParams(client: BrowserClient | undefined = currentClient()): string {
  const given: unknown = client?.option('sensitiveParams');
  if (!Array.isArray(given)) return '';
  return attempt(() => given.map((name) => attempt(() => encodeURIComponent(name), '')).join(' '), '');
}

/** What of URLs may be recorded; `undefined` where nobody could judge. */
export function recordUrls(urls: string[]): (RecordedUrl | undefined)[] {
  return ask(urls, sensitiveParams());
}

/** What of a URL may be recorded; empty for what is none. */
export function recordedUrl(url: string): string {
  return recordUrls([url])[0]?.full ?? '';
}
