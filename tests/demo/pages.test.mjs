// Each page of the demo as its visitor uses it: what it says, its trace as the services reported it, the waterfall of it, the
// code beside it, and what axe-core says of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { violations } from '../support/accessibility.mjs';
import { useBrowser } from '../support/browser.mjs';
import { useDemo } from '../support/demo.mjs';

/** Of all pages together, in milliseconds; they take half a minute where nothing else runs. */
const TIMEOUT = 600_000;

/** The narrowest and the widest page, in pixels, and the narrowest that has two columns. */
const WIDTHS = [360, 1000, 1440];

/** What a busy machine adds, or a browser that fetches its icon late. */
const BY_CHANCE = /^(ui\.long_animation_frame|ui\.interaction\.\w+|resource\.\w+)$/;

/** How often a long task is made until the browser tells of it in time. */
const MAX_TIMES = 4;

const pageLoaded = (spans) => spans.some(({ op }) => op === 'pageload');

/** Pages whose control begins a span, and what that span and those below it are. */
const EXAMPLES = {
  'slow-request': {
    control: 'Show foreign prices',
    says: 'Sencha costs €14.00, $15.12, £11.90, ¥2282.00.',
    spans: `
browser ui.action show prices
  browser http.client GET orders/api/prices/sencha
    orders http.server GET /api/prices/:id
      orders http.client GET payments/api/rates/USD
        payments http.server GET /api/rates/:currency
          payments function ask the bank
      orders http.client GET payments/api/rates/GBP
        payments http.server GET /api/rates/:currency
          payments function ask the bank
      orders http.client GET payments/api/rates/JPY
        payments http.server GET /api/rates/:currency
          payments function ask the bank`,
  },
  'failing-request': {
    control: 'Redeem voucher',
    says: 'No voucher was redeemed: orders answered 502.',
    // The browser tells of every answer that is no success.
    console: /502/,
    spans: `
browser ui.action redeem voucher [internal_error]
  browser http.client GET orders/api/vouchers/SPRING [internal_error 502]
    orders http.server GET /api/vouchers/:code [internal_error 502]
      orders http.client GET payments/api/vouchers/SPRING [internal_error 500]
        payments http.server GET /api/vouchers/:code [internal_error 500]
          payments db.query SELECT value FROM vouchers WHERE code = ? [internal_error]`,
  },
  'long-task': {
    control: 'Count the baskets',
    says: '2,648 baskets cost less than €300.',
    measured: 'ui.long_animation_frame',
    spans: `
browser ui.action count baskets
  browser function countBaskets`,
  },
  streaming: {
    control: 'Make tea',
    says: 'Your tea is ready.',
    spans: `
browser ui.action make tea
  browser http.client GET orders/api/tea
    orders http.server GET /api/tea
      orders function Heat the water
      orders function Warm the pot
      orders function Let it steep
      orders function Pour
  browser http.client.stream GET orders/api/tea`,
  },
  worker: {
    control: 'Ask the worker',
    says: '2648 possible baskets, ',
    spans: `
browser ui.action ask
  browser worker answer
    browser function countBaskets
    browser http.client GET orders/api/orders
      orders http.server GET /api/orders
        orders db.query SELECT count(*) AS orders FROM orders`,
  },
};

/** The spans below one, and this one, as lines: each deeper than its parent, and with its status if that is an error. */
function tree(spans, { spanId }, urls, depth = 0) {
  const { service, op, name, status, httpStatus } = spans.find((span) => span.spanId === spanId);
  const where = name.replace(urls.orders, 'orders').replace(urls.payments, 'payments');
  const failure = status === 'ok' ? '' : ` [${[status, httpStatus].filter(Boolean).join(' ')}]`;
  const below = spans.filter(({ parentSpanId, op }) => parentSpanId === spanId && !BY_CHANCE.test(op));
  const lines = below.map((span) => tree(spans, span, urls, depth + 1));
  return ['\n', '  '.repeat(depth), `${service} ${op} ${where}${failure}`, ...lines].join('');
}

/** Waits until the panel has the whole of what it shows, and answers with the trace's id. */
async function shownTrace(page) {
  await page.locator('#waterfall[data-state="complete"]').waitFor();
  return page.locator('#trace-id').textContent();
}

/** The waterfall says of each span what was reported. */
async function showsAll(page, spans) {
  const rows = page.locator('#waterfall tr[data-span-id]');
  const shown = new Map(
    await rows.evaluateAll((rows) =>
      rows.map((row) => [row.dataset.spanId, [...row.cells].map(({ textContent }) => textContent)]),
    ),
  );
  for (const { spanId, service, op, name, status, httpStatus } of spans) {
    const [label, of, start, duration, state] = shown.get(spanId) ?? assert.fail(`no row for ${op} ${name}`);
    assert.match(label, /^Level \d+: /);
    assert.ok(label.includes(op) && label.endsWith(name), label);
    assert.equal(of, service);
    assert.match(start, /^[+−][\d.]+ m?s$/);
    assert.match(duration, /^[\d.]+ m?s$/);
    assert.equal(state, `${status.replaceAll('_', ' ')}${httpStatus ? ` (${httpStatus})` : ''}`);
  }
}

