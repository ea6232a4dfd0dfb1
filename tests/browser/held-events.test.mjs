// Transactions that wait for promises of the page: of an event processor, or of `beforeSendTransaction`. Some never settle.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

/** As many as a client holds, see MAX_HELD in js/send/process.ts. */
const MAX_HELD = 64;
/** As long as it waits for each, in milliseconds, see PATIENCE there. */
const PATIENCE = 30_000;

describe('events that the page holds', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    // A clock that stands still: only the tests move it.
    const now = Date.now();
    await page.clock.install({ time: now });
    await page.clock.pauseAt(now + 3_600_000);
    await page.evaluate(() => {
      /** What the callbacks of the page answer with: the event at once, or a promise that `settle` fulfils or rejects. */
      globalThis.holds = true;
      globalThis.held = [];
      globalThis.hold = (event) =>
        holds ? new Promise((resolve, reject) => held.push({ event, resolve, reject })) : event;
      globalThis.send = (name) => T.startSpan({ name }, () => T.startSpan({ name: 'child' }, () => {}));
    });
  });

  const names = () => server.envelopes.map(({ payload }) => payload.transaction).filter(Boolean);

  for (const [who, start] of [
    ['beforeSendTransaction', () => T.init({ ...options, beforeSendTransaction: hold })],
    [
      'an event processor',
      () => {
        T.init(options);
        T.addEventProcessor(hold);
      },
    ],
    [
      'the second of two event processors',
      () => {
        T.init(options);
        T.addEventProcessor((event) => event);
        T.addEventProcessor(hold);
      },
    ],
  ]) {
    it(`for ever in ${who} are ${MAX_HELD}; the others are counted as lost, and tracing goes on`, async () => {
      await page.evaluate(start);
      const asked = await page.evaluate(() => {
        for (let at = 0; at < 100; at++) send('held');
        return held.length;
      });
      assert.equal(asked, MAX_HELD);
      // One more, which nobody holds, has no place either.
      await page.evaluate(() => {
        holds = false;
        send('no place');
        globalThis.flushed = [];
        T.flush(2000).then((done) => flushed.push(['with a timeout', done]));
        T.flush().then((done) => flushed.push(['without', done]));
      });
      assert.deepEqual(await page.evaluate('flushed'), []);
      await page.clock.runFor(2000);
      assert.deepEqual(await page.evaluate('flushed'), [['with a timeout', false]]);
      await page.clock.runFor(PATIENCE);
      assert.deepEqual(await page.evaluate('flushed'), [
        ['with a timeout', false],
        ['without', true],
      ]);
      assert.deepEqual(names(), []);
      await page.evaluate(() => {
        send('afterwards');
        return T.flush();
      });
      assert.deepEqual(names(), ['afterwards']);
      const lost = await reportedLosses(page, server);
      assert.equal(lost['queue_overflow transaction'], 101 - MAX_HELD);
      assert.equal(lost['queue_overflow span'], 2 * (101 - MAX_HELD));
    });
  }

  it('for a while are sent when their promises are fulfilled, in that order', async () => {
    const flushed = await page.evaluate(async () => {
      T.init({ ...options, beforeSendTransaction: hold });
      for (const name of ['a', 'b', 'c']) send(name);
      const flushed = T.flush();
      for (const { event, resolve } of held.reverse()) resolve(event);
      return flushed;
    });
    assert.equal(flushed, true);
    assert.deepEqual(names(), ['c', 'b', 'a']);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it('by a promise with a `then` of the page, or where timers of the page answer nothing, are sent once', async () => {
    await page.evaluate(async () => {
      T.init({
        ...options,
        beforeSendTransaction(event) {
          const promise = Promise.resolve(event);
          // biome-ignore lint/suspicious/noThenProperty: what a page may do
          promise.then = (fulfil) => void fulfil(event);
          return promise;
        },
      });
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (code, delay) => void setTimeout(code, delay);
      for (let round = 0; round < 4; round++) {
        for (let at = 0; at < 20; at++) send('once');
        await T.flush();
      }
      globalThis.setTimeout = setTimeout;
    });
    await page.clock.runFor(2 * PATIENCE);
    await server.transactions(80);
    assert.equal(names().length, 80);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it('give their places back, however their promises settle', async () => {
    await page.evaluate(async () => {
      T.init({ ...options, beforeSendTransaction: hold });
      for (let round = 0; round < 5; round++) {
        for (let at = 0; at < 64; at++) send('held');
        for (const { reject, resolve } of held.splice(0)) {
          if (round % 2) reject(new Error('of the page'));
          else resolve(null);
        }
        await T.flush();
      }
      holds = false;
      send('afterwards');
      await T.flush();
    });
    assert.deepEqual(names(), ['afterwards']);
    assert.deepEqual(await reportedLosses(page, server), {
      'callback_error transaction': 128,
      'callback_error span': 256,
      'before_send transaction': 192,
      'before_send span': 384,
    });
  });

  it('longer than anybody waits for them are as many again; of more the oldest are given up', async () => {
    await page.evaluate(() => void T.init({ ...options, beforeSendTransaction: hold }));
    for (const count of [MAX_HELD, 10]) {
      await page.evaluate((count) => {
        for (let at = 0; at < count; at++) send(`held ${held.length}`);
      }, count);
      await page.clock.runFor(PATIENCE);
    }
    const lost = await reportedLosses(page, server);
    assert.deepEqual(lost, { 'queue_overflow transaction': 10, 'queue_overflow span': 20 });
    await page.evaluate(async () => {
      // No more than may be under way.
      while (held.length) {
        for (const { event, resolve } of held.splice(0, 30)) resolve(event);
        await new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = resolve;
          port2.postMessage(0);
        });
        await T.flush();
      }
    });
    await server.transactions(MAX_HELD);
    // Side by side, in any order.
    const arrived = names().map((name) => Number(name.slice(5)));
    assert.deepEqual(
      arrived.sort((one, other) => one - other),
      Array.from({ length: MAX_HELD }, (_, at) => at + 10),
    );
  });

  it('longer than anybody waits for them are sent when their promises are fulfilled after all', async () => {
    await page.evaluate(() => {
      T.init({ ...options, beforeSendTransaction: hold });
      send('late');
    });
    await page.clock.runFor(PATIENCE);
    assert.equal(await page.evaluate(() => T.flush()), true);
    assert.deepEqual(names(), []);
    await page.evaluate(() => {
      for (const { event, resolve } of held) resolve(event);
    });
    await server.received(1);
    assert.deepEqual(names(), ['late']);
  });
});
