// Stale HTML: a document that a cache gives to many visitors, or to one visitor many times, does not glue them into
// one trace. Fresh documents go on in the trace of their server, as ever.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTag, useBrowser, useServer } from '../support/browser.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const TIMES = 20;
/** Each of them costs a context of its own. */
const VISITORS = 8;
const CACHED = { 'cache-control': 'max-age=600' };
const FRESH = { 'cache-control': 'no-store' };

describe('stale HTML', { timeout: 240_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  const meta = (name, content) => `<meta name="${name}" content="${content}">`;
  const tags = (time, trace = TRACE, decision = '-1') =>
    meta('sentry-trace', `${trace}-${PARENT}${decision}`) +
    meta('baggage', `sentry-trace_id=${trace},sentry-sample_rand=0.25,sentry-sample_rate=0.5`) +
    (time === undefined ? '' : meta('sentry-trace-time', time));
  const seconds = (ago) => Date.now() / 1000 - ago;

  /** Serves documents with these tags and headers. */
  function serve(head, headers, integration, options) {
    server.reset();
    // Browsers ask for icons as well.
    const pageHead = ({ url }) =>
      url.startsWith('/page') ? head() + startTag(server, integration, options) : '';
    Object.assign(server, { head: pageHead, headers });
  }

  /** Of each page load that arrived: its trace, its stale links, and whether it has the server as parent. */
  async function loads(count) {
    return (await server.transactions(count)).map(({ header, payload }) => {
      const { trace_id, parent_span_id, links = [] } = payload.contexts.trace;
      const stale = links.filter(({ attributes }) => attributes['sentry.link.type'] === 'stale_trace');
      return { trace: trace_id, parent: parent_span_id, links, stale, dsc: header.trace };
    });
  }

  /** Opens the document a number of times in one browser, each time after the one before was reported. */
  async function open(count, page) {
    for (let at = 1; at <= count; at += 1) {
      await page.goto(`${server.url}/page`);
      await server.transactions(at);
    }
    return loads(count);
  }

  function assertStale(load) {
    assert.deepEqual(load.stale, [
      {
        trace_id: TRACE,
        span_id: PARENT,
        sampled: true,
        attributes: { 'sentry.link.type': 'stale_trace' },
      },
    ]);
    assert.notEqual(load.trace, TRACE);
    assert.equal(load.parent, undefined);
    // Nothing of the server's sampling context is taken over.
    assert.deepEqual([load.dsc.trace_id, load.dsc.sample_rate], [load.trace, '1']);
    assert.notEqual(load.dsc.sample_rand, '0.25');
  }

  it('gives an old document that is opened twenty times twenty traces and twenty links', async () => {
    const old = tags(seconds(600));
    serve(() => old, CACHED);
    const seen = await open(TIMES, await browser.page());
    seen.forEach(assertStale);
    assert.equal(new Set(seen.map(({ trace }) => trace)).size, TIMES);
  });

  it('gives each visitor of an old document a trace', async () => {
    const old = tags(new Date(Date.now() - 600_000).toISOString());
    serve(() => old, FRESH);
    for (let at = 1; at <= VISITORS; at += 1) {
      const page = await browser.page();
      await page.goto(`${server.url}/page`);
      await server.transactions(at);
      await page.context().close();
    }
    const seen = await loads(VISITORS);
    seen.forEach(assertStale);
    assert.equal(new Set(seen.map(({ trace }) => trace)).size, VISITORS);
  });

  it('continues a document without a time once in a browser, and links it from then on', async () => {
    const same = tags();
    serve(() => same, FRESH);
    const [first, ...others] = await open(TIMES, await browser.page());
    assert.deepEqual([first.trace, first.parent, first.stale], [TRACE, PARENT, []]);
    others.forEach(assertStale);
    assert.equal(new Set(others.map(({ trace }) => trace)).size, TIMES - 1);
  });

  it('continues the trace of every fresh document, and of every reload', async () => {
    let requests = 0;
    const trace = () => String(requests).padStart(32, 'a');
    const fresh = () => {
      requests += 1;
      return tags(seconds(0), trace());
    };
    serve(fresh, FRESH);
    const page = await browser.page();
    await open(3, page);
    for (let at = 4; at <= 6; at += 1) {
      await page.reload();
      await server.transactions(at);
    }
    for (const [at, load] of (await loads(6)).entries()) {
      assert.deepEqual([load.trace, load.parent, load.stale], [String(at + 1).padStart(32, 'a'), PARENT, []]);
    }
  });

  it('links a fresh document that comes out of the cache of the browser, or by going back', async () => {
    const same = tags(seconds(0));
    serve(() => same, CACHED);
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await server.transactions(1);
    // Forgotten, so that nothing else tells the next one.
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${server.url}/page/other`);
    await server.transactions(2);
    await page.evaluate(() => localStorage.clear());
    await page.goBack();
    await server.transactions(3);
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${server.url}/page/other`);
    const [first, other, back, cached] = await loads(4);
    assert.deepEqual([first.trace, other.trace], [TRACE, TRACE]);
    assertStale(back);
    assertStale(cached);
  });

  it('continues a document that comes anew by going back, and forward', async () => {
    let requests = 0;
    const trace = () => String(requests).padStart(32, 'a');
    serve(() => {
      requests += 1;
      return tags(seconds(0), trace());
    }, FRESH);
    const page = await browser.page();
    for (const [at, path] of ['/page', '/page/other'].entries()) {
      await page.goto(`${server.url}${path}`);
      await server.transactions(at + 1);
    }
    await page.goBack();
    await server.transactions(3);
    await page.goForward();
    const seen = await loads(4);
    assert.equal(requests, 4);
    for (const [at, load] of seen.entries()) {
      assert.deepEqual([load.trace, load.parent, load.stale], [String(at + 1).padStart(32, 'a'), PARENT, []]);
    }
  });

  it('reads the time in Server-Timing, and takes a time to come for a clock that is ahead', async () => {
    for (const [time, stale] of [
      [seconds(600).toFixed(3), 1],
      [String(Date.now() - 600_000), 1],
      [new Date(Date.now() - 600_000).toISOString(), 1],
      [seconds(100).toFixed(0), 0],
      [seconds(-3600).toFixed(0), 0],
      ['yesterday', 0],
    ]) {
      const headers = { ...FRESH, 'server-timing': `cpu;dur=1, sentry-trace-time;desc="${time}"` };
      serve(() => tags(), headers);
      const page = await browser.page();
      const [load] = await open(1, page);
      assert.equal(load.stale.length, stale, time);
      assert.equal(load.trace === TRACE, !stale, time);
      await page.context().close();
    }
  });

  it('links to a trace whose decision is against it, or open, as not sampled', async () => {
    for (const decision of ['-0', '']) {
      serve(() => tags(seconds(600), TRACE, decision), FRESH);
      const [{ stale }] = await open(1, await browser.page());
      assert.equal(stale[0].sampled, false);
    }
  });

  it('links to the trace before as well', async () => {
    serve(() => tags(seconds(600)), FRESH, { linkPreviousTrace: 'session-storage' });
    const [first, second] = await open(2, await browser.page());
    const types = second.links.map(({ attributes, trace_id }) => [attributes['sentry.link.type'], trace_id]);
    assert.deepEqual(types, [
      ['stale_trace', TRACE],
      ['previous_trace', first.trace],
    ]);
  });

  it('continues whatever comes if it is told to', async () => {
    serve(() => tags(seconds(600)), CACHED, { continueStaleTraces: true });
    for (const load of await open(3, await browser.page())) {
      assert.deepEqual([load.trace, load.parent, load.stale], [TRACE, PARENT, []]);
    }
  });

  it('begins a trace with tracing off, too', async () => {
    serve(() => tags(seconds(600)), FRESH, {}, { tracesSampleRate: null });
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    const sent = await page.evaluate(async () => (await fetch('/echo')).json());
    assert.match(sent['sentry-trace'], /^[\da-f]{32}-[\da-f]{16}$/);
    assert.ok(!sent['sentry-trace'].includes(TRACE) && !sent.baggage.includes('0.25'), sent.baggage);
  });

  it('continues where a router asks again, and where somebody gives the trace by hand', async () => {
    serve(() => tags(), FRESH);
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.evaluate((trace) => {
      const client = Throughline.getClient();
      Throughline.startBrowserTracingPageLoadSpan(client, { name: '/page/:id' })?.end();
      Throughline.startBrowserTracingPageLoadSpan(
        client,
        { name: 'given' },
        { sentryTrace: trace, baggage: 'a=1' },
      )?.end();
    }, `${TRACE}-${PARENT}-1`);
    const seen = await loads(3);
    assert.deepEqual(
      seen.map(({ trace, stale }) => [trace, stale]),
      Array(3).fill([TRACE, []]),
    );
  });

  it('works where the browser keeps nothing, and keeps little where it does', async () => {
    const locked = `<script>
      Object.defineProperty(globalThis, 'localStorage', { get() { throw new Error('locked'); } });
    </script>`;
    serve(() => locked + tags(), FRESH);
    const without = await browser.page();
    const [load] = await open(1, without);
    assert.equal(load.trace, TRACE);
    assert.deepEqual(without.said, []);

    let requests = 0;
    serve(() => {
      requests += 1;
      return tags(seconds(0), String(requests).padStart(32, 'b'));
    }, FRESH);
    const page = await browser.page();
    await open(1, page);
    await page.evaluate(() => localStorage.setItem('throughline_continued_traces', 'x'.repeat(100_000)));
    await page.goto(`${server.url}/page`);
    await server.transactions(2);
    const kept = await page.evaluate(() => localStorage.getItem('throughline_continued_traces'));
    assert.equal(kept.length, 50 * 33);
    assert.ok(kept.startsWith(String(requests).padStart(32, 'b')), kept);
  });
});
