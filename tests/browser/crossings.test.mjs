// How often JavaScript asks the core. One call more on the path of every span or request is a change of design, so each of
// them stands here, with the most there may be and with what it is today: one less is news too.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';
import { isWebAssembly } from '../support/built.mjs';
import { countCrossings } from '../support/crossings.mjs';
import { openMeasured } from '../support/measured.mjs';

/** So many times is each operation run. */
const TIMES = 20;

/**
 * What a page does, how many calls each may take, and how many it takes today. Each has run once before: what is asked once
 * and remembered was asked. Each runs with `span` active, a root under way whose headers are known, or `alone`. That it
 * has taken effect each time is seen by what `shows` it, see PROOFS.
 */
const OPERATIONS = {
  'a child': {
    run: () => T.startSpan({ name: 'child' }, () => {}),
    shows: 'children',
    most: 0,
    today: 0,
  },
  'a child that does not become active': {
    run: () => T.startInactiveSpan({ name: 'child' }).end(),
    shows: 'children',
    most: 0,
    today: 0,
  },
  'a child with whatever can be done with it': {
    run: () =>
      T.startSpan({ name: 'child', op: 'test', attributes: { a: 'text', b: [1] } }, (child) => {
        child.setAttribute('c', 'é').setAttributes({ d: 1, e: undefined });
        child.setStatus({ code: 2, message: 'not_found' }).updateName('renamed');
        T.updateSpanName(child, 'renamed again');
        child.addLink({ context: span.spanContext() }).addEvent('event', { a: 1 });
        child.isRecording();
        child.run(() => T.startInactiveSpan({ name: 'below', parentSpan: child }).end());
        T.spanToJSON(child);
        T.spanToStaticSpanJSON(child);
        T.spanToTraceHeader(child);
        T.getRootSpan(child);
        T.getSpanDescendants(child);
        T.getTraceData();
        child.end();
        T.spanToJSON(child);
      }),
    shows: 'children',
    most: 0,
    today: 0,
  },
  'a root': {
    alone: true,
    run: () => T.startSpan({ name: 'root' }, () => {}),
    shows: 'roots',
    most: 2,
    today: 1,
  },
  'a root in a trace of its own': {
    alone: true,
    run: () => T.startNewTrace(() => T.startSpan({ name: 'root' }, () => {})),
    shows: 'roots',
    most: 2,
    today: 2,
  },
  'a root with a child that failed as no other has before': {
    alone: true,
    run: () =>
      T.startSpan({ name: 'root' }, () => {
        number += 1;
        T.startInactiveSpan({ name: 'child' })
          .setStatus({ code: 2, message: `failure ${number}` })
          .end();
      }),
    shows: 'roots',
    most: 2,
    today: 2,
  },
  // To receive the trace is a call by itself.
  'a root in a trace that came, and that trace': {
    alone: true,
    run: () =>
      T.continueTrace(
        { sentryTrace: `${'a'.repeat(32)}-${'b'.repeat(16)}`, baggage: 'sentry-release=1' },
        () => T.startSpan({ name: 'root' }, () => {}),
      ),
    shows: 'roots',
    most: 3,
    today: 3,
  },
  'a root that a sampler is asked about': {
    alone: true,
    given: { tracesSampleRate: undefined, sampler: true },
    run: () => T.startNewTrace(() => T.startSpan({ name: 'root' }, () => {})),
    shows: 'roots',
    most: 2,
    today: 2,
  },
  'a root in a trace of its own, with children and their headers': {
    alone: true,
    run: () =>
      T.startNewTrace(() =>
        T.startSpan({ name: 'root' }, () => {
          T.getTraceData();
          for (let at = 0; at < 10; at++) T.startSpan({ name: 'child' }, () => T.getTraceData());
        }),
      ),
    shows: 'roots',
    most: 2,
    today: 2,
  },
  'a root that is not sampled, after the first of its trace': {
    alone: true,
    given: { tracesSampleRate: 0 },
    run: () =>
      T.startSpan({ name: 'root', attributes: { a: 1 } }, (root) => {
        root.setAttribute('b', 2).updateName('renamed');
        T.startSpan({ name: 'child' }, (child) => child.setAttribute('b', 2).setStatus({ code: 2 }));
      }),
    shows: 'losses',
    most: 0,
    today: 0,
  },
  'a span with tracing off': {
    alone: true,
    given: { tracesSampleRate: undefined },
    run: () => T.startSpan({ name: 'root' }, () => T.startSpan({ name: 'child' }, () => {})),
    shows: 'nothing',
    most: 0,
    today: 0,
  },
  'a request to a known address': {
    run: () => fetch('/echo'),
    shows: 'headers',
    most: 0,
    today: 0,
  },
  'a request of XMLHttpRequest to a known address': {
    run: () => send('/echo'),
    shows: 'headers',
    most: 0,
    today: 0,
  },
  'a request to a known address that gets no headers': {
    given: { tracePropagationTargets: ['/nothing'] },
    run: () => fetch('/echo'),
    shows: 'no headers',
    most: 0,
    today: 0,
  },
  'a request to a new address': {
    run: () => {
      number += 1;
      return fetch(`/echo/${number}`);
    },
    shows: 'headers',
    most: 1,
    today: 1,
  },
  'a request to a known address, outside of any span': {
    alone: true,
    run: () => fetch('/echo'),
    shows: 'headers',
    most: 0,
    today: 0,
  },
  'a request to a new address, outside of any span': {
    alone: true,
    run: () => {
      number += 1;
      return fetch(`/echo/${number}`);
    },
    shows: 'headers',
    most: 1,
    today: 1,
  },
  'a request to a known address that gets no headers, outside of any span': {
    alone: true,
    given: { tracePropagationTargets: ['/nothing'] },
    run: () => fetch('/echo'),
    shows: 'no headers',
    most: 0,
    today: 0,
  },
  'a request with baggage of the page, to a known address': {
    run: () => fetch('/echo', { headers: { baggage: 'mine=1' } }),
    shows: 'headers',
    most: 1,
    today: 1,
  },
};

