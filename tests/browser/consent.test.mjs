// Options that a page changes through `getClient().getOptions()`, as for consent: they count from the next root, request or event
// on, both ways.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

/**
 * For each option a value before and after, as texts of code, and what a probe tells in each: of the root that was sent (nothing
 * if none was), of the headers of a request inside it, or of where it went.
 */
const OPTIONS = {
  tracesSampleRate: [
    ['0', '1'],
    ({ root, headers }) => [Boolean(root), headers['sentry-trace'].at(-1)],
    [
      [false, '0'],
      [true, '1'],
    ],
  ],
  'tracesSampleRate, which was not given': [
    ['undefined', '1'],
    ({ root, headers }) => [Boolean(root), headers['sentry-trace'].split('-')[2]],
    [
      [false, undefined],
      [true, '1'],
    ],
  ],
  tracesSampler: [
    ['() => 0', '() => true'],
    ({ root, headers }) => [Boolean(root), headers['sentry-trace'].at(-1)],
    [
      [false, '0'],
      [true, '1'],
    ],
  ],
  tracePropagationTargets: [
    ['[]', '[/echo/]'],
    ({ root, headers }) => [Boolean(root), Boolean(headers['sentry-trace']), Boolean(headers.baggage)],
    [
      [true, false, false],
      [true, true, true],
    ],
  ],
  propagateTraceparent: [['false', 'true'], ({ headers }) => Boolean(headers.traceparent), [false, true]],
  release: [
    [`'one'`, `'two'`],
    ({ root, headers }) => [
      root.payload.release,
      root.header.trace.release,
      /release=(\w+)/.exec(headers.baggage)[1],
    ],
    [
      ['one', 'one', 'one'],
      ['two', 'two', 'two'],
    ],
  ],
  environment: [
    [`'staging'`, `'live'`],
    ({ root, headers }) => [root.payload.environment, /environment=(\w+)/.exec(headers.baggage)[1]],
    [
      ['staging', 'staging'],
      ['live', 'live'],
    ],
  ],
  orgId: [
    [`'1'`, '2'],
    ({ root, headers }) => [root.header.trace.org_id, /org_id=(\w+)/.exec(headers.baggage)[1]],
    [
      ['1', '1'],
      ['2', '2'],
    ],
  ],
  dist: [[`'1'`, `'2'`], ({ root }) => root.payload.dist, ['1', '2']],
  dsn: [
    [`'http://first@localhost:1/1'`, `'http://second@localhost:1/2'`],
    ({ root, headers }) => [root.header.dsn, /public_key=(\w+)/.exec(headers.baggage)[1]],
    [
      ['http://first@localhost:1/1', 'first'],
      ['http://second@localhost:1/2', 'second'],
    ],
  ],
  tunnel: [['globalThis.tunnel', `'/tunnel/elsewhere'`], ({ root }) => Boolean(root), [true, false]],
  ignoreSpans: [
    ['[]', `['work']`],
    ({ root }) => root.payload.spans.map(({ op }) => op ?? 'work'),
    [['work', 'http.client'], ['http.client']],
  ],
  ignoreTransactions: [['[/^root/]', '[]'], ({ root }) => Boolean(root), [false, true]],
  beforeSendTransaction: [
    ['() => null', `(event) => ({ ...event, transaction: 'changed' })`],
    ({ root }) => root?.payload.transaction,
    [undefined, 'changed'],
  ],
  beforeSendSpan: [
    [`(span) => ({ ...span, description: 'changed' })`, 'undefined'],
    ({ root }) => root.payload.transaction,
    ['changed', 'root'],
  ],
  // A request that was streamed may still wait for its timings, and leaves with the next root.
  traceLifecycle: [
    [`'static'`, `'stream'`],
    ({ types }) => [types.includes('transaction'), types.includes('span') || types.includes('transaction')],
    [
      [true, true],
      [false, true],
    ],
  ],
  normalizeDepth: [
    ['undefined', '2'],
    ({ root }) => root.payload.contexts.nested,
    [{ a: { b: '[Object]' } }, { a: '[Object]' }],
  ],
  normalizeMaxBreadth: [
    ['2', 'undefined'],
    ({ root }) => root.payload.contexts.wide,
    [{ list: [1, 2, '[MaxProperties ~]'] }, { list: [1, 2, 3] }],
  ],
  transportOptions: [
    ['{ headers: { "x-consent": "none" } }', '{ headers: { "x-consent": "given" } }'],
    ({ posted }) => posted.headers()['x-consent'],
    ['none', 'given'],
  ],
  enabled: [
    ['false', 'true'],
    ({ root, headers }) => [Boolean(root), Boolean(headers['sentry-trace'])],
    [
      [false, false],
      [true, true],
    ],
  ],
  parentSpanIsAlwaysRootSpan: [
    ['false', 'true'],
    ({ root }) => root.payload.spans[1].parent_span_id === root.payload.contexts.trace.span_id,
    [false, true],
  ],
};

