// What we know of a span, from its first moment to the end of its root: one record, beside the object that the page gets.

import type { SamplingContext } from '../core/core.js';
import type { Scope } from '../scope/scope.js';
import { SDK_VERSION } from '../scope/sdk.js';
import type {
  AnySpan,
  DynamicSamplingContext,
  Measurements,
  PropagationContext,
  SpanAttributes,
  SpanContextData,
  SpanLinkJSON,
} from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { newSpanId } from '../values/ids.js';
import type { IdleRoot } from './idle.js';

/**
 * Where a span keeps its record: a symbol, not a private field, so that proxies of reactive frameworks work. Copies of this
 * version read each other's.
 */
export const RECORD: unique symbol = Symbol.for(`throughline ${SDK_VERSION}`);

/** Attributes that the SDK itself reads or writes. */
export const OP = 'sentry.op';
export const ORIGIN = 'sentry.origin';
export const NAME_SOURCE = 'sentry.segment.name.source';
export const SEGMENT_NAME = 'sentry.segment.name';
/** The name that `updateSpanName` gave. Never sent. */
export const CUSTOM_NAME = 'sentry.custom_span_name';
export const SAMPLE_RATE = 'sentry.sample_rate';
/** The sample rate of the page's previous trace, where the new one follows its decision. */
export const PREVIOUS_SAMPLE_RATE = 'sentry.previous_trace_sample_rate';
export const FINISH_REASON = 'sentry.idle_span_finish_reason';
export const DISCARDED_SPANS = 'sentry.idle_span_discarded_spans';
export const CANCELLATION_REASON = 'sentry.cancellation_reason';

/** What only a root has. */
export interface Tree {
  /** Its recorded descendants, in the order they began. */
  children: SpanRecord[];
  /** How many more it would have had. */
  refused: number;
  /** The latest end of those that made room for others; NaN for none. */
  goneEnd: number;
  /** The dynamic sampling context that came with the trace. */
  frozen: DynamicSamplingContext | undefined;
  /** The `sample_rand` of the trace. */
  sampleRand: number;
  /** While the core has yet to come and decide, and where there was no place to ask it: whose decision headers say, if there is one. */
  undecided?: Pick<PropagationContext, 'sampled'> | undefined;
  /** How it ends by itself, while it is to. */
  idle: IdleRoot | undefined;
  /** Its dynamic sampling context as the core answered last, and to what. */
  known: { asked: unknown[]; answer: SamplingContext } | undefined;
}

/** A span as we know it. Most of it is there only if the span is kept. */
export class SpanRecord {
  /** The object of the page. */
  span!: AnySpan;
  traceId: string;
  /** Drawn when somebody asks; see {@link idOf}. */
  spanId = '';
  parentSpanId: string | undefined = undefined;
  /** Whether its trace is recorded. */
  sampled = false;
  /** Whether its name and attributes are kept: it is recorded, or the root of a trace that is not. */
  kept = false;
  /** The root of its local tree: itself for a root. Below a span of another SDK there is none, but that span. */
  root: SpanRecord | undefined = undefined;
  foreign: AnySpan | undefined = undefined;
  /** The scope it was begun in. */
  scope: Scope;
  name = '';
  /** Seconds since the epoch. */
  start = 0;
  /** Of a root: a moment of the steady clock, in milliseconds, and the time of the day then. By it all times below it are told. */
  began = Number.NaN;
  beganAt = Number.NaN;
  /** Seconds since the epoch; NaN while it has not ended. */
  end = Number.NaN;
  /** How it ended: 0 unset, 1 ok, 2 error. */
  code: 0 | 1 | 2 = 0;
  message = '';
  /** Before the core has come: the response that gave it a status without a name. */
  declare named?: number;
  attributes: SpanAttributes = NONE;
  /** How many of them the page has set. */
  count = 0;
  links: SpanLinkJSON[] | undefined = undefined;
  measurements: Measurements | undefined = undefined;
  /** Is sent alone, never as part of a transaction. */
  standalone = false;
  /** Waits to be sent, or was sent, in stream mode. */
  streamed = false;
  /** Does not belong to its idle root after all. */
  discarded = false;
  /** Why it is not kept, for the children that are lost with it. */
  loss: string | undefined = undefined;
  tree: Tree | undefined = undefined;
  /** Make what was active before it active again, wherever it was made active. */
  restores: (() => void)[] | undefined = undefined;
  /** Acts once everybody has heard of its end. */
  afterEnd: (() => void) | undefined = undefined;

  constructor(traceId: string, scope: Scope) {
    this.traceId = traceId;
    this.scope = scope;
  }
}

const NONE: SpanAttributes = Object.freeze({});

/** Tells the reactivity of Vue to leave records alone, which would hand out another object in their place. */
Object.defineProperty(SpanRecord.prototype, '__v_skip', { value: true });

/** The record of a span; `undefined` for anything that is no span of ours. */
export function recordOf(span: unknown): SpanRecord | undefined {
  // Most often there is none; an error would take a hundred times as long.
  if (span === undefined || span === null) return undefined;
  try {
    return (span as { [RECORD]?: SpanRecord })[RECORD];
  } catch {
    return undefined;
  }
}

/** The id of a span. */
export function idOf(record: SpanRecord): string {
  record.spanId ||= newSpanId();
  return record.spanId;
}

/** Whether the trace of a span is recorded, as far as anybody has decided. */
export function flagOf({ root, sampled }: SpanRecord): boolean | undefined {
  const { undecided } = root?.tree ?? {};
  return undecided ? (undecided.sampled ?? undefined) : sampled;
}

/** Whether a span is under way and will be sent. */
export function isRecording(record: SpanRecord): boolean {
  return record.sampled && record.kept && isOpen(record);
}

/** Whether a span has not ended. */
export function isOpen({ end }: SpanRecord): boolean {
  return Number.isNaN(end);
}

/** Whether a span is the local root of its trace; of those that are not kept, those without a parent are. */
export function isSegment(record: SpanRecord): boolean {
  const { kept, root, foreign, parentSpanId } = record;
  return kept ? root === record : !root && !foreign && !parentSpanId;
}

/** The ids of what is no span. */
export const NO_SPAN = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

/** The ids of any span, also one of another SDK; `undefined` for what is no span. */
export function contextOf(span: unknown): SpanContextData | undefined {
  return attempt(() => {
    const context = (span as AnySpan).spanContext();
    return typeof context.traceId === 'string' && typeof context.spanId === 'string' ? context : undefined;
  });
}

/** Whether a value is a span, of whichever SDK. */
export function isSpan(value: unknown): value is AnySpan {
  return Boolean(recordOf(value) || contextOf(value));
}

/** Whether the trace of a span is recorded. */
export function isSampled(span: unknown): boolean {
  const record = recordOf(span);
  return record ? record.sampled : (contextOf(span)?.traceFlags ?? 0) === 1;
}

/** What was active before a span that ends is active again. */
export function restore(record: SpanRecord): void {
  const { restores } = record;
  if (!restores) return;
  record.restores = undefined;
  for (const one of restores.reverse()) one();
}

/** Does something when a span ends, before anybody hears of it. */
export function onEnd(record: SpanRecord, act: () => void): void {
  record.restores ??= [];
  record.restores.push(act);
}
