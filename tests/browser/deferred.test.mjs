// What `init` puts off: nobody can tell, neither by asking at once nor by what is sent in the end; and it is put off.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { keptNames } from '../../scripts/build/names.mjs';
import { useBrowser, useServer } from '../support/browser.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const META = `<meta name="sentry-trace" content="${TRACE}-b0e6f15b45c36b12-1">`;

/** What a page does in the very task in which it has called `init`, and what that must be like. */
const NEEDS = {
  'sends a request': {
    run: (_, { seen }) => {
      seen.fetched = fetch('/echo').then((response) => response.json());
    },
    proves: ({ fetched }, { spans, trace_id }) => {
      const [request] = spans.filter(({ op }) => op === 'http.client');
      assert.equal(fetched['sentry-trace'], `${trace_id}-${request.span_id}-1`);
    },
  },
  'sends a request by XMLHttpRequest': {
    run: (_, { seen }) => {
      const request = new XMLHttpRequest();
      request.open('GET', '/echo');
      seen.fetched = new Promise((resolve) => {
        request.onload = () => resolve(JSON.parse(request.response));
      });
      request.send();
    },
    proves: ({ fetched }, { spans, trace_id }) => {
      const [request] = spans.filter(({ op }) => op === 'http.client');
      assert.equal(fetched['sentry-trace'], `${trace_id}-${request.span_id}-1`);
    },
  },
  'begins a span': {
    run: (T) => T.startSpan({ name: 'work' }, () => {}),
    proves: (_, { spans, span_id }) => {
      const [work] = spans.filter(({ description }) => description === 'work');
      assert.equal(work.parent_span_id, span_id);
    },
  },
  'asks for the active span': {
    run: (T, { seen }) => {
      seen.active = T.getActiveSpan()?.spanContext().spanId;
    },
    proves: ({ active }, { span_id }) => assert.equal(active, span_id),
  },
  'asks for headers, and takes the meta tag away before': {
    head: META,
    run: (T, { seen }) => {
      document.querySelector('meta').remove();
      seen.header = T.getTraceData()['sentry-trace'];
    },
    proves: ({ header }, { span_id }) => assert.equal(header, `${TRACE}-${span_id}-1`),
  },
  'asks a scope that it has had before': {
    run: (_, { seen, scope }) => {
      seen.trace = scope.getPropagationContext().traceId;
    },
    proves: ({ trace }, { trace_id }) => assert.equal(trace, trace_id),
  },
  'names its scope': {
    run: (T, { seen, scope }) => {
      scope.setTransactionName('mine');
      seen.name = T.getCurrentScope().getScopeData().transactionName;
    },
    proves: ({ name }) => assert.equal(name, 'mine'),
  },
  'runs a callback in a scope of its own': {
    run: (T) => T.withScope(new T.Scope(), () => T.startSpan({ name: 'elsewhere' }, () => {})),
    proves: (_, { op, spans }) => {
      assert.equal(op, 'pageload');
      assert.ok(!spans.some(({ description }) => description === 'elsewhere'));
    },
  },
  'listens: what has begun is over': {
    run: (T, { seen, client }) => {
      seen.heard = [];
      for (const hook of ['startPageLoadSpan', 'rootStart']) client.on(hook, () => seen.heard.push(hook));
      client.on('spanStart', (span) => {
        if (span === T.getRootSpan(span)) seen.heard.push('spanStart');
      });
    },
    proves: ({ heard }) => assert.deepEqual(heard, []),
  },
  'writes to the options': {
    run: (T, { client }) => {
      client.getOptions().ignoreSpans = [/^work$/];
      T.startSpan({ name: 'work' }, () => {});
    },
    proves: (_, { spans }) => assert.ok(!spans.some(({ description }) => description === 'work')),
  },
  'moves on': {
    run: () => history.pushState({}, '', '/page/moved'),
    proves: (_, { transaction, data }) => {
      assert.deepEqual([transaction, data['sentry.idle_span_finish_reason']], ['/page', 'cancelled']);
      assert.equal(data['url.full'], data['url.full'].replace('/moved', ''));
    },
  },
  'changes its address otherwise': {
    run: () => {
      location.hash = 'later';
    },
    proves: (_, { data }) => assert.doesNotMatch(data['url.full'], /later/),
  },
  'gets another base': {
    run: () => {
      document.head.insertAdjacentHTML('beforeend', '<base href="/elsewhere/">');
    },
    proves: (_, { transaction }) => assert.equal(transaction, '/page'),
  },
  'is hidden': {
    run: () => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    proves: (_, { data }) => assert.equal(data['sentry.cancellation_reason'], 'document.hidden'),
  },
  'is left': {
    run: () => {
      dispatchEvent(new PageTransitionEvent('pagehide'));
    },
    proves: (_, { data }) => assert.equal(data['sentry.idle_span_finish_reason'], 'documentHidden'),
  },
  fails: {
    run: () => {
      dispatchEvent(new ErrorEvent('error', { message: 'broken' }));
    },
    proves: (_, { status }) => assert.equal(status, 'internal_error'),
  },
  'calls init again': {
    run: (T, { options }) => T.init({ ...options, environment: 'second' }),
    proves: (_, { op, environment }) => assert.deepEqual([op, environment], ['pageload', 'second']),
  },
};

