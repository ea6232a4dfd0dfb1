// What is decided about a request that a server sends, whichever way: its span, and the headers that it carries. The rules are
// those of pages, see js/page/requests.ts; only which hosts get headers by default is different, see targets.ts.

import { addressOf, type FETCH, type NODE_HTTP } from '../page/addresses.js';
import { answered, beginRequest, headersOfRequest } from '../page/request-span.js';
import { currentClient, getCurrentScope, runInScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { endSpan, endsNow } from '../span/end.js';
import { recordOf, type SpanRecord } from '../span/record.js';
import { attempt } from '../values/attempt.js';
import { complain, isDebugging } from '../values/debug.js';
import { shared } from '../values/shared.js';
import type { HttpOptions, OutgoingRequest } from './http-options.js';
import { isInternal } from './targets.js';

/** What becomes of a request. */
export interface Outgoing {
  /** The span that times it, if there is one that somebody will see. */
  record: SpanRecord | undefined;
  /** The values of `sentry-trace`, `baggage`, `traceparent` and `tracestate`; an empty one is left out. */
  headers: string[] | undefined;
}

/** Whose requests are traced, and how. Copies of this version share it. */
export const state = shared as {
  outgoing?: { client: BrowserClient; options: HttpOptions } | undefined;
};

/** Why requests carry no headers, by what `explainPropagation` calls it. */
const REASONS: Record<string, string> = {
  'cross-origin': 'it may be on the public internet, and tracePropagationTargets is not set',
  'no-targets': 'tracePropagationTargets is empty',
  'no-match': 'none of tracePropagationTargets matches',
  written: 'the headers of a request were given as a list, or sent before it (expect: 100-continue)',
  signed: 'the address carries a signature, and no pattern of tracePropagationTargets matches',
};

/**
 * When requests were answered whose responses are still to be read, by the roots of their spans: transactions leave with their root,
 * and a server that was asked has a span of them above its own.
 */
const unread = new WeakMap<SpanRecord, Map<SpanRecord, number>>();

/** Of which hosts the developer has heard; of so many at most. */
const said = new Set<string>();
const MAX_SAID = 100;

/**
 * What a request asks for and, where it says that by a whole URL, as one asks a proxy, whom: `origin` need be none, it may have been
 * given what its own client wrote.
 */
export function urlsAsked(origin: string, path: string): string[] {
  if (/^https?:\/\//i.test(path)) return [path, `${origin}/`];
  return [origin + (path.startsWith('/') ? path : `/${path}`)];
}

/**
 * Decides about a request that is about to be sent. Nothing: it is none of our business.
 *
 * @param urls what it asks for, and whom if that is another: see {@link urlsAsked}
 */
export function startOutgoing(
  kind: typeof FETCH | typeof NODE_HTTP,
  urls: string[],
  method: string,
  headersOf: () => Record<string, unknown>,
): Outgoing | undefined {
  const { outgoing } = state;
  const [url = '', asked] = urls;
  const scope = getCurrentScope();
  if (!outgoing || scope.isOurs) return undefined;
  const client = currentClient() ?? outgoing.client;
  if (!client.isOn()) return undefined;
  const address = addressOf(client, url, kind, isInternal);
  if (!address.href || address.code === 'envelope') return undefined;
  const { ignoreOutgoingRequests: ignores } = outgoing.options;
  if (typeof ignores === 'function' && attempt(() => ignores(url, describe(url, method, headersOf)))) {
    return undefined;
  }
  const active = recordOf(scope.span);
  const streams = client.streams();
  const traces = client.traces();
  const records = traces && (active || streams);
  if (traces && !records) client.sender?.lose('no_parent_span', 'span', 1);
  const record = records ? beginRequest(address, method, scope, active, streams) : undefined;
  // Whoever is asked reads the headers.
  const reader = address.attaches && asked ? addressOf(client, asked, kind, isInternal) : address;
  if (!reader.attaches) explain(reader.host, reader.code);
  return {
    record: record?.kept ? record : undefined,
    headers: reader.attaches ? headersOfRequest(client, scope, record, active) : undefined,
  };
}

function describe(url: string, method: string, headersOf: () => Record<string, unknown>): OutgoingRequest {
  const { protocol, host, hostname, port, pathname, search } = new URL(url);
  return { method, protocol, host, hostname, port, path: pathname + search, headers: headersOf() };
}

/** Tells the developer once why a host gets no headers. */
export function explain(host: string, code: string): void {
  const reason = REASONS[code];
  if (!reason || !isDebugging() || said.has(host) || said.size >= MAX_SAID) return;
  said.add(host);
  complain(`requests to ${host} carry no trace headers: ${reason}`);
}

/** A request was answered; its response is still to be read. */
export function answeredOutgoing(record: SpanRecord, status: number, size: number): void {
  answered(record, status, size);
  const { root } = record;
  if (!root || root === record) return;
  const open = unread.get(root) ?? new Map<SpanRecord, number>();
  unread.set(root, open.set(record, endsNow(record)));
}

/** A span has ended. Where it is the root of requests that were answered, and nobody has read it all, they are over as well. */
export function rootEnded(span: unknown): void {
  const root = recordOf(span);
  const open = root && unread.get(root);
  if (!open || currentClient()?.streams()) return;
  unread.delete(root);
  for (const [record, at] of open) runInScope(record.scope, () => endSpan(record, at));
}

/** A request is over: with an error, or because its response was read. The first call counts. */
export function endOutgoing(record: SpanRecord, error?: unknown): void {
  if (record.root) unread.get(record.root)?.delete(record);
  if (error && !isAbort(error)) answered(record, -1, 0);
  // A connection that is kept alive tells it in the scope of the request that it was opened for.
  runInScope(record.scope, () => endSpan(record, Number.NaN));
}

/** Whether an application has given a request up itself, which is no failure, as in the reference; running out of time is one. */
function isAbort(error: unknown): boolean {
  const { name, cause } = attempt(() => error as Error, {} as Error);
  return name === 'AbortError' && (cause as Error | undefined)?.name !== 'TimeoutError';
}
