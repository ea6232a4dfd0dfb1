// A service worker with the package that hears of every request of its pages: they are what they were without it, and what it does
// for one of them is in the trace of that.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';
import { documented } from '../support/documented.mjs';

/** As documents name it. */
const FILE = 'tests/browser/service-worker.test.mjs';

/** What the worker does with requests, in which it may call the package `T`. */
const PASSED = 'event.respondWith(fetch(event.request));';

const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg"/>';

/** What a page loads, and what a server is told by that. */
const HEAD = `
  <script src="/a.js"></script><script type="module" src="/b.js"></script>
  <link rel="stylesheet" href="/c.css"><link rel="manifest" href="/d.json">`;
const FILES = {
  '/a.js': { type: 'text/javascript', body: '' },
  '/b.js': { type: 'text/javascript', body: '' },
  '/c.css': { type: 'text/css', body: '' },
  '/f.svg': { type: 'image/svg+xml', body: PICTURE },
};
const TOLD = ['accept', 'content-type', 'origin', 'referer', 'sec-fetch-dest', 'sec-fetch-mode', 'x-mine'];

describe('a service worker', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Opens a page that a worker controls. @param {() => string} program what it does, beside taking the page over */
  async function openUnder(program) {
    const page = await openPackage(browser, server);
    server.files['/sw.js'] = {
      type: 'text/javascript',
      body: `${program()}
        addEventListener('install', () => skipWaiting());
        addEventListener('activate', (event) => event.waitUntil(clients.claim()));`,
    };
    await page.evaluate(async () => {
      const controlled = new Promise((resolve) => {
        navigator.serviceWorker.oncontrollerchange = resolve;
      });
      await navigator.serviceWorker.register('/sw.js');
      await controlled;
    });
    return page;
  }

  /** Opens a page under a worker that does this when it hears of a request, with the package or without. */
  function open(hears, withPackage = true) {
    const start = () => `importScripts('/throughline.min.js');
      const T = Throughline;
      T.init({
        dsn: 'http://public@localhost:1/1', tunnel: '${server.tunnel}', tracesSampleRate: 1,
        integrations: [T.browserTracingIntegration()],
      });`;
    return openUnder(
      () => `${withPackage ? start() : ''}
      addEventListener('fetch', (event) => { ${hears} });`,
    );
  }

  /** What the server is told of the requests of a page without the package that is opened under such a worker. */
  async function heardOf(withPackage) {
    const page = await open(PASSED, withPackage);
    Object.assign(server.files, FILES);
    server.head = HEAD;
    server.heard = [];
    await page.goto(`${server.url}/page?again`);
    await page.evaluate(async () => {
      const loaded = (element) =>
        new Promise((resolve) => {
          element.onload = resolve;
          document.body.append(element);
        });
      await loaded(Object.assign(new Image(), { src: '/f.svg' }));
      await loaded(Object.assign(document.createElement('iframe'), { src: '/page/frame' }));
      const headers = { 'x-mine': '1', 'content-type': 'text/plain' };
      await fetch('/echo/post', { method: 'POST', body: 'a', headers });
      await fetch('/echo/no-cors', { mode: 'no-cors' });
      await fetch(new Request('/echo/referrer', { referrer: '/other' }));
    });
    const requests = {};
    for (const { path, headers } of server.heard) {
      if (!/^\/(page|echo|[a-f]\.)/.test(path)) continue;
      const told = Object.fromEntries(TOLD.map((name) => [name, headers[name]]));
      requests[path] = { ...told, traced: Boolean(headers['sentry-trace']) };
    }
    await page.context().close();
    return requests;
  }

  it('that passes all requests on leaves each what it was, and gives headers only to those of scripts', async () => {
    const without = await heardOf(false);
    const requests = await heardOf(true);
    assert.ok(Object.keys(without).length > 7, Object.keys(without).join());
    const traced = Object.keys(requests).filter((path) => requests[path].traced);
    assert.deepEqual(traced.sort(), ['/echo/post', '/echo/referrer']);
    for (const path of traced) requests[path].traced = false;
    assert.deepEqual(requests, without);
  });

  it('works in the trace of the request that it answers, and sends that while the browser waits for it', async () => {
    // As the document has it, and with a request of the worker's own in place of one that is passed on.
    const passes = 'fetch(event.request)';
    const program = () => {
      const [own, ...others] = documented('docs/workers.md', FILE, server.tunnel);
      assert.deepEqual([others, own.includes(passes)], [[], true]);
      const answers = `(event.request.url.endsWith('/cached') ? fetch('/echo/fresh') : ${passes})`;
      return own.replace(passes, answers);
    };
    const page = await openTraced(await openUnder(program));
    const [passed, fresh] = await page.evaluate(() =>
      T.startSpan({ name: 'click' }, async () => {
        const ask = async (url) => (await fetch(url)).json();
        return [await ask('/echo/passed'), await ask('/cached')];
      }),
    );
    const transactions = await server.transactions(3);
    const click = transactions.find(({ payload }) => payload.transaction === 'click').payload;
    const answers = transactions.flatMap(({ payload }) => (payload.transaction === 'answer' ? payload : []));
    assert.equal(answers.length, 2);
    const named = (name) => click.spans.find(({ description }) => description === name);
    for (const [name, headers] of [
      ['GET /echo/passed', passed],
      ['GET /cached', fresh],
    ]) {
      const request = named(name);
      const { contexts, spans } = answers.find(
        ({ contexts }) => contexts.trace.parent_span_id === request.span_id,
      );
      assert.equal(contexts.trace.trace_id, click.contexts.trace.trace_id);
      const [traceId, spanId] = headers['sentry-trace'].split('-');
      assert.equal(traceId, contexts.trace.trace_id);
      // The page has said whose child its own request is; the worker's is the worker's.
      assert.equal(spanId, headers === passed ? request.span_id : spans[0].span_id);
      assert.equal(spans[0].parent_span_id, contexts.trace.span_id);
    }
    assert.deepEqual(page.said, []);
  });
});
