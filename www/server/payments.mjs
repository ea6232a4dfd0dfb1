// payments: charges a card for an order and records the attempt, declined or not.
//
//   POST /api/charges  {orderId, amount, currency, card}
//     201 {chargeId, status: 'succeeded'}
//     402 {chargeId, status: 'declined', reason, message}
//   GET /api/rates/:currency  {sign, rate}, after a while: the bank takes its time
//   GET /api/vouchers/:code   500: nobody has made the table that it asks
//
// Two rules decide: the card ending 0002 is always declined, and so is any amount above the limit.

import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from './database.mjs';
import { CURRENCY, formatPrice, isCard } from './products.mjs';
import { startSpan } from './sdk.mjs';
import { createService, jsonBody, start } from './service.mjs';
import { PORTS } from './settings.mjs';

const DECLINED_CARD = '0002';

/** Largest amount one charge may have, in cents. */
const CHARGE_LIMIT = 50_000;

/** What a euro is worth. */
const RATES = new Map([
  ['USD', { sign: '$', rate: 1.08 }],
  ['GBP', { sign: '£', rate: 0.85 }],
  ['JPY', { sign: '¥', rate: 163 }],
]);

/** How long the bank takes to tell a rate, in milliseconds. */
const BANK_TIME = 150;

const database = openDatabase(
  'payments',
  PORTS.payments,
  `CREATE TABLE IF NOT EXISTS charges (
     id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
     card TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
   )`,
);

const app = createService('payments');

app.post('/api/charges', jsonBody(), (request, response) => {
  const order = parseCharge(request.body);
  if (!order) {
    response.status(400).json({ error: 'invalid_charge', message: 'This is not a charge.' });
    return;
  }
  const { code, ...outcome } = startSpan({ name: 'charge card', op: 'payment.charge' }, () => charge(order));
  response.status(code).json(outcome);
});

app.get('/api/rates/:currency', async (request, response, next) => {
  const rate = RATES.get(request.params.currency);
  if (!rate) return next();
  await startSpan({ name: 'ask the bank', op: 'function' }, () => wait(BANK_TIME));
  response.json(rate);
});

app.get('/api/vouchers/:code', (request, response) => {
  const voucher = database.get('SELECT value FROM vouchers WHERE code = ?', [request.params.code]);
  response.json({ value: voucher.value });
});

start(app, PORTS.payments, () => database.close());

function charge(order) {
  const decline = declineReason(order);
  const status = decline ? 'declined' : 'succeeded';
  const { lastInsertRowid } = database.run(
    'INSERT INTO charges (order_id, amount, currency, card, status) VALUES (?, ?, ?, ?, ?)',
    [order.orderId, order.amount, order.currency, order.card, status],
  );
  return { code: decline ? 402 : 201, chargeId: `C-${lastInsertRowid}`, status, ...decline };
}

function declineReason({ card, amount }) {
  if (card === DECLINED_CARD) return { reason: 'card_declined', message: 'The card was declined.' };
  if (amount <= CHARGE_LIMIT) return null;
  return {
    reason: 'limit_exceeded',
    message: `This card pays at most ${formatPrice(CHARGE_LIMIT)} per order.`,
  };
}

function parseCharge(body) {
  const { orderId, amount, currency, card } = body ?? {};
  const valid =
    typeof orderId === 'string' &&
    /^A-\d{1,15}$/.test(orderId) &&
    Number.isSafeInteger(amount) &&
    amount > 0 &&
    currency === CURRENCY &&
    isCard(card);
  return valid ? { orderId, amount, currency, card } : null;
}
