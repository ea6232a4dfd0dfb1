// web: renders the shop's page, serves its client, and hosts the collector.
//
//   GET /   the page, rendered for this visitor: two meta tags carry the trace of this very request

import { fileURLToPath } from 'node:url';
import * as Sentry from '@sentry/node';
import express from 'express';
import { collector } from './collector.mjs';
import { renderPage } from './page.mjs';
import { createService, start } from './service.mjs';
import { DSN, ENVIRONMENT, PORTS, RELEASE, TRACES_SAMPLE_RATE, URLS } from './settings.mjs';

/** 'wasm-unsafe-eval' lets the page compile WebAssembly; connect-src names the services it calls. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  `connect-src 'self' ${URLS.orders}`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const app = createService('web');

app.get('/', (_request, response) => {
  response.set({
    // A stored page would give its trace to every later visitor.
    'Cache-Control': 'no-store',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  });
  response.send(
    renderPage(traceMetaTags(), {
      dsn: DSN,
      release: RELEASE,
      environment: ENVIRONMENT,
      tracesSampleRate: TRACES_SAMPLE_RATE,
      ordersUrl: URLS.orders,
      spotlightUrl: URLS.spotlight,
    }),
  );
});

app.use(collector());
for (const folder of ['../static/', '../dist/']) {
  app.use(express.static(fileURLToPath(new URL(folder, import.meta.url)), { index: false }));
}

start(app, PORTS.web);

/** `<meta name="sentry-trace" …/><meta name="baggage" …/>`, without entries that have no value. */
function traceMetaTags() {
  // Of the request's own span: while Express runs a handler, a span of that handler is active.
  const span = Sentry.getActiveSpan();
  const data = Sentry.getTraceData(span && { span: Sentry.getRootSpan(span) });
  const entries = Object.entries(data).filter(([, value]) => value);
  return Sentry.getTraceMetaTags(Object.fromEntries(entries));
}
