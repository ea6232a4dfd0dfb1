// A service worker, compiled without the types of pages, as its developer would.

import {
  browserTracingIntegration,
  continueTrace,
  flush,
  getTraceData,
  init,
  startSpan,
} from '../../../dist/index.js';

declare const self: ServiceWorkerGlobalScope;

init({
  dsn: 'https://public@o1.example.com/1',
  tracesSampleRate: 1,
  integrations: [browserTracingIntegration()],
});

self.addEventListener('fetch', (event) => {
  const { headers } = event.request;
  const trace = { 'sentry-trace': headers.get('sentry-trace'), baggage: headers.get('baggage') };
  const answer: Promise<Response> = continueTrace(trace, () =>
    startSpan({ name: 'answer' }, () => fetch(event.request)),
  );
  event.respondWith(answer);
  event.waitUntil(answer.then(() => flush()));
});

self.addEventListener('message', ({ data, source }) => {
  continueTrace(data, () => startSpan({ name: 'work' }, () => source?.postMessage({ ...getTraceData() })));
});

export const number: number = continueTrace(getTraceData(), () => 1);
