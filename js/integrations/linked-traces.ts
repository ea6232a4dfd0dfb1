// Links between the traces of one page, and of one page view to the next: each root that begins in another
// trace than the one before it is linked to that one.

import { later } from '../core/waiting.js';
import { getCurrentScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { spanToJSON } from '../span/json.js';
import { contextOf, PREVIOUS_SAMPLE_RATE, recordOf, SAMPLE_RATE } from '../span/record.js';
import type { AnySpan, SpanAttributes, SpanContextData } from '../types/spans.js';
import { attempt } from '../values/attempt.js';

/** How roots of different traces are linked, see {@link BrowserTracingOptions}. */
export interface LinkOptions {
  /** Where the previous trace is remembered (default `in-memory`); `off`: nowhere. */
  linkPreviousTrace?: 'in-memory' | 'session-storage' | 'off';
  /** Give each trace of the page the decision of the first (default false). */
  consistentTraceSampling?: boolean;
}

/** What is remembered of a root, in the form that the reference keeps in the session storage. */
interface Previous {
  spanContext: Pick<SpanContextData, 'traceId' | 'spanId' | 'traceFlags'>;
  /** Seconds since the epoch. */
  startTimestamp: number;
  sampleRate: number;
  sampleRand: number;
}

/** Older traces are not linked; seconds, as in the reference. */
const MAX_AGE = 3600;
const KEY = 'sentry_previous_trace';

/** Links the roots of a client from now on. */
export function linkTraces(
  client: BrowserClient,
  { linkPreviousTrace, consistentTraceSampling }: LinkOptions,
): void {
  if (linkPreviousTrace === 'off') return;
  const stored = linkPreviousTrace === 'session-storage';
  let previous = stored ? read() : undefined;

  const follows = (span: AnySpan) => {
    // The trace that it is in is known then.
    if (COMES_LATER && later(() => follows(span))) return;
    previous = follow(previous, span);
    if (stored) attempt(() => sessionStorage.setItem(KEY, JSON.stringify(previous)));
  };
  client.on('rootStart', follows);

  if (!consistentTraceSampling) return;
  let first = true;
  client.on('beforeSampling', (sampling: { parentSampled?: boolean; spanAttributes: SpanAttributes }) => {
    if (!previous) return;
    const scope = getCurrentScope();
    const context = scope.trace();
    // What the server has decided about this page goes before what was decided about another one.
    const continues = first && context.parentSpanId;
    first = false;
    if (continues) return;
    const { sampleRate, sampleRand, spanContext } = previous;
    const sampled = spanContext.traceFlags === 1;
    const dsc = { ...context.dsc, sample_rate: String(sampleRate), sampled: String(sampled) };
    scope.setPropagationContext({ ...context, dsc, sampleRand });
    sampling.parentSampled = sampled;
    sampling.spanAttributes = {
      ...sampling.spanAttributes,
      [PREVIOUS_SAMPLE_RATE]: sampleRate,
    };
  });
}

/** Links a root to the one before it, and answers with what the next one is linked to. */
function follow(previous: Previous | undefined, span: AnySpan): Previous | undefined {
  const before = previous?.spanContext;
  // Roots of one trace count as one.
  if (previous && before?.traceId === (recordOf(span)?.traceId ?? contextOf(span)?.traceId)) return previous;
  const context = contextOf(span);
  if (!context) return previous;
  const { start_timestamp, attributes } = spanToJSON(span);
  if (previous && before && Date.now() / 1000 - previous.startTimestamp <= MAX_AGE) {
    span.addLink({ context: before, attributes: { 'sentry.link.type': 'previous_trace' } });
    const flag = before.traceFlags === 1 ? 1 : 0;
    span.setAttribute('sentry.previous_trace', `${before.traceId}-${before.spanId}-${flag}`);
  }
  const { traceId, spanId, traceFlags } = context;
  const trace = (recordOf(span)?.scope ?? getCurrentScope()).trace();
  return {
    spanContext: { traceId, spanId, traceFlags },
    startTimestamp: start_timestamp,
    sampleRate: Number(attributes[SAMPLE_RATE] ?? trace.dsc?.sample_rate) || 0,
    sampleRand: trace.sampleRand,
  };
}

function read(): Previous | undefined {
  const kept = attempt(() => JSON.parse(sessionStorage.getItem(KEY) ?? 'null'), null);
  return attempt(() => typeof kept.spanContext.traceId === 'string', false) ? kept : undefined;
}
