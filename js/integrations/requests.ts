// What is done with the requests of the page, see section 7 of the protocol. The wrappers are in
// src/browser/patch/; what they are told here comes from the core and from callbacks of the page.

import {
  type Call,
  type Plan as CorePlan,
  patchFetch,
  sizeOf,
  statusOf,
  theirs,
} from '../../src/browser/patch/fetch.js';
import { patchXhr } from '../../src/browser/patch/xhr.js';
import { getCurrentScope } from '../active.js';
import type { Client } from '../client.js';
import type { Core } from '../core.js';
import { complain, shown } from '../debug.js';
import { addLines, pageTime } from '../entries.js';
import { ask, attempt } from '../guard.js';
import { applied } from '../in-force.js';
import { hex } from '../propagation.js';
import type { Scope } from '../scope.js';
import { type AnySpan, keyOf, Span } from '../span.js';
import { readTicket } from '../ticket.js';
import { tellAround } from '../told.js';
import { getRootSpan, spanOf } from '../tree.js';
import { type Measured, measure, stopMeasuring } from './http-timings.js';

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
interface Plan extends CorePlan, Measured {
  /** Its URL, as the browser resolved it. */
  href: string;
  /** The span that callbacks get. */
  span: AnySpan | undefined;
  /** Whether a span was wanted. */
  wanted: boolean;
  scope: Scope;
  client: Client;
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

// The flags of `start_request`, see src/api/requests.rs.
const XHR = 1;
const NO_HEADERS = 2;
const NO_SPAN = 4;
const EXACT = 8;
const SUPPRESSED = 16;

// What it answers.
const DECLINED = 2;
const HEADERS = 4;
const DECIDED = 8;
const OTHER_BAGGAGE = 16;
const TRACEPARENT = 32;

/** How long the end of a streamed span waits for its timings, in milliseconds. */
const TIMINGS_PATIENCE = 300;

/** Ends the spans that wait for their timings. */
const waiting = new Set<() => void>();
/** Whether we hear of a page that is hidden; once for the life of the page. */
let listening = false;

/** How many addresses are remembered. */
const MAX_ADDRESSES = 100;

/** What is known about a URL that the page has written. */
interface Address {
  /** As the browser resolves it; empty for what is none. */
  href: string;
  /** The same without fragment. */
  bare: string;
  /** Whether the core has said that no request to there gets headers. */
  declined: boolean;
}

/** Whose requests are traced, and how. */
let traced: { client: Client; options: RequestInstrumentationOptions } | undefined;
/** Takes back what was wrapped. */
const stops = new Map<'traceFetch' | 'traceXHR', () => void>();

/** A `fetch` that was answered: its response, its span, and the scope it was sent in. */
export interface Answered {
  response: Response;
  span: AnySpan;
  scope: Scope;
}

/** Whoever hears of answers to each `fetch` that has a span. */
const hearers = new Map<Client, (answered: Answered) => void>();

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
  if (!attempt(() => typeof client.traces === 'function', false)) {
    complain(`instrumentOutgoingRequests was ignored: ${shown(client)} is no client`);
    return;
  }
  const own: RequestInstrumentationOptions = attempt(() => ({ ...options }), {});
  for (const [name, value] of Object.entries(defaultRequestInstrumentationOptions)) {
    own[name as 'traceFetch'] ??= value as boolean;
  }
  if (traced?.client !== client) attempt(() => client.hear('close', () => stop(client)), undefined);
  traced = { client, options: own };
  if (!listening) {
    listening = true;
    document.addEventListener('visibilitychange', hurry);
    addEventListener('pagehide', hurry);
  }
  trace('traceFetch', own, () =>
    patchFetch(globalThis, { start: (call) => start(call, 0), merge, end: endFetch }),
  );
  trace('traceXHR', own, () =>
    patchXhr(globalThis, { start: (call) => start(call, XHR), merge, began, end: endXhr, failed }),
  );
}

/** Wraps one way of sending requests, or takes that back, as the options say. */
function trace(
  name: 'traceFetch' | 'traceXHR',
  options: RequestInstrumentationOptions,
  patch: () => () => void,
): void {
  const restore = stops.get(name);
  if (!options[name]) {
    restore?.();
    stops.delete(name);
  } else if (!restore) stops.set(name, patch());
}

