// What the text beside a block promises, by the name of the block. Each gets the page after the block has run (site.mjs), or the
// address of its server (servers.mjs).
import assert from 'node:assert/strict';
import { API, INGEST, SHOP } from './site.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const HEADER = /^[0-9a-f]{32}-[0-9a-f]{16}-[01]$/;

/** What is recorded is chance where a rate says so; the trace is in the headers all the same. */
async function carriesHeaders(shop, part) {
  const { headers } = await shop.request(part);
  assert.match(headers['sentry-trace'], HEADER);
  assert.ok(headers.baggage.includes(`sentry-trace_id=${headers['sentry-trace'].slice(0, 32)}`));
  return headers;
}

const options = (shop) => shop.ask(() => globalThis.Throughline.getClient().getOptions());
const names = ({ spans }) => spans.map(({ description }) => description);

/** Opens what a server has rendered; the load of the page is a child of its request. */
async function continuesItsServer(url, browser) {
  const page = await browser.page();
  const sent = new Promise((resolve) => {
    page.context().route(`${INGEST}/**`, (route) => {
      resolve(JSON.parse(route.request().postData().split('\n')[2]));
      return route.fulfill({ body: '{}', headers: { 'access-control-allow-origin': '*' } });
    });
  });
  const response = await page.goto(url);
  assert.equal(response.headers()['cache-control'], 'no-store');
  const [, trace, parent] = /"sentry-trace" content="(\w{32})-(\w{16})-1"/.exec(await response.text());
  const load = (await sent).contexts.trace;
  assert.deepEqual([load.op, load.trace_id, load.parent_span_id], ['pageload', trace, parent]);
  return { page, trace };
}

