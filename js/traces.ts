// Traces: continuing one, beginning one, and the headers and contexts that carry it on.

import { getCurrentScope, runInScope } from './active.js';
import { Client, getClient } from './client.js';
import { callable, complain, shown } from './debug.js';
import { ask, attempt, isA } from './guard.js';
import {
  baggageText,
  beginTrace,
  contextText,
  type DynamicSamplingContext,
  type PropagationContext,
  receiveTrace,
} from './propagation.js';
import { Scope } from './scope.js';
import { type AnySpan, contextOf, keyOf, NO_SPAN, oursOf } from './span.js';
import { getRootSpan } from './tree.js';
import { text } from './values.js';

/** The headers that carry a trace; `{}` before `init` and while disabled. */
export interface SerializedTraceData {
  'sentry-trace'?: string;
  baggage?: string | undefined;
  traceparent?: string | undefined;
}

/** What {@link getTraceData} may be told. */
export interface TraceDataOptions {
  /** The span to continue from, instead of the active one. */
  span?: AnySpan | undefined;
  /** The scope whose trace counts where no span is active, instead of the current one. */
  scope?: Scope | undefined;
  /** The client to ask, instead of the current one. */
  client?: Client | undefined;
  /** Answer with the W3C header `traceparent` too. */
  propagateTraceparent?: boolean | undefined;
}

/**
 * Runs a callback in the trace that two header values describe; spans that begin in it continue that trace.
 * A `sentryTrace` that is missing or malformed, or of another organization, begins a new trace.
 *
 * @param options `sentryTrace` and `baggage`, the values of the headers of these names
 * @param callback runs in that trace
 * @returns what the callback returns
 * @example
 * continueTrace({ sentryTrace, baggage }, () => startSpan({ name: 'hydrate' }, hydrate));
 */
export function continueTrace<T>(
  options: {
    sentryTrace: string | string[] | undefined;
    baggage: string | string[] | number | boolean | null | undefined;
  },
  callback: () => T,
): T {
  const [sentryTrace, baggage] = attempt(
    () => [header(options.sentryTrace), header(options.baggage)],
    ['', ''],
  );
  const scope = getCurrentScope().clone();
  scope.context = receiveTrace(sentryTrace, baggage);
  if (sentryTrace && !sentryTrace.includes(scope.context.traceId)) {
    complain(
      `continueTrace began a new trace: ${shown(sentryTrace)} is malformed, or another organization's`,
    );
  }
  scope.span = undefined;
  return runInScope(scope, callable(callback, 'continueTrace'));
}

/** Several headers of one name count as one, joined by commas. Numbers and booleans are no headers. */
function header(value: unknown): string {
  return Array.isArray(value) ? value.map(header).join(',') : typeof value === 'string' ? value : '';
}

/**
 * Runs a callback in a new trace, with no span active.
 *
 * @param callback runs in the new trace
 * @returns what the callback returns
 * @example
 * startNewTrace(() => startSpan({ name: 'poll' }, poll));
 */
export function startNewTrace<T>(callback: () => T): T {
  const scope = getCurrentScope().clone();
  scope.context = beginTrace();
  scope.span = undefined;
  return runInScope(scope, callable(callback, 'startNewTrace'));
}

/**
 * Runs a callback in which no span is recorded. The part of it after an `await` counts as outside.
 *
 * @param callback runs without being recorded
 * @returns what the callback returns
 * @example
 * suppressTracing(() => fetch('/health'));
 */
export function suppressTracing<T>(callback: () => T): T {
  const scope = getCurrentScope().clone();
  scope.suppressed = true;
  const call = callable(callback, 'suppressTracing');
  return runInScope(scope, () => {
    try {
      return call();
    } finally {
      scope.suppressed = false;
    }
  });
}

/**
 * The headers that continue the trace elsewhere: of a span, else of the active span, else of the trace that
 * is in force.
 *
 * @param options another span, scope or client, and whether `traceparent` is wanted
 * @returns `sentry-trace`, and `baggage` unless there is nothing to say; `{}` before `init`
 * @example
 * const { 'sentry-trace': sentryTrace, baggage } = getTraceData();
 */
