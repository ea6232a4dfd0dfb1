// What `init` does for the page by itself: its trace goes on, its load and its navigations are timed and named.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { buildApplication } from '../support/rust.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const META = `<meta name="sentry-trace" content="${TRACE}-${PARENT}-1">
<meta name="baggage" content="sentry-trace_id=${TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5">`;

describe('the page of an application', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let files;
  before(async () => {
    files = await buildApplication('web');
  });

  async function open(options) {
    server.reset(`${META}<script type="module">
      import * as app from '/rust-web/application.js';
      await app.default();
      app.start('${server.url}/tunnel', '');
      globalThis.app = app;
      document.documentElement.dataset.started = 'yes';
    </script>`);
    server.head = server.head.replace('/tunnel', server.tunnel);
    server.files = files;
    const page = await browser.page(options);
    await page.goto(`${server.url}/page/users/7`);
    await page.locator('[data-started=yes]').waitFor({ state: 'attached' });
    return page;
  }

  it('goes on in the trace of its server, and is named by its router', async () => {
    const page = await open();
    const echoed = await page.evaluate(async () => {
      app.route('/page/users/:id');
      return app.inside(async () => (await fetch('/echo')).json());
    });
    const [{ payload: load, header }] = await server.transactions(1);
    const { trace } = load.contexts;
    assert.deepEqual([load.transaction, load.transaction_info.source], ['/page/users/:id', 'route']);
    assert.deepEqual([trace.op, trace.trace_id, trace.parent_span_id], ['pageload', TRACE, PARENT]);
    assert.equal(header.trace.sample_rand, '0.25');
    // Exactly below each other: the page load, two spans of the application, the request.
    const named = (name) => load.spans.find(({ description }) => description === name);
    const [outer, inner, request] = ['outer', 'inner', 'GET /echo'].map(named);
    assert.deepEqual(
      [outer, inner, request].map(({ parent_span_id }) => parent_span_id),
      [trace.span_id, outer.span_id, inner.span_id],
    );
    assert.equal(echoed['sentry-trace'], `${TRACE}-${request.span_id}-1`);

    await page.click('html');
    await page.evaluate(() => {
      history.pushState(null, '', '/page/orders/1');
      app.route('/page/orders/{id}');
    });
    const { payload: moved } = (await server.transactions(2))[1];
    const names = [moved.transaction, moved.transaction_info.source, moved.contexts.trace.op];
    assert.deepEqual(names, ['/page/orders/:id', 'route', 'navigation']);
    assert.equal(moved.request.url, `${server.url}/page/orders/1`);
    assert.notEqual(moved.contexts.trace.trace_id, TRACE);
  });

  it('that a crawler opens is left alone', async () => {
    const page = await open({ userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1)' });
    const [owner, echoed] = await page.evaluate(async () => [
      globalThis[Symbol.for('throughline')]?.tracer ?? 'nobody',
      await app.inside(async () => (await fetch('/echo')).json()),
    ]);
    assert.deepEqual([owner, echoed['sentry-trace']], ['nobody', undefined]);
    // Neither the page load nor the request is in what the application has done itself, or was sent before.
    const [{ payload }] = await server.transactions(1);
    const names = [payload.transaction, ...payload.spans.map(({ description }) => description)];
    assert.deepEqual(names, ['outer', 'inner']);
  });
});
