// One slow request; the services say what they did meanwhile.
import * as Sentry from 'throughline';
import { settings } from '../settings.js';

export const run = (show) =>
  Sentry.startSpan({ name: 'show prices', op: 'ui.action' }, async () => {
    const response = await fetch(`${settings.ordersUrl}/api/prices/sencha`);
    const { prices } = await response.json();
    show(`Sencha costs ${prices.join(', ')}.`);
  });
