// Spans as plain data, in the two shapes of the reference.

import { ask, attempt } from './guard.js';
import { type AnySpan, contextOf, keyOf, NO_SPAN } from './span.js';
import { getRootSpan } from './tree.js';
import type { SpanAttributes } from './values.js';

/** A link as it is sent. */
export interface SpanLinkJSON<A = SpanAttributes> extends Record<string, unknown> {
  span_id: string;
  trace_id: string;
  sampled?: boolean;
  attributes?: A;
}

/** Who made a span: `manual`, or `auto` with what it was, for example `auto.http.browser`. */
export type SpanOrigin = 'manual' | 'auto' | `${'manual' | 'auto'}.${string}`;

/** A span as {@link spanToJSON} answers it. Times are seconds since the epoch. */
export interface StreamedSpanJSON {
  name: string;
  span_id: string;
  trace_id: string;
  parent_span_id?: string;
  start_timestamp: number;
  end_timestamp?: number;
  is_segment: boolean;
  status: 'ok' | 'error';
  attributes: Record<string, unknown>;
  links?: SpanLinkJSON<Record<string, unknown>>[];
}

/** A span as it stands in a transaction, see {@link spanToStaticSpanJSON}. Times are seconds. */
export interface SpanJSON {
  data: SpanAttributes;
  description?: string;
  op?: string;
  parent_span_id?: string;
  span_id: string;
  start_timestamp: number;
  status: string;
  timestamp?: number;
  trace_id: string;
  origin?: SpanOrigin;
  profile_id?: string;
  exclusive_time?: number;
  measurements?: Record<string, { value: number; unit: string }>;
  links?: SpanLinkJSON[];
}

/**
 * A span as plain data.
 *
 * @param span of this SDK, or of another one
 * @returns name, ids, times in seconds, status and attributes; of a span that is not recorded, its ids
 * @example
 * const { trace_id, span_id, parent_span_id } = spanToJSON(span);
 */
export function spanToJSON(span: AnySpan): StreamedSpanJSON {
  const json = ask((core) => core.span_json(keyOf(span)), '');
  if (json) return withPlainLinks(JSON.parse(json));
  const theirs = theirOwn<StreamedSpanJSON>(span, 'getSpanJSON');
  if (theirs) return theirs;
  const is_segment = getRootSpan(span) === span;
  return { ...ids(span), name: '', status: 'ok', is_segment, attributes: {} };
}

/**
 * A span as it stands in a transaction: `data`, `description`, `timestamp` instead of `attributes`, `name`,
 * `end_timestamp`.
 *
 * @param span of this SDK, or of another one
 * @example
 * const { description, data } = spanToStaticSpanJSON(span);
 */
export function spanToStaticSpanJSON(span: AnySpan): SpanJSON {
  const json = ask((core) => core.span_static_json(keyOf(span)), '');
  if (json) return JSON.parse(json);
  const theirs = theirOwn<SpanJSON>(span, 'getStaticSpanJSON');
  return theirs ?? { ...ids(span), status: 'ok', data: {} };
}

/** Links without what only the static shape has, such as `isRemote`. */
function withPlainLinks({ links, ...json }: StreamedSpanJSON): StreamedSpanJSON {
  if (!links) return json;
  const plain = links.map(({ span_id, trace_id, sampled, attributes }) => ({
    span_id,
    trace_id,
    ...(sampled === undefined ? {} : { sampled }),
    ...(attributes && { attributes }),
  }));
  return { ...json, links: plain };
}

function ids(span: AnySpan) {
  const { traceId, spanId } = contextOf(span) ?? NO_SPAN;
  return { span_id: spanId, trace_id: traceId, start_timestamp: 0 };
}

/** What a span of another SDK says about itself. */
function theirOwn<T>(span: AnySpan, method: string): T | undefined {
  return attempt(() => (span as unknown as Record<string, () => T>)[method]?.(), undefined);
}
