// What is done with the requests of the page, see section 7 of the protocol. The wrappers are in
// src/app/browser/patch/; what they are told here comes from the core and from callbacks of the page.

import {
  type Call,
  hasFailed,
  hasMoved,
  isEnvelope,
  type Plan as PatchPlan,
  patchFetch,
  read,
  sizeOf,
  statusOf,
  theirs,
} from '../../src/app/browser/patch/fetch.js';
import { patchXhr, settle } from '../../src/app/browser/patch/xhr.js';
import { mergeBaggage } from '../core/core.js';
import { isDoubted } from '../core/early.js';
import { currentClient, getCurrentScope } from '../scope/active.js';
import { BrowserClient } from '../scope/client.js';
import { isHidden } from '../scope/lifecycle.js';
import { listen } from '../scope/listen.js';
import type { Scope } from '../scope/scope.js';
import { targetsOf } from '../scope/targets.js';
import { endSpan, timeIn } from '../span/end.js';
import { recordOf, SpanRecord } from '../span/record.js';
import { Span } from '../span/span.js';
import type { Client } from '../types/options.js';
import type { AnySpan } from '../types/spans.js';
import { attempt, isA } from '../values/attempt.js';
import { elapsed } from '../values/clock.js';
import { complain, shown } from '../values/debug.js';
import { hasDocument } from '../values/place.js';
import { shared } from '../values/shared.js';
import { addressOf, breakAddress, FETCH, XHR } from './addresses.js';
import { addTimings } from './entries.js';
import { type Measured, measure, stopMeasuring } from './http-timings.js';
import { answered, beginRequest, describeLater, headersOfRequest } from './request-span.js';
import { isTraced } from './tracer.js';

/** The options of {@link browserTracingIntegration} and {@link instrumentOutgoingRequests} that are about requests. */
export interface RequestInstrumentationOptions {
  /** Trace `fetch` (default true). */
  traceFetch?: boolean;
  /** Trace `XMLHttpRequest` (default true). */
  traceXHR?: boolean;
  /** Add the browser's own timings of a request to its span (default true). */
  enableHTTPTimings?: boolean;
  /** Whether a request gets a span; called once per request, with its URL as the page wrote it. */
  shouldCreateSpanForRequest?: (url: string) => boolean;
  /** Hears of each request after its span has begun; where there is none, of a span that is not recorded. */
  onRequestSpanStart?: (span: AnySpan, request: { headers?: Headers | undefined }) => void;
  /** Hears of each request that was to get a span, after that has ended. */
  onRequestSpanEnd?: (
    span: AnySpan,
    response: { headers?: Headers | undefined; error?: Error | undefined },
  ) => void;
}

/** What is known about a request while it is under way. */
interface Plan extends PatchPlan, Measured {
  /** The span that times it. */
  record: SpanRecord | undefined;
  /** The span that callbacks get. */
  span: AnySpan | undefined;
  /** Whether a span was wanted. */
  wanted: boolean;
  scope: Scope;
  client: BrowserClient;
  options: RequestInstrumentationOptions;
  /** In stream mode: whether the timings are known. The function ends the span. */
  timed: boolean | (() => void) | undefined;
}

/** What {@link instrumentOutgoingRequests} does if nobody says otherwise. */
export const defaultRequestInstrumentationOptions: RequestInstrumentationOptions = {
  traceFetch: true,
  traceXHR: true,
  enableHTTPTimings: true,
};

/** How long the end of a streamed span waits for its timings, in milliseconds. */
const TIMINGS_PATIENCE = 300;

/** Ends the spans that wait for their timings. */
const waiting = new Set<() => void>();
/** Whether we hear of a page that is hidden; once for the life of the page. */
let listening = false;

const state = shared as {
  /** Whose requests are traced, and how. */
  traced?: { client: BrowserClient; options: RequestInstrumentationOptions } | undefined;
  /** Take back what was wrapped. */
  traceFetch?: (() => void) | undefined;
  traceXHR?: (() => void) | undefined;
  /** Whoever hears of answers to each `fetch` that has a span. */
  hearers?: Map<BrowserClient, (answered: Answered) => void>;
};

/** A `fetch` that was answered: its response, its span, and the scope it was sent in. */
export interface Answered {
  response: Response;
  span: AnySpan;
  scope: Scope;
}