/** What is beside the waterfall is the code that runs. */
async function showsCode(page) {
  const shown = await page
    .locator('[data-source]')
    .evaluateAll((blocks) => blocks.map((block) => [block.dataset.source, block.textContent]));
  assert.ok(shown.length > 0, 'a page without code');
  for (const [path, text] of shown) assert.equal(text, await readFile(join(root, 'www', path), 'utf8'));
}

/** At no width anything is beside the page, or cut off by what it is in. */
async function fits(page) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const { scrollWidth, cut } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      cut: [...document.querySelectorAll('main *')]
        .filter((node) => {
          const { overflowX, textOverflow } = getComputedStyle(node);
          // An ellipsis says that there is more; what only screen readers meet has no width.
          return overflowX === 'hidden' && textOverflow === 'clip' && !node.matches('.visually-hidden');
        })
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ className, textContent }) => `${className}: ${textContent.trim()}`),
    }));
    assert.ok(scrollWidth <= width, `${scrollWidth} pixels of ${width}`);
    assert.deepEqual(cut, [], `cut off at ${width} pixels`);
  }
}

/** Lets the test have the panel draw anew what it has drawn, by `redraw`. */
function holdTraceSource() {
  globalThis.EventSource = class extends EventSource {
    constructor(url) {
      super(url);
      this.addEventListener('message', ({ data }) => {
        globalThis.redraw = () => this.dispatchEvent(new MessageEvent('message', { data }));
      });
    }
  };
}

const focusedId = (page) => page.evaluate(() => document.activeElement.id);
const textOf = (page, id) => page.locator(`#${id}`).textContent();

