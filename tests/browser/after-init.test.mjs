// What a page does in the very task in which it has called `init`, from a script tag: the page load is under way already.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { isWebAssembly } from '../support/built.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const META = `<meta name="sentry-trace" content="${TRACE}-b0e6f15b45c36b12-1">`;

/** What a page does right after `init`, and what is then seen of its page load, or by the page itself. */
const DEEDS = {
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
  'takes the meta tag away, and asks for headers': {
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
    proves: ({ name }, { transaction }) => assert.deepEqual([name, transaction], ['mine', '/page']),
  },
  'runs a callback in a scope of its own': {
    run: (T) => T.withScope(new T.Scope(), () => T.startSpan({ name: 'elsewhere' }, () => {})),
    proves: (_, { op, spans }) => {
      assert.equal(op, 'pageload');
      assert.ok(!spans.some(({ description }) => description === 'elsewhere'));
    },
  },
  'begins to listen: what has begun is over': {
    run: (T, { seen, client }) => {
      seen.heard = [];
      for (const hook of ['startPageLoadSpan', 'rootStart']) client.on(hook, () => seen.heard.push(hook));
      client.on('spanEnd', (span) => {
        if (span === T.getRootSpan(span)) seen.heard.push(T.spanToJSON(span).name);
      });
    },
    proves: ({ heard }) => assert.deepEqual(heard, ['/page']),
  },
  'writes to the options': {
    run: (T, { client }) => {
      client.getOptions().ignoreSpans = [/^work$/];
      client.getOptions().release = 'late@1';
      T.startSpan({ name: 'work' }, () => {});
    },
    proves: (_, { spans, release }) => {
      assert.ok(!spans.some(({ description }) => description === 'work'));
      assert.equal(release, 'late@1');
    },
  },
  'moves on': {
    run: () => history.pushState({}, '', '/page/moved'),
    proves: (_, { transaction, data }) => {
      assert.deepEqual([transaction, data['sentry.idle_span_finish_reason']], ['/page', 'cancelled']);
      assert.doesNotMatch(data['url.full'], /moved/);
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
    run: (T, { options, seen }) => {
      const span = T.getActiveSpan();
      T.init({ ...options, environment: 'second' });
      seen.same = T.getActiveSpan() === span;
    },
    proves: ({ same }, { op }) => assert.deepEqual([same, op], [true, 'pageload']),
  },
};

describe('a page that has just called init', { timeout: 180_000 }, () => {
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
        // A page may write the address of its tunnel as it likes.
        const tunnel = '${server.tunnel}'.slice(1);
        const options = { dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1 };
        (${before})(T, seen);
        const client = T.init({
          ...options,
          integrations: [T.browserTracingIntegration({ idleTimeout: 100, detectRedirects: false, ...${integration} })],
          ...${options},
        });
        (${run})(T, { seen, scope, client, options });
      }
    </script>`;
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    return page;
  }

  /** The load of the page, as it was sent. */
  async function pageLoad() {
    const [{ payload }] = await server.transactions(1);
    const { transaction, spans, environment, release, start_timestamp, contexts } = payload;
    return { transaction, spans, environment, release, start: start_timestamp, ...contexts.trace };
  }

  /** What the page has seen, once it is settled. */
  const settled = (page) =>
    page.evaluate(async () => {
      const all = await Promise.all(Object.entries(seen).map(async ([name, value]) => [name, await value]));
      return Object.fromEntries(all);
    });

  it('has a page load that began with the page', async () => {
    const page = await open(() => {});
    const root = await pageLoad();
    assert.deepEqual([root.op, root.transaction], ['pageload', '/page']);
    const origin = await page.evaluate(() => performance.timeOrigin / 1000);
    assert.ok(Math.abs(root.start - origin) < 0.001, `${root.start - origin}`);
  });

  for (const [name, { run, proves, head }] of Object.entries(DEEDS)) {
    it(`is in its page load when it ${name}`, async () => {
      const page = await open(run, { head });
      const root = await pageLoad();
      proves(await settled(page), root);
    });
  }

  it('may close the client: its page load goes on while what is under way is waited for', async () => {
    const page = await open((T, { seen, client }) => {
      seen.closed = client.close(1000);
      seen.active = T.spanToJSON(T.getActiveSpan()).attributes['sentry.op'];
    });
    const { closed, active } = await settled(page);
    assert.deepEqual([closed, active], [true, 'pageload']);
    const off = await page.evaluate(() => [Throughline.isInitialized(), Throughline.getTraceData()]);
    assert.deepEqual(off, [false, {}]);
  });

  it('has been asked by then, and has heard, wherever it has a say', async () => {
    const ways = {
      options: '{ tracesSampler: () => { seen.asked = true; return 1; } }',
      integration: '{ beforeStartSpan: (options) => { seen.asked = true; return options; } }',
      before: (T, seen) =>
        T.getCurrentScope().addScopeListener(() => {
          seen.asked = true;
        }),
    };
    const listens = `{ integrations: [
      { name: 'Mine', setup: (client) => client.on('spanStart', () => { seen.asked = true; }) },
      T.browserTracingIntegration({ idleTimeout: 20 }),
    ] }`;
    for (const [what, given] of [...Object.entries(ways), ['options', listens]]) {
      server.reset();
      const page = await open((_, { seen }) => Object.assign(seen, { inInit: seen.asked }), {
        [what]: given,
      });
      assert.equal((await pageLoad()).op, 'pageload');
      assert.equal((await settled(page)).inInit, true, what);
      await page.context().close();
    }
  });

  it('is told of a wrong dsn within init', async () => {
    const page = await open(() => console.log('after'), { options: "{ dsn: 'wrong' }" });
    await page.evaluate('0');
    assert.equal(page.said.length, 2);
    assert.match(page.said[0], /the dsn "wrong" is invalid and nothing will be sent/);
  });

  for (const [what, before] of [
    [
      'cannot be compiled',
      () => {
        WebAssembly.Module = class {
          constructor() {
            throw new WebAssembly.CompileError('refused by a policy');
          }
        };
      },
    ],
    [
      'cannot be started',
      () => {
        WebAssembly.Instance = class {
          constructor() {
            throw new RangeError('out of memory');
          }
        };
      },
    ],
  ]) {
    const skip = !isWebAssembly && 'the core is no WebAssembly';
    it(`is left as it was where the core ${what}, with one warning`, { skip }, async () => {
      const page = await open(
        (_, { seen, client }) => {
          seen.client = typeof client;
        },
        { before: `(T, seen) => { globalThis.native = fetch; (${before})(); }` },
      );
      const answers = await page.evaluate(async () => {
        const span = Throughline.startSpan({ name: 'x' }, (one) => one);
        return [
          seen.client,
          fetch === native,
          Throughline.isInitialized(),
          span.isRecording(),
          'sentry-trace' in (await (await fetch('/echo')).json()),
        ];
      });
      assert.deepEqual(answers, ['undefined', true, false, false, false]);
      assert.equal(page.said.length, 1);
      assert.match(page.said[0], /tracing is off on this page/);
    });
  }
});
