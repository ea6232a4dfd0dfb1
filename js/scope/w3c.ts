// W3C Trace Context, beside `sentry-trace`: what `traceparent` and `tracestate` say that came, and when they are sent. The grammars,
// and what is chosen where they leave a choice, are in src/codec/traceparent.rs, tracestate.rs and src/decide/continuation.rs; here
// regular expressions read the same, so that a page has them for a fraction of the bytes.

import type { PropagationContext } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { text } from '../values/values.js';
import type { BrowserClient } from './client.js';

/** In version 00 nothing is behind the flags, in later ones something may be, whatever it is. */
const TRACEPARENT =
  /^[\t ]*(?!ff|00.{53}-)[\da-f]{2}-((?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16})-[\da-f]([\da-f])(-|[\t ]*$)/;

/** What the core continues of `sentry-trace`. */
const SENTRY_TRACE = /^[\t ]*(?!0{32})[\da-f]{32}(-?(?!0{16})[\da-f]{16}|-)?-?[01]?[\t ]*$/;

/** Up to 32 members; some of those that commas separate may be empty. */
const TRACESTATE =
  /^[\t ,]*([a-z\d][a-z\d_*/@-]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~][\t ]*(,[\t ,]*|$)){1,32}$/;

/**
 * What a `traceparent` says, as a `sentry-trace` says it; nothing if it is none. Of its flags the decision goes on, as in Level 1; that
 * of Level 2 for ids that are random (0x02) is not passed on.
 */
export function inOurForm(traceparent: string): string {
  const [, ids, flags] = TRACEPARENT.exec(traceparent) ?? [];
  return ids ? `${ids}-${Number(`0x${flags}`) & 1}` : '';
}

/** What counts: a valid `sentry-trace`, else what came in another form, if there is any. */
export function counting(sentryTrace: string, otherwise: string): string {
  return otherwise && !SENTRY_TRACE.test(sentryTrace) ? otherwise : sentryTrace;
}

/** A trace with the `tracestate` that came, if the `traceparent` beside that, in our form, names it. */
export function withTracestate<Context extends PropagationContext | undefined>(
  context: Context,
  otherwise: string,
  tracestate: string,
): Context {
  const kept = readTracestate(tracestate);
  if (kept && context && otherwise.startsWith(context.traceId)) context.tracestate = kept;
  return context;
}

/** What is passed on of a `tracestate`: of a long one as many members of its beginning as fit; nothing if it is none. */
export function readTracestate(tracestate: unknown): string {
  const [beginning = ''] = /^.{0,512}(?=,|$)/.exec(text(tracestate)) ?? [];
  return TRACESTATE.test(beginning) ? beginning : '';
}

/** Of header values, `traceparent` and `tracestate` if a request of this trace carries them, as `propagateTraceparent` says. */
export function w3cHeaders(asked: unknown, traceparent: string, tracestate: string): [string, string] {
  return asked && !(traceparent.endsWith('0') && omits(asked)) ? [traceparent, tracestate] : ['', ''];
}

/** Whether what `propagateTraceparent` says leaves both out of traces that are not recorded. */
export function omits(asked: unknown): boolean | undefined {
  return attempt(() => (asked as { unsampled?: unknown }).unsampled === 'omit');
}

/** The names of the headers that requests of a client carry, for whoever must allow them. */
export function headerNames(
  client: BrowserClient | undefined,
  scope: { trace(): Readonly<PropagationContext> },
): string {
  if (!client?.option('propagateTraceparent')) return 'sentry-trace, baggage';
  return `sentry-trace, baggage, traceparent${readTracestate(scope.trace().tracestate) && ', tracestate'}`;
}
