// What a page does without end: whatever the package keeps of it has a bound, and what is over it is counted as lost, or was asked
// for again.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

/** See js/send/under-way.ts. */
const MAX_REQUESTS = 40;
const MAX_KEEPALIVE_REQUESTS = 14;
/** See js/send/line.ts. */
const MAX_WAITING = 1000;
const MAX_WAITING_SIZE = 2_000_000;
/** See js/send/span-buffer.ts; times in milliseconds. */
const MAX_TRACES = 32;
const MAX_WAIT = 5000;
const WAIT_AFTER_SEGMENT = 500;
/** See js/send/reports.ts. */
const MAX_OUTCOMES = 64;
/** Spans of an envelope; attributes, links and measurements of a span. */
const MANY = 1000;

describe('bounds', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    await page.evaluate(() => {
      const { fetch } = globalThis;
      /** What the package sends; while the network `waits`, each until `answer()`. */
      Object.assign(globalThis, { waits: false, sent: [], waiting: [] });
      globalThis.fetch = async (url, request) => {
        sent.push(request.keepalive);
        if (waits) await new Promise((resolve) => waiting.push(resolve));
        return fetch(url, request);
      };
      globalThis.answer = () => {
        for (const resolve of waiting.splice(0)) resolve();
      };
    });
  });

  it(`at most ${MAX_REQUESTS} envelopes are under way, and the others wait`, async () => {
    const underWay = await page.evaluate(async () => {
      waits = true;
      T.init(options);
      for (let at = 0; at < 45; at++) T.startSpan({ name: `root ${at}` }, () => {});
      await Promise.resolve();
      return waiting.length;
    });
    assert.equal(underWay, MAX_REQUESTS);
    await page.evaluate(async () => {
      waits = false;
      answer();
      await T.flush();
    });
    assert.equal(new Set((await server.transactions(45)).map(({ payload }) => payload.transaction)).size, 45);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it(`${MAX_WAITING} envelopes wait, and of more the oldest that say the least are lost`, async () => {
    await page.evaluate(
      async ([places, most]) => {
        waits = true;
        T.init(options);
        for (let at = 0; at < places; at++) T.startSpan({ name: 'under way' }, () => {});
        for (let at = 0; at < most - 10; at++) T.startSpan({ name: `root ${at}` }, () => {});
        for (let at = 0; at < 20; at++)
          T.startInactiveSpan({ name: `span ${at}`, experimental: { standalone: true } }).end();
        for (let at = 0; at < 20; at++) T.startSpan({ name: `late ${at}` }, () => {});
        waits = false;
        answer();
        await T.flush();
      },
      [MAX_REQUESTS, MAX_WAITING],
    );
    const arrived = server.envelopes.map(({ payload }) => payload.transaction).filter(Boolean);
    // All single spans had to go, and then the ten oldest roots.
    assert.equal(arrived.length, MAX_REQUESTS + MAX_WAITING);
    assert.deepEqual(
      [arrived.includes('root 9'), arrived.includes('root 10'), arrived.includes('late 19')],
      [false, true, true],
    );
    assert.deepEqual(await reportedLosses(page, server), {
      'queue_overflow transaction': 10,
      'queue_overflow span': 20 + 10,
    });
  });

  it('what waits has a size, and one envelope that is larger by itself makes no room by others', async () => {
    await page.evaluate(
      async ([places, most]) => {
        waits = true;
        T.init(options);
        for (let at = 0; at < places; at++) T.startSpan({ name: 'under way' }, () => {});
        const tenth = Array.from({ length: 20 }, () => 'x'.repeat(most / 200));
        const root = (name, times) =>
          T.startSpan({ name }, (root) => {
            for (let at = 0; at < times; at++)
              root.setAttributes(Object.fromEntries(tenth.map((text, to) => [`${at} ${to}`, text])));
          });
        for (let at = 0; at < 11; at++) root(`root ${at}`, 1);
        root('huge', 11);
        waits = false;
        answer();
        await T.flush();
      },
      [MAX_REQUESTS, MAX_WAITING_SIZE],
    );
    const arrived = server.envelopes
      .map(({ payload }) => payload.transaction)
      .filter((name) => name !== 'under way');
    assert.deepEqual(arrived.sort(), Array.from({ length: 9 }, (_, at) => `root ${at + 2}`).sort());
    assert.deepEqual(await reportedLosses(page, server), {
      'queue_overflow transaction': 3,
      'queue_overflow span': 3,
    });
  });

  it('as many outlive their page as the browser lets, by number and by size', async () => {
    const [small, large] = await page.evaluate(async () => {
      waits = true;
      T.init(options);
      const send = async (size) => {
        T.startSpan({ name: 'root', attributes: { text: 'x'.repeat(size) } }, () => {});
        await Promise.resolve();
      };
      for (let at = 0; at < 20; at++) await send(1);
      const small = sent.splice(0);
      answer();
      waits = false;
      await T.flush();
      waits = true;
      for (const size of [20_000, 70_000, 1]) await send(size);
      answer();
      waits = false;
      await T.flush();
      await send(20_000);
      // Two characters of three bytes each are not four bytes.
      T.startSpan({ name: 'root', attributes: { text: '例'.repeat(25_000) } }, () => {});
      await T.flush();
      return [small, sent];
    });
    assert.deepEqual(
      small,
      Array.from({ length: 20 }, (_, at) => at < MAX_KEEPALIVE_REQUESTS),
    );
    assert.deepEqual(large, [true, false, true, true, false]);
  });

  it('streamed spans wait for others of their trace: so long, so many, and of so many traces', async () => {
    const now = Date.now();
    await page.clock.install({ time: now });
    await page.clock.pauseAt(now + 3_600_000);
    const leaves = async (millis, code) => {
      const after = await page.evaluate(code);
      await page.clock.runFor(millis - 1);
      const before = await page.evaluate('sent.length');
      await page.clock.runFor(1);
      return [after, before, await page.evaluate('sent.splice(0).length')];
    };
    await page.evaluate(() => {
      T.init({ ...options, traceLifecycle: 'stream' });
      globalThis.root = (name) => T.startNewTrace(() => T.startInactiveSpan({ name }));
      globalThis.child = (parentSpan) => T.startInactiveSpan({ name: 'child', parentSpan }).end();
    });
    // The first of one trace too many leaves at once.
    const traces = await leaves(WAIT_AFTER_SEGMENT, () => {
      for (let at = 0; at < 33; at++) root('root').end();
      return sent.length;
    });
    assert.deepEqual(traces, [1, 1, MAX_TRACES + 1]);
    const open = await leaves(MAX_WAIT, () => {
      globalThis.open = root('open');
      child(open);
      return sent.length;
    });
    assert.deepEqual(open, [0, 0, 1]);
    // After its segment has ended, but never later than without.
    await page.evaluate(() => child(open));
    await page.clock.runFor(MAX_WAIT - 100);
    const late = await leaves(100, () => {
      open.end();
      return sent.length;
    });
    assert.deepEqual(late, [0, 0, 1]);
    const many = await page.evaluate((many) => {
      globalThis.open = root('open');
      for (let at = 1; at < many; at++) child(open);
      const before = sent.length;
      child(open);
      return [before, sent.length];
    }, MANY);
    assert.deepEqual(many, [0, 1]);
    await server.received(MAX_TRACES + 4);
    assert.equal(server.envelopes.at(-1).payload.items.length, MANY);
  });

  it(`${MAX_OUTCOMES} kinds of losses are counted`, async () => {
    await page.evaluate(() => {
      const client = T.init(options);
      for (let at = 0; at < 70; at++) client.recordDroppedEvent(`reason ${at}`, 'error');
      for (let at = 0; at < 70; at++) client.recordDroppedEvent(`reason ${at}`, 'error', 2);
    });
    const lost = await reportedLosses(page, server);
    assert.deepEqual(
      lost,
      Object.fromEntries(Array.from({ length: MAX_OUTCOMES }, (_, at) => [`reason ${at} error`, 3])),
    );
  });

  it(`${MANY} attributes, links and measurements of a span are kept, whenever they come`, async () => {
    const kept = await page.evaluate(() => {
      T.init(options);
      const given = (from, to) =>
        Object.fromEntries(Array.from({ length: to - from }, (_, at) => [`own.${from + at}`, at]));
      const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
      const links = (count) => Array.from({ length: count }, () => ({ context }));
      return T.startSpan({ name: 'root', attributes: given(0, 600), links: links(600) }, (span) => {
        span.setAttributes(given(600, 1200)).setAttribute('own.last', 1).addLinks(links(600));
        for (let at = 0; at < 1200; at++) T.setMeasurement(`own.${at}`, at, 'millisecond');
        // One that is there already can be changed, and one that leaves makes room.
        span.setAttribute('own.5', 'changed').setAttribute('own.6', undefined).setAttribute('own.after', 1);
        const { data, links: kept, measurements } = T.spanToStaticSpanJSON(span);
        const own = Object.keys(data).filter((name) => name.startsWith('own.'));
        return [own.length, data['own.5'], data['own.after'], kept.length, Object.keys(measurements).length];
      });
    });
    assert.deepEqual(kept, [MANY, 'changed', 1, MANY, MANY]);
  });
});
