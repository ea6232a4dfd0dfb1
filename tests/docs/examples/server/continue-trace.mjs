// A service goes on with the trace of whoever calls it, by hand.

import express from 'express';
import * as Sentry from 'throughline/node';

const app = express();

app.post('/api/orders', (request, response) => {
  const sentryTrace = request.headers['sentry-trace'];
  const baggage = request.headers.baggage;

  Sentry.continueTrace({ sentryTrace, baggage }, () => {
    Sentry.startSpan({ name: 'POST /api/orders', op: 'http.server' }, async () => {
      await Sentry.startSpan({ name: 'INSERT INTO orders', op: 'db.query' }, saveOrder);
      const payment = await Sentry.startSpan({ name: 'charge card', op: 'payment.charge' }, charge);
      response.status(201).json({ payment, onwards: Sentry.getTraceData() });
    });
  });
});

app.listen(3000);

const saveOrder = () => new Promise((resolve) => setTimeout(resolve, 5));

const charge = async () => 'paid';
