// Code of the page that recurses without end, and meanwhile starts spans, roots and requests: the browser then ends us wherever
// we are. The page gets its error, and afterwards tracing goes on as if nothing had been.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

/** What the page does where its stack ends. Each is done again and again, until there is room for it. */
const DEEDS = {
  'a span': () => T.startSpan({ name: 'deep', attributes: { a: 1 } }, () => {}),
  'a span that does not become active': () => T.startInactiveSpan({ name: 'deep' }).end(),
  'a root in the trace of the page': () => T.startSpan({ name: 'deep', parentSpan: null }, () => {}),
  'a root that fails': () =>
    T.startSpan({ name: 'deep' }, (span) => span.setStatus({ code: 2, message: 'not_found' })),
  'a root in a trace of its own': () =>
    T.startNewTrace(() => T.startSpan({ name: 'deep' }, () => T.startSpan({ name: 'below' }, () => {}))),
  'a root in a trace that came': () =>
    T.continueTrace({ sentryTrace: `${'a'.repeat(32)}-${'b'.repeat(16)}`, baggage: 'sentry-a=ö' }, () =>
      T.startSpan({ name: 'deep' }, () => {}),
    ),
  'a span for as long as a promise takes': () => void T.startSpan({ name: 'deep' }, async () => {}),
  'scopes and what is active': () =>
    T.withScope((scope) => {
      scope.setTag('deep', 1);
      T.withActiveSpan(null, () => T.suppressTracing(() => T.getActiveSpan()));
    }),
  'a span carried exactly': () => T.startInactiveSpan({ name: 'deep' }).run(() => T.getActiveSpan()),
  'headers of a trace': () => T.startNewTrace(() => T.getTraceMetaTags(T.getTraceData())),
  'a request': () => void fetch('/echo/deep').catch(() => {}),
  'a request of XMLHttpRequest': () => {
    const request = new XMLHttpRequest();
    request.open('GET', '/echo/deep');
    request.send();
  },
  'what becomes of a request': () => T.explainPropagation('/echo/deep').code,
  'a navigation': () => {
    count += 1;
    history.pushState({}, '', `/page/${count}`);
    T.getActiveSpan()?.end();
  },
  'a span in the error handler of the page': () => reportError(new Error('deep')),
};

