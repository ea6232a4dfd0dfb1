// What comes in and what goes out, traced by hand: a span per request that goes on in the caller's trace, and headers for the next
// service.

import * as Sentry from 'throughline/node';
import { UNTRACED } from './settings.mjs';

/** Runs the handlers of a request in the trace of its headers, below a span for it. */
export function traceIncoming(request, response, next) {
  const { method, path } = request;
  if (method === 'OPTIONS' || UNTRACED.test(path)) return next();
  const trace = { sentryTrace: request.get('sentry-trace'), baggage: request.get('baggage') };
  Sentry.continueTrace(trace, () =>
    Sentry.startSpanManual({ name: `${method} ${path}`, op: 'http.server' }, (span) => {
      response.once('close', () => {
        if (request.route) Sentry.updateSpanName(span, `${method} ${request.route.path}`);
        Sentry.setHttpStatus(span, response.statusCode);
        span.end();
      });
      next();
    }),
  );
}

/** As `fetch`, below a span for the request. */
export function tracedFetch(url, init = {}) {
  const name = `${init.method ?? 'GET'} ${url}`;
  return Sentry.startSpan({ name, op: 'http.client' }, async (span) => {
    const response = await fetch(url, { ...init, headers: { ...init.headers, ...Sentry.getTraceData() } });
    Sentry.setHttpStatus(span, response.status);
    return response;
  });
}
