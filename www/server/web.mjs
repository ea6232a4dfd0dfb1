// web: renders the demo's pages, serves their client, and hosts the collector.
//
//   GET /, /navigation, …   a page, rendered for this visitor: meta tags carry the trace of this very
//                           request; only /stale-cache is rendered once for all

import { fileURLToPath } from 'node:url';
import express from 'express';
import * as Sentry from 'throughline/node';
import { collector } from './collector.mjs';
import { fromCache } from './html-cache.mjs';
import { renderPage } from './page.mjs';
import { PAGES } from './pages.mjs';
import { createService, start } from './service.mjs';
import { BACKEND, DSN, ENVIRONMENT, PORTS, RELEASE, TRACES_SAMPLE_RATE, URLS } from './settings.mjs';

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

const SETTINGS = {
  backend: BACKEND,
  dsn: DSN,
  release: RELEASE,
  environment: ENVIRONMENT,
  tracesSampleRate: TRACES_SAMPLE_RATE,
  ordersUrl: URLS.orders,
  spotlightUrl: URLS.spotlight,
};

for (const page of PAGES) {
  const render = () => renderPage(page, Sentry.getTraceMetaTags(), SETTINGS);
  // What is below the address of a page is a view of it.
  app.get([page.path, ...(page.views ?? [])], (_request, response) => {
    response.set({
      // A stored page would give its trace to every later visitor.
      'Cache-Control': 'no-store',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    });
    response.send(page.name === 'stale-cache' ? fromCache(page.path, render) : render());
  });
}

app.use(collector());
for (const folder of ['../static/', '../dist/']) {
  app.use(express.static(fileURLToPath(new URL(folder, import.meta.url)), { index: false }));
}

start(app, PORTS.web);
