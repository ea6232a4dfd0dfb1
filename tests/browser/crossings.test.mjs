// How often JavaScript and the core call each other, counted from outside: the exports and imports of the
// WebAssembly instance are wrapped before the package is imported. One crossing more on the path of every span or
// request is a change of design, so each of them stands here by name.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { keptNames } from '../../scripts/build/names.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

/** So many times is each operation run; what happens more rarely (a pool of random bytes) rounds to nothing. */
const TIMES = 100;

/**
 * Each operation, and what crosses each time: into the core by the name of the export, out of it by the name of the
 * import. `glue` are the calls that only make room for texts.
 */
const OPERATIONS = {
  'a child span': {
    run: () => T.startSpan({ name: 'child', op: 'test' }, () => {}),
    crosses: 'in: child_told; out: nothing; glue×0',
  },
  'a child span that does not become active': {
    run: () => T.startInactiveSpan({ name: 'child' }).end(),
    crosses: 'in: child_told; out: nothing; glue×0',
  },
  'a child span with attributes': {
    run: () => T.startSpan({ name: 'child', attributes: { a: 'text', b: 1 } }, () => {}),
    crosses: 'in: child_told; out: nothing; glue×0',
  },
  setAttribute: {
    run: () => span.setAttribute('name', 'value'),
    crosses: 'in: span_attributes; out: nothing; glue×0',
  },
  'setAttributes of three': {
    run: () => span.setAttributes({ a: 1, b: 'two', c: [3] }),
    crosses: 'in: span_attributes; out: nothing; glue×0',
  },
  setStatus: {
    run: () => span.setStatus({ code: 2, message: 'not_found' }),
    crosses: 'in: span_status; out: nothing; glue×0',
  },
  'spanContext and spanToTraceHeader': {
    run: () => span.spanContext() && T.spanToTraceHeader(span),
    crosses: 'in: nothing; out: nothing; glue×0',
  },
  'getActiveSpan and withActiveSpan': {
    run: () => T.withActiveSpan(T.getActiveSpan(), () => {}),
    crosses: 'in: nothing; out: nothing; glue×0',
  },
  'a root span, and its envelope': {
    run: () => T.startSpan({ name: 'root', parentSpan: null }, () => {}),
    crosses: 'in: delivered span_end span_start; out: ended finished now×2 send; glue×0',
  },
  'a root span that is not sampled': {
    given: { tracesSampleRate: 0 },
    run: () => T.startSpan({ name: 'root', parentSpan: null }, () => {}),
    crosses: 'in: nothing; out: nothing; glue×0',
  },
  'a child span that is not sampled': {
    given: { tracesSampleRate: 0 },
    run: () =>
      T.startSpan({ name: 'child', op: 'test', attributes: { a: 1 } }, (span) => span.setAttribute('b', 2)),
    crosses: 'in: nothing; out: nothing; glue×0',
  },
  'fetch inside a span': {
    run: () => fetch('/api/orders'),
    crosses: 'in: end_request start_request; out: nothing; glue×0',
  },
  'fetch inside a span, to a URL that gets no headers': {
    run: () => fetch('http://elsewhere.invalid/orders'),
    crosses: 'in: end_request start_request; out: nothing; glue×0',
  },
  'fetch without an active span': {
    alone: true,
    run: () => fetch('/api/orders'),
    crosses: 'in: start_request; out: context; glue×1',
  },
  'fetch without an active span, to a URL that gets no headers': {
    alone: true,
    run: () => fetch('http://elsewhere.invalid/orders'),
    crosses: 'in: miss_request; out: nothing; glue×0',
  },
};

describe('crossings of the border between JavaScript and WebAssembly', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  const pages = {};

  /** Before `openPackage` imports the package, which then meets these instead of the browser's own. */
  before(async () => {
    const page = browser.page;
    const names = Object.fromEntries(Object.entries(await keptNames()).map(([long, short]) => [short, long]));
    browser.page = async (options) => {
      const opened = await page(options);
      await opened.addInitScript(count, names);
      return opened;
    };
  });

  /** One page for all operations that need the same options and the same active span. */
  function prepared({ given = {}, alone = false }) {
    const key = JSON.stringify([given, alone]);
    pages[key] ??= openPackage(browser, server).then(async (page) => {
      await page.evaluate(prepare, { given, alone });
      return page;
    });
    return pages[key];
  }

  for (const [name, { run, given, alone, crosses }] of Object.entries(OPERATIONS)) {
    it(name, async () => {
      const page = await prepared({ given, alone });
      const counted = await page.evaluate(measure, { source: String(run), times: TIMES });
      assert.equal(counted, crosses, `what crosses per ${name}`);
    });
  }

  it('the count sees a call more', async () => {
    const page = await prepared({});
    const twice = await page.evaluate(measure, {
      source: String(() => span.setAttribute('a', 1).setAttribute('b', 2)),
      times: TIMES,
    });
    assert.match(twice, /^in: span_attributes×2; /);
  });
});

/** Runs in the page before everything else: whatever crosses is counted in `crossed`, by its name in the sources. */
function count(names) {
  globalThis.crossed = { into: {}, out: {}, glue: 0 };
  const wrapped = (functions, direction) => {
    const all = {};
    for (const [name, value] of Object.entries(functions)) {
      const plain = (names[name] ?? name).replace(/^face_/, '');
      const crosses = (...given) => {
        if (plain === 'make_room') crossed.glue += 1;
        else crossed[direction][plain] = (crossed[direction][plain] ?? 0) + 1;
        return value(...given);
      };
      all[name] = typeof value === 'function' ? crosses : value;
    }
    return all;
  };
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class {
    constructor(module, imports = {}) {
      const modules = Object.entries(imports).map(([name, functions]) => [name, wrapped(functions, 'out')]);
      this.exports = wrapped(new Instance(module, Object.fromEntries(modules)).exports, 'into');
    }
  };
}

/** Runs in the page: the package with a network that answers at once, and an open root. */
function prepare({ given, alone }) {
  globalThis.fetch = () => Promise.resolve(new Response('{}'));
  const { browserTracingIntegration } = T;
  T.init({
    ...options,
    tracePropagationTargets: [location.origin],
    integrations: [browserTracingIntegration({ instrumentPageLoad: false, instrumentNavigation: false })],
    ...given,
  });
  globalThis.span = T.startInactiveSpan({ name: 'open' });
  globalThis.within = (code) => (alone ? code() : T.withActiveSpan(span, code));
}

/** Runs in the page: what crosses per run of an operation, once its code is warm. */
async function measure({ source, times }) {
  const run = new Function(`return ${source}`)();
  const once = async () => {
    await within(run);
    // What the operation has left to do when it has returned belongs to it.
    await new Promise((resolve) => setTimeout(resolve));
  };
  await once();
  Object.assign(crossed, { into: {}, out: {}, glue: 0 });
  for (let time = 0; time < times; time++) await once();
  const { into, out, glue } = crossed;
  const perRun = (counts) =>
    Object.entries(counts)
      .map(([name, total]) => [name, Math.round(total / times)])
      .filter(([, each]) => each > 0)
      .map(([name, each]) => (each > 1 ? `${name}×${each}` : name))
      .sort()
      .join(' ') || 'nothing';
  return `in: ${perRun(into)}; out: ${perRun(out)}; glue×${Math.round(glue / times)}`;
}
