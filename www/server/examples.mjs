// What orders answers to the pages that show one thing each.
//
//   GET /api/products/:id       {name, detail, orders}
//   GET /api/orders             {orders}: how many there are
//   GET /api/prices/:id         {prices: ['€14.00', '$15.12', …]}, slowly: payments is asked once per currency
//   GET /api/vouchers/:code     502 {error: 'payments_unavailable'}, because payments fails
//   GET /api/tea                {step} per line, as each step is done

import { setTimeout as wait } from 'node:timers/promises';
import * as Sentry from 'throughline/node';
import { findProduct, formatPrice } from './products.mjs';
import { URLS } from './settings.mjs';

const CURRENCIES = ['USD', 'GBP', 'JPY'];

const STEPS = ['Heat the water', 'Warm the pot', 'Let it steep', 'Pour'];

/** How long a step of making tea takes, in milliseconds. */
const STEP_TIME = 220;

export function addExamples(app, database) {
  app.get('/api/products/:id', (request, response, next) => {
    const product = findProduct(request.params.id);
    if (!product) return next();
    const { orders } = database.get('SELECT count(*) AS orders FROM orders WHERE product_id = ?', [
      product.id,
    ]);
    response.json({ name: product.name, detail: product.detail, orders });
  });

  app.get('/api/orders', (_request, response) => {
    response.json(database.get('SELECT count(*) AS orders FROM orders', []));
  });

  app.get('/api/prices/:id', async (request, response, next) => {
    const product = findProduct(request.params.id);
    if (!product) return next();
    const prices = [formatPrice(product.price)];
    // One after the other, on purpose: this is what the waterfall is to show.
    for (const currency of CURRENCIES) {
      const answer = await fetch(`${URLS.payments}/api/rates/${currency}`);
      const { sign, rate } = await answer.json();
      prices.push(`${sign}${((product.price / 100) * rate).toFixed(2)}`);
    }
    response.json({ prices });
  });

  app.get('/api/vouchers/:code', async (request, response) => {
    const answer = await fetch(`${URLS.payments}/api/vouchers/${encodeURIComponent(request.params.code)}`);
    response
      .status(answer.ok ? 200 : 502)
      .json(answer.ok ? await answer.json() : { error: 'payments_unavailable' });
  });

  app.get('/api/tea', async (_request, response) => {
    response.type('application/x-ndjson');
    for (const step of STEPS) {
      response.write(`${JSON.stringify({ step: `${step} …` })}\n`);
      await Sentry.startSpan({ name: step, op: 'function' }, () => wait(STEP_TIME));
    }
    response.end(`${JSON.stringify({ step: 'Your tea is ready.' })}\n`);
  });
}
