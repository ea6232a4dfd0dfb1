// Wrong: the headers are not read, so the service begins a trace of its own, and nobody sees that the click was its cause.

import express from 'express';
import * as Sentry from 'throughline/node';

const app = express();

app.post('/api/orders', (_request, response) => {
  Sentry.startSpan({ name: 'POST /api/orders', op: 'http.server' }, () => {
    response.status(201).json({ payment: 'paid', onwards: Sentry.getTraceData() });
  });
});

app.listen(3000);