const WITHOUT = !isWebAssembly && 'the core is no WebAssembly';

describe('calls of the core', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  before(() => countCrossings(browser));

  /** What shows that an operation has done so often what it says, and once before. */
  const PROOFS = {
    async children({ page }) {
      await page.evaluate(() => {
        span.end();
        return T.flush();
      });
      const [{ payload }] = (await server.transactions(1)).slice(-1);
      return payload.transaction === 'open' && payload.spans.length >= TIMES + 1;
    },
    roots: async () => (await server.transactions(TIMES + 1)).length === TIMES + 1,
    async losses({ page }) {
      // The open one is one more.
      return (await reportedLosses(page, server))['sample_rate transaction'] === TIMES + 2;
    },
    headers: ({ headers }) => headers.length === TIMES + 1 && headers.every((one) => one['sentry-trace']),
    'no headers': ({ headers }) =>
      headers.length === TIMES + 1 && !headers.some((one) => one['sentry-trace']),
    nothing: () => server.envelopes.length === 0,
  };

  for (const [name, { run, given = {}, alone = false, shows, most, today }] of Object.entries(OPERATIONS)) {
    it(`${name}: ${today}, and ${most} at most`, async () => {
      const page = await openTraced(await openPackage(browser, server), {});
      const { before, crossed, rooms, headers } = await page.evaluate(measure, {
        source: String(run),
        times: TIMES,
        given,
        alone,
      });
      assert.ok(before > 0, 'the count sees what init asks');
      assert.equal(crossed.length, today * TIMES, `${[...new Set(crossed)]}`);
      assert.ok(today <= most, 'more than there may be');
      assert.equal(rooms, 0, 'the room for texts is made before');
      assert.ok(await PROOFS[shows]({ page, headers }), `${shows} are not there`);
      await page.context().close();
    });
  }

  it('the first root of a page: 3, because the address of the page is judged once', async () => {
    const page = await openTraced(await openPackage(browser, server));
    const crossed = await page.evaluate(async () => {
      globalThis.crossed.length = 0;
      T.startSpan({ name: 'root' }, () => {});
      await T.flush();
      return globalThis.crossed;
    });
    assert.equal(server.envelopes.length, 1);
    assert.equal(crossed.length, 3, `${crossed}`);
  });

  it('a hundred addresses are remembered, of one more only that one', async () => {
    const page = await openTraced(await openPackage(browser, server));
    const crossed = await page.evaluate(async () => {
      const visit = async (...numbers) => {
        globalThis.crossed.length = 0;
        for (const number of numbers) await fetch(`/echo/${number}`);
        return globalThis.crossed.length;
      };
      const hundred = Array.from({ length: 100 }, (_, at) => at);
      return [await visit(...hundred), await visit(...hundred), await visit(100), await visit(5)];
    });
    // The first headers of the page ask for the sampling context of its trace too. The next address takes the place of all.
    assert.deepEqual(crossed, [101, 0, 1, 1]);
  });

  it('a page load with a hundred resources, from init to its envelope: 3', async () => {
    const paths = Array.from({ length: 100 }, (_, at) => `/script/${at}.js`);
    const head = paths.map((path) => `<script src="${path}"></script>`).join('');
    const files = Object.fromEntries(paths.map((path) => [path, { type: 'text/javascript', body: '' }]));
    // What a busy machine adds has addresses to be judged of its own.
    const options = { enableLongTask: false, enableLongAnimationFrame: false };
    const page = await openMeasured(browser, server, { head, files, options });
    await page.evaluate(() => finish());
    const [{ payload }] = await server.received(1);
    assert.equal(payload.spans.filter(({ description }) => description.startsWith('/script/')).length, 100);
    const crossed = await page.evaluate('crossed');
    assert.ok(crossed.includes('dsn'), 'the count sees what init asks');
    const counted = crossed.filter((name) => name !== 'dsn');
    assert.equal(counted.length, 3, `${counted}`);
  });

  it('a navigation with its envelope: 4', async () => {
    const page = await openTraced(await openPackage(browser, server));
    const crossed = await page.evaluate(async () => {
      globalThis.crossed.length = 0;
      history.pushState({}, '', '/page/next');
      T.getActiveSpan().end();
      await T.flush();
      return globalThis.crossed;
    });
    assert.equal(server.envelopes[0].payload.transaction, '/page/next');
    assert.equal(crossed.length, 4, `${crossed}`);
  });

  it('the core imports nothing, and exports functions and a memory', { skip: WITHOUT }, async () => {
    const page = await openTraced(await openPackage(browser, server));
    const { imports, kinds } = await page.evaluate(() => ({
      imports: core.imports,
      kinds: core.exports.map(({ kind }) => kind),
    }));
    assert.deepEqual(imports, []);
    assert.equal(kinds.filter((kind) => kind === 'memory').length, 1);
    const others = kinds.filter((kind) => kind !== 'function' && kind !== 'memory');
    // Addresses that the linker leaves behind.
    assert.ok(
      others.every((kind) => kind === 'global'),
      `${others}`,
    );
    assert.ok(kinds.includes('function'));
  });
});

/** Runs in the page: the names of what crosses while an operation runs so many times, until what it sends was answered. */
async function measure({ source, times, given, alone }) {
  const run = new Function(`return ${source}`)();
  const { sampler, ...options } = given;
  const tracing = { instrumentPageLoad: false, enableLongTask: false, enableLongAnimationFrame: false };
  T.init({
    ...globalThis.options,
    integrations: [T.browserTracingIntegration(tracing)],
    ...options,
    ...(sampler && { tracesSampler: () => 1 }),
  });
  Object.assign(globalThis, {
    number: 0,
    send: (url) =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open('GET', url);
        request.onloadend = () => resolve(request.responseText);
        request.send();
      }),
  });
  globalThis.span = T.startInactiveSpan({ name: 'open' });
  T.getTraceData({ span });
  const headers = [];
  const once = async () => {
    const answer = await (alone ? run() : T.withActiveSpan(span, run));
    if (answer) headers.push(answer instanceof Response ? await answer.json() : JSON.parse(answer));
    await T.flush();
  };
  await once();
  const before = crossed.splice(0).length;
  rooms = 0;
  for (let time = 0; time < times; time++) await once();
  return { before, crossed: crossed.splice(0), rooms, headers };
}
