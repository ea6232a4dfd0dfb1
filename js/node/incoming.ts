// Requests that come in: each runs in a scope of its own, in the trace that its headers name, below a span that lasts until its
// response is over. Node says when one begins, on a channel of `diagnostics_channel`: nothing is wrapped. (That channel does not
// hear of upgrades, nor of what `http2` serves.)

import { subscribe } from 'node:diagnostics_channel';
import { errorMonitor } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setHttpStatus } from '../api/active-span.js';
import { enterScope, getCurrentScope, isolationOf, pageScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { beginTrace, receiveTrace } from '../scope/propagation.js';
import type { Scope } from '../scope/scope.js';
import { isOpen, RECORD, type SpanRecord } from '../span/record.js';
import { begin } from '../span/start.js';
import type { PropagationContext } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { now } from '../values/clock.js';
import { complain, shown } from '../values/debug.js';
import { newSpanId } from '../values/ids.js';
import { keepEntered } from './entered.js';
import type { HttpOptions } from './http-options.js';
import { hasNoSpan, isIgnoredStatus } from './ignored.js';
import { addressOf, attributesOf, normalized } from './request-facts.js';
import { hearRoute, listenToFastify, nameByRoute } from './route.js';
import { tellByServerTiming } from './server-timing.js';

/** What Node says of a request that begins. */
interface Beginning {
  request: IncomingMessage;
  response: ServerResponse;
}

const CHANNEL = 'http.server.request.start';

/** For whom requests are traced: once each, however often `init` is called. */
let tracing: { client: BrowserClient; options: HttpOptions } | undefined;

/**
 * The scopes in force where a connection began, by that of a request on it. Where Node keeps what was entered on a connection, its
 * next request begins in the scope of the one before.
 */
const origins = new WeakMap<Scope, Scope>();

/** Traces the requests that come in, for a client. */
export function traceIncoming(client: BrowserClient, options: HttpOptions): void {
  if (!tracing) {
    // For good: also a request that nobody traces any more must not begin in the scope of another one.
    subscribe(CHANNEL, comesIn);
    listenToFastify();
  }
  tracing = { client, options };
}

// What is thrown here Node would throw into the process.
function comesIn(said: unknown): void {
  attempt(() => {
    const { client, options } = tracing as NonNullable<typeof tracing>;
    const { request, response } = said as Beginning;
    const current = getCurrentScope();
    const origin = origins.get(current) ?? current;
    // `init` may have been called again, without the integration.
    const isCurrent = (pageScope().client ?? client) === client;
    if (isCurrent && client.isOn()) trace(client, options, request, response, origin);
    else if (origin !== current) enterScope(origin);
  });
}

function trace(
  client: BrowserClient,
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
  origin: Scope,
): void {
  const scope = origin.clone();
  origins.set(scope, origin);
  const isolation = isolationOf(origin).clone();
  isolation.cameIn = now();
  attempt(() => isolation.setSDKProcessingMetadata({ normalizedRequest: normalized(request) }));
  scope.isolation = isolation;
  scope.client = client;
  scope.span = undefined;
  const context = attempt(() => continued(client, request)) ?? beginTrace();
  scope.context = context;
  scope.given = false;
  enterScope(scope);
  keepEntered(request, scope);
  if (client.traces() && !hasNoSpan(client, request, options))
    time(client, options, request, response, scope);
  // One id in the headers of all that is requested meanwhile.
  else context.propagationSpanId = newSpanId();
  if (options.serverTiming === true) tellByServerTiming(request, response, scope);
}

/** The trace that the headers of a request name, if they name one that is ours to continue. */
function continued(client: BrowserClient, { headers }: IncomingMessage): PropagationContext | undefined {
  // Several headers of one name Node joins by commas: of this one the first counts.
  const [sentryTrace = ''] = String(headers['sentry-trace'] ?? '').split(',');
  // An array where somebody has put one there.
  const baggage = headers.baggage ?? '';
  // Two of the former are none (Trace Context, section 3.2), several of the latter are one.
  const [traceparent, tracestate] = [headers.traceparent, headers.tracestate].map((one) => String(one ?? ''));
  const received = receiveTrace(client, sentryTrace, String(baggage), traceparent, tracestate);
  const given = sentryTrace || traceparent;
  if (given && !received)
    complain(`a request began a new trace: ${shown(given)} is malformed, or another organization's`);
  return received;
}

/** Begins the span of a request, and sees to its end. */
function time(
  client: BrowserClient,
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
  scope: Scope,
): void {
  const address = addressOf(request);
  const method = (request.method ?? 'GET').toUpperCase();
  const span = begin(
    {
      // Names of streamed spans group them: a path has too many values.
      name: client.streams() ? method : `${method} ${address.path}`,
      attributes: attributesOf(client, request, method, address),
      owned: 0,
    },
    scope,
    undefined,
    false,
  );
  const record = span[RECORD];
  if (record.loss !== 'ignored') scope.span = span;
  if (!record.kept) return;
  hearRoute(request, record);
  response.once('close', () => attempt(() => over(client, options, request, response, record)));
  response.once(errorMonitor, () => {
    record.code = 2;
    record.message = 'internal_error';
  });
}

/** The response of a request is over, or its client has gone. */
function over(
  client: BrowserClient,
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
  record: SpanRecord,
): void {
  if (!isOpen(record)) return;
  nameByRoute(request, record);
  const { code, message, span } = record;
  if (!response.headersSent) {
    // Its client has gone. Node says 200 of what was never sent.
    if (code === 0) span.setStatus({ code: 2, message: 'cancelled' });
    span.end();
    return;
  }
  const { statusCode } = response;
  setHttpStatus(span, statusCode);
  // Somebody has said that it failed.
  if (code === 2 && record.code !== 2) span.setStatus({ code, message });
  if (record.sampled) isolationOf(record.scope).setContext('response', { status_code: statusCode });
  if (record.sampled && !client.streams() && isIgnoredStatus(statusCode, options)) {
    client.recordDroppedEvent('event_processor', 'transaction');
    client.recordDroppedEvent('event_processor', 'span', 1 + (record.tree?.children.length ?? 0));
    record.sampled = false;
  }
  span.end();
}