describe('options that a page changes later', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;
  let posted;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    page.on('request', (request) => {
      if (request.url().endsWith(server.tunnel)) posted = request;
    });
    await page.evaluate(() => {
      globalThis.tunnel = options.tunnel;
      globalThis.start = (given) => {
        const integrations = [T.browserTracingIntegration({ instrumentPageLoad: false })];
        T.init({ ...options, sendClientReports: false, ...given, integrations });
        T.setContext('nested', { a: { b: { c: {} } } });
        T.setContext('wide', { list: [1, 2, 3] });
      };
      /** A root with a request in it; answers with the headers of that. */
      globalThis.probe = async (name = 'root') => {
        const headers = await T.startNewTrace(() =>
          T.startSpan({ name }, () =>
            T.startSpan({ name: 'work' }, async () => (await fetch('/echo')).json()),
          ),
        );
        await T.flush();
        return headers;
      };
    });
  });

  async function told(tell) {
    const before = server.envelopes.length;
    const headers = await page.evaluate(() => probe());
    const sent = server.envelopes.slice(before);
    const types = sent.map(({ item }) => item.type);
    return tell({ root: sent[types.indexOf('transaction')], types, headers, posted });
  }

  const change = (name, code) =>
    page.evaluate(
      ([name, code]) => {
        T.getClient().getOptions()[name] = new Function(`return ${code}`)();
      },
      [name, code],
    );

  for (const [said, [codes, tell, expected]] of Object.entries(OPTIONS)) {
    const [name] = said.split(',');
    for (const order of [
      [0, 1, 0],
      [1, 0, 1],
    ]) {
      // What `init` leaves out because it is off is a matter of its own, below.
      if (name === 'enabled' && order[0] === 0) continue;
      it(`${said}: ${order.map((at) => codes[at]).join(', then ')}`, async () => {
        await page.evaluate(
          ([name, code]) => start({ [name]: new Function(`return ${code}`)() }),
          [name, codes[order[0]]],
        );
        const seen = [await told(tell)];
        for (const at of order.slice(1)) {
          await change(name, codes[at]);
          seen.push(await told(tell));
        }
        assert.deepEqual(
          seen,
          order.map((at) => expected[at]),
        );
      });
    }
  }

  it('lists among them that the page writes into', async () => {
    const seen = await page.evaluate(async () => {
      const ignored = [];
      start({ tracesSampleRate: 1, tracePropagationTargets: [], ignoreSpans: [], traceLifecycle: 'stream' });
      T.getClient().on('spanStart', (span) => span.isRecording() || ignored.push(T.spanToJSON(span).name));
      const { tracePropagationTargets: targets, ignoreSpans } = T.getClient().getOptions();
      const seen = [];
      const ask = async () => seen.push([Boolean((await probe())['sentry-trace']), ignored.splice(0).length]);
      await ask();
      targets.push(/echo/);
      ignoreSpans.push('work');
      await ask();
      targets.length = 0;
      ignoreSpans.length = 0;
      await ask();
      return seen;
    });
    assert.deepEqual(seen, [
      [false, 0],
      [true, 1],
      [false, 0],
    ]);
  });

  it('strictTraceContinuation: from the next trace of others on', async () => {
    const continued = () =>
      page.evaluate(() =>
        T.continueTrace({ sentryTrace: `${'a'.repeat(32)}-${'b'.repeat(16)}-1`, baggage: '' }, () =>
          T.startSpan({ name: 'root' }, (span) => span.spanContext().traceId === 'a'.repeat(32)),
        ),
      );
    await page.evaluate(() => start({ orgId: 1, strictTraceContinuation: false }));
    const seen = [await continued()];
    for (const code of ['true', 'false']) {
      await change('strictTraceContinuation', code);
      seen.push(await continued());
    }
    assert.deepEqual(seen, [true, false, true]);
  });

  it('sendClientReports: what is lost while it is off is never told', async () => {
    await page.evaluate(() => start({ sendClientReports: false, tracesSampleRate: 0 }));
    const lose = () => page.evaluate(() => T.startInactiveSpan({ name: 'lost' }).end());
    await lose();
    await change('sendClientReports', 'true');
    await lose();
    assert.deepEqual(await reportedLosses(page, server), {
      'sample_rate transaction': 1,
      'sample_rate span': 1,
    });
    await change('sendClientReports', 'false');
    await lose();
    assert.deepEqual(await reportedLosses(page, server), {
      'sample_rate transaction': 1,
      'sample_rate span': 1,
    });
  });

  it('ignoreSpans: what it names from then on does not make a page load last', async () => {
    const at = await page.evaluate(async () => {
      const ends = [];
      const tracing = T.browserTracingIntegration({ idleTimeout: 100 });
      const client = T.init({ ...options, integrations: [tracing] });
      client.on('spanEnd', (span) => {
        const { attributes, end_timestamp } = T.spanToJSON(span);
        if (attributes['sentry.op'] === 'pageload') ends.push(end_timestamp);
      });
      client.getOptions().ignoreSpans = ['poll'];
      const root = T.getActiveSpan();
      T.startInactiveSpan({ name: 'poll', parentSpan: root }).end(Date.now() / 1000 + 20);
      root.end(Date.now() / 1000 + 30);
      return { end: ends[0], now: Date.now() / 1000 };
    });
    assert.ok(at.end < at.now + 15, `${at.end - at.now} s from now`);
  });

  it('enabled: a page that begins without consent is traced once it has it', async () => {
    await page.evaluate(() => start({ enabled: false }));
    assert.deepEqual(await told(({ root, headers }) => [root, headers['sentry-trace']]), [
      undefined,
      undefined,
    ]);
    await page.evaluate(() => {
      const client = T.getClient();
      client.getOptions().enabled = true;
      for (const one of client.getOptions().integrations) client.addIntegration(one);
    });
    assert.deepEqual(await told(({ root, headers }) => [Boolean(root), headers['sentry-trace'].at(-1)]), [
      true,
      '1',
    ]);
  });
});
