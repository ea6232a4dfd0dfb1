// An envelope that is to be sent, and may have to wait: its lines are written when it is made, because the objects it was
// made of may change, but for its first line, which says when it is sent.

import type { EventHint, TransactionEvent } from '../types/events.js';
import { json } from '../values/normalize.js';
import { type Cargo, type Envelope, sentAt } from './envelope.js';

/** The event of an envelope that listeners hear of once it was answered. */
export interface Sent {
  event: TransactionEvent;
  hint: EventHint;
}

/** An envelope on its way. */
export interface Parcel {
  /** In the words of rate limits. */
  category: string;
  envelope: Envelope;
  /** Its items as they are written; empty if they cannot be, or if the page's own transport takes it as an object. */
  lines: string;
  cargo: Cargo;
  sent: Sent | undefined;
  /** When it was made, by the steady clock. */
  born: number;
  /** How often it was not taken while others were. */
  failures: number;
  /** Whether it may have arrived: it failed when the page was hidden, which may have been the end of the page. */
  unsure: boolean;
}

/** The header of an envelope that leaves now. */
export function headerNow({ envelope: [header] }: Parcel): object {
  return 'sent_at' in header ? { ...header, sent_at: sentAt() } : header;
}

/** The whole text of an envelope. */
export function bodyOf(parcel: Parcel): string {
  return `${json(headerNow(parcel))}\n${parcel.lines}`;
}

/** Of several things that wait, those with the least go first when there is no room: numbers, then single spans, then roots. */
export function rank({ category }: Parcel): number {
  return ['trace_metric', 'span'].indexOf(category) + 1 || 3;
}

/** Any character of more than one byte. */
const LONG = /[^\0-\x7f]/;

/** How many bytes a text has; of one of more than `most` at least so many. */
export function bytesOf(text: string, most = 60_000): number {
  const { length } = text;
  return length <= most && LONG.test(text) ? new Blob([text]).size : length;
}

/**
 * The same parcel with as few of its last spans left out as make it fit into so many bytes.
 *
 * @returns it, and how many spans are left out; nothing if not even its root fits
 */
export function fitted(parcel: Parcel, room: number): [parcel: Parcel, lost: number] | undefined {
  const { lines, cargo } = parcel;
  if (!lines || bytesOf(bodyOf(parcel), room) <= room) return [parcel, 0];
  // Of reports and numbers nothing can be left out.
  if (!cargo.spans) return undefined;
  const [itemHeader = '', payload = ''] = lines.split('\n');
  const [head, content] = [JSON.parse(itemHeader), JSON.parse(payload)];
  const name = parcel.category === 'transaction' ? 'spans' : 'items';
  const all: unknown[] = Array.isArray(content[name]) ? content[name] : [];
  const sizes = all.map((span) => bytesOf(json(span), Number.POSITIVE_INFINITY) + 1);
  let left = room - bytesOf(bodyOf(parcel), Number.POSITIVE_INFINITY);
  let count = all.length;
  while (left < 0 && count > 0) left += sizes[--count] as number;
  if (left < 0 || (!count && name === 'items')) return undefined;
  if (head.item_count) head.item_count = count;
  content[name] = all.slice(0, count);
  const lost = all.length - count;
  return [
    {
      ...parcel,
      lines: `${json(head)}\n${json(content)}`,
      cargo: { ...cargo, spans: cargo.spans - lost },
    },
    lost,
  ];
}
