// A page that is rendered names the trace of the request that it was rendered for.

import express from 'express';
import * as Sentry from 'throughline/node';

const app = express();

app.get('/', (_request, response) => {
  Sentry.startSpan({ name: 'GET /', op: 'http.server' }, () => {
    response.send(`<html><head>${Sentry.getTraceMetaTags()}</head><body>Tea</body></html>`);
  });
});

app.listen(3000);