export function getTraceData(options: TraceDataOptions = {}): SerializedTraceData {
  const { span, scope, client, propagateTraceparent } = attempt(
    () => ({ ...options }),
    {} as TraceDataOptions,
  );
  if (!(isA(client, Client) ? client : getClient())?.isOn()) return {};
  const current = isA(scope, Scope) ? scope : getCurrentScope();
  const used = contextOf(span) ? span : getCurrentScope().span;
  const [sentryTrace, baggage, traceparent] = headers(used, current);
  if (!sentryTrace) return {};
  const data: SerializedTraceData = { 'sentry-trace': sentryTrace, baggage: baggage || undefined };
  if (propagateTraceparent) data.traceparent = traceparent;
  return data;
}

function headers(span: AnySpan | undefined, current: Scope): (string | undefined)[] {
  const key = keyOf(span);
  if (span && !key) return [spanToTraceHeader(span), spanToBaggageHeader(span)];
  // With tracing off a span decides nothing: the trace in force goes on.
  const scope = getClient()?.traces() ? origin(span, current) : current;
  const lines = ask((core) => core.trace_headers(key, contextText(scope.trace())), '');
  // The core lets go of spans that ended long ago; their ids are still true.
  return lines || !span ? lines.split('\n') : [spanToTraceHeader(span)];
}

/** The scope that the tree of a span was begun in. */
function origin(span: AnySpan | undefined, otherwise: Scope): Scope {
  return (span && oursOf(getRootSpan(span))?.scope) || otherwise;
}

/**
 * The trace as `<meta>` tags, for a page that is rendered in the browser.
 *
 * @param data what to write, instead of {@link getTraceData}
 * @returns one tag per header, without separator; empty before `init`
 * @example
 * document.head.insertAdjacentHTML('beforeend', getTraceMetaTags());
 */
export function getTraceMetaTags(data?: SerializedTraceData): string {
  const entries = attempt(() => Object.entries(data ?? getTraceData()), []);
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<meta name="${name}" content="${text(value)}"/>`)
    .join('');
}

/**
 * The `sentry-trace` header that makes another service continue below a span. Always with a decision.
 *
 * @param span of this SDK, or of another one
 * @example
 * request.setRequestHeader('sentry-trace', spanToTraceHeader(span));
 */
export function spanToTraceHeader(span: AnySpan): string {
  const { traceId, spanId, traceFlags } = contextOf(span) ?? NO_SPAN;
  return `${traceId}-${spanId}-${traceFlags & 1}`;
}

/**
 * The `baggage` header that belongs to a span's trace; `undefined` if there is nothing to say.
 *
 * @param span of this SDK, or of another one
 * @example
 * const baggage = spanToBaggageHeader(span);
 */
export function spanToBaggageHeader(span: AnySpan): string | undefined {
  return dynamicSamplingContextToSentryBaggageHeader(getDynamicSamplingContextFromSpan(span));
}

/**
 * What all parts of a span's trace agree on: `trace_id`, `public_key`, `release`, `environment`,
 * `transaction`, `sampled`, `sample_rand`, `sample_rate`, as far as they are known.
 *
 * @param span any span of the trace; its root counts
 * @returns names and texts; `{}` before `init`
 * @example
 * const { trace_id, transaction } = getDynamicSamplingContextFromSpan(span);
 */
export function getDynamicSamplingContextFromSpan(span: AnySpan): DynamicSamplingContext {
  const client = getClient();
  if (!client || !contextOf(span)) return {};
  const root = getRootSpan(span);
  let context: PropagationContext = origin(root, getCurrentScope()).trace();
  // A span of another SDK: what we know is its trace, and what `init` said.
  if (!oursOf(root)) context = { traceId: contextOf(root)?.traceId ?? '', sampleRand: context.sampleRand };
  const dsc = ask((core) => JSON.parse(core.sampling_context(keyOf(span), contextText(context)) || '{}'), {});
  if (client.listens('createDsc')) client.emit('createDsc', dsc, root);
  return dsc;
}

/**
 * A dynamic sampling context as `baggage` header: percent-encoded, at most 8192 characters.
 *
 * @param dsc names, without `sentry-`, and texts
 * @returns the header; `undefined` if there is nothing to say
 * @example
 * const baggage = dynamicSamplingContextToSentryBaggageHeader(getDynamicSamplingContextFromSpan(span));
 */
export function dynamicSamplingContextToSentryBaggageHeader(
  dsc?: DynamicSamplingContext,
): string | undefined {
  const text = attempt(() => baggageText(dsc ?? {}), '');
  return ask((core) => core.baggage_header(text), '') || undefined;
}
