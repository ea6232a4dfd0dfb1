// What is left out before it is sent: `ignoreTransactions`, `ignoreSpans`, `beforeSendSpan`.

import { isIgnored } from '../span/ignore.js';
import type { TransactionEvent } from '../types/events.js';
import type { BrowserOptions, StaticSpanCallback, StreamedSpanCallback } from '../types/options.js';
import type { SpanAttributes, SpanJSON } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { matches } from '../values/pattern.js';

export const STATIC = Symbol.for('throughline.static');
export const STREAMED = Symbol.for('throughline.streamed');

/**
 * Marks a `beforeSendSpan` callback as one for spans of transactions, in the shape of
 * {@link spanToStaticSpanJSON}. A callback without a mark is one too, unless spans are streamed.
 *
 * @param callback gets each span before it is sent, and answers with it
 * @example
 * init({ dsn, beforeSendSpan: withStaticSpan((span) => ({ ...span, description: 'hidden' })) });
 */
export function withStaticSpan(callback: (span: SpanJSON) => SpanJSON): StaticSpanCallback {
  return mark(callback, STATIC) as StaticSpanCallback;
}

/**
 * Marks a `beforeSendSpan` callback as one for streamed spans, in the shape of {@link spanToJSON}. With
 * transactions it is not called.
 *
 * @param callback gets each span before it is sent, and answers with it
 * @example
 * init({ dsn, beforeSendSpan: withStreamedSpan((span) => span) });
 */
export function withStreamedSpan<T extends StreamedSpanCallback>(callback: T): T {
  return mark(callback, STREAMED);
}

function mark<T>(callback: T, as: symbol): T {
  attempt(() => Object.defineProperty(callback, as, { value: true }));
  return callback;
}

/** Whether a callback was given to {@link withStaticSpan} or {@link withStreamedSpan}. */
export function isMarked(callback: unknown, as: symbol): boolean {
  if (typeof callback !== 'function') return false;
  return attempt(() => (callback as unknown as Record<symbol, unknown>)[as] === true, false);
}

/** The `beforeSendSpan` that changes spans of stream mode. */
export function changesStreamedSpans({
  beforeSendSpan,
  traceLifecycle,
}: BrowserOptions): StreamedSpanCallback | undefined {
  const usable = typeof beforeSendSpan === 'function' && !isMarked(beforeSendSpan, STATIC);
  return traceLifecycle === 'stream' && usable ? (beforeSendSpan as StreamedSpanCallback) : undefined;
}

/** Whether `ignoreTransactions` names a transaction. */
export function isIgnoredTransaction(event: TransactionEvent, options: BrowserOptions): boolean {
  const { transaction } = event;
  const { ignoreTransactions } = options;
  if (!transaction || !Array.isArray(ignoreTransactions)) return false;
  return ignoreTransactions.some((pattern) => matches(transaction, pattern));
}

/**
 * Applies `ignoreSpans` and `beforeSendSpan`.
 *
 * @returns the event and how many of its spans were left out; no event if the root is ignored
 */
export function filterSpans(
  event: TransactionEvent,
  options: BrowserOptions,
): [TransactionEvent | undefined, number] {
  const ignores = Array.isArray(options.ignoreSpans) && options.ignoreSpans.length > 0;
  const callback =
    typeof options.beforeSendSpan === 'function' && !isMarked(options.beforeSendSpan, STREAMED)
      ? (options.beforeSendSpan as StaticSpanCallback)
      : undefined;
  if (!ignores && !callback) return [event, 0];
  const root = rootOf(event);
  if (ignores && isIgnored(options, matched(root))) return [undefined, 0];
  let changed = callback ? withRoot(event, changedBy(callback, root)) : event;
  const all = changed.spans ?? [];
  const kept: SpanJSON[] = [];
  for (const span of all) {
    if (ignores && isIgnored(options, matched(span))) adopt(all, span);
    else kept.push(callback ? changedBy(callback, span) : span);
  }
  changed = { ...changed, spans: kept };
  return [changed, all.length - kept.length];
}

function matched({ description, op, data }: SpanJSON) {
  return { name: description, op, attributes: data };
}

/** The children of a span that is left out become its parent's. */
function adopt(spans: SpanJSON[], left: SpanJSON): void {
  if (!left.parent_span_id) return;
  for (const span of spans) {
    if (span.parent_span_id === left.span_id) span.parent_span_id = left.parent_span_id;
  }
}

function changedBy(callback: StaticSpanCallback, span: SpanJSON): SpanJSON {
  return attempt(() => callback(span), span) || span;
}

/** The root span of a transaction, in the shape of the others. */
function rootOf(event: TransactionEvent): SpanJSON {
  const { trace = {} } = event.contexts ?? {};
  return {
    data: trace.data ?? {},
    description: event.transaction,
    op: trace.op,
    parent_span_id: trace.parent_span_id,
    span_id: trace.span_id ?? '',
    start_timestamp: event.start_timestamp ?? 0,
    status: trace.status,
    timestamp: event.timestamp,
    trace_id: trace.trace_id ?? '',
    origin: trace.origin,
    links: trace.links,
    profile_id: (trace.data as SpanAttributes)?.['sentry.profile_id'],
    exclusive_time: (trace.data as SpanAttributes)?.['sentry.exclusive_time'],
    measurements: event.measurements,
    is_segment: true,
  } as unknown as SpanJSON;
}

/** A transaction with another root span. */
function withRoot(event: TransactionEvent, root: SpanJSON): TransactionEvent {
  const { description, op, parent_span_id, span_id, status, trace_id, origin, links } = root;
  const data = {
    ...root.data,
    ...(root.profile_id && { 'sentry.profile_id': root.profile_id }),
    ...(root.exclusive_time && { 'sentry.exclusive_time': root.exclusive_time }),
  };
  const trace = {
    ...event.contexts?.trace,
    data,
    op,
    parent_span_id,
    span_id,
    status,
    trace_id,
    origin,
    links,
  };
  return {
    ...event,
    transaction: description ?? '',
    start_timestamp: root.start_timestamp,
    ...(root.timestamp === undefined ? {} : { timestamp: root.timestamp }),
    ...(root.measurements ? { measurements: root.measurements } : {}),
    contexts: { ...event.contexts, trace },
  };
}
