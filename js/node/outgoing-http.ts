// Requests by `node:http` and `node:https`: heard of by the channel on which Node says that one was made, where there is one; before
// Node 22.12 by the functions that make them, which are wrapped.
//
// Nobody else's listeners are touched, and none of `response` is added: a response that nobody listens for is read away by Node.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { errorMonitor } from 'node:events';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { wrap } from '../../src/app/browser/patch/fetch.js';
import { mergeBaggage } from '../core/core.js';
import { NODE_HTTP } from '../page/addresses.js';
import type { SpanRecord } from '../span/record.js';
import { attempt } from '../values/attempt.js';
import { answeredOutgoing, endOutgoing, explain, startOutgoing, urlsAsked } from './outgoing-request.js';

const CREATED = 'http.client.request.created';
/** Says that a response has come, whatever its name is: its body is still to be read. */
const ANSWERED = 'http.client.response.finish';

/** Requests that were heard of, some of them twice: from `https.get`, say, which somebody made to call `https.request`. */
const seen = new WeakSet<ClientRequest>();

/** The spans of requests that are under way. */
const records = new WeakMap<ClientRequest, SpanRecord>();

/** Begins to trace. @returns ends that */
export function traceHttp(): () => void {
  const heard = (message: unknown) => attempt(() => responded(message as Answered));
  subscribe(ANSWERED, heard);
  const stop = hasChannel() ? listenForRequests() : wrapRequests();
  return () => {
    unsubscribe(ANSWERED, heard);
    stop();
  };
}

/** Whether Node says that a request was made before its headers are written: since 22.12 and 23.2. */
function hasChannel(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor > 1) || (major === 22 && minor > 11);
}

function listenForRequests(): () => void {
  // What a listener throws would end the process.
  const heard = (message: unknown) => attempt(() => created((message as Answered).request));
  subscribe(CREATED, heard);
  return () => unsubscribe(CREATED, heard);
}

/** Makes a request. */
type Make = (...given: never[]) => ClientRequest;

function wrapRequests(): () => void {
  const stops = [http, https].flatMap((module) =>
    ['request', 'get'].map((name) =>
      wrap(module, name, (make: Make, self, args) => {
        const request = Reflect.apply(make, self, args as never[]);
        attempt(() => created(request));
        return request;
      }),
    ),
  );
  // `get` sends what it makes before it returns: whoever wrote the one that is called, headers are written by this.
  const written = http.ClientRequest.prototype as unknown as Record<string, () => void>;
  stops.push(
    wrap(written, '_implicitHeader', (write: () => void, request, args) => {
      attempt(() => created(request as ClientRequest));
      return Reflect.apply(write, request, args as []);
    }),
  );
  // What was imported by its name is another variable.
  attempt(syncBuiltinESMExports);
  return () => {
    for (const stop of stops) stop();
    attempt(syncBuiltinESMExports);
  };
}

/** What the channels tell. */
interface Answered {
  request: ClientRequest;
  response: IncomingMessage;
}

function created(request: ClientRequest): void {
  if (seen.has(request)) return;
  seen.add(request);
  const { method } = request;
  const urls = urlsOf(request);
  // What opens a tunnel is the proxy's.
  if (!urls.length || method === 'CONNECT') return;
  const started = startOutgoing(NODE_HTTP, urls, method, () => ({ ...request.getHeaders() }));
  if (!started) return;
  const { record, headers } = started;
  if (headers) addHeaders(request, headers);
  if (!record) return;
  records.set(request, record);
  request.on(errorMonitor, (error) => endOutgoing(record, error));
  request.on('close', () => {
    const { res } = request as ClientRequest & { res?: IncomingMessage };
    // What became of another protocol's, or was answered by somebody who stands in for a server, was not heard of before.
    if (res) note(record, res);
    endOutgoing(record, res?.errored);
  });
}

/** A response has come, and nobody else has heard of it yet. */
function responded({ request, response }: Answered): void {
  const record = records.get(request);
  if (!record) return;
  note(record, response);
  response.on(errorMonitor, (error) => endOutgoing(record, error));
  // Before the application's own listeners, who may end the span above.
  response.on('end', () => endOutgoing(record));
}

function note(record: SpanRecord, { statusCode, headers }: IncomingMessage): void {
  if (statusCode) answeredOutgoing(record, statusCode, Number(headers['content-length']) || 0);
}

/** What a request asks for, and whom, whatever its header `Host` says: two where it asks as one asks a proxy. */
function urlsOf(request: ClientRequest): string[] {
  const { protocol, host, path } = request;
  // No name of a host: in a URL something else would be it.
  if (/[/?#@\\\s]/.test(host)) return [];
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const said = String(request.getHeader('host') ?? '');
  const port = said.startsWith(`${name}:`) ? said.slice(name.length) : '';
  return urlsAsked(`${protocol}//${name}${port}`, path);
}

function addHeaders(request: ClientRequest, headers: string[]): void {
  const [sentryTrace = '', baggage = '', traceparent = '', tracestate = ''] = headers;
  // Written already, where the application gave its headers as a list, or waits for `100 Continue`.
  if (request.headersSent) explain(request.host, 'written');
  if (request.headersSent || request.getHeader('sentry-trace')) return;
  request.setHeader('sentry-trace', sentryTrace);
  if (traceparent && !request.getHeader('traceparent')) {
    request.setHeader('traceparent', traceparent);
    // It belongs to the other: without that it says nothing.
    if (tracestate && !request.getHeader('tracestate')) request.setHeader('tracestate', tracestate);
  }
  const theirs = [request.getHeader('baggage') ?? []].flat().join(',');
  const merged = baggage && theirs ? mergeBaggage(theirs, baggage) : baggage;
  if (merged) request.setHeader(nameOf(request, 'baggage'), merged);
}

/** A header's name as the application wrote it. */
function nameOf(request: ClientRequest, name: string): string {
  return request.getRawHeaderNames().find((raw) => raw.toLowerCase() === name) ?? name;
}
