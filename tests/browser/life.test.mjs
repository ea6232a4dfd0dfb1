// The life of pages in a real browser: documents that are still loading, sites of many pages, the back/forward cache,
// pages that are prepared before anybody sees them, and frames.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { chromium } from 'playwright-core';
import { browserArgs, browserPath } from '../../scripts/toolchain.mjs';
import { startTag, useServer } from '../support/browser.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';

describe('the life of a page', { timeout: 180_000 }, () => {
  const server = useServer();
  let browser;
  before(async () => {
    browser = await chromium.launch({
      executablePath: browserPath(),
      args: browserArgs,
      // Playwright switches off what this is about.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
  });
  after(() => browser?.close());

  /** Opens a page whose head starts the SDK, with something before and after that. */
  async function open({ above = '', below = '', integration, options, headers = {} } = {}) {
    server.reset();
    Object.assign(server, { head: above + startTag(server, integration, options) + below, headers });
    const page = await (await browser.newContext()).newPage();
    page.said = [];
    page.on('console', (message) => page.said.push(message.text()));
    page.on('pageerror', (error) => page.said.push(`uncaught: ${error.message}`));
    return page;
  }

  /** The roots that arrived, once there are so many. */
  async function roots(count) {
    return (await server.transactions(count)).map(({ payload }) => {
      const { transaction, start_timestamp: start, timestamp: end, spans, request } = payload;
      return { transaction, start, end, spans, request, ...payload.contexts.trace };
    });
  }

  it('waits for a document that is still loading', async () => {
    const page = await open({ below: '<script src="/slow.js"></script>' });
    let release;
    const released = new Promise((resolve) => {
      release = resolve;
    });
    await page.route('**/slow.js', async (route) => {
      await released;
      await route.fulfill({ contentType: 'text/javascript', body: '' });
    });
    await page.goto(`${server.url}/page`, { waitUntil: 'commit' });
    // By time: a page without a body may have no animation frames.
    await page.waitForFunction(() => globalThis.Throughline?.getActiveSpan(), undefined, { polling: 50 });
    const meanwhile = await page.evaluate(async () => {
      Throughline.startSpan({ name: 'early' }, () => {});
      await new Promise((resolve) => setTimeout(resolve, 200));
      return [document.readyState, Throughline.getActiveSpan()?.isRecording()];
    });
    assert.deepEqual(meanwhile, ['loading', true]);
    release();
    const [root] = await roots(1);
    assert.equal(root.data['sentry.idle_span_finish_reason'], 'idleTimeout');
    assert.ok(root.spans.some(({ description }) => description === 'early'));
  });

  it('waits for a page that says when it has loaded', async () => {
    const page = await open({ integration: { enableReportPageLoaded: true } });
    await page.goto(`${server.url}/page`);
    const said = await page.evaluate(async () => {
      Throughline.startSpan({ name: 'work' }, () => {});
      await new Promise((resolve) => setTimeout(resolve, 200));
      const now = Date.now() / 1000;
      Throughline.reportPageLoaded();
      return now;
    });
    const [root] = await roots(1);
    assert.equal(root.data['sentry.idle_span_finish_reason'], 'reportPageLoaded');
    assert.ok(Math.abs(root.end - said) < 0.1, 'not trimmed to its last child');
  });

  it('continues the trace that a server tells in Server-Timing', async () => {
    const timing = `cpu;dur=3, sentry-trace;desc="${TRACE}-${PARENT}-1", baggage;desc="sentry-sample_rand=0.25"`;
    const page = await open({ headers: { 'server-timing': timing } });
    await page.goto(`${server.url}/page`);
    const [root] = await roots(1);
    assert.deepEqual([root.trace_id, root.parent_span_id], [TRACE, PARENT]);
    assert.equal(server.envelopes[0].header.trace.sample_rand, '0.25');
  });

  it('gives each route of an application a trace, and redirects none', async () => {
    const page = await open();
    await page.goto(`${server.url}/page`);
    await roots(1);
    await page.evaluate(async () => {
      document.body.click();
      history.pushState({}, '', '/page/orders?token=1');
      Throughline.startSpan({ name: 'work' }, () => {});
      // Nobody has asked for this one: the last click has been used up.
      history.replaceState({}, '', '/page/orders/42');
    });
    await roots(2);
    await page.evaluate(() => {
      location.hash = 'details';
    });
    await roots(3);
    await page.goBack({ waitUntil: 'commit' });
    const [load, orders, hash, back] = await roots(4);
    assert.deepEqual(
      [load, orders, hash, back].map(({ op, transaction }) => `${op} ${transaction}`),
      [
        'pageload /page',
        'navigation /page/orders',
        'navigation /page/orders/42',
        'navigation /page/orders/42',
      ],
    );
    assert.equal(orders.data['url.full'], `${server.url}/page/orders?token=[Filtered]`);
    assert.deepEqual(
      orders.spans.map(({ op, description }) => op ?? description),
      ['work', 'navigation.redirect'],
    );
    assert.equal(new Set([load, orders, hash, back].map(({ trace_id }) => trace_id)).size, 4);
    for (const [before, after] of [
      [load, orders],
      [orders, hash],
      [hash, back],
    ]) {
      assert.equal(after.links[0].trace_id, before.trace_id);
    }
    assert.deepEqual(page.said, []);
  });

  it('links the pages of a site, each in a trace of its own', async () => {
    const page = await open({ integration: { linkPreviousTrace: 'session-storage' } });
    for (const [at, path] of ['/page', '/page/b', '/page/c'].entries()) {
      await page.goto(server.url + path);
      await roots(at + 1);
    }
    const [a, b, c] = await roots(3);
    assert.equal(new Set([a, b, c].map(({ trace_id }) => trace_id)).size, 3);
    for (const [before, after] of [
      [a, b],
      [b, c],
    ]) {
      const { trace_id, span_id } = before;
      assert.deepEqual(after.links, [
        { trace_id, span_id, sampled: true, attributes: { 'sentry.link.type': 'previous_trace' } },
      ]);
      assert.equal(after.data['sentry.previous_trace'], `${trace_id}-${span_id}-1`);
    }
  });

  it('sends the page load of a page that is left before it was done', async () => {
    const page = await open({ integration: { idleTimeout: 60_000 } });
    await page.goto(`${server.url}/page`);
    await page.goto(`${server.url}/status/200`);
    const [root] = await roots(1);
    assert.equal(root.data['sentry.idle_span_finish_reason'], 'documentHidden');
  });

  it('times the return from the back/forward cache', async () => {
    const page = await open();
    await page.goto(`${server.url}/page`);
    await roots(1);
    const persisted = page.evaluate(
      () => new Promise((resolve) => addEventListener('pageshow', (event) => resolve(event.persisted))),
    );
    // Lost with the page where the browser does not keep it.
    persisted.catch(() => {});
    await page.evaluate(() => {
      globalThis.kept = true;
    });
    await page.goto(`${server.url}/status/200`);
    await page.goBack({ waitUntil: 'commit' });
    if (!(await page.evaluate(() => globalThis.kept))) {
      // This browser keeps no pages: told by hand, it must do the same.
      await roots(2);
      await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    }
    const all = await roots(2);
    const [load] = all;
    const back = all.at(-1).op === 'navigation' ? all.at(-1) : (await roots(3)).at(-1);
    assert.deepEqual(
      [back.op, back.origin, back.data['browser.navigation.type'], back.transaction],
      ['navigation', 'auto.navigation.browser.bfcache', 'back-forward-cache', '/page'],
    );
    assert.notEqual(back.trace_id, load.trace_id);
    assert.equal(back.links[0].attributes['sentry.link.type'], 'previous_trace');
    assert.ok(back.start > load.end);
  });

  it('says nothing of a page that is prepared, until it is shown', async (test) => {
    const told = [];
    const speculate = `<script type="speculationrules">
      { "prerender": [{ "source": "list", "urls": ["/page/next"] }] }
    </script>
    <script>setTimeout(() => { location.href = '/page/next'; }, 3000);</script>`;
    // Long enough for a root to end and to be sent.
    const prepared = `<script>
      if (document.prerendering) setTimeout(() => fetch('/page/ready'), 500);
    </script>`;
    server.reset();
    server.head = ({ url }) => {
      told.push({ url, at: Date.now() / 1000, envelopes: server.envelopes.length });
      if (url === '/page') return startTag(server) + speculate;
      return url === '/page/next' ? startTag(server) + prepared : '';
    };
    // By itself: a browser that is driven from outside prepares no pages.
    const profile = await mkdtemp(join(tmpdir(), 'prepared-'));
    const args = [...browserArgs, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
    const alone = spawn(browserPath(), [...args, `${server.url}/page`], { stdio: 'ignore' });
    test.after(async () => {
      alone.kill();
      await once(alone, 'exit');
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    });
    const [load, next] = await roots(2);
    const ready = told.find(({ url }) => url === '/page/ready');
    assert.deepEqual([load.transaction, next.transaction], ['/page', '/page/next']);
    assert.equal(ready.envelopes, 1, 'it was loaded, and nothing was sent of it');
    assert.ok(next.start >= ready.at, 'it begins when it is shown');
    const early = next.spans.filter(({ start_timestamp }) => start_timestamp < next.start);
    assert.deepEqual(early, [], 'nothing in it was before that');
    assert.equal(next.request.url, `${server.url}/page/next`);
  });

  it('keeps the trace of a page that is prepared, and times it once', async () => {
    const page = await open({
      above: `<meta name="sentry-trace" content="${TRACE}-${PARENT}-1">
        <script>Object.defineProperty(document, 'prerendering', { value: true, configurable: true });</script>`,
    });
    await page.goto(`${server.url}/page`);
    const meanwhile = await page.evaluate(async () => {
      const { headers, active } = {
        headers: Throughline.getTraceData(),
        active: Throughline.getActiveSpan(),
      };
      delete document.prerendering;
      for (let at = 0; at < 2; at += 1) document.dispatchEvent(new Event('prerenderingchange'));
      return [headers['sentry-trace'], active];
    });
    assert.ok(meanwhile[0].startsWith(TRACE) && meanwhile[1] === undefined);
    const [root] = await roots(1);
    assert.deepEqual([root.trace_id, root.parent_span_id, root.links], [TRACE, PARENT, undefined]);
    assert.equal(server.envelopes.length, 1);
  });

  it('keeps a trace that nobody gave to a page that is prepared', async () => {
    const page = await open({
      above: `<script>Object.defineProperty(document, 'prerendering', { value: true, configurable: true });</script>`,
    });
    await page.goto(`${server.url}/page`);
    const meanwhile = await page.evaluate(async () => {
      const headers = await (await fetch('/echo')).json();
      delete document.prerendering;
      document.dispatchEvent(new Event('prerenderingchange'));
      return headers['sentry-trace'];
    });
    const [root] = await roots(1);
    assert.equal(root.trace_id, meanwhile.split('-')[0]);
  });

  it('times a frame as a page of its own, and does not hear of its moves above it', async () => {
    const page = await open();
    await page.goto(`${server.url}/page`);
    await roots(1);
    const active = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      frame.src = '/page/frame';
      document.body.append(frame);
      await loaded;
      const { history: inner } = frame.contentWindow;
      inner.pushState({}, '', '/page/inner');
      // Our method, on the history of the frame.
      history.pushState.call(inner, {}, '', '/page/by-us');
      return [Throughline.getActiveSpan()?.isRecording(), inner.length === history.length, location.pathname];
    });
    assert.deepEqual(active, [undefined, true, '/page']);
    const [, frame] = await roots(2);
    assert.equal(frame.transaction, '/page/frame');
  });
});
