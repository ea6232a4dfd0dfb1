// Web vitals, as far as the engine has them: what it supports is there, and what it does not is absent.
import assert from 'node:assert/strict';
import { assertSilent, LEAVE, pageWith, roots, script, serve } from '../pages.mjs';

const CONTENT = `<style>body { margin: 0 } #move { height: 10px }</style></head><body>
  <div id="move"></div><h1 id="hero">A headline that is the largest thing here</h1><button id="buy">buy</button>`;

/** Waits until the engine has painted, and has told of what else it measures. */
async function settled() {
  const { supportedEntryTypes: types } = PerformanceObserver;
  const seen = (type) =>
    types.includes(type) &&
    new Promise((resolve) => {
      new PerformanceObserver(() => setTimeout(resolve, 20)).observe({ type, buffered: true });
    });
  await seen('paint');
  await seen('largest-contentful-paint');
  const shifted = seen('layout-shift');
  document.querySelector('#move').style.height = '200px';
  await shifted;
  // WebKit rounds to milliseconds: an answer that came at once has come at 0, which is none.
  const [{ responseStart }] = performance.getEntriesByType('navigation');
  return [types, responseStart > 0];
}

/** Waits until the timing of the click is known, and whoever waits for a quiet moment has had it. */
async function clicked() {
  if (!PerformanceObserver.supportedEntryTypes.includes('first-input')) return;
  // A page that is not painted has no idle moment.
  const quiet = (act) =>
    globalThis.requestIdleCallback ? requestIdleCallback(act, { timeout: 1000 }) : setTimeout(act);
  await new Promise((resolve) => {
    const heard = () => quiet(() => setTimeout(resolve));
    new PerformanceObserver(() => setTimeout(heard)).observe({ type: 'first-input', buffered: true });
  });
}

async function openVitals({ server, window }, options) {
  server.reset();
  const slow = () =>
    addEventListener('click', () => {
      for (const until = performance.now() + 60; performance.now() < until; );
    });
  const tracing = { idleTimeout: 60_000, instrumentNavigation: false, options };
  const away = script(() => addEventListener('pageshow', () => fetch('/tell/away')));
  serve(server, pageWith(server, tracing, slow) + CONTENT, away);
  await window.goto(`${server.url}/page`);
  const [types, ttfb] = await window.evaluate(settled);
  await window.click('#buy');
  await window.evaluate(clicked);
  return {
    ttfb,
    paint: types.includes('paint'),
    lcp: types.includes('largest-contentful-paint'),
    cls: types.includes('layout-shift'),
    inp: types.includes('event') && types.includes('first-input'),
    types,
  };
}

async function measurements(use) {
  const { server, window } = use;
  const has = await openVitals(use);
  await window.evaluate(() => T.getActiveSpan().end());
  const [root] = await roots(server, 1);
  const given = (name) => root.measurements[name] !== undefined;
  assert.deepEqual(
    ['ttfb', 'fcp', 'lcp', 'cls'].map(given),
    [has.ttfb, has.paint, has.lcp, has.cls],
    `${Object.keys(root.measurements)} of ${has.types}`,
  );
  for (const [name, { value, unit }] of Object.entries(root.measurements)) {
    assert.equal(unit, name === 'cls' ? '' : 'millisecond', name);
    assert.ok(value >= 0 && value < 60_000, `${name} ${value}`);
  }
  if (has.lcp) assert.equal(root.data['lcp.element'], 'body > h1#hero');
  if (has.cls) assert.ok(root.measurements.cls.value > 0);
  assert.equal(root.data['browser.navigation.type'], 'navigate');
  await assertSilent(window);

  // The slowest interaction is known when the page is left.
  await window.evaluate(LEAVE, '/other');
  await server.until(
    () => server.told.includes('away'),
    () => 'the page was not left',
  );
  const interactions = () => itemsOf(server).filter(({ op }) => op === 'ui.interaction.click');
  if (has.inp) {
    await server.until(
      () => interactions().length,
      () => 'no interaction arrived',
    );
    const [inp] = interactions();
    assert.equal(inp.parent_span_id, root.span_id);
    assert.ok(inp.attributes['browser.web_vital.inp.value'].value >= 50);
  } else {
    assert.deepEqual(interactions(), []);
  }
}

/** The spans that are sent alone. */
function itemsOf(server) {
  return server.envelopes
    .flatMap(({ payload }) => payload.items ?? [])
    .map((item) => ({ ...item, op: item.attributes['sentry.op']?.value }));
}

async function streamed(use) {
  const { server, window } = use;
  const has = await openVitals(use, { traceLifecycle: 'stream' });
  await window.evaluate(async () => {
    T.getActiveSpan().end();
    await T.flush(1000);
  });
  await assertSilent(window);
  await window.evaluate(LEAVE, '/other');
  const wanted = {
    pageload: true,
    'ui.webvital.lcp': has.lcp,
    'ui.webvital.cls': has.cls,
    'ui.interaction.click': has.inp,
  };
  const ops = () => itemsOf(server).map(({ op }) => op);
  await server.until(
    () => Object.entries(wanted).every(([op, is]) => !is || ops().includes(op)),
    () => `${ops()} arrived, and the engine has ${has.types}`,
  );
  await server.until(
    () => server.told.includes('away'),
    () => 'the page was not left',
  );
  for (const [op, is] of Object.entries(wanted)) assert.equal(ops().includes(op), is, op);
}

export const vitals = {
  'measures the web vitals that the engine has, and no others': measurements,
  'sends the web vitals that the engine has as spans in stream mode, and no others': streamed,
};
