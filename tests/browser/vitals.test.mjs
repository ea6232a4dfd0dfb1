// Web vitals of real pages: what they are worth when the page load ends, when the page is left, and whose they are.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300"/></svg>';
/** As many bytes as an image with content has: a browser takes no plain colour for the largest paint. */
const CONTENT = `<!--${'x'.repeat(8000)}-->`;
const FILES = { '/image.svg': { type: 'image/svg+xml', body: SVG + CONTENT, delay: 50 } };

describe('web vitals', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Opens a page with an image, a shift and a slow button, and the SDK on it. */
  async function open({ init = {}, options = {}, vitals, start = true } = {}) {
    server.reset();
    server.files = FILES;
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.evaluate(
      async ([init, options, vitals, tunnel, start]) => {
        globalThis.T = await import('/index.js');
        const own = vitals ? [T.webVitalsIntegration(vitals)] : [];
        globalThis.startSdk = () => {
          const tracing = T.browserTracingIntegration({
            idleTimeout: 20_000,
            instrumentNavigation: false,
            ...options,
          });
          const integrations = [tracing, ...own];
          const dsn = 'http://public@localhost:1/1';
          return T.init({ dsn, tunnel, tracesSampleRate: 1, integrations, ...init });
        };
        if (start) globalThis.startSdk();
        const seen = (type, name) =>
          new Promise((resolve) => {
            new PerformanceObserver((list) => {
              if (list.getEntries().some((entry) => !name || entry.element?.id === name))
                setTimeout(resolve, 20);
            }).observe({ type, buffered: true });
          });
        document.body.style.margin = '0';
        document.body.innerHTML = `<div id="menu" class=" main  wide"><button id="buy" name="order">buy</button></div>
          <img id="hero" src="/image.svg?session=1&size=2">`;
        document.querySelector('#buy').addEventListener('click', (event) => {
          const until = performance.now() + 100;
          while (performance.now() < until);
          // By the time that its timing is known, it is gone.
          event.target.remove();
        });
        await seen('largest-contentful-paint', 'hero');
        const above = document.createElement('div');
        above.style.height = '100px';
        document.querySelector('#menu').after(above);
        await seen('layout-shift');
      },
      [init, options, vitals, server.tunnel, start],
    );
    return page;
  }

  /** Waits until the timing of an interaction is known, and the library has looked at it: it waits for a quiet moment. */
  const told = (page) =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          const quiet = () => requestIdleCallback(() => setTimeout(resolve), { timeout: 2000 });
          new PerformanceObserver(() => setTimeout(quiet)).observe({ type: 'first-input', buffered: true });
        }),
    );

  const itemsOf = (envelopes) => envelopes.flatMap(({ payload }) => payload.items ?? []);
  const attributeOf = (item, name) => item.attributes[name]?.value;
  const byOp = (envelopes, op) => itemsOf(envelopes).filter((item) => attributeOf(item, 'sentry.op') === op);

  it('stand on the page load when it ends', async () => {
    const page = await open();
    await page.evaluate(() => T.getActiveSpan().end());
    const [{ payload }] = await server.received(1);
    const { measurements } = payload;
    for (const name of ['ttfb', 'ttfb.requestTime', 'fp', 'fcp', 'lcp']) {
      assert.equal(measurements[name].unit, 'millisecond', name);
      assert.ok(measurements[name].value >= 0 && measurements[name].value < 10_000, name);
    }
    assert.ok(measurements.fp.value <= measurements.fcp.value);
    assert.ok(measurements.fcp.value <= measurements.lcp.value);
    assert.equal(measurements.cls.unit, '');
    assert.ok(measurements.cls.value > 0);
    const { data } = payload.contexts.trace;
    assert.equal(data['lcp.element'], 'body > img#hero');
    assert.equal(data['lcp.id'], 'hero');
    assert.equal(data['lcp.url'], `${server.url}/image.svg?session=[Filtered]&size=2`);
    assert.ok(data['lcp.size'] > 100_000 && data['lcp.loadTime'] > 0 && data['lcp.renderTime'] > 0);
    assert.equal(data['cls.source.1'], 'body > img#hero');
    assert.equal(data['browser.navigation.type'], 'navigate');
    assert.equal(data['performance.activationStart'], 0);
    assert.ok(Math.abs(data['performance.timeOrigin'] - payload.start_timestamp) < 0.001);
  });

  it('are complete when a page is left while it loads', async () => {
    const page = await open();
    await page.click('#buy');
    await told(page);
    await page.goto('about:blank');
    const envelopes = await server.received(2);
    const load = envelopes.find(({ payload }) => payload.transaction === '/page').payload;
    assert.ok(load.measurements.lcp.value > 0 && load.measurements.cls.value > 0);
    const [inp] = byOp(envelopes, 'ui.interaction.click');
    assert.equal(inp.parent_span_id, load.contexts.trace.span_id);
  });

  it('tell the slowest interaction in a span that is sent alone, when the page is left', async () => {
    const page = await open();
    const root = await page.evaluate(() => T.getActiveSpan().spanContext());
    await page.click('#buy');
    await told(page);
    await page.evaluate(() => T.getActiveSpan().end());
    await server.received(1);
    await page.goto('about:blank');
    const envelopes = await server.received(2);
    assert.deepEqual(envelopes[1].item, {
      type: 'span',
      item_count: 1,
      content_type: 'application/vnd.sentry.items.span.v2+json',
    });
    const [inp] = itemsOf(envelopes);
    const path = 'body > div#menu.main.wide > button#buy[name="order"]';
    assert.equal(inp.name, path);
    assert.deepEqual([inp.trace_id, inp.parent_span_id], [root.traceId, root.spanId]);
    assert.equal(attributeOf(inp, 'sentry.op'), 'ui.interaction.click');
    assert.equal(attributeOf(inp, 'sentry.origin'), 'auto.ui.browser.inp');
    assert.equal(attributeOf(inp, 'browser.web_vital.inp.target'), path);
    assert.equal(attributeOf(inp, 'browser.web_vital.inp.interaction_type'), 'click');
    assert.equal(attributeOf(inp, 'sentry.transaction'), '/page');
    assert.equal(attributeOf(inp, 'sentry.pageload.span_id'), root.spanId);
    const value = attributeOf(inp, 'browser.web_vital.inp.value');
    assert.ok(value >= 100 && value < 5000);
    assert.ok(Math.abs(inp.end_timestamp - inp.start_timestamp - value / 1000) < 0.001);
    assert.ok(Math.abs(attributeOf(inp, 'sentry.exclusive_time') - value) < 0.001);
  });

  it('call a slow key what it is, and a navigation its parent', async () => {
    const page = await open();
    await page.evaluate(() => {
      T.getActiveSpan().end();
      document.querySelector('#buy').addEventListener('keydown', () => {
        const until = performance.now() + 100;
        while (performance.now() < until);
      });
      T.startBrowserTracingNavigationSpan(T.getClient(), { name: '/next' });
      document.querySelector('#buy').focus();
    });
    await page.keyboard.press('a');
    await told(page);
    await page.evaluate(() => T.getActiveSpan().end());
    await page.goto('about:blank');
    const envelopes = await server.received(3);
    const [inp] = itemsOf(envelopes);
    assert.equal(attributeOf(inp, 'sentry.op'), 'ui.interaction.press');
    assert.equal(inp.parent_span_id, envelopes[1].payload.contexts.trace.span_id);
    assert.equal(attributeOf(inp, 'sentry.transaction'), '/next');
    assert.equal(attributeOf(inp, 'sentry.pageload.span_id'), undefined);
  });

  it('are left out where they are ignored', async () => {
    for (const given of [
      { vitals: { ignore: ['lcp', 'cls', 'inp'] } },
      { options: { webVitals: { ignore: ['lcp', 'cls'] }, enableInp: false } },
    ]) {
      const page = await open(given);
      await page.click('#buy');
      await told(page);
      await page.evaluate(() => T.getActiveSpan().end());
      await server.received(1);
      await page.evaluate(() => T.startSpan({ name: 'last' }, () => {}));
      await page.goto('about:blank');
      const envelopes = await server.received(2);
      assert.deepEqual(
        Object.keys(envelopes[0].payload.measurements).filter((name) => /lcp|cls|inp/.test(name)),
        [],
      );
      assert.ok(envelopes[0].payload.measurements.fcp);
      assert.deepEqual(itemsOf(envelopes), []);
    }
  });

  it('are measured once, however often the SDK is started', async () => {
    const page = await open({ start: false });
    const added = await page.evaluate(() => {
      const counts = [0, 0];
      const { addEventListener: listen } = EventTarget.prototype;
      EventTarget.prototype.addEventListener = function (...given) {
        counts[0] += 1;
        return listen.apply(this, given);
      };
      const { observe } = PerformanceObserver.prototype;
      PerformanceObserver.prototype.observe = function (...given) {
        counts[1] += 1;
        return observe.apply(this, given);
      };
      startSdk();
      const first = [...counts];
      for (let times = 0; times < 3; times += 1) startSdk();
      for (let times = 0; times < 20; times += 1) {
        T.startBrowserTracingNavigationSpan(T.getClient(), { name: `/${times}` });
      }
      T.getActiveSpan().end();
      return { observers: [first[1] > 0, counts[1] - first[1]], listeners: counts[0] - first[0] };
    });
    assert.deepEqual(added, { observers: [true, 0], listeners: 0 });
  });

  it('are spans of their own in stream mode, below the page load', async () => {
    const page = await open({ init: { traceLifecycle: 'stream' } });
    const { spanId } = await page.evaluate(() => T.getActiveSpan().spanContext());
    await page.click('#buy');
    await told(page);
    await page.evaluate(async () => {
      T.getActiveSpan().end();
      await T.flush(1000);
    });
    await page.goto('about:blank');
    await server.received(2);
    const [lcp] = byOp(server.envelopes, 'ui.webvital.lcp');
    const [cls] = byOp(server.envelopes, 'ui.webvital.cls');
    const [inp] = byOp(server.envelopes, 'ui.interaction.click');
    const [load] = byOp(server.envelopes, 'pageload');
    for (const span of [lcp, cls, inp]) {
      assert.equal(span.parent_span_id, spanId);
      assert.equal(attributeOf(span, 'sentry.pageload.span_id'), spanId);
      assert.equal(attributeOf(span, 'browser.navigation.type'), 'navigate');
    }
    assert.deepEqual([lcp.name, cls.name, inp.name], ['Largest contentful paint', 'Layout shift', 'Click']);
    assert.equal(attributeOf(lcp, 'browser.web_vital.lcp.element'), 'body > img#hero');
    assert.ok(
      Math.abs(
        lcp.end_timestamp - lcp.start_timestamp - attributeOf(lcp, 'browser.web_vital.lcp.value') / 1000,
      ) < 0.001,
    );
    assert.ok(attributeOf(cls, 'browser.web_vital.cls.value') > 0);
    assert.equal(attributeOf(cls, 'browser.web_vital.cls.source.1'), 'body > img#hero');
    assert.equal(cls.start_timestamp, cls.end_timestamp);
    assert.ok(attributeOf(load, 'browser.web_vital.fcp.value') > 0);
    assert.ok(attributeOf(load, 'browser.web_vital.ttfb.request_time') >= 0);
  });

  it('belong to the page load until it is left, where navigations have none of their own', async () => {
    const vitals = { softNavigations: false, bfcacheNavigations: false };
    const page = await open({ init: { traceLifecycle: 'stream' }, vitals });
    const { spanId } = await page.evaluate(async () => {
      const root = T.getActiveSpan();
      T.startBrowserTracingNavigationSpan(T.getClient(), { name: '/next' });
      T.startBrowserTracingNavigationSpan(T.getClient(), { name: '/last' });
      T.getActiveSpan().end();
      await T.flush(1000);
      return root.spanContext();
    });
    await server.received(1);
    for (const op of ['ui.webvital.lcp', 'ui.webvital.cls']) {
      const spans = byOp(server.envelopes, op);
      assert.deepEqual(
        spans.map(({ parent_span_id }) => parent_span_id),
        [spanId],
        op,
      );
    }
  });

  it('leave no listener behind, however often the SDK is started and closed', async () => {
    const vitals = { softNavigations: false, bfcacheNavigations: false };
    const page = await open({ init: { traceLifecycle: 'stream' }, vitals, start: false });
    const counts = await page.evaluate(async () => {
      const { addEventListener: add, removeEventListener: remove } = globalThis;
      const hiding = new Set();
      globalThis.addEventListener = (type, listener, ...rest) => {
        if (type === 'visibilitychange') hiding.add(listener);
        add.call(globalThis, type, listener, ...rest);
      };
      globalThis.removeEventListener = (type, listener, ...rest) => {
        if (type === 'visibilitychange') hiding.delete(listener);
        remove.call(globalThis, type, listener, ...rest);
      };
      const counts = [];
      const client = startSdk();
      counts.push(hiding.size);
      for (let at = 0; at < 3; at += 1) startSdk();
      counts.push(hiding.size);
      await client.close(1000);
      counts.push(hiding.size);
      return counts;
    });
    const [first] = counts;
    assert.ok(first > 0);
    assert.deepEqual(counts, [first, first, first - 1]);
  });

  it('belong to the soft navigation that they were measured in', async () => {
    const page = await open({ init: { traceLifecycle: 'stream' }, options: { instrumentNavigation: false } });
    await page.evaluate(() => {
      const link = document.createElement('button');
      link.id = 'next';
      link.textContent = 'next';
      document.body.prepend(link);
      link.onclick = () => {
        T.startBrowserTracingNavigationSpan(T.getClient(), { name: '/next' });
        history.pushState({}, '', '/page/next');
        globalThis.route = T.getActiveSpan().spanContext().spanId;
        const text = document.createElement('h1');
        text.style.fontSize = '90px';
        text.textContent = 'the next page, which is larger than what there was before';
        document.querySelector('#hero').replaceWith(text);
      };
      globalThis.soft = new Promise((resolve) => {
        new PerformanceObserver(() => setTimeout(resolve, 200)).observe({ type: 'soft-navigation' });
      });
    });
    await page.click('#next');
    await page.evaluate(() => soft);
    const route = await page.evaluate(async () => {
      T.getActiveSpan().end();
      await T.flush(1000);
      return route;
    });
    await page.goto('about:blank');
    await server.received(2);
    // Of the page load, which the click has ended, and of the soft navigation.
    const paints = byOp(server.envelopes, 'ui.webvital.lcp');
    assert.equal(paints.length, 2);
    assert.equal(paints[1].parent_span_id, route);
    assert.equal(attributeOf(paints[1], 'browser.navigation.type'), 'soft-navigation');
    const [root] = byOp(server.envelopes, 'navigation');
    assert.equal(attributeOf(paints[1], 'browser.navigation.id'), attributeOf(root, 'browser.navigation.id'));
  });
});
