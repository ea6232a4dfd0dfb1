// The span of a request: how it begins, and what it says once the request was answered.

import type { Call } from '../../src/app/browser/patch/fetch.js';
import { nameStatusLater } from '../api/active-span.js';
import { statusText } from '../core/core.js';
import { later } from '../core/waiting.js';
import type { BrowserClient } from '../scope/client.js';
import type { Scope } from '../scope/scope.js';
import { w3cHeaders } from '../scope/w3c.js';
import { isRecording, RECORD, type SpanRecord } from '../span/record.js';
import { headersOfScope, headersOfSpan } from '../span/sampling-context.js';
import { begin } from '../span/start.js';
import { attempt } from '../values/attempt.js';
import { baseAddress } from '../values/place.js';
import { type Address, addressOf } from './addresses.js';

/** Begins the span of a request, below the active one. */
export function beginRequest(
  { place, host, attributes }: Address,
  method: string,
  scope: Scope,
  active: SpanRecord | undefined,
  streams: boolean,
): SpanRecord {
  const after = streams ? host : place;
  const span = begin(
    {
      name: after ? `${method} ${after}` : method,
      attributes: { ...attributes, 'http.request.method': method },
      owned: 0,
    },
    scope,
    active?.span,
    !scope.exact,
  );
  return span[RECORD];
}

/** The headers of a request that was sent in a scope, below a span or outside of any: an empty one is left out. */
export function headersOfRequest(
  client: BrowserClient,
  scope: Scope,
  record: SpanRecord | undefined,
  active: SpanRecord | undefined,
): string[] {
  // A span that nobody wants stands in for nobody.
  const stands = record && !(record.loss === 'ignored' && record.root) ? record : active;
  const [sentryTrace, baggage, ...w3c] =
    stands && client.traces() ? headersOfSpan(stands, client, scope) : headersOfScope(scope, client);
  return [sentryTrace, baggage, ...w3cHeaders(client.option('propagateTraceparent'), ...w3c)];
}

/** What the core has to say about a request that begins before it has come. Nothing else of the request is held until then. */
export function describeLater(
  record: SpanRecord,
  client: BrowserClient,
  { url, method }: Call,
  href: string,
  kind: number,
): void {
  later(() => {
    // Where the page has moved meanwhile, what it wrote is another address.
    const isSame = attempt(() => new URL(url, baseAddress()).href) === href;
    const { code, place, host, attributes } = addressOf(client, isSame ? url : href, kind);
    if (code === 'envelope') {
      record.discarded = true;
      record.sampled = false;
    }
    if (!record.kept) return;
    const after = client.streams() ? host : place;
    if (after && record.name === method) record.name += ` ${after}`;
    record.attributes = { ...attributes, ...record.attributes };
  });
}

/** A request was answered, or failed (-1). */
export function answered(record: SpanRecord, status: number, size: number): void {
  if (!isRecording(record)) return;
  const text = status < 0 ? 'internal_error' : statusText(status);
  record.code = text === 'ok' ? 1 : 2;
  record.message = text === 'ok' ? '' : text;
  if (COMES_LATER && status >= 0) nameStatusLater(record, status);
  if (status >= 0) record.attributes['http.response.status_code'] = status;
  if (size > 0) record.attributes['http.response.body.size'] = size;
}
