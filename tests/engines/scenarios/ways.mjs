// The ways in: a script tag that starts by itself, a module, and a frame.
import assert from 'node:assert/strict';
import { LISTEN, open, roots, serve } from '../pages.mjs';

async function dataAttributes({ server, window }) {
  server.reset();
  const start = `<script src="/throughline.min.js" data-dsn="http://public@localhost:1/1"
    data-tunnel="${server.tunnel}" data-traces-sample-rate="1" data-release="shop@1" data-environment="test"
    data-trace-propagation-targets="/echo/yes, elsewhere.example"></script>`;
  serve(server, LISTEN + start);
  await window.goto(`${server.url}/page`);
  const seen = await window.evaluate(async () => {
    const carries = async (path) => 'sentry-trace' in (await (await fetch(path)).json());
    return [await carries('/echo/yes'), await carries('/echo/no'), said];
  });
  assert.deepEqual(seen, [true, false, []]);
  const [{ payload }] = await server.transactions(1);
  assert.deepEqual(
    [payload.transaction, payload.contexts.trace.op, payload.release, payload.environment],
    ['/page', 'pageload', 'shop@1', 'test'],
  );
}

async function module({ server, window }) {
  server.reset();
  serve(
    server,
    `${LISTEN}<script type="module">
      import * as T from '/index.js';
      globalThis.T = T;
      const integrations = [T.browserTracingIntegration({ idleTimeout: 20 })];
      T.init({ dsn: 'http://public@localhost:1/1', tunnel: '${server.tunnel}', tracesSampleRate: 1, integrations });
      globalThis.started = fetch('/echo').then((response) => response.json());
    </script>`,
  );
  await window.goto(`${server.url}/page`);
  const [headers, said] = await window.evaluate(async () => [await started, globalThis.said]);
  const [root] = await roots(server, 1);
  assert.equal(root.op, 'pageload');
  assert.ok(headers['sentry-trace'].startsWith(root.trace_id));
  assert.deepEqual(said, []);
}

async function frame({ server, window }) {
  await open({ server, window }, { instrumentPageLoad: true, idleTimeout: 20 });
  await roots(server, 1);
  await window.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.src = '/page/frame';
    const loaded = new Promise((resolve) => {
      frame.onload = resolve;
    });
    document.body.append(frame);
    await loaded;
    // Our method, on the history of the frame.
    history.pushState.call(frame.contentWindow.history, {}, '', '/page/by-us');
    if (location.pathname !== '/page' || said.length) throw new Error(`${location.pathname} ${said}`);
  });
  const [page, inner] = await roots(server, 2);
  assert.deepEqual([page.name, inner.name], ['/page', '/page/frame']);
}

export const ways = {
  'is started by the data attributes of its script tag': dataAttributes,
  'is imported as a module': module,
  'times a frame as a page of its own': frame,
};
