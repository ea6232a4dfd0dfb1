// An application in Rust and the package for JavaScript on one page: what both would do is done once, in one trace.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { buildApplication } from '../support/rust.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const META = `<meta name="sentry-trace" content="${TRACE}-b0e6f15b45c36b12-1">
<meta name="baggage" content="sentry-trace_id=${TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5">`;

describe('beside the package for JavaScript', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let files;
  before(async () => {
    files = await buildApplication('web');
  });
  beforeEach(() => server.reset());

  /** Opens a page that has both, of which none was started. */
  async function open(head = '') {
    server.head = head;
    server.files = files;
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.evaluate(async () => {
      globalThis.T = await import('/index.js');
      globalThis.R = await import('/rust-web/application.js');
      await R.default();
    });
    return page;
  }

  const startPackage = (page) =>
    page.evaluate((tunnel) => {
      const integrations = [T.browserTracingIntegration({ idleTimeout: 20 })];
      const client = T.init({
        dsn: 'http://public@localhost:1/1',
        tunnel,
        tracesSampleRate: 1,
        integrations,
      });
      T.instrumentOutgoingRequests(client);
    }, server.tunnel);
  const startRust = (page) => page.evaluate((tunnel) => R.start(tunnel, ''), `${server.url}${server.tunnel}`);

  /** Sends a request in a span of the application, and one in a span of the package; answers with the headers of both. */
  const request = (page) =>
    page.evaluate(async () => {
      const ask = async () => (await fetch('/echo')).json();
      const echoed = [await R.inside(ask), await T.startSpan({ name: 'work' }, ask)];
      await T.flush();
      return echoed;
    });

  const tellers = (page) => page.said.filter((line) => line.startsWith('[throughline]'));
  const transactions = () =>
    server.envelopes.map(({ payload }) => payload).filter(({ type }) => type === 'transaction');
  const spansOf = (name) => {
    const { spans } = transactions().find(({ transaction }) => transaction === name);
    return spans.filter(({ op }) => !op?.startsWith('ui.'));
  };

  /** Every span that has arrived, roots included. */
  const spans = () =>
    transactions().flatMap(({ transaction, contexts, spans }) => [
      { ...contexts.trace, description: transaction },
      ...spans,
    ]);
  const named = (name) => spans().filter(({ description }) => description === name);
  /** Waits until spans of these names have arrived. */
  const arrived = (...names) =>
    server.until(
      () => names.every((name) => named(name).length),
      () => `of ${names} only ${spans().map(({ description }) => description)} arrived`,
    );

  /** The page moves on, which ends the roots of whoever times it: what has begun twice has arrived twice then. */
  async function moveOn(page) {
    await page.click('html');
    await page.evaluate(() => history.pushState({}, '', '/later'));
    await arrived('/later');
    assert.equal(named('/later').length, 1);
  }

  function assertOneTrace(echoed) {
    const traces = transactions().map(({ contexts }) => contexts.trace.trace_id);
    const headers = echoed.map((one) => one['sentry-trace'].split('-')[0]);
    assert.equal(new Set([...traces, ...headers]).size, 1, [...traces, ...headers].join());
    for (const { baggage } of echoed) assert.equal(baggage.match(/sentry-trace_id/g).length, 1);
    return traces[0];
  }

  for (const head of [META, '']) {
    it(`that was first, requests are the package's${head && ', in the trace of the page'}`, async () => {
      const page = await open(head);
      await startPackage(page);
      await startRust(page);
      // Its end is not awaited by what begins now.
      await arrived('/page');
      const echoed = await request(page);
      await server.transactions(3);
      const trace = assertOneTrace(echoed);
      if (head) assert.equal(trace, TRACE);
      assert.deepEqual(
        transactions()
          .map(({ transaction }) => transaction)
          .sort(),
        ['/page', 'outer', 'work'],
      );
      assert.deepEqual(
        spansOf('work').map(({ description }) => description),
        ['GET /echo'],
      );
      assert.equal(tellers(page).length, 1, page.said.join('\n'));
      assert.match(
        tellers(page)[0],
        /another version \(\d.*\) traces page load and requests: this one \(rust /,
      );
      assert.equal(await page.evaluate(() => R.explained('/echo').code), 'not-instrumented');
    });
  }

  for (const head of [META, '']) {
    const where = head && ', in the trace of the page';
    it(`that came later, requests are the application's, below its innermost span${where}`, async () => {
      const page = await open(head);
      await startRust(page);
      await startPackage(page);
      const echoed = await request(page);
      await arrived('/page', 'inner', 'work');
      const trace = assertOneTrace(echoed);
      if (head) assert.equal(trace, TRACE);
      const [inner] = named('inner');
      const asked = named('GET /echo').find(({ parent_span_id }) => parent_span_id === inner.span_id);
      assert.ok(echoed[0]['sentry-trace'].includes(asked.span_id));
      assert.deepEqual(spansOf('work'), []);
      await moveOn(page);
      assert.equal(named('/page').length, 1);
      assert.equal(tellers(page).length, 1, page.said.join('\n'));
      assert.match(
        tellers(page)[0],
        /another version \(rust .*\) traces page load and requests: this one \(\d/,
      );
      assert.equal(await page.evaluate(() => R.explained('/echo').code), 'same-origin');
    });
  }

  for (const [first, second] of [
    [startRust, startPackage],
    [startPackage, startRust],
  ]) {
    it(`both go on in the trace of the next route: first ${first.name}`, async () => {
      const page = await open(META);
      await first(page);
      await second(page);
      await arrived('/page');
      server.envelopes.length = 0;
      await page.evaluate(() => history.pushState({}, '', '/cart'));
      const echoed = await request(page);
      await arrived('/cart', 'inner', 'work');
      assert.notEqual(assertOneTrace(echoed), TRACE);
      await moveOn(page);
      assert.equal(named('/cart').length, 1);
    });
  }

  it('that has ended, the page is free for the other', async () => {
    const page = await open();
    const own = () => page.evaluate(() => globalThis[Symbol.for('throughline')].tracer ?? 'nobody');
    await startRust(page);
    assert.match(await own(), /^rust /);
    await page.evaluate(() => R.stop());
    assert.equal(await own(), 'nobody');
    await startPackage(page);
    assert.match(await own(), /^\d/);
    await page.evaluate(() => T.close());
    assert.equal(await own(), 'nobody');
    await startRust(page);
    assert.match(await own(), /^rust /);
    assert.deepEqual(tellers(page), []);
  });

  it('that is not there, a second application leaves the page to the first', async () => {
    const page = await open();
    await startRust(page);
    await page.evaluate(async (tunnel) => {
      const second = await import('/rust-web/application.js?2');
      await second.default();
      second.start(tunnel, '');
    }, `${server.url}${server.tunnel}`);
    const headers = await page.evaluate(() => R.inside(async () => (await fetch('/echo')).json()));
    assert.equal(headers.baggage.match(/sentry-trace_id/g).length, 1);
    await arrived('/page', 'inner');
    await moveOn(page);
    for (const name of ['/page', 'GET /echo']) assert.equal(named(name).length, 1, name);
    assert.match(tellers(page)[0], /another version \(rust .*\) traces page load and requests/);
  });
});
