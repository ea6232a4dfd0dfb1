// What an event says about the page it comes from: its address, which changes as the visitor moves on, where its visitor came
// from, and the browser.

import type { RecordedUrl } from '../core/core.js';
import { recordedUrl, recordUrls, sensitiveParams } from '../scope/recorded.js';
import { attempt } from '../values/attempt.js';
import { baseAddress } from '../values/place.js';
import { shared } from '../values/shared.js';

/** The page, without what must not leave it. Any may be empty. */
export interface PageData {
  url: string;
  referrer: string;
  userAgent: string;
  /** Whether it is on the developer's own machine; `undefined` for what is no URL. */
  isLocalhost: boolean | undefined;
}

/** What a server has in its place. */
export const NO_PAGE: PageData = { url: '', referrer: '', userAgent: '', isLocalhost: undefined };

const state = shared as { href?: string };
/** What was recorded last, of which address, and without which parameters. */
let known: (PageData & { href: string; sensitive: string }) | undefined;

/** Events come from this address from now on. */
export function atPage(address: string): void {
  state.href = address;
}

/** What is known about the page. */
export function pageData(): PageData {
  const { href = '' } = state;
  return known?.href === href && known.sensitive === sensitiveParams()
    ? known
    : learn(href, recordUrls(addresses(href)));
}

/** What of an address may be recorded; of the page's own nobody is asked again. */
export function recordedAddress(address: string): string {
  return address === state.href ? pageData().url : recordedUrl(address);
}

/** The path of an address that stands in names. One with parameters is recorded as the address is. */
export function recordedPath(address: string): string {
  const url = attempt(() => new URL(address, baseAddress())) ?? location;
  if (!/[=%]/.test(url.pathname)) return url.pathname;
  return attempt(() => new URL(recordedAddress(url.href)).pathname, '/');
}

/** What {@link learn} wants to know from the core: what may be recorded of a page's address, and of where its visitor came from. */
export function addresses(address: string): string[] {
  return [address, attempt(() => document.referrer, '')];
}

/** Remembers what may be recorded of a page, if anybody could judge. */
export function learn(address: string, [url, referrer]: (RecordedUrl | undefined)[]): PageData {
  const userAgent = attempt(() => navigator.userAgent, '');
  const page = attempt(() => new URL(address));
  const isLocalhost = page && isOfDeveloper(page);
  const data = {
    href: address,
    sensitive: sensitiveParams(),
    url: url?.full ?? '',
    referrer: referrer?.full ?? '',
    userAgent,
    isLocalhost,
  };
  if (url && referrer) known = data;
  return data;
}

/** By the rule with which servers filter such pages out. */
function isOfDeveloper({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'file:' ||
    ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ||
    hostname.endsWith('.localhost')
  );
}