/** Tells a function of each answer to a `fetch`, for as long as the client lives. */
export function hearResponses(client: Client, hears: (answered: Answered) => void): void {
  hearers.set(client, hears);
}

/** Whether `fetch` is ours now, or was wrapped by somebody after us. */
export function tracesFetch(): boolean {
  return stops.has('traceFetch');
}

function stop(client: Client): void {
  hearers.delete(client);
  if (traced?.client !== client) return;
  traced = undefined;
  stopMeasuring();
  for (const restore of stops.values()) restore();
  stops.clear();
}

/** Decides about a request that is about to be sent: one question to the core, and those to the page. */
function start(call: Call, flag: number): Plan | undefined {
  if (!traced) return undefined;
  const { client, options } = traced;
  const { method, url } = call;
  const address = addressOf(url);
  const { href, bare } = address;
  // An envelope that somebody else sends, say the page's transport.
  if (!href || (flag && method === 'POST' && url.includes('sentry_key'))) return undefined;
  const { shouldCreateSpanForRequest: wants, onRequestSpanStart: tell } = options;
  const scope = getCurrentScope();
  const wanted = client.traces() && (typeof wants !== 'function' || attempt(() => wants(url), true));
  let flags = flag;
  if (call.noCors) flags |= NO_HEADERS;
  if (!wanted) flags |= NO_SPAN;
  if (scope.exact) flags |= EXACT;
  if (scope.suppressed) flags |= SUPPRESSED;
  const active = keyOf(scope.span);
  if (scope.span) tellAround(scope.span);
  const curious = tell || options.onRequestSpanEnd || client.listens('beforeOutgoingRequestSpan');
  const heard = curious || hearers.size;
  // Nothing to do but to count, for nearly all requests of a page that asks many other origins.
  if (address.declined && !active && !heard && !client.streams()) {
    if (wanted) ask((core) => core.miss_request(), undefined);
    return undefined;
  }
  const { bits, key, headers } = ask((core) => decide(core, href, method, url, active, flags), NOTHING);
  if (bits & DECLINED) address.declined = true;
  if (!bits || !(key || headers || heard)) return undefined;
  const plan: Plan = {
    key,
    headers,
    carries: false,
    href,
    bare,
    sent: 0,
    initiator: flag ? 'xmlhttprequest' : 'fetch',
    span: undefined,
    wanted,
    scope,
    client,
    options,
    timed: undefined,
  };
  if (key && options.enableHTTPTimings) awaitTimings(plan);
  if (heard) {
    const root = scope.span && getRootSpan(scope.span);
    plan.span = (plan.key && spanOf(plan.key, root)) || new Span(undefined, scope);
    if (!flag) began(plan, call);
  }
  return plan;
}

/** What the core has decided: what it answered, the key of the span, and values of headers. */
interface Decided {
  bits: number;
  key: number;
  headers: string[] | undefined;
}
const NOTHING: Decided = { bits: 0, key: 0, headers: undefined };

/** The baggage of the last request: that of the next one is mostly the same. */
let baggage = '';

/** Has the core decide about a request, whose headers are made of the ids in its ticket. */
function decide(
  core: Core,
  href: string,
  method: string,
  url: string,
  active: number,
  flags: number,
): Decided {
  const bits = core.start_request(href, method, url, active, flags);
  if (!bits) return NOTHING;
  const { key, ids, sampled } = readTicket();
  if (!(bits & HEADERS)) return { bits, key, headers: undefined };
  if (bits & OTHER_BAGGAGE) baggage = core.request_baggage();
  const id = `${hex(ids, 2)}-${hex(ids, 0, 2)}`;
  const decision = sampled ? '1' : '0';
  const traceparent = bits & TRACEPARENT ? `00-${id}-0${decision}` : '';
  return { bits, key, headers: [bits & DECIDED ? `${id}-${decision}` : id, baggage, traceparent] };
}

/** Tells the page that a request is about to be sent. */
function began({ span, client, options }: Plan, call: Call): void {
  if (!span) return;
  client.emit('beforeOutgoingRequestSpan', span, call);
  attempt(() => options.onRequestSpanStart?.(span, { headers: headersOf(call) }), undefined);
}

