// Envelopes: a header line, then per item a header line and a payload line, all JSON (section 9.1 of the protocol).

import type { BrowserClient } from '../scope/client.js';
import { SDK_NAME, SDK_VERSION } from '../scope/sdk.js';
import { now } from '../values/clock.js';
import { json } from '../values/normalize.js';
import type { Outcome } from './reports.js';

/** An envelope as the transports of the reference get it: headers, and items with headers of their own. */
export type Envelope = [object, [object, unknown][]];

/** What is lost with an envelope. */
export interface Cargo {
  transactions: number;
  /** Those of the transactions included. */
  spans: number;
  /** What it tells of other losses: that is to be told again. */
  losses?: Outcome[] | undefined;
}

export const NO_CARGO: Cargo = { transactions: 0, spans: 0 };

/** The header of an envelope: what all of them say, and what one says beside it. */
export function headerOf(client: BrowserClient, own: object): object {
  return { sent_at: sentAt(), sdk: { name: SDK_NAME, version: SDK_VERSION }, ...tunnelled(client), ...own };
}

/** The DSN, if the envelope goes through a tunnel: the tunnel reads it from the header. */
export function tunnelled(client: BrowserClient): { dsn?: string } {
  const { parts, text } = client.dsn();
  return parts && client.text('tunnel') ? { dsn: text } : {};
}

/** The time of sending, as envelopes say it. */
export function sentAt(): string {
  return new Date(now() * 1000).toISOString();
}

/** An envelope of many items of one kind that are not part of a transaction. */
export function listEnvelope(header: object, kind: 'span' | 'trace_metric', items: unknown[]): Envelope {
  const [media, version] = kind === 'span' ? ['span', '.v2+json'] : ['trace-metric', '+json'];
  const itemHeader = {
    type: kind,
    item_count: items.length,
    content_type: `application/vnd.sentry.items.${media}${version}`,
  };
  const ingest_settings = { infer_ip: 'auto', infer_user_agent: 'auto' };
  // A server's own address and program are nobody's who visits it.
  return [header, [[itemHeader, ON_SERVER ? { version: 2, items } : { version: 2, ingest_settings, items }]]];
}

/** The lines of an envelope behind its first; empty if one of them cannot be written. */
export function printItems(items: Envelope[1]): string {
  const lines = items.flat().map(json);
  return lines.every(Boolean) ? lines.join('\n') : '';
}