export const promises = {
  // README.md
  async 'ten-lines'(shop) {
    await shop.click();
    const { headers } = await shop.request(`${API}/orders`);
    assert.match(headers['sentry-trace'], HEADER);
    await shop.ask(() => fetch('/api/cart'));
    await carriesHeaders(shop, `${SHOP}/api/cart`);
  },
  async 'script-tag'(shop) {
    const { tracesSampleRate, tracePropagationTargets } = await options(shop);
    assert.equal(tracesSampleRate, 0.2);
    assert.deepEqual(tracePropagationTargets, ['/', API]);
    await shop.ask((url) => fetch(url), `${API}/orders`);
    await carriesHeaders(shop, `${API}/orders`);
  },

  // docs/guide.md
  async spa(shop) {
    const headers = await carriesHeaders(shop, `${API}/cart`);
    const load = await shop.transaction('pageload');
    assert.equal(load.contexts.trace.trace_id, headers['sentry-trace'].slice(0, 32));
    assert.ok(names(load).includes(`GET ${API}/cart`), names(load).join());
  },
  async click(shop) {
    await shop.transaction('pageload');
    await shop.click();
    const { contexts, spans } = await shop.transaction('process_order');
    const headers = await carriesHeaders(shop, `${API}/orders`);
    assert.equal(headers['sentry-trace'], `${contexts.trace.trace_id}-${spans[0].span_id}-1`);
    await shop.ask(() => fetch('/api/stock'));
    await carriesHeaders(shop, `${SHOP}/api/stock`);
  },
  async tag(shop) {
    assert.equal((await options(shop)).tracesSampleRate, 1);
    await shop.transaction('pageload');
  },
  async express({ url, browser }) {
    const { page, trace } = await continuesItsServer(url, browser);
    const cart = await page.evaluate(async () => (await fetch('/api/cart')).json());
    assert.equal(cart.trace.slice(0, 32), trace);
    await page.context().close();
  },
  async built({ url, browser }) {
    const { page } = await continuesItsServer(`${url}/users/7`, browser);
    await page.context().close();
  },
  async 'next-client'(shop) {
    await shop.transaction('pageload');
  },

  // docs/node.md
  async 'node-express'({ url, sent }) {
    const headers = { 'sentry-trace': `${TRACE}-${PARENT}-1` };
    const cart = await (await fetch(`${url}/api/carts/7`, { headers })).json();
    assert.deepEqual(cart, { items: [{ id: '7', name: 'Sencha' }], prices: { total: 14 } });
    const first = await sent(({ transaction }) => transaction === 'GET /api/carts/:id');
    const second = await sent(({ transaction }) => transaction === 'GET /api/prices/:product');
    const { trace } = first.contexts;
    assert.deepEqual([trace.trace_id, trace.parent_span_id, trace.op], [TRACE, PARENT, 'http.server']);
    const [query, request] = first.spans;
    assert.deepEqual([query.op, request.op], ['db.query', 'http.client']);
    for (const span of first.spans) assert.equal(span.parent_span_id, trace.span_id);
    assert.deepEqual(
      [second.contexts.trace.trace_id, second.contexts.trace.parent_span_id],
      [TRACE, request.span_id],
    );
  },
  async 'node-pages'({ url }) {
    for (const path of ['/', '/response']) {
      const html = await (await fetch(`${url}${path}`)).text();
      assert.match(
        html,
        /<head><meta name="sentry-trace" content="\w{32}-\w{16}-1"\/><meta name="baggage" content="[^"]+"\/><meta name="sentry-trace-time" content="[\d.]+"\/>/,
      );
    }
  },

  // docs/from-sentry-browser.md
  async 'node-beside'({ url, sent }) {
    const baggage = `sentry-trace_id=${TRACE},sentry-sample_rate=0.5`;
    await fetch(`${url}/tea`, { headers: { 'sentry-trace': `${TRACE}-${PARENT}-1`, baggage } });
    const isOfTrace = ({ contexts }) => contexts.trace.trace_id === TRACE;
    const request = await sent((event) => event.transaction === 'GET /tea' && isOfTrace(event));
    const error = await sent((event) => event.exception && isOfTrace(event));
    assert.equal(error.exception.values[0].value, 'nothing at /tea');
    assert.equal(error.contexts.trace.span_id, request.contexts.trace.span_id);
    assert.deepEqual([error.trace.trace_id, error.trace.sample_rate], [TRACE, '0.5']);
  },

  // docs/opentelemetry.md
  async 'w3c-tags'(shop) {
    const { trace } = (await shop.transaction('pageload')).contexts;
    assert.deepEqual([trace.trace_id, trace.parent_span_id], [TRACE, PARENT]);
  },
  async 'otlp-page'(shop) {
    await shop.ask(async () => {
      const client = globalThis.thePackage.getClient();
      client.getOptions().tracesSampleRate = 1;
      globalThis.thePackage.startNewTrace(() =>
        globalThis.thePackage.startSpan({ name: 'buy', forceTransaction: true }, () => fetch('/api/cart')),
      );
    });
    const spansOf = ({ body }) => JSON.parse(body).resourceSpans;
    const sent = await shop.until(
      () =>
        shop.requests
          .filter(({ url }) => url === 'https://otel.example.com/v1/traces')
          .flatMap(spansOf)
          .find(({ scopeSpans }) => scopeSpans[0].spans.some(({ name }) => name === 'buy')),
      'the span for the collector',
    );
    const { 'service.name': name, 'service.version': version } = Object.fromEntries(
      sent.resource.attributes.map(({ key, value }) => [key, value.stringValue]),
    );
    assert.deepEqual([name, version], ['shop', '1.2.3']);
    const { headers } = await shop.request('/api/cart');
    assert.match(headers.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  },

  // docs/workers.md
  async frame(shop) {
    const frame = shop.page.frames()[1];
    await frame.waitForURL(`${SHOP}/frame`);
  },
  async 'in-frame'(shop) {
    const trace = await shop.ask(() => {
      const data = getTraceData();
      globalThis.postMessage({ ...data }, location.origin);
      return data['sentry-trace'].slice(0, 32);
    });
    const inside = await shop.transaction('inside');
    assert.equal(inside.contexts.trace.trace_id, trace);
  },
  async 'to-worker'(shop) {
    const { headers } = await shop.request('/api/prices');
    const work = await shop.transaction('price');
    const load = await shop.transaction('pageload');
    assert.equal(headers['sentry-trace'].slice(0, 32), load.contexts.trace.trace_id);
    assert.equal(work.contexts.trace.trace_id, load.contexts.trace.trace_id);
    const click = load.spans.find(({ op }) => op === 'ui.action');
    assert.equal(work.contexts.trace.parent_span_id, click.span_id);
  },

  // docs/csp-and-engines.md
  async 'without-webassembly'(shop) {
    await shop.transaction('pageload');
  },
  async slim(shop) {
    await shop.request(`${SHOP}/core.wasm`);
    await shop.transaction('pageload');
  },

  // docs/propagation.md
  async 'what-is-sent'(shop) {
    const { headers } = await shop.request('/api/cart');
    assert.match(headers['sentry-trace'], HEADER);
    assert.match(headers.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    assert.match(headers.baggage, /^team=checkout,sentry-/);
  },
  async 'by-hand'(shop) {
    const [{ sentryTrace, baggage }] = await shop.ask(() => globalThis.shown);
    assert.match(sentryTrace, HEADER);
    assert.match(baggage, /sentry-trace_id=/);
  },
  async 'meta-tags'(shop) {
    const load = await shop.transaction('pageload');
    assert.deepEqual([load.contexts.trace.trace_id, load.contexts.trace.parent_span_id], [TRACE, PARENT]);
    assert.equal(load.trace.sample_rate, '0.2');
  },
  async 'stale-tags'(shop) {
    const load = await shop.transaction('pageload');
    assert.notEqual(load.contexts.trace.trace_id, TRACE);
    const [link] = load.contexts.trace.links;
    assert.deepEqual(
      [link.trace_id, link.span_id, link.attributes],
      [TRACE, PARENT, { 'sentry.link.type': 'stale_trace' }],
    );
  },

  // docs/options.md
  async 'tag-attributes'(shop) {
    const load = await shop.transaction('pageload');
    assert.deepEqual([load.release, load.environment], ['shop@1.2.3', 'staging']);
    assert.deepEqual((await options(shop)).tracePropagationTargets, ['/api']);
  },
  async 'names-of-routes'(shop) {
    await shop.click();
    await shop.transaction('/users/:id');
  },

  // docs/api.md
  async client(shop) {
    assert.deepEqual(await shop.ask(() => globalThis.shown), ['checkout']);
  },
  async spans(shop) {
    const load = await shop.transaction('pageload');
    assert.ok(names(load).includes('checkout') && names(load).includes('price'), names(load).join());
  },
  async 'run-and-bind'(shop) {
    const { spans } = await shop.transaction('pageload');
    const named = (name) => spans.find(({ description }) => description === name);
    for (const name of ['GET /cart', 'render', 'clicked']) {
      assert.equal(named(name).parent_span_id, named('checkout').span_id, name);
    }
  },
  async traces(shop) {
    const load = await shop.transaction('pageload');
    const message = load.spans.find(({ description }) => description === 'send a message');
    for (const name of ['handle the message', 'handle the request']) {
      const { trace } = (await shop.transaction(name)).contexts;
      assert.equal(trace.trace_id, load.contexts.trace.trace_id);
      assert.equal(trace.parent_span_id, message.span_id);
    }
  },
  async router(shop) {
    const { transaction_info } = await shop.transaction('/users/:id');
    assert.equal(transaction_info.source, 'route');
  },
  async scopes(shop) {
    const load = await shop.transaction('pageload');
    assert.deepEqual([load.user, load.tags], [{ id: '7' }, { plan: 'pro' }]);
  },
  async offline(shop) {
    await shop.transaction('saved for later');
  },

  // docs/sampling.md
  async 'leave-out'(shop) {
    const { spans } = await shop.transaction('checkout');
    assert.deepEqual(names({ spans }), ['pay']);
    assert.equal(shop.sent('transaction').length, 1);
  },
  async consent(shop) {
    // The load is not recorded, and is over.
    await shop.page.waitForFunction(() => !globalThis.getActiveSpan());
    await shop.click();
    await shop.transaction('agreed');
  },

  // docs/from-sentry-browser.md
  async 'change-the-import'(shop) {
    assert.equal(await shop.ask(() => globalThis.thePackage.isInitialized()), true);
  },
  async both(shop) {
    await shop.transaction('pageload');
    await shop.click();
    const { contexts } = await shop.transaction('buy');
    const [error] = await shop.until(() => {
      const all = shop.sent('event');
      return all.length && all;
    }, 'the error');
    assert.equal(error.exception.values[0].value, 'no more tea');
    const { trace_id, span_id } = contexts.trace;
    assert.equal(error.trace.trace_id, trace_id);
    assert.equal(shop.requests.filter(({ headers }) => headers['sentry-trace']).length, 0);
    assert.deepEqual([error.contexts.trace.trace_id, error.contexts.trace.span_id], [trace_id, span_id]);
  },
};
