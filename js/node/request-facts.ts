// What a request says about itself: for `tracesSampler` and events as it came, for its span without what must not be recorded.

import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { BrowserClient } from '../scope/client.js';
import { recordedUrl } from '../scope/recorded.js';
import { tellsAddresses } from '../send/request-data.js';
import { NAME_SOURCE, OP, ORIGIN } from '../span/record.js';
import type { NormalizedRequest } from '../types/events.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';

/** The origin of the spans of requests that come in. */
export const HTTP_SERVER_ORIGIN = 'auto.http.http_server';

/** Where proxies say who asked, in the order in which they are believed. */
const FORWARDED = [
  ...['x-client-ip', 'x-forwarded-for', 'fly-client-ip', 'cf-connecting-ip', 'fastly-client-ip'],
  ...['true-client-ip', 'x-real-ip', 'x-cluster-client-ip'],
];

/** An address in which nothing can be secret, and that is written as `URL` writes it: the core need not be asked. */
const PLAIN =
  /^https?:\/\/(?:[a-z][a-z\d.-]*|\d{2,3}(?:\.\d{1,3}){3})(?::(?!80\/|443\/)[1-9]\d*)?(\/(?:[\w~-][\w.~-]*\/)*(?:[\w~-][\w.~-]*)?)$/;

/** What of the address of a request may be recorded. */
export interface RequestAddress {
  full: string;
  path: string;
  query: string;
}

/** A request as samplers and processors see it, with all its headers. */
export function normalized(request: IncomingMessage): NormalizedRequest {
  const { method, url = '', headers } = request;
  const [, query] = url.split('?', 2);
  return {
    url: urlOf(request),
    method: method ?? 'GET',
    ...(query && { query_string: query.split('#', 1)[0] as string }),
    headers: headers as Record<string, string>,
  };
}

/** Where a request was sent to, as its client, or the proxy before us, says. */
export function urlOf(request: IncomingMessage): string {
  const { url = '/', headers } = request;
  // As proxies are asked.
  if (/^https?:/i.test(url)) return url;
  const host = text(headers['x-forwarded-host']) || text(headers.host) || 'localhost';
  return `${schemeOf(request)}://${host}${url.startsWith('/') ? url : '/'}`;
}

function schemeOf({ headers, socket }: IncomingMessage): string {
  const forwarded = text(headers['x-forwarded-proto']);
  if (forwarded === 'http' || forwarded === 'https') return forwarded;
  return (socket as { encrypted?: boolean }).encrypted ? 'https' : 'http';
}

/** The first of several values. */
function text(value: string | string[] | undefined): string {
  const [first = ''] = String(value ?? '').split(',', 1);
  return first.trim();
}

/** What of the address of a request may be recorded. */
export function addressOf(request: IncomingMessage): RequestAddress {
  const url = urlOf(request);
  const [, plain] = PLAIN.exec(url) ?? [];
  if (plain) return { full: url, path: plain, query: '' };
  const { url: target = '/' } = request;
  const { href } = attempt(() => new URL(url)) ??
    attempt(() => new URL(`http://localhost${target}`)) ?? { href: '' };
  const full = recordedUrl(href);
  const { pathname, search } = attempt(() => new URL(full)) ?? { pathname: '/', search: '' };
  return { full, path: pathname, query: search.slice(1) };
}

/** What the span of a request says of it when it begins. */
export function attributesOf(
  client: BrowserClient,
  request: IncomingMessage,
  method: string,
  { full, path, query }: RequestAddress,
): SpanAttributes {
  const { headers, socket, httpVersion } = request;
  const attributes: SpanAttributes = {
    [OP]: 'http.server',
    [ORIGIN]: HTTP_SERVER_ORIGIN,
    [NAME_SOURCE]: 'url',
    'sentry.kind': 'server',
    'http.request.method': method,
    'url.path': path,
    'url.scheme': schemeOf(request),
    'network.protocol.name': 'http',
    'network.protocol.version': httpVersion,
  };
  const { remoteAddress, remotePort, localPort } = socket ?? {};
  const forwarded = forwardedAddress(headers);
  const collects = tellsAddresses(client);
  const length = Number(headers['content-length'] ?? Number.NaN);
  const facts = {
    'url.full': full,
    'url.query': query,
    'server.address': text(headers.host).replace(/:\d+$/, '') || 'localhost',
    'server.port': localPort,
    'user_agent.original': headers['user-agent'],
    'http.request.body.size': length >= 0 ? length : undefined,
    'client.address': collects ? forwarded || remoteAddress : undefined,
    'client.port': forwarded ? undefined : remotePort,
    'network.peer.address': collects ? remoteAddress : undefined,
    'network.peer.port': remotePort,
  };
  for (const [name, value] of Object.entries(facts)) {
    if (value !== undefined && value !== '') attributes[name] = value;
  }
  return attributes;
}

/** Who asked, as proxies say it; empty where none does. */
function forwardedAddress(headers: IncomingMessage['headers']): string {
  for (const name of FORWARDED) {
    const value = headers[name];
    if (value === undefined) continue;
    for (const one of String(value).split(',', 20)) {
      // With a port, or in brackets.
      const address = one.trim().replace(/^\[([^\]]*)\].*$|^([\d.]+):\d+$/, '$1$2');
      if (isIP(address)) return address;
    }
  }
  return '';
}
