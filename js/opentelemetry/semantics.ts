// What spans of OpenTelemetry are in our words: operation, kind, origin, and what of the semantic conventions decides about name
// and status when a span ends. Both generations of the conventions for HTTP and databases are understood.

import type { Attributes } from '@opentelemetry/api';
import { getSpanStatusFromHttpCode, type Span } from '../index.js';
import { NAME_SOURCE, OP, ORIGIN, recordOf } from '../span/record.js';
import { attempt } from '../values/attempt.js';

const KINDS = ['', 'server', 'client', 'producer', 'consumer'];
const SERVER = 1;
const CLIENT = 2;
const CONSUMER = 4;

const KIND = 'sentry.kind';
export const SCOPE_NAME = 'otel.scope.name';
const SCOPE_VERSION = 'otel.scope.version';

/** What is known of a span of OpenTelemetry beside its record. */
export interface Facts {
  kind: number;
  /** Of what it says, where a request goes. */
  where: Attributes;
  /** Those of the request that it is a part of. */
  above?: Facts | undefined;
  /** Of its status. */
  code: number;
  isOver: boolean;
}

/** The operation of a span; nothing where its attributes do not say it. */
export function operationOf(kind: number, attributes: Attributes): string | undefined {
  const has = (...names: string[]) => names.some((name) => attributes[name] !== undefined);
  const [, , , producer, consumer] = KINDS;
  const name = KINDS[kind];
  if (has('http.request.method', 'http.method'))
    return kind === SERVER || kind === CLIENT ? `http.${name}` : 'http';
  if (has('db.system.name', 'db.system')) return 'db';
  if (has('rpc.system.name', 'rpc.system')) return 'rpc';
  if (has('messaging.system'))
    return name === producer ? 'queue.publish' : name === consumer ? 'queue.process' : 'message';
  const trigger = attributes['faas.trigger'];
  return typeof trigger === 'string' ? trigger : undefined;
}

/** What a span is made by: `@opentelemetry/instrumentation-fetch` is `auto.otel.fetch`. */
function originOf(scope: string): string {
  const short = scope.replace(/^@opentelemetry\/(instrumentation-)?/, '');
  return `auto.otel.${short.replace(/\W+/g, '_').replace(/^_+|_+$/g, '') || 'unknown'}`;
}

/** The attributes that a span begins with: what the library says wins. */
export function initial(
  { name, version }: { name: string; version: string | undefined },
  kind: number,
  attributes: Attributes,
): Attributes {
  const all: Attributes = { [ORIGIN]: originOf(name) };
  if (name) all[SCOPE_NAME] = name;
  if (version) all[SCOPE_VERSION] = version;
  if (KINDS[kind]) all[KIND] = KINDS[kind];
  const operation = operationOf(kind, attributes);
  if (operation) all[OP] = operation;
  // A getter of the library's may throw.
  for (const given of attempt(() => Object.keys(attributes), [])) {
    attempt(() => {
      all[given] = attributes[given];
    });
  }
  return all;
}

/** Says of a span that is about to end what only now is known. `base` has the methods of all spans. */
export function finished(span: Span, { kind, code }: Facts, base: Span): void {
  const { name, attributes } = recordOf(span) as { name: string; attributes: Attributes };
  if (attributes[OP] === undefined) {
    const operation = operationOf(kind, attributes);
    if (operation) base.setAttribute.call(span, OP, operation);
  }
  const method = attributes['http.request.method'] ?? attributes['http.method'];
  if (method === undefined) return;
  const status = Number(attributes['http.response.status_code'] ?? attributes['http.status_code']);
  // What the answer says has a name of its own, which a text of the library has not.
  if (code !== 1 && status >= 400) base.setStatus.call(span, getSpanStatusFromHttpCode(status));
  const route = attributes['http.route'];
  const words = name.split(' ');
  if (typeof route === 'string' && route && kind === SERVER) {
    if (words.length < 2) base.updateName.call(span, `${method} ${route}`);
    if (words.length < 2 || words[1] === route) base.setAttribute.call(span, NAME_SOURCE, 'route');
  } else if (words.length < 2) {
    const place = placeOf(attributes);
    if (!place) return;
    base.updateName.call(
      span,
      `${method} ${kind === SERVER ? place.pathname : place.origin + place.pathname}`,
    );
    base.setAttribute.call(span, NAME_SOURCE, 'url');
  }
}

/** The address of a request. */
function addressOf(attributes: Attributes): string {
  return String(attributes['url.full'] ?? attributes['http.url'] ?? '');
}

/** What says where a request goes, by both generations of the conventions. */
const WHERE = [
  ...['url.full', 'http.url', 'server.address', 'net.peer.name', 'server.port', 'net.peer.port'],
  ...['url.scheme', 'http.scheme', 'url.path', 'http.target'],
];

/** The attributes that say where a request goes. */
export function whereOf(attributes: Attributes): Attributes {
  const said: Attributes = {};
  for (const name of WHERE)
    attempt(() => {
      if (attributes[name] !== undefined) said[name] = attributes[name];
    });
  return said;
}

/** The address that a span is about to send a request to; empty if it stands for something else. */
export function destinationOf({ kind, where, above }: Pick<Facts, 'kind' | 'where' | 'above'>): string {
  // What these are told is the address that somebody has asked.
  if (kind === SERVER || kind === CONSUMER) return '';
  const address = addressOf(where);
  if (kind === CLIENT) return address || placeBehind(where);
  return (/^https?:/.test(address) && address) || (above ? destinationOf(above) : '');
}

/** The address of a request that says its host alone, as those of gRPC. */
function placeBehind(where: Attributes): string {
  const host = where['server.address'] ?? where['net.peer.name'];
  if (!host) return '';
  const port = where['server.port'] ?? where['net.peer.port'];
  const scheme = where['url.scheme'] ?? where['http.scheme'] ?? (Number(port) === 443 ? 'https' : 'http');
  return `${scheme}://${host}${port ? `:${port}` : ''}${where['url.path'] ?? where['http.target'] ?? '/'}`;
}

/** The address without what may be secret in it. */
function placeOf(attributes: Attributes): { origin: string; pathname: string } | undefined {
  const path = attributes['url.path'] ?? attributes['http.target'];
  return attempt(() => new URL(addressOf(attributes) || String(path), 'http://localhost'));
}
