// Streamed spans that wait for others of their trace: one bucket per trace, one envelope per bucket (section 10.3 of the
// protocol).

import type { BrowserClient } from '../scope/client.js';
import { SEGMENT_NAME, type SpanRecord } from '../span/record.js';
import { contextOfRoot } from '../span/sampling-context.js';
import type { StreamedSpanJSON } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { hasDocument } from '../values/place.js';
import { segmentOf, typed, typedSpan } from './streamed-span.js';

/** Spans of one envelope; the server takes no more. */
const MAX_SPANS = 1000;
/** Estimated bytes after which a bucket leaves, as in the reference; the server takes 10 MB. */
const MAX_BYTES = 5_000_000;
/** How long the first span of a bucket waits, in milliseconds, as in the reference. */
const MAX_WAIT = 5000;
/** How long a bucket waits for stragglers after a segment has ended, in milliseconds, as in the reference. */
const WAIT_AFTER_SEGMENT = 500;
/**
 * Traces that wait at the same time; past it the oldest leaves. Fewer than there may be requests under way, so that all of
 * them can leave at once when the page is hidden.
 */
const MAX_BUCKETS = 32;

/** A span that waits. */
interface Item {
  /** As it is written: what a callback has put there is read when it comes, so that it may fail for itself alone. */
  span: ReturnType<typeof typedSpan>;
  segment: SpanRecord;
  /** Whether it names its segment as the page wants it. */
  ownWord: boolean;
}

/** The spans of one trace that wait. */
interface Bucket {
  items: Item[];
  bytes: number;
  timers: ReturnType<typeof setTimeout>[];
}

/** Sends spans of one trace; the sampling context is that of the segment of the first. */
export type Leave = (spans: object[], samplingContext: string) => void;

/** All spans of a client that wait. */
export class SpanBuffer {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly client: BrowserClient,
    private readonly leave: Leave,
  ) {}

  /** Takes a span that has ended. */
  add(record: SpanRecord, json: StreamedSpanJSON): void {
    const { traceId } = record;
    const ownWord = record.attributes[SEGMENT_NAME] !== undefined;
    // A copy: what a callback answers with may be frozen.
    const copy = { ...json, attributes: { ...json.attributes } };
    const item = { span: typedSpan(copy), segment: segmentOf(record), ownWord };
    let bucket = this.buckets.get(traceId);
    if (!bucket) {
      const [oldest] = this.buckets.size >= MAX_BUCKETS ? this.buckets.keys() : [];
      if (oldest !== undefined) this.send(oldest);
      bucket = { items: [], bytes: 0, timers: [] };
      this.buckets.set(traceId, bucket);
      this.leaveIn(MAX_WAIT, traceId, bucket);
    }
    bucket.items.push(item);
    // What has no end is sent in part.
    bucket.bytes += attempt(() => sizeOf(copy), 0);
    if (bucket.items.length >= MAX_SPANS || bucket.bytes >= MAX_BYTES) this.send(traceId);
    // Nobody says when a worker is left.
    else if (record.root === record && !hasDocument()) this.send(traceId);
    // Sooner than it would without, but never later.
    else if (record.root === record && bucket.timers.length < 2)
      this.leaveIn(WAIT_AFTER_SEGMENT, traceId, bucket);
  }

  /** Sends everything, the oldest first. */
  flush(): void {
    for (const traceId of [...this.buckets.keys()]) this.send(traceId);
  }

  private leaveIn(millis: number, traceId: string, bucket: Bucket): void {
    const leave = () => this.buckets.get(traceId) === bucket && this.send(traceId);
    attempt(() => bucket.timers.push(setTimeout(leave, millis)));
  }

  private send(traceId: string): void {
    const bucket = this.buckets.get(traceId);
    if (!bucket) return;
    this.buckets.delete(traceId);
    const { items, timers } = bucket;
    for (const timer of timers) attempt(() => clearTimeout(timer));
    try {
      // Sampling context and names of segments are those of this moment, as late as can be.
      for (const { span, segment, ownWord } of items) {
        if (!ownWord) Object.assign(span.attributes, typed({ [SEGMENT_NAME]: segment.name }));
      }
      const first = items[0] as Item;
      const [context] = contextOfRoot(first.segment, this.client);
      this.leave(
        items.map(({ span }) => span),
        context,
      );
    } catch {
      this.client.sender?.lose('internal_sdk_error', 'span', items.length);
    }
  }
}

/** About how many bytes a span has, as the reference estimates it: two for each character, eight for other values. */
function sizeOf({ name, attributes }: StreamedSpanJSON): number {
  let size = sizeOfValue(name);
  for (const [key, value] of Object.entries(attributes)) size += 2 * key.length + sizeOfValue(value);
  return size;
}

function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length;
  return Array.isArray(value) ? value.reduce((sum, one) => sum + sizeOfValue(one), 0) : 8;
}
