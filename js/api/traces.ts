// Traces: continuing one, beginning one, and the headers and contexts that carry it on.

import { printBaggage } from '../core/core.js';
import { doubt, isDoubted, settle } from '../core/early.js';
import { isWaiting, later } from '../core/waiting.js';
import { currentClient, getCurrentScope, isolationOf, runInScope } from '../scope/active.js';
import { BrowserClient } from '../scope/client.js';
import { beginTrace, receiveTrace } from '../scope/propagation.js';
import { Scope } from '../scope/scope.js';
import { w3cHeaders } from '../scope/w3c.js';
import { contextOf, flagOf, NO_SPAN, recordOf } from '../span/record.js';
import { contextOfSpan, contextOfTrace, headersOfScope, headersOfSpan } from '../span/sampling-context.js';
import { getRootSpan } from '../span/tree.js';
import type { Client, PropagateTraceparent } from '../types/options.js';
import type { AnySpan, DynamicSamplingContext } from '../types/spans.js';
import { attempt, isA } from '../values/attempt.js';
import { now } from '../values/clock.js';
import { callable, complain, shown } from '../values/debug.js';
import { text } from '../values/values.js';

/** The headers that carry a trace; `{}` before `init` and while disabled. */
export interface SerializedTraceData {
  'sentry-trace'?: string;
  baggage?: string | undefined;
  traceparent?: string | undefined;
  tracestate?: string | undefined;
}

/** What {@link getTraceData} may be told. */
export interface TraceDataOptions {
  /** The span to continue from, instead of the active one. */
  span?: AnySpan | undefined;
  /** The scope whose trace counts where no span is active, instead of the current one. */
  scope?: Scope | undefined;
  /** The client to ask, instead of the current one. */
  client?: Client | undefined;
  /** Answer with the W3C header `traceparent` too, and the `tracestate` that came with the trace; as the option of `init`. */
  propagateTraceparent?: PropagateTraceparent | undefined;
}

/**
 * Runs a callback in the trace that header values describe; spans that begin in it continue that trace.
 * Where there is no valid `sentryTrace`, `traceparent` (W3C) counts. What is malformed, or of another organization, begins a
 * new trace.
 *
 * @param options `sentryTrace`, `baggage`, `traceparent` and `tracestate`, the values of the headers of these names; or what {@link getTraceData} answered
 *   elsewhere, as in the page that a worker works for
 * @param callback runs in that trace
 * @returns what the callback returns
 * @example
 * continueTrace({ sentryTrace, baggage }, () => startSpan({ name: 'hydrate' }, hydrate));
 * @example
 * onmessage = ({ data }) => continueTrace(data, () => startSpan({ name: 'work' }, work));
 */
