// A service calls the next one, by hand: the headers of what is active go along.

import express from 'express';
import * as Sentry from 'throughline/node';

const app = express();

app.post('/api/orders', (request, response) => {
  const trace = { sentryTrace: request.headers['sentry-trace'], baggage: request.headers.baggage };

  Sentry.continueTrace(trace, () =>
    Sentry.startSpan({ name: 'POST /api/orders', op: 'http.server' }, async () => {
      const payment = await Sentry.startSpan({ name: 'POST payments', op: 'http.client' }, async () => {
        const headers = Sentry.getTraceData();
        const answer = await fetch('http://localhost:3000/api/charges', { method: 'POST', headers });
        return answer.json();
      });
      response.status(201).json(payment);
    }),
  );
});

app.post('/api/charges', (request, response) => {
  const trace = { sentryTrace: request.headers['sentry-trace'], baggage: request.headers.baggage };

  Sentry.continueTrace(trace, () =>
    Sentry.startSpan({ name: 'POST /api/charges', op: 'http.server' }, () => {
      Sentry.startSpan({ name: 'charge card', op: 'payment.charge' }, () => {});
      response.status(201).json({ payment: 'paid' });
    }),
  );
});

app.listen(3000);
