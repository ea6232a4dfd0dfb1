// What the event of a server says about the request that it belongs to, without what must not leave the server.

import type { BrowserClient } from '../scope/client.js';
import { recordedUrl, recordUrls, sensitiveParams } from '../scope/recorded.js';
import type { NormalizedRequest, ScopeFields } from '../types/events.js';
import { attempt } from '../values/attempt.js';
import { text } from '../values/values.js';

/** How many names of headers are remembered; a client may send any. */
const MAX_NAMES = 1000;

/** Whether a header says nothing secret, by its name; what is remembered holds for these further parameters. */
const known = new Map<string, boolean>();
let sensitive = '';

/** Names of headers in which proxies say who asks, or prove it: of persons the application tells what it wants told. */
const IDENTITY = /principal|oidc|dpop|jwt|e-?mail|(?:^|[-_])user(?![-_]?(?:agent|ip))/i;

/** Values that prove something by themselves (RFC 7519), and names of hosts with a password. */
const PROOF = /\beyJ[\w-]{6}|^[^\s/:@]+:[^\s/@]+@/;

/** Names of headers in which proxies say from which address, or from where, a request came. */
const ADDRESS = /forwarded(?:-for)?$|-ip|clientip|external-address/i;

/** Whether the application wants addresses of those who ask to be told, as it does by default. */
export function tellsAddresses(client: BrowserClient): boolean {
  return attempt(
    () => (client.option('dataCollection') as { userInfo?: boolean } | undefined)?.userInfo !== false,
    true,
  );
}

/** The request of an event: what the isolation scope says of it, as far as it may be recorded. */
export function requestOf(
  { sdkProcessingMetadata }: ScopeFields,
  client: BrowserClient,
): NormalizedRequest | undefined {
  const given = sdkProcessingMetadata.normalizedRequest as NormalizedRequest | undefined;
  if (typeof given !== 'object' || given === null) return undefined;
  return attempt(() => {
    const { url, method, headers } = given;
    const full = withoutSecretsOf(text(url));
    const [, query] = full.split('#', 1)[0]?.split('?', 2) ?? [];
    return {
      ...(full && { url: full }),
      ...(method && { method: text(method) }),
      ...(query && { query_string: query }),
      headers: headersOf(headers ?? {}, tellsAddresses(client)),
    };
  });
}

/** An address in which nothing can be secret, and that needs no resolving. */
const PLAIN = /^https?:\/\/[\w.-]+(?::\d+)?\/[\w/~-]*$/;

/** An address as it may be recorded; empty for what is none. */
function withoutSecretsOf(url: string): string {
  if (PLAIN.test(url)) return url;
  const href = attempt(() => new URL(url).href, '');
  return href && recordedUrl(href);
}

/** Headers without those that tell secrets, and without secrets in the addresses among them. */
function headersOf(headers: object, withAddresses: boolean): Record<string, string> {
  const texts = Object.entries(headers).filter(([, value]) => typeof value === 'string') as [
    string,
    string,
  ][];
  const own = texts.filter(
    ([name, value]) => !IDENTITY.test(name) && !PROOF.test(value) && (withAddresses || !ADDRESS.test(name)),
  );
  learn(own.map(([name]) => name));
  const kept = own.filter(([name]) => known.get(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, text(withoutSecrets(value))]));
}

/** Judges names of headers, by the one list of what sounds secret: that of parameters. */
function learn(names: string[]): void {
  const further = sensitiveParams();
  if (further !== sensitive || known.size > MAX_NAMES) known.clear();
  sensitive = further;
  const others = names.filter((name) => !known.has(name));
  if (!others.length) return;
  const urls = others.map((name) => `http://localhost/?${encodeURIComponent(name)}=1`);
  recordUrls(urls).forEach((recorded, at) => {
    // Where nobody could judge, it is not recorded, nor remembered.
    if (recorded) known.set(others[at] as string, recorded.full === urls[at]);
  });
}

/** A value that is an address, or a path with a query, without the values of secret parameters. */
function withoutSecrets(value: string): string {
  if (!/^(?:[a-z][a-z\d+.-]*:\/\/|\/).*[=@]/i.test(value)) return value;
  const origin = value.startsWith('/') ? 'http://localhost' : '';
  const recorded = recordedUrl(attempt(() => new URL(origin + value).href, ''));
  return recorded.slice(recorded.startsWith(origin) ? origin.length : 0);
}
