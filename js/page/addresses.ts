// What is known about the addresses that a page sends requests to: pages ask for the same ones again and again, so that the
// core is asked about each once, until something changes that its answer depends on.

import { hasFailed } from '../core/abi.js';
import { judgeRequest, requestFailed } from '../core/core.js';
import { isWaiting, later } from '../core/waiting.js';
import type { BrowserClient } from '../scope/client.js';
import { sensitiveParams } from '../scope/recorded.js';
import type { Scope } from '../scope/scope.js';
import { matchedBy, matchPatterns, type Targets, targetsOf } from '../scope/targets.js';
import { headerNames } from '../scope/w3c.js';
import { OP, ORIGIN } from '../span/record.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { warn } from '../values/debug.js';
import { baseAddress } from '../values/place.js';
import { isSurelyAllowed } from './surely.js';

/** How many addresses are remembered. */
const MAX_ADDRESSES = 100;

/** Kinds of requests, as bits. On a server there is `node:http` in the place of `XMLHttpRequest`. */
export const FETCH = 0;
export const XHR = 1;
export const NODE_HTTP = 1;
export const NO_CORS = 2;

/** What is known about an address. */
export interface Address {
  /** As the browser resolves it; empty for what is none. */
  href: string;
  /** The same without fragment. */
  bare: string;
  /** Why it gets headers or not, in the words of `explainPropagation`. */
  code: string;
  /** Whether requests to there carry our headers. */
  attaches: boolean;
  /** Whether none does, whatever kind it is. */
  declined: boolean;
  /** Which of the targets matches. */
  target: number | undefined;
  /** What a span is called after its method: where it stands in a transaction, and where names group spans. */
  place: string;
  host: string;
  /** What its span says of it, beside the method. */
  attributes: SpanAttributes;
}

const NOWHERE: Address = {
  href: '',
  bare: '',
  code: 'invalid',
  attaches: false,
  declined: false,
  target: undefined,
  place: '',
  host: '',
  attributes: {},
};

/** By kind, and by the URL as the page wrote it. */
const known: Map<string, Address>[] = [new Map(), new Map(), new Map(), new Map()];

/** What the answers depend on. */
let base: string | undefined;
let judged: { targets: Targets; destination: string; sensitive: string } | undefined;

/** The places where our headers broke requests, as the core writes them. */
let broken = '';

/**
 * The page's origin; empty for an opaque one, as that of a sandboxed frame is, whatever its address says. That of a frame
 * without an address is its page's.
 */
export function ownOrigin(): string {
  // Whoever runs there is called by many names.
  if (ON_SERVER) return '';
  const { origin } = globalThis;
  if (origin === 'null') return '';
  // A page may have a variable of that name, which is another thing.
  return location.origin === 'null' ? origin : location.origin;
}

/**
 * What is known about an address, for requests of a kind. `isInternal` says on a server which hosts get headers where no targets
 * are set, as those of the own origin do in a browser.
 */
export function addressOf(
  client: BrowserClient,
  url: string,
  kind: number,
  isInternal?: (host: string) => boolean,
): Address {
  const baseURI = baseAddress();
  const targets = targetsOf(client);
  const destination =
    COMES_LATER && isWaiting() ? absolute(client.text('tunnel')) : (client.sender?.url() ?? '');
  const sensitive = sensitiveParams(client);
  const addresses = known[kind] as Map<string, Address>;
  if (
    baseURI !== base ||
    judged?.targets !== targets ||
    judged.destination !== destination ||
    judged.sensitive !== sensitive
  ) {
    for (const one of known) one.clear();
  }
  base = baseURI;
  judged = { targets, destination, sensitive };
  const remembered = addresses.get(url);
  if (remembered) return remembered;
  const address = judge(url, kind, judged, baseURI, isInternal);
  // How long a place goes without headers depends on the time.
  if (address.code !== 'broken' && !hasFailed) {
    if (addresses.size >= MAX_ADDRESSES) addresses.clear();
    addresses.set(url, address);
  }
  return address;
}

function judge(
  url: string,
  kind: number,
  { targets, destination, sensitive }: NonNullable<typeof judged>,
  baseURI: string,
  isInternal: ((host: string) => boolean) | undefined,
): Address {
  const resolved = attempt(() => new URL(url, baseURI));
  if (!resolved) return NOWHERE;
  const { href, origin, pathname } = resolved;
  const [bare = ''] = href.split('#');
  const page =
    ON_SERVER && targets.lines === undefined && isInternal?.(resolved.hostname) ? origin : ownOrigin();
  const ownPath = origin === page ? pathname : '';
  const patterns = targets.patterns.length ? matchPatterns(targets, bare, ownPath) : '';
  const lines = judgeRequest({
    isXhr: !ON_SERVER && (kind & XHR) > 0,
    noCors: (kind & NO_CORS) > 0,
    href,
    given: url,
    page,
    targets: targets.lines,
    patterns,
    destination,
    broken,
    sensitive,
  });
  const attributes: SpanAttributes = ON_SERVER
    ? { [OP]: 'http.client', [ORIGIN]: kind & NODE_HTTP ? 'auto.http.client' : 'auto.http.node_fetch' }
    : {
        [OP]: 'http.client',
        [ORIGIN]: 'auto.http.browser',
        type: kind & XHR ? 'xhr' : 'fetch',
      };
  if (COMES_LATER && isWaiting()) {
    const mayCarry = !isMuted && !(kind & NO_CORS);
    const attaches = mayCarry && isSurelyAllowed(resolved, page, targets, destination);
    const target = attaches ? matchedBy(targets, patterns) : undefined;
    const code = target === undefined ? 'same-origin' : 'target';
    return { ...NOWHERE, href, bare, code: attaches ? code : '', attaches, target, attributes };
  }
  if (!lines) return NOWHERE;
  const [code = '', attaches, declined, target, place = '', host = '', ...parts] = lines;
  const [full, server, domain, port, query, fragment] = parts;
  const facts = {
    'url.full': full,
    'server.address': server,
    'url.domain': domain,
    'server.port': port && Number(port),
    'url.query': query,
    'url.fragment': fragment,
  };
  for (const [name, value] of Object.entries(facts)) if (value) attributes[name] = value;
  return {
    href,
    bare,
    code,
    attaches: Boolean(attaches),
    declined: Boolean(declined),
    target: target ? Number(target) : undefined,
    place,
    host,
    attributes,
  };
}

/** An address of the page as the browser resolves it. */
function absolute(url: string): string {
  return url && attempt(() => new URL(url, baseAddress()).href, '');
}

/** Whether a request failed while the core, which would say where there are to be no headers any more, has yet to come. */
let isMuted = false;

/** A request with our headers failed, or was answered by another origin: its place gets none from now on. */
export function breakAddress(client: BrowserClient, href: string, redirectedTo: string, scope: Scope): void {
  if (COMES_LATER && later(() => breakAddress(client, href, redirectedTo, scope))) {
    isMuted = true;
    return;
  }
  const names = headerNames(client, scope);
  const answer = requestFailed(broken, href, ownOrigin(), redirectedTo, names);
  if (!answer) return;
  broken = answer[1];
  for (const one of known) one.clear();
  if (answer[0]) warn(answer[0]);
}
