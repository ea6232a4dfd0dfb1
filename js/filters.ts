// What is left out before it is sent: `ignoreTransactions`, `ignoreSpans`, `beforeSendSpan`.

import { complain, shown, warn } from './debug.js';
import type { TransactionEvent } from './event.js';
import { attempt } from './guard.js';
import type {
  BrowserOptions,
  IgnoreSpanFilter,
  StaticSpanCallback,
  StreamedSpanCallback,
} from './options.js';
import type { SpanJSON } from './span-json.js';
import type { SpanAttributes } from './values.js';

const STATIC = Symbol.for('throughline.static');
const STREAMED = Symbol.for('throughline.streamed');

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
  attempt(() => Object.defineProperty(callback, as, { value: true }), undefined);
  return callback;
}

function isMarked(callback: unknown, as: symbol): boolean {
  if (typeof callback !== 'function') return false;
  return attempt(() => (callback as unknown as Record<symbol, unknown>)[as] === true, false);
}

/** Names the options that have no effect, once. */
export function checkOptions({ beforeSendSpan, ...options }: BrowserOptions): void {
  const streams = options.traceLifecycle === 'stream';
  if (isMarked(beforeSendSpan, streams ? STATIC : STREAMED)) {
    const [is, use] = streams
      ? ['withStaticSpan', 'withStreamedSpan']
      : ['withStreamedSpan', 'withStaticSpan'];
    const why = `${is} does not go with traceLifecycle: '${streams ? 'stream' : 'static'}'; use ${use}`;
    warn(`beforeSendSpan is ignored: ${why}`);
  }
  const { beforeSendTransaction, transport, ignoreSpans, ignoreTransactions } = options;
  for (const [name, value] of Object.entries({ beforeSendSpan, beforeSendTransaction, transport })) {
    if (value && typeof value !== 'function') complain(`${name} was ignored: ${shown(value)} is no function`);
  }
  for (const [name, value] of Object.entries({ ignoreSpans, ignoreTransactions })) {
    if (value && !Array.isArray(value)) complain(`${name} was ignored: ${shown(value)} is no array`);
  }
  for (const name of ['ignoreTransactions', 'beforeSendTransaction'] as const) {
    if (streams && options[name]) complain(`${name} is ignored: in stream mode there are no transactions`);
  }
}

/** The `beforeSendSpan` that changes spans of stream mode. */
export function changesStreamedSpans({
  beforeSendSpan,
  traceLifecycle,
}: BrowserOptions): StreamedSpanCallback | undefined {
  const usable = typeof beforeSendSpan === 'function' && !isMarked(beforeSendSpan, STATIC);
  return traceLifecycle === 'stream' && usable ? (beforeSendSpan as StreamedSpanCallback) : undefined;
}

/** Whether `ignoreSpans` names a span that is about to begin. */
export function isIgnoredSpan(
  { ignoreSpans }: BrowserOptions,
  name: string,
  attributes: SpanAttributes,
): boolean {
  if (!Array.isArray(ignoreSpans) || !ignoreSpans.length) return false;
  const data = attempt(() => ({ ...attributes }), {});
  const op = data['sentry.op'];
  const span = { description: name, op, data } as SpanJSON;
  return isIgnored(span, ignoreSpans);
}

/** Whether transactions of these options must be looked at before they are sent. */
export function filters({
  beforeSendTransaction,
  beforeSendSpan,
  ignoreSpans,
  ignoreTransactions,
}: BrowserOptions): boolean {
  return Boolean(
    beforeSendTransaction || beforeSendSpan || ignoreSpans?.length || ignoreTransactions?.length,
  );
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
  const patterns = Array.isArray(options.ignoreSpans) ? options.ignoreSpans : [];
  const callback =
    typeof options.beforeSendSpan === 'function' && !isMarked(options.beforeSendSpan, STREAMED)
      ? (options.beforeSendSpan as StaticSpanCallback)
      : undefined;
  if (!patterns.length && !callback) return [event, 0];
  const root = rootOf(event);
  if (isIgnored(root, patterns)) return [undefined, 0];
  let changed = callback ? withRoot(event, changedBy(callback, root)) : event;
  const all = changed.spans ?? [];
  const kept: SpanJSON[] = [];
  for (const span of all) {
    if (isIgnored(span, patterns)) adopt(all, span);
    else kept.push(callback ? changedBy(callback, span) : span);
  }
  changed = { ...changed, spans: kept };
  return [changed, all.length - kept.length];
}

function isIgnored(span: SpanJSON, patterns: IgnoreSpanFilter[]): boolean {
  return patterns.some((pattern) => attempt(() => isMatch(span, pattern), false));
}

function isMatch(span: SpanJSON, pattern: IgnoreSpanFilter): boolean {
  const { description, op, data } = span;
  if (typeof pattern === 'string' || pattern instanceof RegExp) {
    return Boolean(description) && matches(description ?? '', pattern);
  }
  const attributes = Object.entries(pattern.attributes ?? {});
  if (!pattern.name && !pattern.op && !attributes.length) return false;
  return (
    (!pattern.name || (Boolean(description) && matches(description ?? '', pattern.name))) &&
    (!pattern.op || (Boolean(op) && matches(op ?? '', pattern.op))) &&
    attributes.every(([name, wanted]) => isSame(data?.[name], wanted))
  );
}

function isSame(actual: unknown, wanted: unknown): boolean {
  if (typeof actual === 'string' && (typeof wanted === 'string' || wanted instanceof RegExp)) {
    return matches(actual, wanted);
  }
  if (Array.isArray(actual) && Array.isArray(wanted)) {
    return actual.length === wanted.length && actual.every((entry, index) => entry === wanted[index]);
  }
  return actual === wanted;
}

/** A text matches if it contains the pattern; `g` and `y` patterns do not remember where they stopped. */
function matches(text: string, pattern: string | RegExp): boolean {
  return attempt(() => {
    if (typeof pattern === 'string') return text.includes(pattern);
    return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test(text);
  }, false);
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
