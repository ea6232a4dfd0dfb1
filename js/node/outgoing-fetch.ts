// Requests by `fetch`, and by `undici` itself: heard of by the channels on which it says what it does.
//
// https://undici.nodejs.org/#/docs/api/DiagnosticsChannel: each request of a redirected `fetch` is one of its own, and is judged by
// itself, so that a host to which a request is sent on gets no headers that are not for it.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mergeBaggage } from '../core/core.js';
import { FETCH } from '../page/addresses.js';
import { getCurrentScope, runInScope } from '../scope/active.js';
import type { SpanRecord } from '../span/record.js';
import { attempt } from '../values/attempt.js';
import { forgetSenders, learnSenders, senderOf } from './outgoing-dispatch.js';
import { answeredOutgoing, endOutgoing, startOutgoing, urlsAsked } from './outgoing-request.js';
import { explainWaiting, hearIn, nobodys, waited } from './outgoing-scope.js';

/** A request of undici, as far as it is read. */
interface UndiciRequest {
  origin: string | URL;
  path: string;
  method: string;
  /** Whether it becomes another protocol's. */
  upgrade?: unknown;
  /** Names and values by turns; before undici 6 the text that is sent. */
  headers: unknown[] | string;
  addHeader(name: string, value: string): void;
}

/** What the channels tell. */
interface Message {
  request: UndiciRequest;
  response?: { statusCode: number; headers: Uint8Array[] };
  error?: unknown;
}

/** The spans of requests that are under way. */
const records = new WeakMap<UndiciRequest, SpanRecord>();

const listeners: Record<string, (message: Message, hears: (message: unknown) => void) => void> = {
  create({ request }, hears) {
    attempt(learnSenders);
    const scope = waited(hears) ? senderOf() : getCurrentScope();
    attempt(() => hearIn(scope ?? nobodys(), request));
    if (scope) runInScope(scope, () => created(request));
    else explainWaiting();
  },
  headers: ({ request, response }) => {
    const record = records.get(request);
    if (record && response) answeredOutgoing(record, response.statusCode, sizeOf(response.headers));
  },
  trailers: ({ request }) => ended(request),
  error: ({ request, error }) => ended(request, error ?? true),
};

/** Begins to trace. @returns ends that */
export function traceFetch(): () => void {
  const stops = Object.entries(listeners).map(([event, listener]) => {
    const name = `undici:request:${event}`;
    // What a listener throws would end the process.
    const guarded = (message: unknown) => attempt(() => listener(message as Message, guarded));
    subscribe(name, guarded);
    return () => unsubscribe(name, guarded);
  });
  attempt(learnSenders);
  return () => {
    attempt(forgetSenders);
    for (const stop of stops) stop();
  };
}

function created(request: UndiciRequest): void {
  const { method, origin, path, upgrade } = request;
  // What opens a tunnel is the proxy's.
  if (method === 'CONNECT') return;
  const pairs = pairsOf(request.headers);
  const urls = urlsAsked(`${origin}`.replace(/\/$/, ''), path);
  const started = startOutgoing(FETCH, urls, method, () => Object.fromEntries(pairs));
  if (!started) return;
  const { record, headers } = started;
  // Nobody hears when what is no HTTP any more is over.
  if (record && upgrade) endOutgoing(record);
  else if (record) records.set(request, record);
  if (headers) addHeaders(request, pairs, headers);
}

function ended(request: UndiciRequest, error?: unknown): void {
  const record = records.get(request);
  records.delete(request);
  if (record) endOutgoing(record, error);
}

function addHeaders(request: UndiciRequest, pairs: [string, string][], headers: string[]): void {
  const [sentryTrace = '', baggage = '', traceparent = '', tracestate = ''] = headers;
  const given = (name: string) =>
    pairs
      .filter(([key]) => key === name)
      .map(([, value]) => value)
      .join(',');
  // Somebody continues a trace by hand: theirs is theirs.
  if (given('sentry-trace')) return;
  request.addHeader('sentry-trace', sentryTrace);
  if (traceparent && !given('traceparent')) {
    request.addHeader('traceparent', traceparent);
    // It belongs to the other: without that it says nothing.
    if (tracestate && !given('tracestate')) request.addHeader('tracestate', tracestate);
  }
  const theirs = given('baggage');
  const merged = baggage && theirs ? mergeBaggage(theirs, baggage) : baggage;
  if (!merged) return;
  if (theirs) removeHeader(request, 'baggage');
  request.addHeader('baggage', merged);
}

/** Takes all headers of a name away: undici only knows how to add one. */
function removeHeader(request: UndiciRequest, name: string): void {
  const { headers } = request;
  if (typeof headers === 'string') {
    const isOther = (line: string) => line.slice(0, line.indexOf(':')).trim().toLowerCase() !== name;
    request.headers = headers.split('\r\n').filter(isOther).join('\r\n');
    return;
  }
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (String(headers[at]).toLowerCase() === name) headers.splice(at, 2);
  }
}

/** Headers by their names in small letters. */
function pairsOf(headers: UndiciRequest['headers']): [name: string, value: string][] {
  if (typeof headers === 'string') {
    return headers
      .split('\r\n')
      .filter(Boolean)
      .map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
      });
  }
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    pairs.push([String(headers[at]).toLowerCase(), String(headers[at + 1])]);
  }
  return pairs;
}

/** How many bytes a response says that it has. Its headers are names and values by turns. */
function sizeOf(headers: Uint8Array[]): number {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (String(headers[at]).toLowerCase() === 'content-length') return Number(String(headers[at + 1])) || 0;
  }
  return 0;
}
