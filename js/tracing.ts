// Spans and traces: the functions a page calls. Callbacks run here, in JavaScript, never above the core.

import { ask, attempt } from './guard.js';
import { runActive, runInLayer } from './scope.js';
import { contextOf, Span } from './span.js';
import { line, lines, type SpanAttributes, type SpanTimeInput, text, time } from './values.js';

// The flags of `span_start`, see src/api/spans.rs.
const PARENT_ACTIVE = 1;
const ONLY_IF_PARENT = 2;

/** What a span is called, and what is known about it when it begins. */
export interface StartSpanOptions {
  /** What the operation is called, for example `GET /api/orders`. */
  name: string;
  /** What kind of operation it is, for example `ui.action`. */
  op?: string;
  /** Initial attributes; they win over the defaults of the SDK. */
  attributes?: SpanAttributes;
  /** When it began, if not now. */
  startTime?: SpanTimeInput;
  /** The span it is part of; `null` begins a root span in the same trace. */
  parentSpan?: Span | null;
  /** Without a parent, do not record it. */
  onlyIfParent?: boolean;
}

/** The headers that carry a trace; `{}` before `init`. */
export interface TraceData {
  'sentry-trace'?: string;
  baggage?: string | undefined;
  traceparent?: string;
}

/**
 * Times a callback in a span that is active meanwhile, and ends it when the callback has returned, has
 * thrown, or its promise has settled. What the callback throws is thrown again, and marks the span failed.
 *
 * @returns what the callback returns
 * @example
 * const order = await startSpan({ name: 'process_order', op: 'ui.action' }, () => fetch('/api/orders'));
 */
export function startSpan<T>(options: StartSpanOptions, callback: (span: Span) => T): T {
  const span = begin(options);
  return runActive(
    span,
    () => callback(span),
    (failed) => {
      if (failed) ask((core) => core.span_fail(Span.keyOf(span)), undefined);
      span.end();
    },
  );
}

/**
 * Runs a callback in the trace that two header values describe; spans that begin in it continue that trace.
 * A `sentryTrace` that is missing or malformed begins a new trace.
 *
 * @returns what the callback returns
 * @example
 * continueTrace({ sentryTrace, baggage }, () => startSpan({ name: 'hydrate' }, hydrate));
 */
export function continueTrace<T>(
  options: { sentryTrace: string | undefined; baggage: string | undefined | null },
  callback: () => T,
): T {
  const sentryTrace = text(options?.sentryTrace);
  const baggage = text(options?.baggage ?? '');
  const layer = ask((core) => core.scope_continue(sentryTrace, baggage), 0);
  return runInLayer(layer, callback, () => {});
}

/**
 * The headers that continue the trace elsewhere: of a span, else of the active span, else of the trace that
 * is in force.
 *
 * @example
 * const { 'sentry-trace': sentryTrace, baggage } = getTraceData();
 */
export function getTraceData(options: { span?: Span; propagateTraceparent?: boolean } = {}): TraceData {
  const given = Span.keyOf(options?.span);
  return ask((core) => {
    const key = given || core.scope_active();
    const [sentryTrace, baggage, traceparent] = core.trace_headers(key).split('\n');
    if (!sentryTrace) return {};
    const data: TraceData = { 'sentry-trace': sentryTrace, baggage: baggage || undefined };
    if (options?.propagateTraceparent && traceparent) data.traceparent = traceparent;
    return data;
  }, {});
}

/**
 * The `sentry-trace` header that makes another service continue below a span. Always with a decision.
 *
 * @example
 * request.setRequestHeader('sentry-trace', spanToTraceHeader(span));
 */
export function spanToTraceHeader(span: Span): string {
  const { traceId, spanId, traceFlags } = contextOf(span);
  return `${traceId}-${spanId}-${traceFlags & 1}`;
}

/**
 * The `baggage` header that belongs to a span's trace; `undefined` if there is nothing to say.
 *
 * @example
 * const baggage = spanToBaggageHeader(span);
 */
export function spanToBaggageHeader(span: Span): string | undefined {
  const key = Span.keyOf(span);
  if (key === 0) return undefined;
  return ask((core) => core.trace_headers(key).split('\n')[1] || undefined, undefined);
}

function begin(options: StartSpanOptions): Span {
  const { name, op, attributes, startTime, parentSpan, onlyIfParent } = attempt(
    () => ({ ...options }),
    {} as Partial<StartSpanOptions>,
  );
  // Of two lines with the same name the later wins: the page's own `sentry.op` over `op`.
  const known = (op === undefined ? '' : line('sentry.op', text(op))) + lines(attributes);
  // `undefined` takes the active span, and so does a span that is not ours; `null` takes none.
  const parent = Span.keyOf(parentSpan);
  let flags = onlyIfParent ? ONLY_IF_PARENT : 0;
  if (parent === 0 && parentSpan !== null) flags |= PARENT_ACTIVE;
  const [label, at] = [text(name), time(startTime)];
  return new Span(ask((core) => core.span_start(label, known, parent, flags, at), ''));
}
