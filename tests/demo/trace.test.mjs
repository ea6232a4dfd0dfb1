// One click through browser, web, orders and payments, as the four of them really reported it: by our SDK, and with one
// service that stays with @sentry/node.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { useBrowser } from '../support/browser.mjs';
import { useDemo } from '../support/demo.mjs';

const SERVICES = ['browser', 'orders', 'payments', 'web'];

/** The trace that the server put into a page. */
const metaOf = (page, name = 'sentry-trace') =>
  page.locator(`meta[name="${name}"]`).first().getAttribute('content');

const ofService = (service, op) => (span) => span.service === service && span.op === op;

/** The page load has ended, so that a click is a root of its own. */
const pageLoaded = (spans) => spans.some(ofService('browser', 'pageload'));

/** Everybody has reported a click. */
const clicked = (spans) =>
  spans.some(ofService('browser', 'ui.action')) &&
  spans.some(ofService('payments', 'http.server')) &&
  spans.some(ofService('orders', 'http.server'));

/** Clicks "Buy" and answers with the headers of the request to orders. */
const buy = (page) => ordered(page, () => page.locator('#buy').click());

/** Opens the shop and clicks as soon as it is there: while its load still lasts, however busy the machine is. */
async function openAndBuy(page, url) {
  await page.addInitScript(() => {
    addEventListener('load', () => document.getElementById('buy').click());
  });
  return ordered(page, () => page.goto(url));
}

/** The headers of the request to orders that something makes a page send, and how it was answered. */
async function ordered(page, act) {
  const sent = page.waitForRequest(
    (request) => request.url().includes('/api/orders') && request.method() === 'POST',
  );
  await act();
  const request = await sent;
  const response = await request.response();
  await response.finished();
  return { headers: await request.allHeaders(), status: response.status() };
}

/** Whether a span is another one's descendant. */
function isBelow({ parentSpanId }, { spanId }, spans) {
  if (parentSpanId === spanId) return true;
  const parent = spans.find((span) => span.spanId === parentSpanId);
  return parent !== undefined && isBelow(parent, { spanId }, spans);
}

/** Opens the shop, buys something when its load is reported, and follows the click through everybody. @returns the trace's id */
async function isOneTrace(browser, demo) {
  const page = await browser.page();
  await page.goto(demo.urls.web);
  const [traceId, serverSpanId, flag] = (await metaOf(page)).split('-');
  assert.equal(flag, '1');
  await demo.spans(traceId, pageLoaded);
  const { headers, status } = await buy(page);
  assert.equal(status, 201);
  const spans = await demo.spans(
    traceId,
    (spans) => clicked(spans) && spans.some(ofService('web', 'http.server')),
  );

  assert.deepEqual([...new Set(spans.map(({ service }) => service))].sort(), SERVICES);
  const only = (service, op) => {
    const found = spans.filter(ofService(service, op));
    assert.equal(found.length, 1, `${service} ${op}: ${JSON.stringify(found)}`);
    return found[0];
  };
  const webRequest = only('web', 'http.server');
  assert.equal(serverSpanId, webRequest.spanId);
  assert.equal(only('browser', 'pageload').parentSpanId, serverSpanId);
  const click = only('browser', 'ui.action');
  assert.equal(click.name, 'process_order');
  const toOrders = only('browser', 'http.client');
  assert.equal(toOrders.parentSpanId, click.spanId);
  assert.equal(headers['sentry-trace'], `${traceId}-${toOrders.spanId}-1`);
  const orders = only('orders', 'http.server');
  assert.equal(orders.parentSpanId, toOrders.spanId);
  const toPayments = only('orders', 'http.client');
  assert.equal(toPayments.parentSpanId, orders.spanId);
  const payments = only('payments', 'http.server');
  assert.equal(payments.parentSpanId, toPayments.spanId);
  // What is asked of a database is below what needs it; another SDK may have spans of its own between them.
  const charge = only('payments', 'payment.charge');
  assert.ok(isBelow(charge, payments, spans), 'the charge is not below its request');
  assert.ok(isBelow(only('payments', 'db.query'), charge, spans), 'payments stored nothing');
  const stored = spans.filter(ofService('orders', 'db.query'));
  assert.deepEqual(
    stored.map(({ name, parentSpanId }) => [name.split(' ', 1)[0], parentSpanId]),
    [
      ['INSERT', orders.spanId],
      ['UPDATE', orders.spanId],
    ],
  );

  await page.locator('#waterfall', { hasText: 'payments' }).waitFor();
  assert.deepEqual(page.said, []);
  return traceId;
}

