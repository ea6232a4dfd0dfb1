// The propagation context of a scope, in the shape of the reference, and how it crosses into the core.

import { ask, attempt } from './guard.js';

/** The dynamic sampling context: what all parts of a trace agree on. Names without the `sentry-` prefix. */
export type DynamicSamplingContext = Partial<Record<string, string>>;

/** The trace that a scope is in. */
export interface PropagationContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** The lot of this trace, 0 to 1. */
  sampleRand: number;
  /** Whether the trace is recorded, if somebody has decided. */
  sampled?: boolean | undefined;
  /** The span of another service that this trace goes on from. */
  parentSpanId?: string | undefined;
  /** The span id of headers that are sent outside of any span. */
  propagationSpanId?: string | undefined;
  /** What came with the trace; `undefined` where the trace begins here. */
  dsc?: DynamicSamplingContext | undefined;
}

/** A context that begins a trace. */
export function beginTrace(): PropagationContext {
  return ask((core) => JSON.parse(core.context_begin()), undefined) ?? withoutCore();
}

/** The context that two header values describe; without a valid `sentry-trace` it begins a trace. */
export function receiveTrace(sentryTrace: string, baggage: string): PropagationContext {
  return ask((core) => JSON.parse(core.context_receive(sentryTrace, baggage)), undefined) ?? withoutCore();
}

/** The context as the core reads it, see src/api/mod.rs. */
export function contextText(
  context: PropagationContext,
  span?: { spanId: string; sampled: boolean },
): string {
  return attempt(() => {
    const { traceId, parentSpanId, sampled, sampleRand, propagationSpanId, dsc } = context;
    const decision = sampled === undefined || sampled === null ? '' : sampled ? '1' : '0';
    return [
      traceId,
      span?.spanId ?? parentSpanId ?? '',
      span ? Number(span.sampled) : decision,
      sampleRand,
      propagationSpanId ?? '',
      dsc ? `-${baggageText(dsc)}` : '',
    ].join('\n');
  }, '');
}

/** A dynamic sampling context as `baggage` text, of any length. */
export function baggageText(dsc: DynamicSamplingContext): string {
  return Object.entries(dsc)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) =>
      attempt(() => `sentry-${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`, ''),
    )
    .filter(Boolean)
    .join(',');
}

/** As many random bytes, in hexadecimal digits. */
export function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function withoutCore(): PropagationContext {
  // Nothing is sent then; but ids of zeros would be one trace for everybody, where a page passes them on.
  return { traceId: randomHex(16), sampleRand: Math.random() };
}

/** The two digits of each byte. Large numbers are slow to print, and each request prints six of them. */
let pairs: string[] | undefined;

/** Some of several numbers as lowercase hexadecimal digits, eight each. */
export function hex(numbers: number[], from: number, to = numbers.length): string {
  pairs ??= Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
  let digits = '';
  for (let at = from; at < to; at++) {
    const word = numbers[at] as number;
    for (let shift = 24; shift >= 0; shift -= 8) digits += pairs[(word >>> shift) & 255];
  }
  return digits;
}
