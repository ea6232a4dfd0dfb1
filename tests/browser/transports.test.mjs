// Transports under the reference's names: by `fetch`, of a function of the page's own, and the one that keeps what could not be
// sent in a database that outlives the page.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

/** See section 9.10 of the protocol; times in milliseconds. */
const START_DELAY = 5000;
const MAX_STORED = 30;

describe('transports', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server, (page) => page.clock.install());
    await page.clock.pauseAt(Date.now() + 60_000);
  });

  /** The names of the roots that arrived. */
  const arrived = () => server.envelopes.map(({ payload }) => payload.transaction).filter(Boolean);

  /** Lets the page's clock go on, so that what it sends is answered. */
  async function passes(seconds, done) {
    for (let at = 0; at < seconds && !done(); at++) {
      await page.clock.runFor(1000);
      await page.evaluate(() => fetch('/echo').then((response) => response.text()));
    }
  }

  /** How many envelopes are stored. */
  const stored = (page) =>
    page.evaluate(async () => {
      const asked = (request) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await asked(indexedDB.open('sentry-offline'));
      const count = await asked(database.transaction('queue').objectStore('queue').count());
      database.close();
      return count;
    });

  it('makeFetchTransport sends as the client itself does, and what is not taken is sent again', async () => {
    server.answer = { status: 503, lost: true };
    const requests = await page.evaluate(async () => {
      const { fetch } = globalThis;
      const requests = [];
      globalThis.fetch = (url, request) => {
        if (request)
          requests.push([
            new URL(url, location.href).pathname,
            request.method,
            request.keepalive,
            request.headers,
            request.priority,
          ]);
        return fetch(url, request);
      };
      T.init({
        ...options,
        transport: T.makeFetchTransport,
        transportOptions: { headers: { 'x-shop': '1' }, fetchOptions: { priority: 'low' } },
      });
      T.startSpan({ name: 'root é' }, () => {});
      await T.flush();
      return requests;
    });
    assert.ok(requests.length >= 1);
    assert.deepEqual(requests[0], [server.tunnel, 'POST', true, { 'x-shop': '1' }, 'low']);
    server.restart();
    await passes(60, () => arrived().length);
    assert.deepEqual(arrived(), ['root é']);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it('createTransport gives the text of an envelope to a function of the page', async () => {
    const { bodies, flushed } = await page.evaluate(async () => {
      const bodies = [];
      const transport = (given) =>
        T.createTransport(given, async ({ body }) => {
          bodies.push(body);
          if (bodies.length === 1) throw new Error('no network');
          return {
            statusCode: 200,
            headers: { 'x-sentry-rate-limits': '60:transaction:key', 'retry-after': null },
          };
        });
      T.init({ ...options, transport });
      T.startSpan({ name: 'first' }, () => {});
      const flushed = [await T.flush(), await T.flush()];
      T.startSpan({ name: 'limited' }, () => {});
      await T.flush();
      return { bodies, flushed };
    });
    const lines = bodies.map((body) => body.split('\n').map((line) => JSON.parse(line)));
    assert.deepEqual(
      lines.map(([, item, { transaction }]) => [item.type, transaction]),
      [
        ['transaction', 'first'],
        ['transaction', 'first'],
      ],
    );
    assert.deepEqual(flushed, [true, true]);
  });

  it('makeBrowserOfflineTransport keeps what could not be sent, also for the next page', async () => {
    const start = (page, flushAtStartup) =>
      page.evaluate(
        (flushAtStartup) =>
          void T.init({
            ...options,
            transport: T.makeBrowserOfflineTransport(T.makeFetchTransport),
            transportOptions: { flushAtStartup },
          }),
        flushAtStartup,
      );
    server.answer = { drop: true, lost: true };
    await start(page, false);
    await page.evaluate(async () => {
      for (let at = 0; at < 3; at++) T.startSpan({ name: `root ${at}` }, () => {});
      await T.flush();
    });
    assert.equal(await stored(page), 3);
    const first = Date.now();
    server.restart();
    const tunnel = server.tunnel;
    const next = await page.context().newPage();
    await next.clock.install();
    await next.clock.pauseAt(Date.now() + 3_600_000);
    await next.goto(`${server.url}/page`);
    await next.evaluate(async (tunnel) => {
      globalThis.T = await import('/index.js');
      globalThis.options = { dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1 };
    }, tunnel);
    await page.close();
    await start(next, true);
    await next.clock.runFor(START_DELAY);
    page = next;
    await server.transactions(1);
    await passes(60, () => arrived().length === 3);
    assert.deepEqual(arrived().sort(), ['root 0', 'root 1', 'root 2']);
    // The time of sending is that of the attempt that succeeds.
    for (const { header } of server.envelopes) assert.ok(Date.parse(header.sent_at) > first + 3_000_000);
    assert.equal(await stored(page), 0);
  });

  it('makeBrowserOfflineTransport has a bound, past which envelopes wait in the page, and sends all at once it is online', async () => {
    await page.context().setOffline(true);
    await page.evaluate(async () => {
      T.init({ ...options, transport: T.makeBrowserOfflineTransport() });
      for (let at = 0; at < 35; at++) T.startSpan({ name: `root ${at}` }, () => {});
      await T.flush();
    });
    assert.equal(await stored(page), MAX_STORED);
    await page.context().setOffline(false);
    await passes(600, () => new Set(arrived()).size === 35);
    assert.equal(new Set(arrived()).size, 35);
    assert.equal(await stored(page), 0);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it('makeBrowserOfflineTransport asks the page what is sent and what is stored', async () => {
    const seen = await page.evaluate(async () => {
      const seen = [];
      T.init({
        ...options,
        transport: T.makeBrowserOfflineTransport(T.makeFetchTransport),
        transportOptions: {
          shouldSend: ([, [[, { transaction }]]]) => transaction !== 'held',
          shouldStore: ([, [[, { transaction }]]], error, delay) => {
            seen.push([transaction, error.message, delay]);
            return true;
          },
        },
      });
      T.startSpan({ name: 'held' }, () => {});
      T.startSpan({ name: 'sent' }, () => {});
      await T.flush();
      return seen;
    });
    assert.deepEqual(seen, [['held', 'shouldSend answered false', START_DELAY]]);
    await server.transactions(1);
    assert.deepEqual(arrived(), ['sent']);
    assert.equal(await stored(page), 1);
  });
});
