// The visit of a page by an application in Rust: the trace that its server has put into it, its load, its moves, its end.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { buildVisit, visitTag } from '../support/visit.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const OTHER = '881a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const CACHED = { 'cache-control': 'max-age=600' };
const FRESH = { 'cache-control': 'no-store' };

const meta = (name, content) => `<meta name="${name}" content="${content}">`;
const seconds = (ago) => Date.now() / 1000 - ago;
const pair = (trace = TRACE) =>
  meta('sentry-trace', `${trace}-${PARENT}-1`) +
  meta('baggage', `sentry-trace_id=${trace},sentry-sample_rand=0.25,sentry-sample_rate=0.5`);

describe('the visit of a page', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let files;
  before(async () => {
    files = await buildVisit();
  });

  /** Serves pages with these tags and headers, and the application. */
  function serve(head = () => '', headers = FRESH, idle = 20) {
    const pageHead = ({ url }) => (url.startsWith('/page') ? head(url) + visitTag(server, idle) : '');
    server.reset(pageHead, headers);
    server.files = files;
  }

  async function visit(path = '/page', page = undefined) {
    const opened = page ?? (await browser.page());
    await opened.goto(`${server.url}${path}`);
    await opened.locator('[data-started=yes]').waitFor({ state: 'attached' });
    return opened;
  }

  const roots = async (count) => (await server.transactions(count)).map(({ payload }) => payload);
  const named = (events) =>
    events.map(({ transaction, transaction_info, contexts }) => [
      transaction,
      transaction_info.source,
      contexts.trace.op,
    ]);

  it('is timed from when the page began, in the trace of its meta tags', async () => {
    serve(() => pair());
    await visit('/page?token=1');
    const [{ header, payload }] = await server.transactions(1);
    const { trace } = payload.contexts;
    assert.deepEqual([trace.trace_id, trace.parent_span_id, trace.op], [TRACE, PARENT, 'pageload']);
    assert.deepEqual(named([payload]), [['/page', 'url', 'pageload']]);
    assert.equal(trace.data['url.full'], `${server.url}/page?token=[Filtered]`);
    assert.equal(payload.request.url, `${server.url}/page?token=[Filtered]`);
    assert.deepEqual([header.trace.sample_rand, header.trace.sample_rate], ['0.25', '0.5']);
    const request = payload.spans.find(({ op }) => op === 'browser.request');
    assert.ok(request.start_timestamp >= payload.start_timestamp, 'its phases are in it');
    assert.ok(payload.spans.every(({ parent_span_id }) => parent_span_id === trace.span_id));
  });

  it('reads Server-Timing where there are no tags', async () => {
    const entries = [`sentry-trace;desc="${TRACE}-${PARENT}-0"`, `baggage;desc="sentry-trace_id=${TRACE}"`];
    serve(() => '', { ...FRESH, 'server-timing': `cpu;dur=1, ${entries.join(', ')}` });
    const page = await visit();
    const header = await page.evaluate(() => app.header());
    assert.match(header, new RegExp(`^${TRACE}-[\\da-f]{16}-0$`));
  });

  it('takes the pair of several that agrees', async () => {
    serve(
      () =>
        meta('sentry-trace', `${OTHER}-${PARENT}-1`) +
        meta('baggage', `sentry-trace_id=${'a'.repeat(32)}`) +
        pair(),
    );
    await visit();
    const [event] = await roots(1);
    assert.equal(event.contexts.trace.trace_id, TRACE);
  });

  it('links stale HTML, and says so', async () => {
    for (const [head, headers] of [
      [() => pair() + meta('sentry-trace-time', seconds(600)), FRESH],
      [pair, { ...FRESH, 'server-timing': `sentry-trace-time;desc="${seconds(600)}"` }],
    ]) {
      serve(() => head(), headers);
      const page = await visit();
      const [event] = await roots(1);
      const { trace } = event.contexts;
      assert.notEqual(trace.trace_id, TRACE);
      assert.deepEqual(trace.links, [
        {
          trace_id: TRACE,
          span_id: PARENT,
          sampled: true,
          attributes: { 'sentry.link.type': 'stale_trace' },
        },
      ]);
      const said = `[throughline] the trace ${TRACE} of this page is only linked to: it is old`;
      assert.deepEqual(page.said, [said]);
      await page.context().close();
    }
  });

  it('links what comes out of the cache by going back, and what this browser went on with before', async () => {
    serve(() => pair() + meta('sentry-trace-time', seconds(0)), CACHED);
    const page = await visit();
    await server.transactions(1);
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${server.url}/echo`);
    await page.goBack();
    await page.locator('[data-started=yes]').waitFor({ state: 'attached' });
    await server.transactions(2);
    const again = await page.context().newPage();
    await visit('/page/again', await again);
    const events = await roots(3);
    const continued = events.map(({ contexts }) => contexts.trace.trace_id === TRACE);
    assert.deepEqual(continued, [true, false, true]);
    await visit('/page/once-more', again);
    const [, , , more] = await roots(4);
    assert.notEqual(more.contexts.trace.trace_id, TRACE, 'it was continued before');
  });

  it('goes on in a trace that comes anew by going back', async () => {
    let requests = 0;
    const trace = () => String(requests).padStart(32, 'a');
    serve(() => {
      requests += 1;
      return pair(trace()) + meta('sentry-trace-time', seconds(0));
    }, FRESH);
    const page = await visit();
    await server.transactions(1);
    await visit('/page/other', page);
    await server.transactions(2);
    await page.goBack();
    const seen = (await roots(3)).map(({ contexts }) => contexts.trace.trace_id);
    assert.deepEqual(
      seen,
      [1, 2, 3].map((at) => String(at).padStart(32, 'a')),
    );
  });

  it('has a root for each move, forth and back', async () => {
    serve();
    const page = await visit();
    await server.transactions(1);
    for (const [at, move] of [
      () => history.pushState(null, '', '/page/users/7'),
      () => history.pushState(null, '', '?page=2'),
      () => history.back(),
      () => history.forward(),
      () => history.replaceState(null, '', '/page/users/8#x'),
    ].entries()) {
      await page.click('html');
      await page.evaluate(move);
      await server.transactions(at + 2);
    }
    const events = await roots(6);
    assert.deepEqual(
      named(events).map(([name]) => name),
      ['/page', '/page/users/7', '/page/users/7', '/page/users/7', '/page/users/7', '/page/users/8'],
    );
    assert.deepEqual(
      events.slice(1).map(({ contexts }) => contexts.trace.op),
      Array(5).fill('navigation'),
    );
    const urls = events.map(({ request }) => request.url.replace(server.url, ''));
    assert.deepEqual(urls, [
      '/page',
      '/page/users/7',
      '/page/users/7?page=2',
      '/page/users/7',
      '/page/users/7?page=2',
      '/page/users/8#x',
    ]);
    assert.equal(new Set(events.map(({ contexts }) => contexts.trace.trace_id)).size, 6);
  });

  it('has none for a move that the browser refuses, or that goes nowhere', async () => {
    serve();
    const page = await visit();
    await server.transactions(1);
    await page.click('html');
    await page.evaluate(() => {
      for (const url of ['https://other.test/', 'http://', location.href, undefined, null, '']) {
        try {
          history.pushState(null, '', url);
        } catch {}
      }
      history.pushState(null, '', '/page/last');
    });
    const events = await roots(2);
    assert.deepEqual(
      named(events).map(([name]) => name),
      ['/page', '/page/last'],
    );
  });

  it('is named by its router, which may be before the move or after it', async () => {
    // Not over before its router speaks.
    serve(() => '', FRESH, 500);
    const page = await visit('/page/users/7');
    await page.evaluate(() => app.route('/page/users/:id'));
    await server.transactions(1);
    await page.click('html');
    await page.evaluate(async () => {
      history.pushState(null, '', '/page/users/8');
      await Promise.resolve();
      app.route('/page/users/{id}');
    });
    await server.transactions(2);
    await page.click('html');
    await page.evaluate(async () => {
      app.route('/page/orders/:id?');
      await Promise.resolve();
      history.pushState(null, '', '/page/orders/9');
    });
    assert.deepEqual(named(await roots(3)), [
      ['/page/users/:id', 'route', 'pageload'],
      ['/page/users/:id', 'route', 'navigation'],
      ['/page/orders/:id', 'route', 'navigation'],
    ]);
  });

  it('ends with all that was done in it when the page is closed right after a click', async () => {
    for (const idle of [60_000, 20]) {
      serve(() => '', FRESH, idle);
      const page = await visit();
      // While the page load is under way, and when it has ended.
      const before = idle > 1000 ? 0 : 1;
      await server.transactions(before);
      await page.evaluate(() => addEventListener('click', () => app.end(app.begin('order'))));
      await page.click('html');
      await page.close({ runBeforeUnload: true });
      const event = (await roots(before + 1)).at(-1);
      const { op } = event.contexts.trace;
      const names = [event.transaction, ...event.spans.map(({ description }) => description)];
      assert.deepEqual(
        [op, names.filter((name) => name === 'order').length],
        [before ? undefined : 'pageload', 1],
      );
    }
  });

  it('is sent with what the application says about it', async () => {
    serve(() => '', FRESH, 1000);
    const page = await visit();
    await page.evaluate(() => app.user('42'));
    const [event] = await roots(1);
    assert.deepEqual([event.user, event.tags], [{ id: '42' }, { part: 'test' }]);
  });

  it('leaves the page as it was when it stops', async () => {
    serve();
    const page = await browser.page();
    await page.goto(`${server.url}/echo`);
    const own = () => ['pushState', 'replaceState'].map((name) => String(history[name]));
    const before = await page.evaluate(own);
    await visit('/page', page);
    assert.deepEqual(await page.evaluate(own), before, 'as far as a page sees');
    await server.transactions(1);
    await page.evaluate(() => {
      globalThis.kept = history.pushState;
      app.stop();
    });
    await page.evaluate(() => {
      kept.call(history, null, '', '/page/after');
      history.replaceState(null, '', '/page/after/that');
    });
    assert.equal(await page.evaluate(() => history.pushState === kept), false);
    assert.deepEqual(page.said, []);
    // A root that began meanwhile would have ended before this one does.
    await page.evaluate((tunnel) => app.start(tunnel, 20), server.tunnel);
    assert.deepEqual(
      named(await roots(2)).map(([name]) => name),
      ['/page', '/page/after/that'],
    );
  });
});