/** All envelopes of a trace say the same of it. */
async function agreeOn(traceId, demo) {
  const envelopes = (await demo.envelopes()).filter(
    ({ payload }) => payload?.contexts?.trace?.trace_id === traceId,
  );
  assert.deepEqual([...new Set(envelopes.map(({ service }) => service))].sort(), SERVICES);
  for (const { service, header } of envelopes) {
    assert.deepEqual(header.trace, envelopes[0].header.trace, `${service} has another sampling context`);
    assert.equal(header.trace.sampled, 'true');
    assert.equal(header.trace.trace_id, traceId);
  }
}

describe('a click in the demo', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const demo = useDemo();

  it('is one trace from the browser through three services', async () => {
    await agreeOn(await isOneTrace(browser, demo), demo);
  });

  it('shows a declined card, and its request as failed', async () => {
    const page = await browser.page();
    await page.goto(demo.urls.web);
    const [traceId] = (await metaOf(page)).split('-');
    await demo.spans(traceId, pageLoaded);
    await page.locator('#card').selectOption('0002');
    assert.equal((await buy(page)).status, 402);
    await page.locator('#result', { hasText: /declined/i }).waitFor();
    const spans = await demo.spans(traceId, clicked);
    const request = spans.find(ofService('browser', 'http.client'));
    assert.deepEqual([request.status, request.httpStatus], ['invalid_argument', 402]);
  });

  it('during the page load belongs to the page load', async () => {
    const page = await browser.page();
    await openAndBuy(page, demo.urls.web);
    const [traceId] = (await metaOf(page)).split('-');
    const spans = await demo.spans(traceId, (spans) => pageLoaded(spans) && clicked(spans));
    const load = spans.find(ofService('browser', 'pageload'));
    assert.equal(spans.find(ofService('browser', 'ui.action')).parentSpanId, load.spanId);
  });

  it('is another trace for another visitor', async () => {
    const traces = [];
    for (let visitor = 0; visitor < 2; visitor++) {
      const page = await browser.page();
      await page.goto(demo.urls.web);
      traces.push((await metaOf(page)).split('-')[0]);
    }
    assert.notEqual(traces[0], traces[1]);
  });

  it('sends nothing about the trace to an origin that no target matches', async () => {
    const seen = [];
    const stranger = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end();
    });
    await new Promise((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    try {
      // The page's policy would not let it talk to strangers.
      const page = await browser.page({ bypassCSP: true });
      await page.goto(demo.urls.web);
      const url = `http://127.0.0.1:${stranger.address().port}/?from=localhost`;
      const status = await page.evaluate(async (url) => (await fetch(url)).status, url);
      assert.equal(status, 200);
      assert.equal(seen.length, 1);
      for (const name of ['sentry-trace', 'baggage', 'traceparent']) assert.equal(seen[0][name], undefined);
    } finally {
      stranger.closeAllConnections();
      stranger.close();
    }
  });

  const FORGED = {
    garbage: 'garbage',
    'zero ids': `${'0'.repeat(32)}-${'0'.repeat(16)}-1`,
    '10 kB': 'a'.repeat(10_240),
    'a valid trace with something behind it': `${'a'.repeat(32)}-${'b'.repeat(16)}-1"'<!--`,
  };
  for (const [what, content] of Object.entries(FORGED)) {
    it(`begins a new trace where the page carries ${what}`, async () => {
      const page = await browser.page();
      // Deferred scripts, the shop's among them, run after this event.
      await page.addInitScript((content) => {
        document.addEventListener('readystatechange', () => {
          document.querySelector('meta[name="sentry-trace"]')?.setAttribute('content', content);
        });
      }, content);
      await page.goto(demo.urls.web);
      assert.equal(await metaOf(page), content);
      const { headers, status } = await buy(page);
      assert.equal(status, 201);
      assert.match(headers['sentry-trace'], /^[0-9a-f]{32}-[0-9a-f]{16}-1$/);
      const [traceId] = headers['sentry-trace'].split('-');
      assert.ok(!content.includes(traceId) && !/^0+$/.test(traceId));
      assert.ok(headers.baggage.includes(`sentry-trace_id=${traceId}`), headers.baggage);
      const spans = await demo.spans(traceId, (spans) => clicked(spans) && pageLoaded(spans));
      assert.equal(spans.find(ofService('browser', 'pageload')).parentSpanId, null);
      assert.deepEqual(page.said, []);
    });
  }

  it('works the same while the collector is down', async () => {
    await demo.stopService('spotlight');
    const page = await browser.page();
    await page.goto(demo.urls.web);
    const [traceId] = (await metaOf(page)).split('-');
    assert.equal((await buy(page)).status, 201);
    await demo.spans(traceId, clicked);
    assert.deepEqual(page.said, []);
  });
});

