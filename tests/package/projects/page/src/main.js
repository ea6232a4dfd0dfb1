import { browserTracingIntegration, continueTrace, init, startSpan } from 'throughline';

init({
  dsn: 'http://public@localhost:1/1',
  tunnel: '/tunnel',
  tracesSampleRate: 1,
  integrations: [browserTracingIntegration({ idleTimeout: 100 })],
});

async function order() {
  const response = await fetch('/api/orders', { method: 'POST' });
  const { state } = await response.json();
  document.querySelector('output').textContent = state;
}

document
  .querySelector('button')
  .addEventListener('click', () => startSpan({ name: 'order', op: 'ui.action' }, order));

addEventListener('message', ({ data }) =>
  continueTrace(data, () => startSpan({ name: 'message', op: 'message' }, () => {})),
);
