// A whole application in Rust, in a real browser, where something goes wrong: what the page keeps, and what still arrives.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { siteOf } from '../../scripts/examples/build.mjs';
import { useBrowser } from '../support/browser.mjs';
import { onlySpan, openSite } from '../support/site.mjs';

const DSN = 'http://public@localhost:1/1';

describe('an application in Rust', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  let site;
  beforeEach(async () => {
    site = await openSite({ folder: siteOf('mishaps'), answer: () => [200, { fine: true }] });
  });
  afterEach(() => site.close());

  /** Opens the page, and lets the application start there. */
  async function open({ dsn = DSN, target = null } = {}) {
    const page = await browser.page();
    await page.goto(site.url);
    await page.waitForFunction(() => globalThis.app);
    page.wrong = await page.evaluate(
      ([dsn, target]) => app.start(dsn, '/tunnel', target) ?? null,
      [dsn, target],
    );
    return page;
  }

  /** Hides a page, which sends what waits, and asks the server for something that it hears of only after that. */
  async function hide(page) {
    await page.evaluate(async () => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      await fetch('/index.html');
    });
  }

  it('whose page is closed right after a click has told of the click', async () => {
    const page = await open();
    await site.transaction('pageload');
    await page.evaluate(() => app.click());
    await page.close();
    const click = await site.transaction('ui.action');
    assert.equal(click.transaction, 'click');
    assert.equal(click.contexts.trace.status, 'ok');
  });

  it('whose page is closed while it loads has told of the load and of a click in it', async () => {
    const page = await open();
    await page.evaluate(() => app.click());
    await page.close();
    const load = await site.transaction('pageload');
    const click = onlySpan(load, { description: 'click' });
    assert.equal(click.parent_span_id, load.contexts.trace.span_id);
  });

  it('asks a server that forbids our headers with them at most once', async () => {
    const strict = await openSite({
      answer: ({ method }) => [
        method === 'OPTIONS' ? 204 : 200,
        { fine: true },
        { 'access-control-allow-origin': '*' },
      ],
    });
    try {
      const page = await open({ target: strict.url });
      await site.transaction('pageload');
      const answers = await page.evaluate(async (url) => {
        const answers = [];
        for (let i = 0; i < 4; i++) answers.push(await app.ask(`${url}/api/${i}`).catch(() => 'failed'));
        return answers;
      }, strict.url);
      const fine = JSON.stringify({ fine: true });
      assert.deepEqual(answers, ['failed', fine, fine, fine]);
      assert.deepEqual(
        strict.asked.map(({ method, path }) => `${method} ${path}`),
        ['OPTIONS /api/0', 'GET /api/1', 'GET /api/2', 'GET /api/3'],
      );
      for (const { headers } of strict.asked) assert.equal(headers['sentry-trace'], undefined);
    } finally {
      await strict.close();
    }
  });

  it('that starts twice is traced once', async () => {
    const page = await open();
    assert.equal(await page.evaluate((dsn) => app.start(dsn, '/tunnel') ?? null, DSN), null);
    await site.transaction('pageload');
    await page.evaluate(() => app.ask('/api/once'));
    const click = await site.transaction('ui.action');
    const { span_id: request } = onlySpan(click, { op: 'http.client' });
    await hide(page);
    assert.equal(site.asked.length, 1);
    const [{ headers }] = site.asked;
    assert.equal(headers['sentry-trace'], `${click.contexts.trace.trace_id}-${request}-1`);
    assert.equal(headers.baggage.match(/sentry-trace_id/g).length, 1);
    assert.deepEqual(
      site.envelopes.map(({ payload }) => payload.contexts?.trace.op),
      ['pageload', 'ui.action'],
    );
    assert.deepEqual(page.said, []);
  });

  it('without a DSN sends headers and nothing else', async () => {
    const page = await open({ dsn: '' });
    assert.equal(page.wrong, null);
    await page.evaluate(() => app.ask('/api/quiet'));
    await hide(page);
    assert.match(site.asked[0].headers['sentry-trace'], /^[0-9a-f]{32}-[0-9a-f]{16}-1$/);
    assert.deepEqual(site.envelopes, []);
    assert.deepEqual(page.said, []);
  });

  it('with a DSN that is none hears of it, and sends headers all the same', async () => {
    const page = await open({ dsn: 'shop.example.com' });
    assert.match(page.wrong, /shop\.example\.com/);
    await page.evaluate(() => app.ask('/api/quiet'));
    await hide(page);
    assert.match(site.asked[0].headers['sentry-trace'], /^[0-9a-f]{32}-[0-9a-f]{16}-1$/);
    assert.deepEqual(site.envelopes, []);
    assert.equal(page.said.length, 1, page.said.join('\n'));
    assert.match(page.said[0], /^\[throughline\] .*shop\.example\.com/);
  });

  for (const panics of ['panic_in_a_span', 'panic_in_a_future', 'panic_in_tracing']) {
    it(`panics as before, and has told of its spans (${panics})`, async () => {
      const page = await browser.page();
      await page.goto(site.url);
      await page.waitForFunction(() => globalThis.app);
      await page.evaluate((dsn) => {
        globalThis.messages = [];
        globalThis.heard = (message) => messages.push(message);
        app.hear_of_panics();
        app.start(dsn, '/tunnel');
      }, DSN);
      await site.transaction('pageload');
      await page.evaluate((panics) => {
        // Of what panics in a future the page hears as of any error that nobody catches.
        setTimeout(() => app[panics]('/api/shelf'));
      }, panics);

      const click = await site.transaction('ui.action');
      const part = onlySpan(click, { description: 'count' });
      assert.equal(part.status, 'internal_error');
      assert.equal(part.parent_span_id, click.contexts.trace.span_id);
      assert.equal(click.contexts.trace.status, 'internal_error');
      const messages = await page.evaluate(() => messages);
      assert.equal(messages.length, 1);
      assert.match(messages[0], /the shelf is empty/);
      // What is the page's own goes on.
      assert.equal(await page.evaluate(async () => (await fetch('/api/after')).status), 200);
      assert.deepEqual(page.said, ['uncaught: unreachable']);
    });
  }
});
