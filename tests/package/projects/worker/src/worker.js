import { browserTracingIntegration, continueTrace, init, startSpan } from 'throughline';

init({
  dsn: 'http://public@localhost:1/1',
  tunnel: '/tunnel',
  tracesSampleRate: 1,
  integrations: [browserTracingIntegration()],
});

addEventListener('message', ({ data }) =>
  continueTrace(data, () =>
    startSpan({ name: 'order in the worker', op: 'task' }, async () => {
      const response = await fetch('/api/orders', { method: 'POST' });
      postMessage((await response.json()).state);
    }),
  ),
);