describe('a page of the demo', { timeout: TIMEOUT, concurrency: 2 }, () => {
  const browser = useBrowser();
  const demo = useDemo();

  /** Opens a page, and waits until its load is reported, so that a click begins a root of its own. */
  async function open(path, prepare) {
    const page = await browser.page();
    await prepare?.(page);
    await page.goto(`${demo.urls.web}${path}`);
    const [traceId] = (await page.locator('meta[name="sentry-trace"]').first().getAttribute('content')).split(
      '-',
    );
    await demo.spans(traceId, pageLoaded);
    return { page, traceId };
  }

  const childOf = (parent, spans) => spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId);

  for (const [name, { control, says, measured, console = /^$/, spans: expected }] of Object.entries(
    EXAMPLES,
  )) {
    it(`shows ${name}`, async () => {
      const { page, traceId } = await open(`/${name}`);
      let spans = [];
      let action;
      const act = async () => {
        await page.getByRole('button', { name: control }).focus();
        await page.keyboard.press('Enter');
        await page.locator('#result', { hasText: says }).waitFor();
        assert.equal(await shownTrace(page), traceId);
        // A worker reports for itself, at about the time at which the click does.
        const isWhole = (spans) => name !== 'worker' || spans.some(({ op }) => op === 'worker');
        spans = await demo.spans(traceId, isWhole);
        action = spans.findLast(({ op }) => op === 'ui.action');
      };
      const isMeasured = () => childOf(action, spans).some(({ op }) => op === measured);
      await act();
      // On a busy machine the browser may tell of a frame when the span is over.
      for (let times = 1; measured && !isMeasured() && times < MAX_TIMES; times++) await act();
      if (measured) assert.ok(isMeasured(), `no ${measured}`);
      assert.equal(tree(spans, action, demo.urls), expected);
      await showsAll(page, [
        action,
        ...childOf(action, spans),
        ...spans.filter(({ service }) => service === 'payments'),
      ]);
      await showsCode(page);
      await fits(page);
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(
        page.said.filter((text) => !console.test(text)),
        [],
      );
    });
  }

  it('shows a navigation: a trace of its own, that leads to the one before', async () => {
    const { page, traceId } = await open('/navigation', (page) => page.addInitScript(holdTraceSource));
    const title = await page.title();
    await page.getByRole('link', { name: 'Lapsang' }).click();
    await page.locator('#result', { hasText: 'Lapsang: Smoked tea' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/navigation/lapsang');
    assert.equal(await page.title(), `Lapsang – ${title}`);
    await page.getByRole('heading', { name: 'Lapsang', level: 2 }).waitFor();
    assert.deepEqual(await page.locator('#controls [aria-current="page"]').allTextContents(), ['Lapsang']);
    const navigated = await shownTrace(page);
    assert.notEqual(navigated, traceId);
    const spans = await demo.spans(navigated, () => true);
    const root = spans.find(({ op }) => op === 'navigation');
    assert.equal(root.parentSpanId, null);
    assert.deepEqual(root.links, [{ traceId, type: 'previous_trace' }]);
    assert.equal(
      tree(spans, root, demo.urls),
      `
browser navigation /navigation/lapsang
  browser http.client GET orders/api/products/lapsang
    orders http.server GET /api/products/:id
      orders db.query SELECT count(*) AS orders FROM orders WHERE product_id = ?`,
    );
    await showsAll(page, spans);
    await showsCode(page);
    const before = page.getByRole('button', { name: 'Show the trace before' });
    await before.focus();
    await page.evaluate(() => redraw());
    assert.ok(
      await before.evaluate((button) => button === document.activeElement),
      'a redraw takes the focus',
    );
    await page.keyboard.press('Enter');
    assert.equal(await focusedId(page), 'trace-title');
    await page.locator('#waterfall tr.row', { hasText: 'pageload' }).waitFor();
    assert.equal(await page.locator('#trace-id').textContent(), traceId);
    assert.match(await textOf(page, 'trace-summary'), /^The trace before: \d+ spans from the browser/);
    await page.goBack();
    await page.waitForFunction(
      (before) => document.getElementById('trace-id').textContent !== before,
      traceId,
    );
    assert.equal(await page.locator('#result').textContent(), '');
    assert.equal(await page.title(), title);
    assert.equal(await page.locator('#view-title').isVisible(), false);
    await fits(page);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(page.said, []);
  });

  it('shows HTML out of a cache: its trace is continued once, then linked to', async () => {
    const { page, traceId: cached } = await open('/stale-cache');
    await page.locator('#result', { hasText: 'is fresh' }).waitFor();
    assert.equal(await page.locator('#trace-id').textContent(), cached);
    await page.getByRole('link', { name: 'Load it again' }).click();
    await page.locator('#result', { hasText: 'is stale' }).waitFor();
    assert.ok(
      (await page.locator('meta[name="sentry-trace"]').first().getAttribute('content')).startsWith(cached),
    );
    await page.locator('#waterfall tr.row', { hasText: 'pageload' }).waitFor();
    const own = await shownTrace(page);
    assert.notEqual(own, cached);
    const load = (await demo.spans(own, pageLoaded)).find(({ op }) => op === 'pageload');
    assert.equal(load.parentSpanId, null);
    assert.deepEqual(load.links, [{ traceId: cached, type: 'stale_trace' }]);
    await showsAll(page, [load]);
    await showsCode(page);
    await page.getByRole('button', { name: 'Show the trace in the HTML' }).click();
    await page.locator('#waterfall tr.row[data-service="web"]', { hasText: 'GET /stale-cache' }).waitFor();
    assert.match(await textOf(page, 'trace-summary'), /^The trace in the HTML: /);
    assert.equal(await page.locator('#trace-id').textContent(), cached);
    await fits(page);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(page.said, []);
  });

  it('is used by keyboard alone, and says what arrives', async () => {
    const { page } = await open('/');
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
    assert.equal(await focused(), 'Skip to the content');
    for (const link of await page.getByRole('navigation').getByRole('link').allTextContents()) {
      await page.keyboard.press('Tab');
      assert.equal(await focused(), link);
    }
    // The products, one more, the card, and what orders it.
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    for (const _ of ['quantity', 'more', 'card', 'buy']) await page.keyboard.press('Tab');
    assert.match(await focused(), /^Buy\s+€16\.50$/);
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'is paid' }).waitFor();
    await shownTrace(page);
    assert.match(
      await page.locator('#trace-summary[role="status"]').textContent(),
      /^\d+ spans from the browser and 3 services$/,
    );
    for (const _ of ['last click', 'whole page', 'copy', 'Spotlight', 'first span'])
      await page.keyboard.press('Tab');
    assert.match(await focused(), /^Level 1: http\.server GET \/$/);
    const first = page.getByRole('button', { name: 'http.server GET /', exact: false }).first();
    assert.equal(await first.getAttribute('aria-expanded'), 'false');
    await page.keyboard.press('Enter');
    assert.equal(await first.getAttribute('aria-expanded'), 'true');
    await page.getByRole('cell', { name: 'Parent none' }).waitFor();
    await page.getByRole('link', { name: 'Skip to the content' }).focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
    await showsCode(page);
    await fits(page);
    assert.deepEqual(await violations(page), []);
  });

  it('announces why there are no spans, and keeps the focus while it looks again', async () => {
    const { page } = await open('/');
    assert.equal(await textOf(page, 'trace-summary'), 'Buy something to see its trace.');
    await page.route('**/events', (route) => route.abort());
    await page.locator('#buy').click();
    await page.locator('#waterfall[data-state="missing"]').waitFor();
    assert.equal(await textOf(page, 'trace-summary'), 'The collector cannot be reached.');
    assert.deepEqual(await violations(page), []);
    await page.unroute('**/events');
    await page.getByRole('button', { name: 'Look again' }).focus();
    await page.keyboard.press('Enter');
    assert.equal(await focusedId(page), 'trace-title');
    await shownTrace(page);
    assert.equal(await focusedId(page), 'trace-title');
  });
});