describe('a page whose stack overflows', { timeout: 180_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openTraced(await openPackage(browser, server), {
      release: 'shop@1',
      tracePropagationTargets: [/nothing/, '/echo'],
    });
    await page.evaluate(() => {
      globalThis.count = 0;
      globalThis.scope = T.getCurrentScope();
      addEventListener('error', () => T.startSpan({ name: 'deep' }, () => {}));
      /** Does something at the end of the stack, in the error handler of a function that recurses without end. */
      globalThis.overflow = (deed) => {
        let failures = 0;
        const recurse = () => {
          try {
            recurse();
          } catch {
            failures += 1;
            deed();
          }
        };
        // The stack ends at another place inside the package each time: a few bytes further on.
        for (let shift = 0; shift < 48; shift++) {
          const begin = () => recurse();
          begin.apply(undefined, Array(shift).fill(0));
        }
        return failures;
      };
    });
  });

  /** Nothing is active any more, and the page is traced as ever. */
  async function goesOn() {
    const seen = await page.evaluate(async () => {
      await T.flush();
      const active = T.getActiveSpan() && T.spanToJSON(T.getActiveSpan()).name;
      const isSameScope = T.getCurrentScope() === globalThis.scope;
      T.startSpan({ name: 'afterwards', parentSpan: null }, () => {});
      history.pushState({}, '', '/page/afterwards');
      T.getActiveSpan()?.end();
      const answer = (response) => response.json();
      const request = (root, path) => root.run(() => fetch(path)).then(answer);
      return T.startNewTrace(() =>
        T.startSpan({ name: 'in a trace of its own é' }, async (root) => {
          T.startInactiveSpan({ name: 'child' }).setStatus({ code: 2, message: 'not_found' }).end();
          const carried = [await request(root, '/echo/deep'), await request(root, '/echo/other')];
          return { active, isSameScope, carried, ids: root.spanContext() };
        }),
      );
    });
    const { traceId, spanId } = seen.ids;
    assert.deepEqual([seen.active, seen.isSameScope], [undefined, true]);
    await page.evaluate(() => T.flush());
    const find = (name) => server.envelopes.find(({ payload }) => payload.transaction === name);
    assert.ok(find('afterwards'), 'a root in the trace of the page was sent');
    assert.match(find('afterwards').payload.request.url, /^http:\/\/localhost:\d+\/page/);
    assert.ok(find('/page/afterwards'), 'a navigation was sent');
    const name = 'in a trace of its own é';
    const own = find(name);
    assert.ok(own, 'a root in a trace of its own was sent');
    const { transaction, trace_id, release, public_key } = own.header.trace;
    assert.deepEqual([transaction, trace_id, release, public_key], [name, traceId, 'shop@1', 'public']);
    assert.equal(own.payload.request.url, `${server.url}/page/afterwards`);
    const { spans } = own.payload;
    assert.deepEqual(
      spans.map(({ description, status, parent_span_id }) => [description, status, parent_span_id]),
      [
        ['child', 'not_found', spanId],
        ['GET /echo/deep', 'ok', spanId],
        ['GET /echo/other', 'ok', spanId],
      ],
    );
    const [, ...requests] = spans;
    assert.deepEqual(
      seen.carried.map(({ 'sentry-trace': header }) => header),
      requests.map(({ span_id }) => `${traceId}-${span_id}-1`),
    );
    for (const { baggage } of seen.carried) assert.match(baggage, /sentry-release=shop%401/);
  }

  for (const [name, deed] of Object.entries(DEEDS)) {
    it(`traces on when its error handler has tried: ${name}`, async () => {
      const failures = await page.evaluate(
        (source) => overflow(new Function(`return ${source}`)()),
        String(deed),
      );
      assert.ok(failures >= 48, `${failures}`);
      await goesOn();
    });
  }

  it('traces on when all of that happens while spans of the page wait for their promises', async () => {
    await page.evaluate(async (sources) => {
      let settle;
      const waits = T.startSpan({ name: 'waits' }, () => new Promise((resolve) => (settle = resolve)));
      for (const source of sources) overflow(new Function(`return ${source}`)());
      settle();
      await waits;
    }, Object.values(DEEDS).map(String));
    await goesOn();
    const [waits] = server.envelopes.filter(({ payload }) => payload.transaction === 'waits');
    assert.ok(waits, 'the root that was under way was sent');
  });

  it('traces on after asynchronous functions that call each other without end', async () => {
    const errors = await page.evaluate(async () => {
      const errors = new Set();
      for (let shift = 0; shift < 24; shift++) {
        const again = async () => T.startSpan({ name: 'level' }, again);
        await again.apply(undefined, Array(shift).fill(0)).catch((error) => errors.add(error.name));
      }
      return [...errors];
    });
    assert.deepEqual(errors, ['RangeError']);
    await goesOn();
  });

  for (const [name, recurse] of [
    ['a span in each span', (again) => T.startSpan({ name: 'level' }, again)],
    ['a scope in each scope', (again) => T.withScope(again)],
    ['a root in each root', (again) => T.startNewTrace(() => T.startSpan({ name: 'level' }, again))],
    ['a span carried in each span', (again) => T.startInactiveSpan({ name: 'level' }).run(again)],
    ['tracing suppressed in each', (again) => T.suppressTracing(again)],
  ]) {
    it(`gets the very error of its recursion, and traces on: ${name}`, async () => {
      const { errors, depths } = await page.evaluate((source) => {
        const recurse = new Function(`return ${source}`)();
        const errors = new Set();
        const depths = [];
        for (let shift = 0; shift < 24; shift++) {
          let depth = 0;
          const again = () => {
            depth += 1;
            return recurse(again);
          };
          try {
            again.apply(undefined, Array(shift).fill(0));
          } catch (error) {
            errors.add(`${error.name}: ${error.message}`);
          }
          depths.push(depth);
        }
        return { errors: [...errors], depths };
      }, String(recurse));
      assert.deepEqual(errors, ['RangeError: Maximum call stack size exceeded']);
      assert.ok(Math.min(...depths) > 100, `${depths}`);
      await goesOn();
    });
  }
});
