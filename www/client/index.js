// The shop's client. Tracing takes two things: `init`, and a span around what the customer does.
// The page's meta tags and the headers of `fetch` are the SDK's work.

import * as Sentry from 'throughline';
import { currentOrder, setBusy, showFailure, showResult } from './order-form.js';
import { settings } from './settings.js';
import { createTracePanel } from './trace-panel.js';

const { dsn, release, environment, tracesSampleRate, ordersUrl } = settings;

Sentry.init({
  dsn,
  release,
  environment,
  tracesSampleRate,
  integrations: [Sentry.browserTracingIntegration()],
  tracePropagationTargets: ['localhost', /^https:\/\/api\.example\.com/],
  tunnel: '/tunnel',
});

const tracePanel = createTracePanel(Sentry.getTraceData()['sentry-trace']);

document.getElementById('buy').addEventListener('click', (event) => {
  event.preventDefault();
  const order = currentOrder();
  if (!order) return;

  Sentry.startSpan({ name: 'process_order', op: 'ui.action' }, async (span) => {
    const header = Sentry.spanToTraceHeader(span);
    setBusy(true);
    try {
      const response = await fetch(`${ordersUrl}/api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      });
      showResult(response.status, await response.json());
    } catch {
      showFailure();
    } finally {
      setBusy(false);
      tracePanel.showClick(header);
    }
  });
});