/**
 * Gives the requests of the page spans and trace headers. `browserTracingIntegration()` does it by itself. Each
 * request is handled once, however often this is called; the options of the last call count.
 *
 * @param client what `init` answered with
 * @param options see {@link RequestInstrumentationOptions}
 * @example
 * instrumentOutgoingRequests(client, { traceXHR: false });
 */
export function instrumentOutgoingRequests(
  client: Client,
  options: RequestInstrumentationOptions = {},
): void {
  const ours = client;
  if (!isA(ours, BrowserClient)) {
    complain(`instrumentOutgoingRequests was ignored: ${shown(client)} is no client`);
    return;
  }
  if (isTraced()) return;
  const own: RequestInstrumentationOptions = attempt(() => ({ ...options }), {});
  for (const [name, value] of Object.entries(defaultRequestInstrumentationOptions)) {
    own[name as 'traceFetch'] ??= value as boolean;
  }
  if (state.traced?.client !== ours) {
    attempt(() => ours.on('close', () => stop(ours)));
    // Nobody says when a worker is left, but those who flush may be about to close it.
    if (!hasDocument()) attempt(() => ours.on('flush', () => hurry()));
  }
  state.traced = { client: ours, options: own };
  // What is wrong with them is said now, and not when the first request is sent.
  targetsOf(ours);
  if (!listening) {
    listening = true;
    // Not of the document, which a worker has not.
    listen(globalThis, 'visibilitychange', hurry);
    listen(globalThis, 'pagehide', hurry, false);
  }
  trace('traceFetch', own, () =>
    patchFetch(globalThis, { start: (call) => start(call, FETCH), merge: mergeBaggage, end: endFetch }),
  );
  trace('traceXHR', own, () =>
    patchXhr(globalThis, {
      start: (call) => start(call, XHR),
      merge: mergeBaggage,
      began,
      end: endXhr,
      failed,
    }),
  );
}

/** Wraps one way of sending requests, or takes that back, as the options say. */
function trace(
  name: 'traceFetch' | 'traceXHR',
  options: RequestInstrumentationOptions,
  patch: () => () => void,
): void {
  if (options[name]) state[name] ??= patch();
  else unwrap(name);
}

function unwrap(name: 'traceFetch' | 'traceXHR'): void {
  state[name]?.();
  state[name] = undefined;
}

/** Tells a function of each answer to a `fetch`, for as long as the client lives. */
export function hearResponses(client: BrowserClient, hears: (answered: Answered) => void): void {
  state.hearers ??= new Map();
  state.hearers.set(client, hears);
}

/** Whether `fetch` is ours now, or was wrapped by somebody after us. */
export function tracesFetch(): boolean {
  return Boolean(state.traceFetch);
}

function stop(client: BrowserClient): void {
  state.hearers?.delete(client);
  if (state.traced?.client !== client) return;
  state.traced = undefined;
  stopMeasuring();
  unwrap('traceFetch');
  unwrap('traceXHR');
}

/** Decides about a request that is about to be sent. */
function start(call: Call, kind: typeof FETCH | typeof XHR): Plan | undefined {
  const { traced, hearers } = state;
  if (!traced) return undefined;
  const { options } = traced;
  const client = currentClient() ?? traced.client;
  if (!client.isOn()) return undefined;
  settle();
  const { url } = call;
  const address = addressOf(client, url, kind);
  const { href, bare, code, declined } = address;
  // Envelopes, whoever sends them: the page's transport, or another SDK.
  if (!href || code === 'envelope') return undefined;
  const { shouldCreateSpanForRequest: wants, onRequestSpanStart: tell } = options;
  const scope = getCurrentScope();
  const traces = client.traces();
  const wanted = traces && (typeof wants !== 'function' || attempt(() => wants(url), true));
  const active = recordOf(scope.span);
  const streams = client.streams();
  const curious = tell || options.onRequestSpanEnd || client.listens('beforeOutgoingRequestSpan');
  const heard = curious || Boolean(hearers?.size);
  const records = wanted && (active || streams);
  // Nothing to do for nearly all requests of a page that asks many other origins: they are not even read.
  const idle = !records && declined && !heard;
  if (!idle) {
    read(call);
    if (isEnvelope(call.body)) return undefined;
  }
  if (wanted && !records) client.sender?.lose('no_parent_span', 'span', 1);
  if (idle) return undefined;
  const record = records ? beginRequest(address, call.method, scope, active, streams) : undefined;
  let headers: string[] | undefined;
  if (address.attaches && !call.noCors) headers = headersOfRequest(client, scope, record, active);
  if (COMES_LATER && record) describeLater(record, client, call, href, kind);
  if (COMES_LATER && headers && isDoubted(headers)) headers = undefined;
  if (!record && !headers && !heard) return undefined;
  const plan: Plan = {
    key: Number(Boolean(record)),
    headers,
    carries: false,
    href,
    bare,
    sent: 0,
    initiator: kind ? 'xmlhttprequest' : 'fetch',
    record,
    span: undefined,
    wanted,
    scope,
    client,
    options,
    timed: undefined,
  };
  if (record?.kept && options.enableHTTPTimings) awaitTimings(plan);
  if (heard) {
    plan.span = record?.span ?? new Span(new SpanRecord(scope.trace().traceId, scope));
    if (!kind) began(plan, call);
  }
  return plan;
}

