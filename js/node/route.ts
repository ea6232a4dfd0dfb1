// What routers call the route of a request: the name of its span has no values in it, so that requests can be grouped.
//
// Express, and what is made of it, writes the route on the request when it has matched; Fastify tells it on a channel. What other
// routers match, their applications say by `updateSpanName`.

import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { CUSTOM_NAME, NAME_SOURCE, type SpanRecord } from '../span/record.js';
import { attempt } from '../values/attempt.js';
import { cut } from '../values/cut.js';

/** What routers write on a request. */
type Routed = IncomingMessage & { route?: { path?: unknown }; baseUrl?: unknown; params?: unknown };

const ROUTE = 'http.route';

/** The spans of requests. */
const spans = new WeakMap<IncomingMessage, SpanRecord>();

/**
 * Names the span of a request as soon as its route is known, so that what is requested from its handler says so. Of a router that
 * failed nobody knows later where it was mounted.
 */
export function hearRoute(request: IncomingMessage, record: SpanRecord): void {
  spans.set(request, record);
  let route = (request as Routed).route;
  const define = (enumerable: boolean) =>
    Object.defineProperty(request, 'route', {
      configurable: true,
      enumerable,
      get: () => route,
      set(given) {
        // From now on it is seen, as if it stood there.
        if (!enumerable && this === request) attempt(() => define(true));
        route = given;
        attempt(() => nameByRoute(request, record));
      },
    });
  attempt(() => define(false));
}

/** Names the span of a request by the route that a router has written on it, if one has. */
export function nameByRoute(request: IncomingMessage, record = spans.get(request)): void {
  const { route, baseUrl, params } = request as Routed;
  if (!record || !route || seen.get(record) === route) return;
  const path = attempt(() => pathOf(route.path), '');
  if (!path) return;
  seen.set(record, route);
  const base =
    typeof baseUrl === 'string' ? attempt(() => withoutValues(baseUrl, params, path), baseUrl) : '';
  rename(record, base && path === '/' ? base : base + path);
}

/** The route that the span of a request was named by: where that is mounted is known only while it runs. */
const seen = new WeakMap<SpanRecord, object>();

/**
 * Where a router is mounted, with the names of parameters in the place of their values, as far as they are known: when a route has
 * matched, Express still has those of what matched before it. Each stands there once, the last one last: a client may choose values
 * that are written as the rest of the path.
 */
function withoutValues(base: string, params: unknown, route: string): string {
  // Those of the route itself stand behind.
  const left = Object.entries(params ?? {})
    .filter(([name]) => !route.includes(`:${name}`))
    .reverse();
  const parts = base.split('/').reverse();
  const named = parts.map((part) => {
    const at = left.findIndex(([, value]) => value !== '' && value === decodeURIComponent(part));
    const [[name] = []] = at < 0 ? [] : left.splice(at, 1);
    return name === undefined ? part : `:${name}`;
  });
  return named.reverse().join('/');
}

/** A route as text: of several paths all, as the reference writes them. */
function pathOf(path: unknown): string {
  return Array.isArray(path) ? path.map(pathOf).join(',') : path === undefined ? '' : String(path);
}

function rename(record: SpanRecord, given: string): void {
  const route = cut(given);
  const { attributes } = record;
  attributes[ROUTE] = route;
  const source = attributes[NAME_SOURCE];
  // Not what the application has called it.
  if (attributes[CUSTOM_NAME] !== undefined || (source !== 'url' && source !== 'route')) return;
  attributes[NAME_SOURCE] = 'route';
  record.name = `${attributes['http.request.method']} ${route}`;
}

/** What Fastify says when the handler of a route begins. */
interface FastifyHandler {
  request: { raw: IncomingMessage };
  route: { url?: unknown };
}

let listening = false;

/** Hears which routes Fastify matches. */
export function listenToFastify(): void {
  if (listening) return;
  listening = true;
  subscribe('tracing:fastify.request.handler:start', (said) => {
    attempt(() => {
      const { request, route } = said as FastifyHandler;
      const record = spans.get(request.raw);
      if (record && typeof route.url === 'string') rename(record, route.url);
    });
  });
}
