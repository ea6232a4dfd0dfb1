// The error reaches the page unchanged, and marks the span that it passes.
import * as Sentry from 'throughline';
import { settings } from '../settings.js';

export const run = (show) =>
  Sentry.startSpan({ name: 'redeem voucher', op: 'ui.action' }, async () => {
    const response = await fetch(`${settings.ordersUrl}/api/vouchers/SPRING`);
    if (!response.ok) throw new Error(`orders answered ${response.status}`);
    show('Your tea is one euro cheaper.');
  }).catch(({ message }) => show(`No voucher was redeemed: ${message}.`));
