// payments: charges a card for an order and records the attempt, declined or not.
//
//   POST /api/charges  {orderId, amount, currency, card}
//     201 {chargeId, status: 'succeeded'}
//     402 {chargeId, status: 'declined', reason, message}
//
// Two rules decide: the card ending 0002 is always declined, and so is any amount above the limit.

import { openDatabase } from './database.mjs';
import { CURRENCY, formatPrice, isCard } from './products.mjs';
import { createService, jsonBody, start } from './service.mjs';
import { PORTS } from './settings.mjs';

const DECLINED_CARD = '0002';

/** Largest amount one charge may have, in cents. */
const CHARGE_LIMIT = 50_000;

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
  const charge = parseCharge(request.body);
  if (!charge) {
    response.status(400).json({ error: 'invalid_charge', message: 'This is not a charge.' });
    return;
  }
  const decline = declineReason(charge);
  const status = decline ? 'declined' : 'succeeded';
  const { lastInsertRowid } = database.run(
    'INSERT INTO charges (order_id, amount, currency, card, status) VALUES (?, ?, ?, ?, ?)',
    [charge.orderId, charge.amount, charge.currency, charge.card, status],
  );
  response.status(decline ? 402 : 201).json({ chargeId: `C-${lastInsertRowid}`, status, ...decline });
});

start(app, PORTS.payments, () => database.close());

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
