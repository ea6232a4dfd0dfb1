// A page of a server goes on, in a browser, in the trace of the request that it came from.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { before, describe, it } from 'node:test';
import express from 'express';
import * as Throughline from '../../dist/node.js';
import { useBrowser } from '../support/browser.mjs';
import { transactionsByName, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

const PAGE = `<!doctype html><html><head><script type="module">
  import { browserTracingIntegration, getTraceData, init } from '/index.js';
  // Its own rate is 0: it follows the decision of its server.
  init({ dsn: 'http://public@localhost:1/1', tunnel: '/tunnel', tracesSampleRate: 0, integrations: [browserTracingIntegration()] });
  fetch('/api/orders');
</script></head><body>page</body></html>`;

describe('the page load of a page', () => {
  const ingest = useIngest();
  const browser = useBrowser();
  /** The transactions of pages, as they come. */
  const loads = [];
  let arrived = () => {};

  const shop = useServer(() => {
    const app = express();
    app.get('/index.js', async (_, response) => {
      response.type('js').send(await readFile(new URL('../../dist/index.js', import.meta.url)));
    });
    app.post('/tunnel', express.text({ type: '*/*' }), (request, response) => {
      loads.push(
        ...request.body
          .split('\n')
          .flatMap((line) => (line.includes('"pageload"') ? [JSON.parse(line)] : [])),
      );
      response.json({});
      arrived();
    });
    app.get('/api/orders', (_, response) => response.json([]));
    app.get('/tags/:id', renderTags(), (_, response) => {
      response.type('html').write(PAGE.slice(0, 20));
      response.end(PAGE.slice(20));
    });
    app.get('/header/:id', (_, response) => response.type('html').send(PAGE));
    return createServer(app);
  });
  const renderTags = () => Throughline.renderTraceMetaTags();

  before(() =>
    Throughline.init({
      dsn: ingest.dsn(),
      tracesSampleRate: 1,
      integrations: [
        Throughline.httpIntegration({
          // What the tests themselves send has no headers but its own.
          outgoing: false,
          serverTiming: true,
          ignoreIncomingRequests: (path) => /^\/(?:api\/1\/envelope\/|tunnel|favicon)/.test(path),
        }),
      ],
    }),
  );

  for (const way of ['tags', 'header']) {
    it(`goes on in the trace of its request, by ${way === 'tags' ? 'meta tags' : 'Server-Timing'}`, async () => {
      const loaded = new Promise((resolve) => {
        arrived = () => loads.length && resolve(loads.splice(0)[0]);
      });
      const page = await browser.page();
      await page.goto(`${shop.url}/${way}/7`);
      const load = await loaded;
      await page.close();
      const events = await transactionsByName(ingest, 2);
      const request = events[`GET /${way}/:id`].contexts.trace;
      const { trace } = load.contexts;
      assert.deepEqual(
        [trace.op, trace.trace_id, trace.parent_span_id],
        ['pageload', request.trace_id, request.span_id],
      );
      // What the page asks for is below it.
      const asked = load.spans.find(({ op }) => op === 'http.client');
      const orders = events['GET /api/orders'].contexts.trace;
      assert.deepEqual([orders.trace_id, orders.parent_span_id], [request.trace_id, asked.span_id]);
      assert.deepEqual(page.said, []);
    });
  }
});
