// The worker goes on with the trace that the page has sent.
import * as Sentry from 'throughline';
import { countBaskets } from '../baskets.js';
import { settings } from '../settings.js';
import { startTracing } from '../tracing.js';

startTracing();

self.onmessage = ({ data: trace }) =>
  Sentry.continueTrace(trace, () =>
    Sentry.startSpan({ name: 'answer', op: 'worker' }, async () => {
      const count = { name: 'countBaskets', op: 'function' };
      const found = Sentry.startSpan(count, countBaskets);
      const response = await fetch(`${settings.ordersUrl}/api/orders`);
      const { orders } = await response.json();
      self.postMessage(`${found} possible baskets, ${orders} orders.`);
    }),
  );