describe('what init puts off', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());

  /** Opens a page that calls `init` in a script, and then does something in the same task. */
  async function open(run, { head = '', before = () => {}, options = '{}', integration = '{}' } = {}) {
    server.head = ({ url }) =>
      url !== '/page'
        ? ''
        : `${head}<script src="/throughline.min.js"></script><script>
      globalThis.seen = {};
      {
        const T = Throughline;
        const scope = T.getCurrentScope();
        const options = { dsn: 'http://public@localhost:1/1', tunnel: '${server.tunnel}'.slice(1), tracesSampleRate: 1 };
        (${before})(T, seen);
        const client = T.init({
          ...options,
          integrations: [T.browserTracingIntegration({ idleTimeout: 100, detectRedirects: false, ...${integration} })],
          ...${options},
        });
        seen.atOnce = globalThis.instances;
        (${run})(T, { seen, scope, client, options });
      }
    </script>`;
    const page = await browser.page();
    // The core's functions have short names in the package.
    const names = Object.entries(await keptNames()).map(([long, short]) => [short, long]);
    await page.addInitScript(count, Object.fromEntries(names));
    await page.goto(`${server.url}/page`);
    return page;
  }

  /** The load of the page, as it was sent. */
  async function pageLoad() {
    const [{ payload }] = await server.transactions(1);
    const { transaction, spans, environment, start_timestamp, contexts } = payload;
    return { transaction, spans, environment, start: start_timestamp, ...contexts.trace };
  }

  const settledBy = (page) =>
    page.evaluate(async () => {
      const all = await Promise.all(Object.entries(seen).map(async ([name, value]) => [name, await value]));
      return Object.fromEntries(all);
    });

  it('runs in tasks of its own on a page that asks for nothing', async () => {
    // Long tasks ask the core for spans.
    const integration = '{ enableLongTask: false, enableLongAnimationFrame: false }';
    const page = await open(() => {}, { integration });
    const root = await pageLoad();
    assert.deepEqual([root.op, root.transaction], ['pageload', '/page']);
    const { origin, tasks, atOnce, now } = await page.evaluate(() => ({
      origin: performance.timeOrigin / 1000,
      tasks,
      atOnce: seen.atOnce,
      now: instances,
    }));
    assert.ok(Math.abs(root.start - origin) < 0.001, 'it began with the page');
    assert.deepEqual([atOnce, now], [0, 2]);
    const {
      // The first thing that the core is asked.
      word_address: connect,
      init,
      start_browser_tracing: tracing,
      page_load: load,
      span_start: begun,
      tick,
      sent,
    } = tasks;
    assert.deepEqual([connect, init, tracing, load, begun], [1, 2, 3, 4, 4]);
    assert.deepEqual([tick, sent], [4, 5], 'and what is sent in the end leaves in one of its own');
  });

  for (const [name, { run, proves, head }] of Object.entries(NEEDS)) {
    it(`is done before a page ${name}`, async () => {
      const page = await open(run, { head });
      const root = await pageLoad();
      const seen = await settledBy(page);
      assert.equal(seen.atOnce, 0, 'it was put off');
      proves(seen, root);
      // The same page, where everything was done within `init`.
      server.reset();
      const control = await open(`(T, given) => { T.getActiveSpan(); (${run})(T, given); }`, { head });
      const again = await pageLoad();
      proves(await settledBy(control), again);
    });
  }

  it('is done before a page closes the client', async () => {
    const page = await open((T, { seen, client }) => {
      seen.closed = client.close(1000);
      // It had begun, and goes on while what is under way is waited for.
      seen.active = T.spanToJSON(T.getActiveSpan()).attributes['sentry.op'];
    });
    const { closed, active } = await settledBy(page);
    assert.deepEqual([closed, active], [true, 'pageload']);
    assert.deepEqual(await page.evaluate(() => [Throughline.isInitialized(), Throughline.getTraceData()]), [
      false,
      {},
    ]);
  });

  it('is not put off where code of the page has a say, or hears of it', async () => {
    const says = {
      options: '{ tracesSampler: () => { seen.said = true; return 1; } }',
      integration: '{ beforeStartSpan: (options) => { seen.said = true; return options; } }',
      before: (T, seen) =>
        T.getCurrentScope().addScopeListener(() => {
          seen.said = true;
        }),
    };
    for (const [what, given] of Object.entries(says)) {
      server.reset();
      const page = await open((_, { seen }) => Object.assign(seen, { inInit: seen.said }), { [what]: given });
      assert.equal((await pageLoad()).op, 'pageload');
      assert.equal((await settledBy(page)).inInit, true, what);
    }
    server.reset();
    const listens = `{ integrations: [
      { name: 'Mine', setup: (client) => client.on('spanStart', () => { seen.said = true; }) },
      T.browserTracingIntegration({ idleTimeout: 20 }),
    ] }`;
    const page = await open((_, { seen }) => Object.assign(seen, { inInit: seen.said }), {
      options: listens,
    });
    assert.equal((await pageLoad()).op, 'pageload');
    assert.equal((await settledBy(page)).inInit, true);
  });

  it('is done without a scheduler, and with one that fails', async () => {
    const broken = {
      'there is none': () => {
        delete globalThis.scheduler;
      },
      'it cannot be read': () => {
        Object.defineProperty(globalThis, 'scheduler', {
          get: () => {
            throw new Error('of the page');
          },
        });
      },
      'it takes no tasks': () => {
        scheduler.postTask = () => {
          throw new Error('of the page');
        };
      },
      'it promises nothing': () => {
        scheduler.postTask = () => undefined;
      },
    };
    for (const [what, before] of Object.entries(broken)) {
      server.reset();
      const page = await open(() => {}, { before });
      assert.equal((await pageLoad()).op, 'pageload', what);
      assert.equal((await settledBy(page)).atOnce, 0, what);
    }
  });

  it('sends what waits when the page is left before its turn', async () => {
    const page = await open(() => {});
    const began = await page.evaluate(async () => {
      // To ask has everything done that waits, so that the next task is the one that sends: it never comes.
      const began = Boolean(Throughline.getActiveSpan());
      await new Promise((resolve) => {
        scheduler.postTask = () => {
          resolve();
          return true;
        };
      });
      return began;
    });
    assert.equal(began, true);
    assert.equal(server.envelopes.length, 0);
    await page.evaluate(() => dispatchEvent(new Event('pagehide')));
    assert.equal((await pageLoad()).op, 'pageload');
  });

  it('complains about a wrong dsn within init', async () => {
    const page = await open(() => console.log('after'), { options: "{ dsn: 'wrong' }" });
    await page.evaluate('0');
    assert.equal(page.said.length, 2);
    assert.match(page.said[0], /wrong/);
  });

  it('leaves a page as it was where the core cannot be started after all', async () => {
    const page = await open(
      (_, { seen }) => {
        seen.wrapped = globalThis.fetch !== native;
      },
      {
        before: () => {
          globalThis.native = fetch;
          WebAssembly.Instance = class {
            constructor() {
              throw new RangeError('out of memory');
            }
          };
        },
      },
    );
    const seen = await page.evaluate(async () => {
      const span = Throughline.startSpan({ name: 'x' }, (one) => one);
      return [
        seen.wrapped,
        fetch === native,
        Throughline.isInitialized(),
        span.isRecording(),
        'sentry-trace' in (await (await fetch('/echo')).json()),
      ];
    });
    assert.deepEqual(seen, [true, true, false, false, false]);
    assert.equal(page.said.length, 1);
    assert.match(page.said[0], /tracing is off on this page/);
  });
});

/** Runs in the page before everything else: how many instances there are, and in which task put off each was asked what. */
function count(names) {
  globalThis.instances = 0;
  globalThis.tasks = {};
  let task = 0;
  const { postTask } = scheduler;
  scheduler.postTask = function (run, ...further) {
    const counted = () => {
      task += 1;
      run();
    };
    return postTask.call(this, counted, ...further);
  };
  const native = fetch;
  globalThis.fetch = (...given) => {
    if (String(given[0]).includes('/tunnel/')) tasks.sent ??= task;
    return native(...given);
  };
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class {
    constructor(...given) {
      instances += 1;
      const asked =
        (name, call) =>
        (...args) => {
          tasks[names[name] ?? name] ??= task;
          return call(...args);
        };
      this.exports = Object.fromEntries(
        Object.entries(new Instance(...given).exports).map(([name, value]) => [
          name,
          typeof value === 'function' ? asked(name, value) : value,
        ]),
      );
    }
  };
}
