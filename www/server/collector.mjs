// The collector: every envelope of the demo passes here on its way to Spotlight.
//
// The page draws its waterfall from what the services really reported. So there is one place that sees
// it all: the browser reports to `/tunnel`, the services to `/stream/<service>`, and pages of other
// origins, whose DSN names this host, to where such a DSN leads.
// With BACKEND=otlp they report to `/v1/traces` instead, as to any collector of OpenTelemetry; Spotlight takes no OTLP.
// Each envelope is kept for a while (trace-store.mjs) and passed on unchanged. Senders get their answer
// at once; whether Spotlight is there makes no difference to them.
//
//   POST   /tunnel, /stream/:service, /api/:project/envelope
//                                        202, or 400 when the body is no envelope
//   POST   /v1/traces                    200 {}, or 400 when the body is no ExportTraceServiceRequest as JSON
//   GET    /api/traces/:traceId          {traceId, spans: [{traceId, spanId, parentSpanId, service, name,
//                                         op, status, httpStatus, start, end, links: [{traceId, type}]}]},
//                                         times in Unix seconds
//   GET    /api/traces/:traceId/events   the same as server-sent events: now, and whenever spans arrive
//   GET    /api/envelopes                {envelopes: [{service, receivedAt, text}]}, oldest first
//   DELETE /api/envelopes                204

import express from 'express';
import * as Sentry from 'throughline/node';
import { URLS } from './settings.mjs';
import { TraceStore } from './trace-store.mjs';

const ENVELOPE_LIMIT = '1mb';
const REPORTING_SERVICES = new Set(['web', 'orders', 'payments']);

/** Envelopes on their way to Spotlight at one time; more are not passed on. */
const MAX_FORWARDS = 20;
const FORWARD_TIMEOUT = 2000;

/** Pages that watch a trace at one time, and for how long, in milliseconds. */
const MAX_WATCHERS = 100;
const WATCH_TIME = 60_000;

const TRACE_ID = /^[0-9a-f]{32}$/;

export function collector() {
  const store = new TraceStore();
  const router = express.Router();
  const envelopeBody = express.raw({ type: () => true, limit: ENVELOPE_LIMIT });
  const forward = forwarder(`${URLS.spotlight}/stream`);

  const receive = (service, request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!store.add(service, body)) {
      response.status(400).json({ error: 'invalid_envelope', message: 'The body is not an envelope.' });
      return;
    }
    response.status(202).json({});
    forward(body, request.get('user-agent'));
  };

  router.post('/tunnel', envelopeBody, (request, response) => receive('browser', request, response));

  router.post('/api/:project/envelope', envelopeBody, (request, response) => {
    response.set('Access-Control-Allow-Origin', '*');
    receive('browser', request, response);
  });

  router.post('/stream/:service', envelopeBody, (request, response, next) => {
    if (!REPORTING_SERVICES.has(request.params.service)) return next();
    receive(request.params.service, request, response);
  });

  // Pages of any origin may report: what they send is no simple request, so browsers ask first.
  router.options('/v1/traces', (_request, response) => {
    response.set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'content-type, content-encoding',
      'Access-Control-Max-Age': '600',
    });
    response.sendStatus(204);
  });

  // The body may be compressed: it is read as it was before.
  router.post('/v1/traces', envelopeBody, (request, response) => {
    response.set('Access-Control-Allow-Origin', '*');
    if (Buffer.isBuffer(request.body) && store.addPayload(request.body)) response.json({});
    else response.status(400).json({ code: 3, message: 'The body is not an ExportTraceServiceRequest.' });
  });

  router.get('/api/traces/:traceId', (request, response, next) => {
    const { traceId } = request.params;
    if (!TRACE_ID.test(traceId)) return next();
    response.set('Cache-Control', 'no-store').json({ traceId, spans: store.spans(traceId) });
  });

  let watchers = 0;
  router.get('/api/traces/:traceId/events', (request, response, next) => {
    const { traceId } = request.params;
    if (!TRACE_ID.test(traceId)) return next();
    if (watchers >= MAX_WATCHERS) {
      response.status(503).json({ error: 'too_many_watchers', message: 'Too many pages are watching.' });
      return;
    }
    watchers += 1;
    response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const send = () =>
      response.write(`data: ${JSON.stringify({ traceId, spans: store.spans(traceId) })}\n\n`);
    const stopListening = store.onArrival((traceIds) => {
      if (traceIds.has(traceId)) send();
    });
    const end = setTimeout(() => response.end(), WATCH_TIME);
    response.once('close', () => {
      watchers -= 1;
      stopListening();
      clearTimeout(end);
    });
    send();
  });

  router.get('/api/envelopes', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ envelopes: store.envelopes() });
  });

  router.delete('/api/envelopes', (_request, response) => {
    store.clear();
    response.sendStatus(204);
  });

  return router;
}

/** Passes envelopes on without waiting; a collector that is down or slow loses them, nothing else. */
function forwarder(url) {
  let inFlight = 0;
  return (body, userAgent) => {
    if (inFlight >= MAX_FORWARDS) return;
    inFlight += 1;
    Sentry.suppressTracing(async () => {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/x-sentry-envelope', 'user-agent': userAgent ?? '' },
          body,
          signal: AbortSignal.timeout(FORWARD_TIMEOUT),
        });
        await response.arrayBuffer();
      } catch {
        // Spotlight is not running: the shop and its waterfall work the same.
      } finally {
        inFlight -= 1;
      }
    });
  };
}
