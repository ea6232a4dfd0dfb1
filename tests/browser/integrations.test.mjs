// Integrations that a page chooses: clicks as roots of their own, and metrics of elements and of the cache.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { openMeasured, spansOf } from '../support/measured.mjs';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="200" height="200"/></svg>';

describe('integrations', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  const open = (given) => openMeasured(browser, server, given);

  it('gives clicks roots of their own while nothing else is under way', async () => {
    const page = await open({ further: ['interactionsIntegration'] });
    await page.evaluate((svg) => {
      document.body.innerHTML = `<button id="buy" data-sentry-component="Buy">${svg}</button>`;
      document.querySelector('button').onclick = () => {
        const until = performance.now() + 60;
        while (performance.now() < until);
      };
      let clicks = 0;
      globalThis.timed = new Promise((resolve) => {
        new PerformanceObserver((list) => {
          clicks += list.getEntriesByName('click').length;
          if (clicks === 2) setTimeout(resolve);
        }).observe({ type: 'event', durationThreshold: 16 });
      });
    }, SVG);
    await page.click('#buy');
    await page.evaluate(() => finish());
    await page.click('#buy');
    await page.evaluate(async () => {
      await timed;
      finish();
    });
    const envelopes = await server.received(2);
    const click = envelopes.at(-1).payload;
    assert.equal(click.contexts.trace.op, 'ui.action.click');
    assert.equal(click.transaction, '/page');
    assert.equal(click.contexts.trace.trace_id, envelopes[0].payload.contexts.trace.trace_id);
    const [timed] = spansOf(envelopes.at(-1), 'ui.interaction.click');
    assert.equal(timed.description, 'body > Buy > svg > rect');
    assert.equal(timed.data['ui.component_name'], 'Buy');
    assert.ok(timed.timestamp - timed.start_timestamp >= 0.05);
  });

  it('leaves nothing of a click active when the navigation that it has asked for ends', async () => {
    const page = await open({ further: ['interactionsIntegration'] });
    const active = await page.evaluate(async () => {
      finish();
      document.body.click();
      const click = T.getActiveSpan();
      T.startSpan({ name: 'handle' }, () => {});
      T.startBrowserTracingNavigationSpan(T.getClient(), { name: '/next' });
      const ops = [click, T.getActiveSpan()].map((span) => T.spanToJSON(span).attributes['sentry.op']);
      finish();
      const left = T.getActiveSpan();
      T.startSpan({ name: 'later' }, () => {});
      return [...ops, left];
    });
    assert.deepEqual(active, ['ui.action.click', 'navigation', undefined]);
    const [, click, navigation, later] = await server.received(4);
    const { data, trace_id } = click.payload.contexts.trace;
    assert.equal(data['sentry.idle_span_finish_reason'], 'cancelled');
    const traceOf = ({ payload }) => payload.contexts.trace.trace_id;
    assert.notEqual(traceOf(navigation), trace_id);
    assert.deepEqual([later.payload.transaction, traceOf(later)], ['later', traceOf(navigation)]);
  });

  it('lets clicks wait as long as the client lets its other roots', async () => {
    const page = await open({
      further: ['interactionsIntegration'],
      // Without, it would be thirty seconds.
      options: { finalTimeout: 300 },
    });
    await page.evaluate(() => {
      finish();
      document.body.click();
      T.startInactiveSpan({ name: 'goes on' });
    });
    const [, { payload }] = await server.received(2);
    const { data } = payload.contexts.trace;
    assert.deepEqual(
      [data['sentry.op'], data['sentry.idle_span_finish_reason']],
      ['ui.action.click', 'finalTimeout'],
    );
  });

  it('makes clicks active that are not sampled, and none while it is off', async () => {
    const page = await open({ further: ['interactionsIntegration'] });
    const off = await page.evaluate(() => {
      finish();
      T.getClient().getOptions().enabled = false;
      document.body.click();
      T.getClient().getOptions().enabled = true;
      return T.getActiveSpan();
    });
    assert.equal(off, undefined);
    const flags = await page.evaluate(() => {
      T.getClient().getOptions().tracesSampleRate = 0;
      T.startBrowserTracingNavigationSpan(T.getClient(), { name: '/next' });
      finish();
      document.body.click();
      const span = T.getActiveSpan();
      return [span?.spanContext().traceFlags, span?.isRecording()];
    });
    assert.deepEqual(flags, [0, false]);
  });

  it('counts when marked elements were painted, in the trace of the page', async () => {
    const page = await open({
      further: ['elementTimingIntegration'],
      files: { '/image.svg': { type: 'image/svg+xml', body: SVG } },
      options: { instrumentPageLoad: false },
    });
    const trace = await page.evaluate(async () => {
      const told = new Promise((resolve) => {
        new PerformanceObserver(() => setTimeout(resolve, 50)).observe({ type: 'element' });
      });
      document.body.innerHTML = '<img elementtiming="hero" id="image" src="/image.svg?key=1">';
      await told;
      await T.flush(1000);
      return T.getCurrentScope().getPropagationContext().traceId;
    });
    const [{ item, payload }] = await server.received(1);
    assert.deepEqual(item, {
      type: 'trace_metric',
      item_count: 2,
      content_type: 'application/vnd.sentry.items.trace-metric+json',
    });
    const [render, load] = payload.items;
    assert.deepEqual(
      [render.name, load.name, render.type, render.unit, render.trace_id],
      ['ui.element.render_time', 'ui.element.load_time', 'distribution', 'millisecond', trace],
    );
    assert.ok(render.value > 0 && load.value > 0);
    assert.deepEqual(render.attributes['ui.element.url'], {
      value: `${server.url}/image.svg?key=[Filtered]`,
      type: 'string',
    });
    assert.equal(render.attributes['ui.element.type'].value, 'img');
  });

  it('counts pages that came back, and those that could not', async () => {
    const page = await open({
      further: ['bfcacheMetricsIntegration'],
      options: { instrumentPageLoad: false },
    });
    await page.evaluate(async () => {
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      const notRestoredReasons = {
        reasons: [{ reason: 'unload-listener' }],
        children: [{ reasons: [{ reason: 'websocket' }], children: [] }],
      };
      performance.getEntriesByType = () => [{ type: 'back_forward', duration: 7, notRestoredReasons }];
      dispatchEvent(new PageTransitionEvent('pageshow'));
      await T.flush(1000);
    });
    const [{ payload }] = await server.received(1);
    const told = payload.items.map(({ name, value, attributes }) => [
      name,
      value,
      (attributes['browser.bfcache.outcome'] ?? attributes['browser.bfcache.reason'])?.value,
      attributes['browser.bfcache.frame']?.value,
    ]);
    assert.deepEqual(told, [
      ['browser.bfcache.navigation', 1, 'hit', undefined],
      ['browser.bfcache.navigation', 1, 'miss', undefined],
      ['browser.bfcache.reload.duration', 7, undefined, undefined],
      ['browser.bfcache.not_restored', 1, 'unload-listener', 'top'],
      ['browser.bfcache.not_restored', 1, 'websocket', 'child'],
    ]);
  });
});