/** Tells the page that a request is about to be sent. */
function began({ span, client, options }: Plan, call: Call): void {
  if (!span) return;
  client.emit('beforeOutgoingRequestSpan', span, call);
  attempt(() => options.onRequestSpanStart?.(span, { headers: headersOf(call) }));
}

/** The headers of a request: of a `fetch` those of the page, of an `XMLHttpRequest` all. */
function headersOf(call: Call): Headers | undefined {
  const given = call.headers ?? theirs(call) ?? call.request?.headers;
  return attempt(() => (given ? new Headers(given) : undefined));
}

function endFetch(plan: Plan, call: Call, response: Response | undefined, error: unknown): void {
  end(plan, statusOf(response), sizeOf(response));
  if (response) {
    moved(plan, response.url);
    const { record, span, scope, client } = plan;
    if (record && span) attempt(() => state.hearers?.get(client)?.({ response, span, scope }));
  } else if (hasFailed(plan, call, error)) failed(plan);
  tellEnd(plan, { headers: attempt(() => response?.headers), error });
}

function endXhr(plan: Plan, _call: Call, xhr: XMLHttpRequest, error: unknown, at?: number): void {
  end(plan, xhr.status, 0, at);
  if (xhr.responseURL) moved(plan, xhr.responseURL);
  const given = () => xhr.getAllResponseHeaders().trim().split(/\r\n/).filter(Boolean);
  const pairs = () =>
    given().map((line): [string, string] => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).trim()];
    });
  tellEnd(plan, plan.span && { headers: attempt(() => new Headers(pairs())), error });
}

/** Ends the span of a request, if it has one: now, or at a time of the timeline. */
function end(plan: Plan, status: number, size: number, ended?: number): void {
  const { record, timed } = plan;
  if (!record) return;
  const at = timeIn(record, ended ?? elapsed());
  answered(record, status, size);
  if (timed !== false) {
    endSpan(record, at);
    return;
  }
  // In stream mode a span leaves when it ends.
  const finish = () => {
    attempt(() => clearTimeout(timer));
    waiting.delete(finish);
    endSpan(record, at);
  };
  const timer = attempt(() => setTimeout(finish, TIMINGS_PATIENCE));
  if (timer === undefined) {
    finish();
    return;
  }
  waiting.add(finish);
  plan.timed = finish;
}

/** A page that is hidden may never be seen again: spans that wait for their timings leave without. */
function hurry(event?: Event): void {
  if (!waiting.size || (event?.type === 'visibilitychange' && !isHidden())) return;
  for (const finish of waiting) finish();
  state.traced?.client.sender?.hurry();
}

function tellEnd({ span, wanted, options }: Plan, response: object | undefined): void {
  if (span && wanted && response) attempt(() => options.onRequestSpanEnd?.(span, response));
}

/** The browser's timings become attributes of the span: of one that has ended, while its root has not been sent. */
function awaitTimings(plan: Plan): void {
  if (!plan.bare.startsWith('http')) return;
  if (plan.client.streams()) plan.timed = false;
  plan.sent = elapsed();
  measure(plan, measured);
}

function measured(plan: Plan, entry: PerformanceResourceTiming): void {
  const { record } = plan;
  if (record?.kept) addTimings(record.attributes, entry);
  if (typeof plan.timed === 'function') plan.timed();
  else plan.timed = undefined;
}

/** A request with our headers failed at network level: they may be why. */
function failed({ href, client, scope }: Plan): void {
  breakAddress(client, href, '', scope);
}

/** A request was answered by a URL that may be another origin's, which did not expect our headers. */
function moved(plan: Plan, url: string): void {
  if (hasMoved(plan, url)) breakAddress(plan.client, plan.href, url, plan.scope);
}
