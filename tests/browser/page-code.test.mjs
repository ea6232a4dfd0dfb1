// Code of the page in the place of the browser's own: clocks, random sources, encoders that throw, answer nonsense, or begin spans
// themselves. The page works as before, and tracing goes on where it can.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

const TIMEOUT = { timeout: 120_000 };

/** What arrived of a transaction. */
const find = (server, name) =>
  server.envelopes.find(({ payload }) => payload.transaction === name) ?? assert.fail(`${name} was not sent`);

describe('clocks of the page', TIMEOUT, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;
  beforeEach(async () => {
    page = await openTraced(await openPackage(browser, server));
  });

  for (const [name, replace] of [
    ['performance.now throws', () => Object.assign(performance, { now: () => null.now })],
    ['performance.now answers NaN', () => Object.assign(performance, { now: () => Number.NaN })],
    ['performance.now answers nothing', () => Object.assign(performance, { now: () => undefined })],
    ['performance.now goes backwards', () => Object.assign(performance, { now: () => 1e6 - Date.now() })],
    ['performance.now is no function', () => Object.assign(performance, { now: 5 })],
    ['Date.now throws', () => Object.assign(Date, { now: () => null.now })],
    ['Date.now answers NaN', () => Object.assign(Date, { now: () => Number.NaN })],
    ['both throw', () => [Date, performance].map((clock) => Object.assign(clock, { now: () => null.now }))],
  ]) {
    it(`${name}: what the page does is done, and is sent`, async () => {
      const answers = await page.evaluate(async (source) => {
        const { now } = performance;
        const today = Date.now;
        const answers = [];
        const child = T.startSpan({ name: 'under way' }, () => {
          const child = T.startInactiveSpan({ name: 'child' });
          new Function(`return ${source}`)()();
          answers.push(T.startSpan({ name: 'begins with it' }, () => 'answer'));
          child.end();
          return child;
        });
        answers.push(T.startSpan({ name: 'wholly with it' }, () => 'answer'));
        answers.push((await fetch('/echo')).status);
        history.pushState({}, '', '/page/next');
        T.getActiveSpan()?.end();
        performance.now = now;
        Date.now = today;
        answers.push(child.isRecording(), T.getActiveSpan());
        T.startSpan({ name: 'afterwards' }, () => T.startSpan({ name: 'child' }, () => {}));
        await T.flush();
        return answers;
      }, String(replace));
      assert.deepEqual(answers, ['answer', 'answer', 200, false, undefined]);
      const { payload } = find(server, 'under way');
      assert.deepEqual(
        payload.spans.map(({ description }) => description),
        ['child', 'begins with it'],
      );
      find(server, 'wholly with it');
      for (const { payload } of server.envelopes) {
        for (const { start_timestamp, timestamp } of [payload, ...payload.spans]) {
          assert.ok(
            timestamp >= start_timestamp && start_timestamp >= 0,
            `${start_timestamp} to ${timestamp}`,
          );
        }
      }
      const after = find(server, 'afterwards').payload;
      assert.ok(Math.abs(after.start_timestamp - Date.now() / 1000) < 60, `${after.start_timestamp}`);
    });
  }

  it('that end the root end nothing else', async () => {
    const seen = await page.evaluate(async () => {
      const root = T.startInactiveSpan({ name: 'root' });
      const child = T.withActiveSpan(root, () => {
        T.startSpan({ name: 'before' }, () => {});
        const { now } = performance;
        performance.now = () => {
          performance.now = now;
          root.end();
          return now.call(performance);
        };
        return T.startInactiveSpan({ name: 'child' });
      });
      T.startSpan({ name: 'afterwards' }, () => {});
      const seen = [child.isRecording(), root.isRecording()];
      child.end();
      await T.flush();
      return seen;
    });
    // Below a root that has ended it is recorded, and nobody keeps it.
    assert.deepEqual(seen, [true, false]);
    assert.deepEqual(
      find(server, 'root').payload.spans.map(({ description }) => description),
      ['before'],
    );
    find(server, 'afterwards');
  });

  it('that begin spans, and ask for headers, mix nothing up', async () => {
    const seen = await page.evaluate(async () => {
      const own = {};
      let inside = false;
      for (const [clock, name] of [
        [performance, 'now'],
        [Date, 'now'],
      ]) {
        const real = clock[name];
        clock[name] = () => {
          if (!inside) {
            inside = true;
            T.startNewTrace(() => T.startSpan({ name: 'of the clock é' }, () => T.getTraceData()));
            inside = false;
          }
          return real.call(clock);
        };
        own[name] = real;
      }
      const carried = await T.startNewTrace(() =>
        T.startSpan({ name: 'root ö', attributes: { a: 'of the root' } }, (root) =>
          root.run(() => fetch(`/echo/${'long/'.repeat(20)}`).then((response) => response.json())),
        ),
      );
      const { baggage, 'sentry-trace': trace } = carried;
      await T.flush();
      return { baggage, trace };
    });
    const { header, payload } = find(server, 'root ö');
    assert.equal(header.trace.transaction, 'root ö');
    assert.equal(payload.contexts.trace.data.a, 'of the root');
    assert.ok(payload.spans.length >= 1);
    const { trace_id } = payload.contexts.trace;
    assert.equal(seen.trace.slice(0, 32), trace_id);
    assert.match(seen.baggage, new RegExp(`sentry-trace_id=${trace_id}.*sentry-transaction=root%20%C3%B6`));
    assert.ok(server.envelopes.some(({ payload }) => payload.transaction === 'of the clock é'));
  });

  it('are asked once at the beginning of a child, and once at its end', async () => {
    const asked = await page.evaluate(() => {
      let asked = 0;
      const { now } = performance;
      performance.now = () => {
        asked += 1;
        return now.call(performance);
      };
      return T.startSpan({ name: 'root' }, () => {
        asked = 0;
        for (let at = 0; at < 10; at++) T.startSpan({ name: 'child' }, () => {});
        return asked;
      });
    });
    assert.equal(asked, 20);
  });

  it('are followed where the one of the device has moved and the other stood still, as in sleep', async () => {
    const seen = await page.evaluate(() => {
      const { now } = Date;
      const begun = () => T.spanToJSON(T.startInactiveSpan({ name: 'span' })).start_timestamp;
      const ahead = (millis) => {
        Date.now = () => now() + millis;
        return begun() - now() / 1000;
      };
      const open = T.startInactiveSpan({ name: 'open' });
      const seen = [ahead(0), ahead(3_600_000), ahead(3_600_500), ahead(0)];
      Date.now = () => now() + 3_600_000;
      open.end();
      const { start_timestamp, end_timestamp } = T.spanToJSON(open);
      return [...seen, end_timestamp - start_timestamp];
    });
    // Half a second is no sleep, and what was under way lasted as long as the steady clock says.
    for (const [at, expected] of [0, 3600, 3600, 0, 0].entries()) {
      assert.ok(Math.abs(seen[at] - expected) < 0.4 + (at === 4 ? 30 : 0), `${at}: ${seen[at]}`);
    }
  });

  it('keep children within their roots, however the one of the device jumps meanwhile', async () => {
    await page.evaluate(async () => {
      const { now } = Date;
      const jump = (millis) => {
        Date.now = () => now() + millis;
      };
      const work = (root) => {
        for (const millis of [0, 3_600_000, -3_600_000, 0]) {
          jump(millis);
          T.withActiveSpan(root, () =>
            T.startSpan({ name: 'child' }, () => T.startSpan({ name: 'below' }, () => {})),
          );
        }
      };
      for (const at of [3_600_000, -3_600_000]) {
        for (const startTime of [undefined, now() / 1000]) {
          const root = T.startInactiveSpan({ name: 'root', startTime });
          work(root);
          jump(at);
          T.withActiveSpan(root, () => T.startSpan({ name: 'last' }, () => {}));
          root.end();
          jump(0);
        }
        const idle = T.startBrowserTracingNavigationSpan(T.getClient(), { name: 'root' });
        work(idle);
        jump(at);
        await (await fetch('/echo')).text();
        T.startSpan({ name: 'last' }, () => {});
        idle.end();
        jump(0);
      }
      await T.flush();
    });
    const roots = server.envelopes.filter(({ payload }) => payload.transaction === 'root');
    assert.equal(roots.length, 6);
    for (const { payload } of roots) {
      assert.ok(payload.spans.length >= 9);
      for (const { description, start_timestamp, timestamp } of payload.spans) {
        const said = `${description}: ${start_timestamp - payload.start_timestamp} to ${timestamp - payload.timestamp}`;
        assert.ok(start_timestamp >= payload.start_timestamp, said);
        assert.ok(timestamp >= start_timestamp && timestamp <= payload.timestamp, said);
      }
    }
  });
});