export function continueTrace<T>(
  options:
    | {
        sentryTrace: string | string[] | null | undefined;
        baggage: string | string[] | number | boolean | null | undefined;
        traceparent?: string | string[] | null | undefined;
        tracestate?: string | string[] | null | undefined;
      }
    | {
        'sentry-trace'?: string | null | undefined;
        baggage?: string | null | undefined;
        traceparent?: string | null | undefined;
        tracestate?: string | null | undefined;
      },
  callback: () => T,
): T {
  const values = attempt(() => {
    const {
      sentryTrace,
      'sentry-trace': same,
      baggage,
      traceparent,
      tracestate,
    } = options as Record<string, unknown>;
    return [sentryTrace ?? same, baggage, traceparent, tracestate].map(header);
  }, []) as [sentryTrace?: string, baggage?: string, traceparent?: string, tracestate?: string];
  const scope = getCurrentScope().clone();
  const given = values[0] || values[2];
  const received = receiveTrace(currentClient(), ...values);
  scope.context = received ?? beginTrace();
  scope.given = false;
  if (COMES_LATER && isWaiting()) {
    const client = currentClient();
    const { context } = scope;
    if (!received) doubt(context);
    later(() => {
      const judged = receiveTrace(client, ...values);
      if (judged ?? received) settle(context, judged ?? beginTrace());
    });
  } else if (given && !received) {
    complain(`continueTrace began a new trace: ${shown(given)} is malformed, or another organization's`);
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
  scope.given = false;
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
      // On a server what is active is known exactly: it holds for all that the callback begins.
      if (!ON_SERVER) scope.suppressed = false;
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
  const asked = isA(client, BrowserClient) ? client : currentClient();
  if (!asked?.isOn()) return {};
  const current = isA(scope, Scope) ? scope : getCurrentScope();
  // Mostly none is given, and to ask what is none would throw: of that servers have much.
  const used = (!ON_SERVER || span) && contextOf(span) ? span : getCurrentScope().span;
  const [sentryTrace, baggage, ...w3c] = headers(used, current, asked);
  if (COMES_LATER && isDoubted([sentryTrace])) return {};
  const data: SerializedTraceData = { 'sentry-trace': sentryTrace, baggage: baggage || undefined };
  const [traceparent, tracestate] = w3cHeaders(propagateTraceparent, ...w3c);
  if (traceparent) data.traceparent = traceparent;
  if (tracestate) data.tracestate = tracestate;
  return data;
}

function headers(
  span: AnySpan | undefined,
  current: Scope,
  client: BrowserClient,
): [string, string | undefined, string, string] {
  const record = recordOf(span);
  if (span && !record) return [spanToTraceHeader(span), spanToBaggageHeader(span), '', ''];
  // With tracing off a span decides nothing: the trace in force goes on.
  if (!record || !client.traces()) return headersOfScope(current, client);
  return headersOfSpan(record, client, record.scope);
}

/**
 * The trace as `<meta>` tags: for a page that is rendered in the browser; on a server, for the page that the active request gets,
 * whose page load then goes on in the request's trace. There they also tell when the request came in (`sentry-trace-time`, seconds
 * since the epoch), so that a browser sees a stale page, and what they say is escaped.
 *
 * @param data what to write, instead of {@link getTraceData}
 * @returns one tag per header, without separator; empty before `init`
 * @example
 * document.head.insertAdjacentHTML('beforeend', getTraceMetaTags());
 * @example
 * response.end(`<!doctype html><html><head>${getTraceMetaTags()}</head>…`);
 */
export function getTraceMetaTags(data?: SerializedTraceData): string {
  const entries = attempt(() => Object.entries(data ?? (ON_SERVER ? pageTrace() : getTraceData())), []);
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<meta name="${name}" content="${escaped(text(value))}"/>`)
    .join('');
}

/** What a server tells a page: its trace, and when its request came in. */
export function pageTrace(): Record<string, string | undefined> {
  const data: Record<string, string | undefined> = { ...getTraceData() };
  if (!data['sentry-trace']) return data;
  const scope = getCurrentScope();
  const root = recordOf(scope.span)?.root;
  data['sentry-trace-time'] = String(isolationOf(scope).cameIn ?? root?.start ?? now());
  return data;
}

/** A text as the value of an attribute: `tracestate` is from others, and in baggage are names and releases. */
function escaped(text: string): string {
  return text.replace(ON_SERVER ? /[&<>"']/g : /["&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * The `sentry-trace` header that makes another service continue below a span. Always with a decision, unless the core has yet to
 * come (`throughline/slim`): then with that of the trace it goes on in, if there is one, and empty while the trace may change.
 *
 * @param span of this SDK, or of another one
 * @example
 * request.setRequestHeader('sentry-trace', spanToTraceHeader(span));
 */
export function spanToTraceHeader(span: AnySpan): string {
  const { traceId, spanId, traceFlags } = contextOf(span) ?? NO_SPAN;
  const ids = `${traceId}-${spanId}`;
  if (COMES_LATER) {
    if (isDoubted([ids])) return '';
    const record = recordOf(span);
    if (record && flagOf(record) === undefined) return ids;
  }
  return `${ids}-${traceFlags & 1}`;
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
  const client = currentClient();
  const context = contextOf(span);
  if (!client?.isOn() || !context) return {};
  const root = getRootSpan(span);
  const record = recordOf(span);
  const known = (recordOf(root)?.scope ?? getCurrentScope()).trace();
  // Of a trace of another SDK we know its id, and what `init` said.
  const isOwn = record && !record.foreign;
  const { sampleRand } = known;
  const trace = isOwn ? known : { traceId: context.traceId, sampleRand };
  const [json] =
    record && client.traces() ? contextOfSpan(record, client, trace) : contextOfTrace(trace, client);
  const dsc = attempt(() => JSON.parse(json), {});
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
  return attempt(() => printBaggage(dsc ?? {}), '') || undefined;
}
