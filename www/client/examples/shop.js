// One click, one trace: its span, its request, and what services do.
import * as Sentry from 'throughline';
import { settings } from '../settings.js';

export const run = (order) =>
  Sentry.startSpan({ name: 'process_order', op: 'ui.action' }, async () => {
    const response = await fetch(`${settings.ordersUrl}/api/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    return { status: response.status, answer: await response.json() };
  });
