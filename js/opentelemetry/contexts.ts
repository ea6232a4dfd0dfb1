// What is active, in the words of both: a scope here, a context for OpenTelemetry. The scope is what counts. A context is made
// of it when somebody asks, and a scope of a context when that is to be in force; each carries the other, so that nothing is lost
// on the way: tags and user, custom keys of contexts, baggage.

import {
  type Context,
  createContextKey,
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import {
  continueTrace,
  getCurrentScope,
  type PropagationContext,
  type Scope,
  startNewTrace,
} from '../index.js';
import { recordOf } from '../span/record.js';
import type { AnySpan } from '../types/spans.js';
import { shared } from '../values/shared.js';

/** A context has the scope that it was made of. */
const SCOPE = createContextKey('throughline scope');

/** A context has what came with a trace of another service, beside the ids. */
const CONTINUED = createContextKey('throughline continued trace');

/** The key of `suppressTracing` in `@opentelemetry/core`, which finds it by this text, too. */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** A scope has the keys of the context that it was made of, among what is never sent. */
const VALUES = Symbol('OpenTelemetry context');

/** A context, and of what it was made. */
interface Made {
  context: Context;
  fields: Scope['fields'];
  span: AnySpan | undefined;
  suppressed: boolean;
  trace: Readonly<PropagationContext>;
}

/** The context of a scope, as long as the scope stays as it is. */
const made = new WeakMap<Scope, Made>();

function remember(scope: Scope, context: Context): void {
  const { fields, span, suppressed } = scope;
  made.set(scope, { context, fields, span, suppressed, trace: scope.trace() });
}

/** What is beneath all scopes: that of the page, or of the process; and its isolation scope. */
export function baseScopes(): [scope: Scope, isolation: Scope | undefined] {
  const { inForce } = shared as { inForce?: [page: Scope, isolation: Scope] };
  return inForce ? [inForce[0], inForce[1]] : [getCurrentScope(), undefined];
}

/** A scope as a context: the same one as long as nothing changes. */
export function contextOf(scope: Scope): Context {
  const inForce = scope.trace();
  const { fields, span, suppressed } = scope;
  const known = made.get(scope);
  if (known && known.fields === fields && known.span === span && known.suppressed === suppressed) {
    if (isSameRemote(known.trace, inForce)) return known.context;
  }
  const values = (fields.sdkProcessingMetadata as { [VALUES]?: Context })[VALUES] ?? ROOT_CONTEXT;
  let context = values.setValue(SCOPE, scope);
  const remote = span ? undefined : remoteOf(inForce);
  if (span) context = trace.setSpan(context, span as never);
  else if (remote) context = continuing(context, inForce, remote);
  else context = trace.deleteSpan(context);
  context = suppressed ? context.setValue(SUPPRESSED, true) : context.deleteValue(SUPPRESSED);
  remember(scope, context);
  return context;
}

/** Whether two traces go on from the same span of another service, or from none. The application may write to them. */
function isSameRemote(one: Readonly<PropagationContext>, other: Readonly<PropagationContext>): boolean {
  const isSame = one === other || one.parentSpanId === other.parentSpanId;
  return isSame && (!one.parentSpanId || (one.traceId === other.traceId && one.sampled === other.sampled));
}

/** A context in which a trace of another service goes on. */
export function continuing(
  context: Context,
  inForce: Readonly<PropagationContext>,
  remote: SpanContext | undefined = remoteOf(inForce),
): Context {
  return remote ? trace.setSpanContext(context.setValue(CONTINUED, inForce), remote) : context;
}

/** The span of another service that a trace goes on from. */
function remoteOf({
  traceId,
  parentSpanId,
  sampled,
  tracestate,
}: Readonly<PropagationContext>): SpanContext | undefined {
  if (!parentSpanId) return undefined;
  const remote = { traceId, spanId: parentSpanId, traceFlags: sampled ? 1 : 0, isRemote: true };
  return tracestate ? { ...remote, traceState: createTraceState(tracestate) } : remote;
}

/** The scope that a context stands for: the current one if it is that, else one of its own. */
export function scopeOf(given: Context): Scope {
  const current = getCurrentScope();
  return contextOf(current) === given ? current : forkOf(given);
}

/** A scope of its own in which everything is as a context says. */
export function forkOf(given: Context): Scope {
  const origin = (given.getValue(SCOPE) as Scope | undefined) ?? baseScopes()[0];
  const scope = origin.clone();
  const span = trace.getSpan(given) as unknown as AnySpan | undefined;
  const own = recordOf(span);
  if (own) {
    // A span that was put there on purpose is known to be the running one, whatever else the page does.
    if (span !== origin.span) {
      scope.exact = true;
      if (ON_SERVER) scope.isolation = own.scope.isolation ?? scope.isolation;
    }
    scope.span = span;
  } else {
    scope.span = undefined;
    const remote = span?.spanContext() as SpanContext | undefined;
    if (remote && isSpanContextValid(remote)) enterTrace(scope, traceOf(given, remote));
    else if (scope.trace().parentSpanId) enterTrace(scope, newTrace());
  }
  scope.client ??= getCurrentScope().client;
  scope.suppressed = given.getValue(SUPPRESSED) === true;
  // Without scope and span: in a chain of callbacks each would hold those before it for ever.
  scope.setSDKProcessingMetadata({ [VALUES]: trace.deleteSpan(given).deleteValue(SCOPE) });
  remember(scope, given);
  return scope;
}

/** Puts a scope of its own into a trace. */
export function enterTrace(scope: Scope, inForce: Readonly<PropagationContext>): void {
  scope.context = inForce;
  scope.given = false;
}

/** A trace that begins here. */
export function newTrace(): Readonly<PropagationContext> {
  return startNewTrace(() => getCurrentScope().trace());
}

/** The trace of a span that is none of ours: what came with it, if it was extracted, else what its ids say. */
function traceOf(given: Context, remote: SpanContext): Readonly<PropagationContext> {
  const known = given.getValue(CONTINUED) as PropagationContext | undefined;
  const { traceId, spanId, traceFlags, traceState } = remote;
  if (known?.traceId === traceId && known.parentSpanId === spanId) return known;
  const [ids, flag] = [`${traceId}-${spanId}`, traceFlags & 1];
  return continueTrace(
    {
      sentryTrace: `${ids}-${flag}`,
      baggage: undefined,
      traceparent: `00-${ids}-0${flag}`,
      tracestate: traceState?.serialize(),
    },
    () => getCurrentScope().trace(),
  );
}
