// The propagation context of a scope: beginning a trace, receiving one, and reading one that the page may have written.

import { receive } from '../core/core.js';
import { earlyTrace } from '../core/early.js';
import { isWaiting } from '../core/waiting.js';
import type { PropagationContext } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { newSampleRand, newTraceId } from '../values/ids.js';
import type { BrowserClient } from './client.js';
import { counting, inOurForm, withTracestate } from './w3c.js';

/** A context that begins a trace. */
export function beginTrace(): PropagationContext {
  return { traceId: newTraceId(), sampleRand: newSampleRand() };
}

/**
 * The context that header values describe; nothing without a valid `sentry-trace`, or else `traceparent`, that is ours to
 * continue.
 */
export function receiveTrace(
  client: BrowserClient | undefined,
  sentryTrace = '',
  baggage = '',
  traceparent = '',
  tracestate = '',
): PropagationContext | undefined {
  const otherwise = inOurForm(traceparent);
  const trace = counting(sentryTrace, otherwise);
  if (!trace) return undefined;
  const isStrict = client?.option('strictTraceContinuation') === true;
  const received = receive(trace, baggage, client?.orgId() ?? '', isStrict, newSampleRand());
  const early =
    COMES_LATER && isWaiting()
      ? earlyTrace(trace, baggage, (one) => isOwn(client, one, isStrict))
      : undefined;
  return withTracestate(received ?? early, otherwise, tracestate);
}

/** Before the core has come: whether it is sure to go on with a trace of an organization, which may be unknown. */
export function isOwn(client: BrowserClient | undefined, organization: string, isStrict: boolean): boolean {
  if (!organization) return !isStrict;
  const own = client?.orgId() || /@o(\d+)\./.exec(client?.text('dsn') ?? '')?.[1];
  return organization === own;
}

const TRACE_ID = /^(?!0{32})[\da-f]{32}$/;
const SPAN_ID = /^(?!0{16})[\da-f]{16}$/;

/** The context as it counts, in a copy: where the page has written something that is no trace, a new one. */
export function readable(context: Readonly<PropagationContext>): Readonly<PropagationContext> {
  return (
    attempt(() => {
      const { traceId, sampleRand, parentSpanId, propagationSpanId, sampled, dsc, tracestate } = context;
      const isReadable =
        TRACE_ID.test(traceId) &&
        sampleRand >= 0 &&
        sampleRand <= 1 &&
        (!parentSpanId || SPAN_ID.test(parentSpanId)) &&
        (!propagationSpanId || SPAN_ID.test(propagationSpanId));
      return isReadable
        ? { traceId, sampleRand, parentSpanId, propagationSpanId, sampled, dsc, tracestate }
        : beginTrace();
    }) ?? beginTrace()
  );
}
