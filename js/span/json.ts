// Spans as plain data, in the two shapes of the reference: the static one, which transactions are made of, and the streamed
// one, which `spanToJSON` answers.

import { statusText } from '../core/core.js';
import type { AnySpan, SpanJSON, SpanOrigin, StreamedSpanJSON } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { flat } from '../values/flat.js';
import { normalize } from '../values/normalize.js';
import {
  contextOf,
  idOf,
  isOpen,
  isSegment,
  NO_SPAN,
  OP,
  ORIGIN,
  recordOf,
  type SpanRecord,
} from './record.js';
import { getRootSpan } from './tree.js';

/** What a failed span says about its failure. An attribute of that name wins. */
const STATUS_MESSAGE = 'sentry.status.message';
const PROFILE_ID = 'sentry.profile_id';
const EXCLUSIVE_TIME = 'sentry.exclusive_time';

/**
 * A span as plain data.
 *
 * @param span of this SDK, or of another one
 * @returns name, ids, times in seconds, status and attributes; of a span that is not recorded, its ids
 * @example
 * const { trace_id, span_id, parent_span_id } = spanToJSON(span);
 */
export function spanToJSON(span: AnySpan): StreamedSpanJSON {
  const record = recordOf(span);
  if (record?.kept) {
    const json = streamedJson(record);
    return { ...json, attributes: copied(json.attributes) };
  }
  const theirs = record ? undefined : theirOwn<StreamedSpanJSON>(span, 'getSpanJSON');
  if (theirs) return theirs;
  const is_segment = record ? isSegment(record) : getRootSpan(span) === span;
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
  const record = recordOf(span);
  if (record?.kept) {
    const json = staticJson(record);
    const { links } = json;
    return { ...json, data: copied(json.data), ...(links && { links: links.map((link) => ({ ...link })) }) };
  }
  const theirs = record ? undefined : theirOwn<SpanJSON>(span, 'getStaticSpanJSON');
  return theirs ?? { ...ids(span), status: 'ok', data: {} };
}

/** What the page does to it does not change the span. */
function copied<T extends object>(attributes: T): T {
  const copy = { ...attributes } as Record<string, unknown>;
  for (const name in copy) if (typeof copy[name] === 'object') copy[name] = normalize(copy[name]);
  return copy as T;
}

/** A span that is kept, in the streamed shape. */
export function streamedJson(record: SpanRecord): StreamedSpanJSON {
  const { name, traceId, parentSpanId, start, end, code, message, attributes, links } = record;
  const isError = code === 2 && message !== 'cancelled';
  const json: StreamedSpanJSON = {
    name,
    span_id: idOf(record),
    trace_id: traceId,
    start_timestamp: start,
    is_segment: isSegment(record),
    status: isError ? 'error' : 'ok',
    attributes: isError && message ? { [STATUS_MESSAGE]: message, ...attributes } : { ...attributes },
  };
  if (parentSpanId) json.parent_span_id = parentSpanId;
  if (!isOpen(record)) json.end_timestamp = end;
  // Without what only the static shape has, such as `isRemote`.
  if (links) {
    json.links = links.map(({ span_id, trace_id, sampled, attributes }) => ({
      span_id,
      trace_id,
      ...(sampled === undefined ? {} : { sampled }),
      ...(attributes && { attributes }),
    }));
  }
  return json;
}

/** A span that is kept, in the static shape. Its attributes are the span's own. */
export function staticJson(record: SpanRecord): SpanJSON {
  const { name, traceId, parentSpanId, start, end, attributes, links, measurements } = record;
  const json: SpanJSON = {
    data: attributes,
    description: flat(name),
    start_timestamp: start,
    span_id: idOf(record),
    trace_id: traceId,
    status: status(record),
  };
  if (!isOpen(record)) json.timestamp = end;
  if (parentSpanId) json.parent_span_id = parentSpanId;
  const { [OP]: op, [ORIGIN]: origin, [PROFILE_ID]: profile, [EXCLUSIVE_TIME]: exclusive } = attributes;
  if (op !== undefined) json.op = op as string;
  if (origin !== undefined) json.origin = origin as SpanOrigin;
  if (profile !== undefined) json.profile_id = profile as string;
  if (exclusive !== undefined) json.exclusive_time = exclusive as number;
  if (measurements) json.measurements = measurements;
  if (links) json.links = links;
  return json;
}

/** As transactions and their spans name it. An unset status counts as success. */
function status({ code, message }: SpanRecord): string {
  return code === 2 ? statusText(message) : 'ok';
}

function ids(span: AnySpan) {
  const { traceId, spanId } = contextOf(span) ?? NO_SPAN;
  return { span_id: spanId, trace_id: traceId, start_timestamp: 0 };
}

/** What a span of another SDK says about itself. */
function theirOwn<T>(span: AnySpan, method: string): T | undefined {
  return attempt(() => (span as unknown as Record<string, () => T>)[method]?.());
}