/** The headers of a request: of a `fetch` those of the page, of an `XMLHttpRequest` all. */
function headersOf(call: Call): Headers | undefined {
  const given = call.headers ?? theirs(call) ?? call.request?.headers;
  return attempt(() => (given ? new Headers(given) : undefined), undefined);
}

function merge(theirs: string, ours: string): string | undefined {
  return ask((core) => core.merge_baggage(theirs, ours), undefined);
}

function endFetch(plan: Plan, call: Call, response: Response | undefined, error: unknown): void {
  end(plan, statusOf(response), sizeOf(response));
  if (response) {
    moved(plan, response.url);
    const { key, span, scope, client } = plan;
    if (key && span) attempt(() => hearers.get(client)?.({ response, span, scope }), undefined);
  } else if (plan.carries && !call.refused) {
    if (attempt(() => (error as Error).name === 'TypeError' && !aborted(call), false)) failed(plan);
  }
  tellEnd(plan, { headers: attempt(() => response?.headers, undefined), error });
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
  tellEnd(plan, plan.span && { headers: attempt(() => new Headers(pairs()), undefined), error });
}

/** Ends the span of a request, if it has one: now, or at a time of the timeline. */
function end(plan: Plan, status: number, size: number, ended?: number): void {
  const { key, timed } = plan;
  if (!key) return;
  if (timed !== false && ended === undefined) {
    ask((core) => core.end_request(key, status, size), undefined);
    return;
  }
  const answered = ask((core) => core.answer_request(key, status, size), Number.NaN);
  const at = ended === undefined ? answered : pageTime(ended);
  if (timed !== false) {
    ask((core) => core.span_end(key, at), undefined);
    return;
  }
  // In stream mode a span leaves when it ends.
  const finish = () => {
    clearTimeout(timer);
    waiting.delete(finish);
    ask((core) => core.span_end(key, at), undefined);
  };
  const timer = setTimeout(finish, TIMINGS_PATIENCE);
  waiting.add(finish);
  plan.timed = finish;
}

/** A page that is hidden may never be seen again: spans that wait for their timings leave without. */
function hurry(event: Event): void {
  if (!waiting.size || (event.type === 'visibilitychange' && document.visibilityState !== 'hidden')) return;
  for (const finish of waiting) finish();
  ask((core) => core.flush_spans(), undefined);
}

function tellEnd({ span, wanted, options }: Plan, response: object | undefined): void {
  if (span && wanted && response) attempt(() => options.onRequestSpanEnd?.(span, response), undefined);
}

/** The browser's timings become attributes of the span: of one that has ended, while its root has not been sent. */
function awaitTimings(plan: Plan): void {
  if (!plan.bare.startsWith('http')) return;
  if (plan.client.streams()) plan.timed = false;
  plan.sent = performance.now();
  measure(plan, measured);
}

function measured(plan: Plan, line: string): void {
  addLines(plan.key, line);
  if (typeof plan.timed === 'function') plan.timed();
  else plan.timed = undefined;
}

/** A request with our headers failed at network level: they may be why. */
function failed({ href }: Plan): void {
  if (navigator.onLine !== false) ask((core) => core.request_failed(href, ''), undefined);
}

/** A request was answered by a URL that may be another origin's, which did not expect our headers. */
function moved({ carries, href }: Plan, url: string): void {
  if (!carries || !url || url === href) return;
  if (attempt(() => new URL(url).origin !== new URL(href).origin, false)) {
    ask((core) => core.request_failed(href, url), undefined);
  }
}

function aborted({ init, request }: Call): boolean {
  return Boolean((init?.signal ?? request?.signal)?.aborted);
}

let base: string | undefined;
/** Whose options the core has judged by. */
let judge: Client | undefined;
const addresses = new Map<string, Address>();

/** What is known about a URL: pages ask for the same ones again and again. */
export function addressOf(url: string): Address {
  const now = document.baseURI;
  if (now !== base || judge !== applied || addresses.size > MAX_ADDRESSES) addresses.clear();
  base = now;
  judge = applied;
  const known = addresses.get(url);
  if (known) return known;
  const href = attempt(() => new URL(url, now).href, '');
  const address = { href, bare: href.split('#')[0] as string, declined: false };
  addresses.set(url, address);
  return address;
}
