// What is recorded while the network or the server fails arrives once it does not, as far as there is room: outages of every
// kind, bursts, bounds, what a server asks for. On a clock of the test's own, with a real server.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

/** Roots in an outage, and how long it lasts, in seconds. */
const ROOTS = 200;
const OUTAGE = 30;

/** What the server does meanwhile. Each of these is a fault of its own kind. */
const OUTAGES = {
  'without a server': { drop: true },
  'during 429 with Retry-After': { status: 429, headers: { 'retry-after': '5' } },
  'during 429 alone': { status: 429 },
  'during 503': { status: 503 },
  'during 502 and 504': { status: 502 },
  'against a server that hangs': { never: true },
};

/** What a busy page does; `roots` makes some of them. */
const BURSTS = {
  'in one task': () => roots(0, 1000),
  'fifty at a time, twenty times in a second': () => {
    for (let at = 0; at < 20; at++) setTimeout(() => roots(at * 50, at * 50 + 50), at * 50);
  },
};

describe('delivery', { timeout: 240_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  const beside = useServer();
  let page;

  beforeEach(async () => {
    // The package takes the clocks that it finds.
    page = await openPackage(browser, server, (page) => page.clock.install());
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.evaluate(() => {
      globalThis.roots = (from, to) => {
        for (let at = from; at < to; at++) T.startSpan({ name: `root ${at}` }, () => {});
      };
      T.init(options);
    });
  });

  /** The names of the roots that arrived. */
  const arrived = () => server.envelopes.map(({ payload }) => payload.transaction).filter(Boolean);

  /** Lets the page's clock go on, a second at a time, until so many roots have arrived; so many seconds at most. */
  async function passes(seconds, roots) {
    for (let at = 0; at < seconds && new Set(arrived()).size < roots; at++) {
      await page.clock.runFor(1000);
      // What the server got by now is answered in the page. By another: its connections are not taken by what hangs.
      await page.evaluate((url) => fetch(url, { mode: 'no-cors' }).then(() => {}), `${beside.url}/echo`);
    }
  }

  async function outage() {
    for (let second = 0; second < OUTAGE; second++) {
      const [from, to] = [second, second + 1].map((at) => Math.floor((at * ROOTS) / OUTAGE));
      await page.evaluate(([from, to]) => roots(from, to), [from, to]);
      await passes(1, Number.POSITIVE_INFINITY);
    }
  }

  for (const [name, answer] of Object.entries(OUTAGES)) {
    it(`of ${ROOTS} roots ${name} all arrive afterwards, once each`, async () => {
      server.answer = { lost: true, ...answer };
      await outage();
      assert.deepEqual(arrived(), []);
      const asked = server.refused;
      server.restart();
      await passes(600, ROOTS);
      assert.equal(new Set(arrived()).size, ROOTS);
      // A browser may repeat by itself what was on a connection that broke: the server knows it by its id.
      const events = server.envelopes.filter(({ item }) => item.type === 'transaction');
      assert.equal(new Set(events.map(({ payload }) => payload.event_id)).size, ROOTS);
      if (!answer.never) assert.equal(events.length, ROOTS);
      assert.deepEqual(await reportedLosses(page, server), {});
      // A server that is not well is asked by few: those that were under way when it fell ill, and then one at a time.
      assert.ok(asked <= 60, `${asked} requests in ${OUTAGE} s`);
    });
  }

  it(`of ${ROOTS} roots while offline all arrive afterwards`, async () => {
    await page.context().setOffline(true);
    await page.evaluate((roots) => {
      globalThis.at = 0;
      globalThis.timer = setInterval(() => globalThis.roots(at, ++at), 30_000 / roots);
    }, ROOTS);
    for (let second = 0; second < OUTAGE; second++) await page.clock.runFor(1000);
    await page.evaluate(() => clearInterval(timer));
    assert.deepEqual(arrived(), []);
    await page.context().setOffline(false);
    await passes(600, ROOTS);
    assert.equal(new Set(arrived()).size, ROOTS);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  for (const [name, begin] of Object.entries(BURSTS)) {
    it(`of a burst of 1,000 roots, ${name}, all arrive`, async () => {
      await page.evaluate(begin);
      await passes(120, 1000);
      assert.equal(new Set(arrived()).size, 1000);
      assert.deepEqual(await reportedLosses(page, server), {});
    });
  }

  it('of 100 roots around a long task all arrive', async () => {
    server.files['/slow'] = { type: 'text/plain', body: '', delay: 300 };
    await page.evaluate(async () => {
      roots(0, 50);
      // Nothing that was sent is answered before the task is over.
      const request = new XMLHttpRequest();
      request.open('GET', '/slow', false);
      request.send();
      roots(50, 100);
    });
    await passes(120, 100);
    assert.equal(new Set(arrived()).size, 100);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it('what waits on a page that is hidden, and lives on, is sent again', async () => {
    server.answer = { status: 503, lost: true };
    await page.evaluate(async () => {
      roots(0, 3);
      await T.flush();
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await passes(1, 3);
    server.restart();
    await passes(600, 3);
    assert.equal(new Set(arrived()).size, 3);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it('a page that only says that it is left goes on', async () => {
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
    server.answer = { status: 503, lost: true };
    await page.evaluate(() => roots(0, 60));
    await passes(2, 60);
    server.restart();
    await passes(600, 60);
    assert.equal(new Set(arrived()).size, 60);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it('a fetch that answers with something of its own is not asked again', async () => {
    const asked = await page.evaluate(async () => {
      T.getClient().close();
      const frame = document.body.appendChild(document.createElement('iframe'));
      const native = frame.contentWindow.fetch;
      const answers = [() => undefined, (answer) => answer];
      let asked = 0;
      for (const answer of answers) {
        const { fetch } = globalThis;
        globalThis.fetch = (...given) => {
          asked += 1;
          return native(...given).then(answer);
        };
        T.init(options);
        roots(0, 1);
        await T.flush();
        await T.flush();
        globalThis.fetch = fetch;
      }
      return asked;
    });
    assert.ok(asked <= 2, `${asked} requests for two roots`);
    await passes(60, Number.POSITIVE_INFINITY);
    assert.equal(arrived().length, 2);
  });
});
