// The same without a framework: a header that came several times is joined.

import http from 'node:http';
import * as Sentry from 'throughline/node';

http
  .createServer((request, response) => {
    const sentryTraceHeaders = request.headers['sentry-trace'];
    const sentryTrace = Array.isArray(sentryTraceHeaders) ? sentryTraceHeaders.join(',') : sentryTraceHeaders;
    const baggage = request.headers.baggage;

    Sentry.continueTrace({ sentryTrace, baggage }, () => {
      Sentry.startSpan({ name: 'my request', op: 'http.server' }, () => {
        response.end(JSON.stringify({ onwards: Sentry.getTraceData() }));
      });
    });
  })
  .listen(3000);