describe('a click in the demo whose payments are traced by @sentry/node', { timeout: 180_000 }, () => {
  const browser = useBrowser();
  const demo = useDemo({ PAYMENTS_SDK: '@sentry/node' });

  it('is one trace all the same', async () => {
    await agreeOn(await isOneTrace(browser, demo), demo);
    const sdks = (await demo.envelopes())
      .filter(({ item }) => item.type === 'transaction')
      .map(({ service, payload }) => `${service}: ${payload.sdk.name}`);
    assert.deepEqual([...new Set(sdks)].sort(), [
      'browser: throughline.browser',
      'orders: throughline.node',
      'payments: sentry.javascript.node',
      'web: throughline.node',
    ]);
  });
});

describe('a click in the demo without a DSN, for a collector of OpenTelemetry', { timeout: 180_000 }, () => {
  const browser = useBrowser();
  const demo = useDemo({ BACKEND: 'otlp' });

  it('is one trace all the same, and its waterfall is drawn of OTLP', async () => {
    await isOneTrace(browser, demo);
    // What its first line says is all of it.
    for (const { header } of await demo.envelopes()) assert.ok(header.resourceSpans, 'an envelope was sent');
  });
});

/** What browsers measure, as performance entries, of a page that keeps its visitor waiting. */
const BUSY = ['long-animation-frame', 'longtask', 'event', 'first-input'];

describe('with a sample rate of 0', { timeout: 180_000 }, () => {
  const browser = useBrowser();
  const demo = useDemo({ TRACES_SAMPLE_RATE: '0' });

  it('nothing is sent but how much was left out, and the headers say so', async () => {
    const page = await browser.page();
    // What the browser measures would count as well: long frames and a slow click, which only a busy machine has.
    await page.addInitScript((busy) => {
      const types = PerformanceObserver.supportedEntryTypes.filter((type) => !busy.includes(type));
      Object.defineProperty(PerformanceObserver, 'supportedEntryTypes', { value: types });
    }, BUSY);
    const { headers, status } = await openAndBuy(page, demo.urls.web);
    const [traceId, , flag] = (await metaOf(page)).split('-');
    assert.equal(flag, '0');
    assert.equal(status, 201);
    assert.match(headers['sentry-trace'], new RegExp(`^${traceId}-[0-9a-f]{16}-0$`));
    assert.match(headers.baggage, /sentry-sampled=false/);
    // What the page still holds leaves at the latest when it is left.
    await page.goto('about:blank');
    const envelopes = await demo.envelopes();
    assert.deepEqual([...new Set(envelopes.map(({ item }) => item.type))], ['client_report']);
    const lost = envelopes.flatMap(({ payload }) => payload.discarded_events);
    assert.deepEqual([...new Set(lost.map(({ reason }) => reason))], ['sample_rate']);
    const count = (wanted) =>
      lost.filter(({ category }) => category === wanted).reduce((sum, { quantity }) => sum + quantity, 0);
    assert.equal(count('transaction'), 1);
    // The page load, the click, its request, and what the browser measured of the load: at least its phases.
    assert.ok(count('span') >= 3 + 5, `${count('span')} spans`);
  });
});
