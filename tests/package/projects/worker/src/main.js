import { browserTracingIntegration, getTraceData, init, startSpan } from 'throughline';

init({
  dsn: 'http://public@localhost:1/1',
  tunnel: '/tunnel',
  tracesSampleRate: 1,
  integrations: [browserTracingIntegration({ idleTimeout: 100 })],
});

const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });

document.querySelector('button').addEventListener('click', () =>
  startSpan({ name: 'order', op: 'ui.action' }, async () => {
    const { 'sentry-trace': sentryTrace, baggage } = getTraceData();
    const answered = new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }));
    worker.postMessage({ sentryTrace, baggage });
    const { data } = await answered;
    document.querySelector('output').textContent = data;
  }),
);
