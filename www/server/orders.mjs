// orders: takes an order from the browser, stores it, and has payments charge the card.
//
//   POST /api/orders  {productId, quantity, card}
//     201 {orderId, status: 'paid', productId, quantity, total, currency}
//     402 the same with status 'declined', reason and message; the order stays stored, nothing is charged
//     400 {error: 'invalid_order', message}
//     502 {orderId, status: 'unpaid', …, error: 'payments_unavailable', message}
//
// Further routes are in examples.mjs.

import { allowPage } from './cors.mjs';
import { openDatabase } from './database.mjs';
import { addExamples } from './examples.mjs';
import { CURRENCY, findProduct, isCard, MAX_QUANTITY } from './products.mjs';
import { createService, jsonBody, start } from './service.mjs';
import { PORTS, URLS } from './settings.mjs';

/** How long payments may take before the order stays unpaid, in milliseconds. */
const PAYMENT_TIMEOUT = 5000;

const database = openDatabase(
  'orders',
  PORTS.orders,
  `CREATE TABLE IF NOT EXISTS orders (
     id INTEGER PRIMARY KEY, product_id TEXT NOT NULL, quantity INTEGER NOT NULL, total INTEGER NOT NULL,
     currency TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
   )`,
);

const app = createService('orders');

app.use('/api', allowPage);
addExamples(app, database);

app.post('/api/orders', jsonBody(), async (request, response) => {
  const order = parseOrder(request.body);
  if (!order) {
    response.status(400).json({ error: 'invalid_order', message: 'This is not an order we can take.' });
    return;
  }
  const { productId, quantity, total, currency } = order;
  const { lastInsertRowid: row } = database.run(
    'INSERT INTO orders (product_id, quantity, total, currency, status) VALUES (?, ?, ?, ?, ?)',
    [productId, quantity, total, currency, 'unpaid'],
  );
  const orderId = `A-${row}`;

  const payment = await charge({ orderId, amount: total, currency, card: order.card });
  if (payment.status !== 'unpaid') {
    database.run('UPDATE orders SET status = ? WHERE id = ?', [payment.status, row]);
  }
  const { code, ...outcome } = payment;
  response.status(code).json({ orderId, productId, quantity, total, currency, ...outcome });
});

start(app, PORTS.orders, () => database.close());

/** Asks payments for the money; the outcome in the words of orders. */
async function charge(body) {
  try {
    const response = await fetch(`${URLS.payments}/api/charges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PAYMENT_TIMEOUT),
    });
    const answer = await response.json();
    if (response.status === 201) return { code: 201, status: 'paid' };
    if (response.status === 402) {
      return { code: 402, status: 'declined', reason: answer.reason, message: answer.message };
    }
  } catch {
    // Not reachable, too slow, or not JSON: the order stays unpaid.
  }
  return {
    code: 502,
    status: 'unpaid',
    error: 'payments_unavailable',
    message: 'Payments do not answer at the moment.',
  };
}

function parseOrder(body) {
  const { productId, quantity, card } = body ?? {};
  const product = findProduct(productId);
  if (!product || !isCard(card)) return null;
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY) return null;
  return { productId, quantity, card, total: product.price * quantity, currency: CURRENCY };
}