describe('random sources of the page', TIMEOUT, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;
  beforeEach(async () => {
    page = await openTraced(await openPackage(browser, server));
  });

  for (const [name, replace] of [
    ['getRandomValues throws', () => Object.assign(crypto, { getRandomValues: () => null.random })],
    ['there is no crypto', () => Object.defineProperty(globalThis, 'crypto', { value: undefined })],
    [
      'Math.random throws too',
      () => {
        Object.assign(crypto, { getRandomValues: () => null.random });
        Object.assign(Math, { random: () => null.random });
      },
    ],
  ]) {
    it(`${name}: ids are valid, and where they can be, all different`, async () => {
      const ids = await page.evaluate((source) => {
        new Function(`return ${source}`)()();
        const ids = [];
        for (let at = 0; at < 700; at++) {
          T.startNewTrace(() => T.startSpan({ name: 'root' }, (span) => ids.push(span.spanContext())));
        }
        return ids;
      }, String(replace));
      assert.equal(ids.length, 700);
      for (const { traceId, spanId } of ids) {
        assert.match(traceId, /^(?!0{32})[0-9a-f]{32}$/);
        assert.match(spanId, /^(?!0{16})[0-9a-f]{16}$/);
      }
      if (!name.startsWith('Math')) {
        assert.equal(new Set(ids.map(({ spanId }) => spanId)).size, 700);
        assert.equal(new Set(ids.map(({ traceId }) => traceId)).size, 700);
      }
    });
  }

  for (const each of [1, 5, 40]) {
    it(`that begin spans themselves, ${each} each time, give no id twice`, async () => {
      const { spans, traces, inside } = await page.evaluate((each) => {
        const spans = [];
        const traces = [];
        let inside = 0;
        let busy = false;
        const begin = () => {
          const { spanId } = T.startInactiveSpan({ name: 'span' }).spanContext();
          spans.push(spanId);
          // Not always, so that the sources are asked now for the one and now for the other.
          if (spans.length % 7) return;
          T.startNewTrace(() => traces.push(T.getCurrentScope().getPropagationContext().traceId));
        };
        const { getRandomValues } = crypto;
        crypto.getRandomValues = (bytes) => {
          if (!busy) {
            busy = true;
            for (let at = 0; at < each; at++) begin();
            inside += each;
            busy = false;
          }
          return getRandomValues.call(crypto, bytes);
        };
        while (spans.length - inside < 600) begin();
        return { spans, traces, inside };
      }, each);
      assert.ok(inside >= each && spans.length >= 600 + each, `${inside} of ${spans.length}`);
      assert.equal(new Set(spans).size, spans.length);
      assert.equal(new Set(traces).size, traces.length);
    });
  }

  it('that begin a child of the same root give no id twice', async () => {
    await page.evaluate(async () => {
      let busy = false;
      const { getRandomValues } = crypto;
      T.startSpan({ name: 'root' }, () => {
        crypto.getRandomValues = (bytes) => {
          if (!busy) {
            busy = true;
            T.startSpan({ name: 'inside' }, (inside) => inside.spanContext());
            busy = false;
          }
          return getRandomValues.call(crypto, bytes);
        };
        for (let at = 0; at < 900; at++) T.startSpan({ name: 'child' }, (child) => child.spanContext());
      });
      await T.flush();
    });
    const { payload } = find(server, 'root');
    const inside = payload.spans.filter(({ description }) => description === 'inside').length;
    assert.ok(inside >= 1);
    assert.equal(payload.spans.length, 900 + inside);
    assert.equal(new Set(payload.spans.map(({ span_id }) => span_id)).size, 900 + inside);
  });
});
