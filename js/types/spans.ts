// What a span is to the page: its ids, its attributes, the methods that spans of all SDKs have, and its two shapes as
// plain data. Types only; nothing here depends on anything else.

/** What an attribute may hold. Other values are sent as JSON of limited depth. */
export type SpanAttributeValue =
  | string
  | number
  | boolean
  | Array<null | undefined | string>
  | Array<null | undefined | number>
  | Array<null | undefined | boolean>;

/** Attributes by name; `undefined` stands for "no such attribute". */
export type SpanAttributes = Partial<Record<string, SpanAttributeValue | undefined>>;

/** A time: seconds or milliseconds since the epoch, a `Date`, or seconds and nanoseconds. */
export type SpanTimeInput = [seconds: number, nanoseconds: number] | number | Date;

/** A link as the page gives it. */
export interface SpanLink {
  /** The span that is linked to. */
  context: { traceId: string; spanId: string; traceFlags?: number; isRemote?: boolean | undefined };
  /** What the link means, for example `{ 'sentry.link.type': 'previous_trace' }`. */
  attributes?: Record<string, SpanAttributeValue | undefined>;
}

/** What identifies a span everywhere. */
export interface SpanContextData {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** 1 if the trace is recorded, else 0. */
  traceFlags: number;
  /** Whether the span runs in another service. */
  isRemote?: boolean | undefined;
}

/** How an operation ended: code 0 unset, 1 ok, 2 error with a message such as `not_found`. */
export interface SpanStatus {
  code: 0 | 1 | 2;
  message?: string;
}

/** A span of this SDK or of another one: the methods that all of them have. */
export interface AnySpan {
  spanContext(): SpanContextData;
  end(endTime?: SpanTimeInput): void;
  setAttribute(name: string, value: SpanAttributeValue | undefined): this;
  setAttributes(attributes: SpanAttributes): this;
  setStatus(status: SpanStatus): this;
  updateName(name: string): this;
  isRecording(): boolean;
  addEvent(name: string, attributesOrTime?: SpanAttributes | SpanTimeInput, startTime?: SpanTimeInput): this;
  addLink(link: unknown): this;
  addLinks(links: unknown): this;
  recordException(exception: unknown, time?: number): void;
}

/** The dynamic sampling context: what all parts of a trace agree on. Names without the `sentry-` prefix. */
export type DynamicSamplingContext = Partial<Record<string, string>>;

/** The trace that a scope is in. */
export interface PropagationContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** By it the trace is sampled, in all services alike: 0 to 1. */
  sampleRand: number;
  /** Whether the trace is recorded, if somebody has decided. */
  sampled?: boolean | undefined;
  /** The span of another service that this trace goes on from. */
  parentSpanId?: string | undefined;
  /** The span id of headers that are sent outside of any span. */
  propagationSpanId?: string | undefined;
  /** What came with the trace; `undefined` where the trace begins here. */
  dsc?: DynamicSamplingContext | undefined;
  /** What other vendors say of the trace, in the W3C header `tracestate`; sent on beside `traceparent`. */
  tracestate?: string | undefined;
}

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

/** Values with units, by name. */
export type Measurements = Record<string, { value: number; unit: string }>;

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
  measurements?: Measurements;
  links?: SpanLinkJSON[];
}

/** What {@link BrowserOptions.tracesSampler} gets. */
export interface TracesSamplerSamplingContext {
  /** The name that the root span begins with. */
  name: string;
  /** Its initial attributes, with `sentry.op` if it has one. */
  attributes: SpanAttributes;
  /** The decision of the service that this trace goes on from, if there is one. */
  parentSampled: boolean | undefined;
  /** The rate that the trace was sampled with, 0 to 1, if it is known. */
  parentSampleRate: number | undefined;
  /** About the request that is being answered; servers know it. */
  normalizedRequest?: Record<string, unknown>;
  /** The parent's rate, else its decision as 1 or 0, else the given rate. */
  inheritOrSampleWith: (fallbackSampleRate: number) => number;
}
