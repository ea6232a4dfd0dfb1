// The tracer: spans of the SDK, begun in the words of OpenTelemetry.

import {
  type Span as ApiSpan,
  context as active,
  type Context,
  INVALID_SPAN_CONTEXT,
  SpanKind,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { getClient, getCurrentScope, type Scope, startInactiveSpan } from '../index.js';
import type { BrowserClient } from '../scope/client.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { callable } from '../values/debug.js';
import { baseScopes, enterTrace, newTrace, scopeOf } from './contexts.js';
import { destinationOf, initial, whereOf } from './semantics.js';
import { dressed, linksOf, requestOf, timeOf } from './span.js';

/** The kinds of spans that answer somebody else's request, or take his message. */
const TAKES = [1, 4];

/** A library, as it names itself. */
interface Library {
  name: string;
  version: string | undefined;
}

/** The provider of tracers. `isInForce` is asked before each span: libraries keep their tracers for ever. */
export function providerOf(isInForce: () => boolean): TracerProvider {
  return { getTracer: (name, version) => tracerOf({ name: String(name ?? ''), version }, isInForce) };
}

function tracerOf(library: Library, isInForce: () => boolean): Tracer {
  const startSpan: Tracer['startSpan'] = (name, options, given) => {
    const make = isInForce()
      ? () => begin(library, name, options, given)
      : () => elsewhere(library, name, options, given);
    return attempt(make) ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  };
  const startActiveSpan = <T>(name: string, ...rest: unknown[]): T => {
    const callback = callable(rest.pop() as (span: ApiSpan) => T, 'startActiveSpan');
    const [options, given = active.active()] = rest as [SpanOptions?, Context?];
    const span = startSpan(name, options, given);
    return active.with(trace.setSpan(given, span), callback, undefined, span) as T;
  };
  return { startSpan, startActiveSpan: startActiveSpan as Tracer['startActiveSpan'] };
}

let isAsking = false;

/** A span of whoever is in our place now; none if that is somebody who asks us. */
function elsewhere(
  { name, version }: Library,
  ...given: Parameters<Tracer['startSpan']>
): ApiSpan | undefined {
  if (isAsking) return undefined;
  isAsking = true;
  try {
    return trace.getTracer(name, version).startSpan(...given);
  } finally {
    isAsking = false;
  }
}

function begin(
  library: Library,
  name: string,
  options: SpanOptions | undefined,
  given: Context | undefined,
): ApiSpan {
  // What cannot be read was not said.
  const { kind = 0, attributes = {}, links, root, startTime } = attempt(() => ({ ...options }), {});
  const all = initial(library, kind, attributes);
  const where = whereOf(all);
  const address = destinationOf({ kind, where });
  const scope = prepared(
    (given && attempt(() => scopeOf(given))) ?? getCurrentScope(),
    kind,
    Boolean(root),
    address,
  );
  const span = startInactiveSpan({
    name,
    attributes: all as SpanAttributes,
    startTime: timeOf(startTime),
    links: linksOf(links),
    scope,
  });
  const above = kind === SpanKind.CLIENT ? undefined : requestOf(scope.span);
  return dressed(span, { kind, where, above, code: 0, isOver: false });
}

/** The scope that a span begins in. */
function prepared(given: Scope, kind: number, isRoot: boolean, address: string): Scope {
  let scope = given;
  const own = () => {
    if (scope === given) scope = given.clone();
    return scope;
  };
  if (isRoot) own().span = undefined;
  if (!scope.span) {
    const [base, isolation] = baseScopes();
    const { traceId, parentSpanId } = scope.trace();
    // A page is in one trace; what a process does outside of any is a trace of its own each time.
    const isAlone = ON_SERVER && !parentSpanId && traceId === base.trace().traceId;
    if (isRoot || isAlone) enterTrace(own(), newTrace());
    if (ON_SERVER && TAKES.includes(kind)) own().isolation = (scope.isolation ?? isolation)?.clone();
  }
  // What sends our spans makes none.
  if (isIngest(address)) own().suppressed = true;
  return scope;
}

/** Where SDKs send what they have recorded, as src/decide/verdict.rs has it, of which nothing is in this file. */
const INGEST = /\/(envelope\/|store\/|v1\/traces)$|[?&]sentry_key=/;

/** Whether that is where this SDK, or another one, sends what it has recorded. */
function isIngest(address: string): boolean {
  const [place] = address.split('?');
  if (!place) return false;
  const [tunnel] = (getClient() as BrowserClient | undefined)?.sender?.url().split('?') ?? [];
  return place === tunnel || INGEST.test(place) || INGEST.test(address);
}
