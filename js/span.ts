// A span as the page sees it: two ids, and the number by which the core knows the rest.

import { ask, attempt } from './guard.js';
import {
  line,
  lines,
  type SpanAttributes,
  type SpanAttributeValue,
  type SpanTimeInput,
  text,
  time,
} from './values.js';

/** What identifies a span everywhere. */
export interface SpanContextData {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** 1 if the trace is recorded, else 0. */
  traceFlags: number;
}

/** How an operation ended: code 0 unset, 1 ok, 2 error with a message such as `not_found`. */
export interface SpanStatus {
  code: 0 | 1 | 2;
  message?: string;
}

/** A span as {@link spanToJSON} answers it. Times are seconds since the epoch. */
export interface SpanJSON {
  name: string;
  span_id: string;
  trace_id: string;
  parent_span_id?: string;
  start_timestamp: number;
  end_timestamp?: number;
  is_segment: boolean;
  status: 'ok' | 'error';
  attributes: SpanAttributes;
}

/** Where a span keeps what is ours: a symbol, not a private field, so that proxies of reactive frameworks work. */
const OURS = Symbol('throughline');

interface Ours {
  /** The core's number for this span; 0 if the core does not know it. */
  key: number;
  context: SpanContextData;
}

/** Tracks one operation. Methods never throw; after `end()` they do nothing. */
export class Span {
  /** @internal */
  readonly [OURS]: Ours;

  /** @internal Takes the core's ticket (trace id, span id, key, sampled), or nothing where there is no core. */
  constructor(ticket: string) {
    this[OURS] = {
      key: Number.parseInt(ticket.slice(48, 56), 16) || 0,
      context: {
        // Ids of zeros would be one trace for everybody, where a page passes them on by hand.
        traceId: ticket.slice(0, 32) || randomHex(16),
        spanId: ticket.slice(32, 48) || randomHex(8),
        traceFlags: Number(ticket[56] ?? 0),
      },
    };
  }

  /** @internal The number of a span of ours; 0 for anything else. */
  static keyOf(span: unknown): number {
    return attempt(() => (span as Span)[OURS].key, 0);
  }

  /** The ids of this span, and whether its trace is recorded. */
  spanContext(): SpanContextData {
    return attempt(() => ({ ...this[OURS].context }), { traceId: NO_TRACE, spanId: NO_SPAN, traceFlags: 0 });
  }

  /** Whether changes to this span still matter: it is recorded and has not ended. */
  isRecording(): boolean {
    return ask((core) => core.span_is_recording(Span.keyOf(this)), false);
  }

  /** Sets an attribute; `undefined` removes it. */
  setAttribute(name: string, value: SpanAttributeValue | undefined): this {
    change(
      this,
      attempt(() => line(text(name), value), ''),
    );
    return this;
  }

  /** Sets several attributes. */
  setAttributes(attributes: SpanAttributes): this {
    change(this, lines(attributes));
    return this;
  }

  /** Sets how the operation ended; the last call counts. */
  setStatus(status: SpanStatus): this {
    const [code, message] = attempt(() => [Number(status.code) || 0, text(status.message)] as const, [0, '']);
    ask((core) => core.span_status(Span.keyOf(this), code, message), undefined);
    return this;
  }

  /** Gives the span another name. */
  updateName(name: string): this {
    ask((core) => core.span_name(Span.keyOf(this), text(name)), undefined);
    return this;
  }

  /** Ends the span now, or at the given time. Only the first call counts. */
  end(endTime?: SpanTimeInput): void {
    const at = time(endTime);
    ask((core) => core.span_end(Span.keyOf(this), at), undefined);
  }
}

function change(span: Span, attributes: string): void {
  if (attributes) ask((core) => core.span_attributes(Span.keyOf(span), attributes), undefined);
}

/**
 * A span as plain data.
 *
 * @example
 * const { trace_id, span_id, parent_span_id } = spanToJSON(span);
 */
export function spanToJSON(span: Span): SpanJSON {
  const json = ask((core) => core.span_json(Span.keyOf(span)), '');
  if (json) return JSON.parse(json);
  const { traceId, spanId } = contextOf(span);
  return {
    name: '',
    span_id: spanId,
    trace_id: traceId,
    start_timestamp: 0,
    is_segment: false,
    status: 'ok',
    attributes: {},
  };
}

/** The ids of any span, also one of another SDK; zeros for what is no span. */
export function contextOf(span: unknown): SpanContextData {
  const none = { traceId: NO_TRACE, spanId: NO_SPAN, traceFlags: 0 };
  return attempt(() => (span as Span).spanContext() ?? none, none);
}

const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
