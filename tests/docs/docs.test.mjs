// The examples of the documentation, as programs: each runs in a real browser against our package, with the
// import line as the only change, and does what the documentation says. What left the page is asserted.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { useBrowser, useServer } from '../support/browser.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const BAGGAGE =
  'sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-public_key=public,sentry-sample_rate=0.5,sentry-sampled=true,sentry-sample_rand=0.25,other=1';
const META = `<meta name="sentry-trace" content="${TRACE}-${PARENT}-1"/><meta name="baggage" content="${BAGGAGE}"/>`;
const IMPORTS = '<script type="importmap">{"imports":{"throughline":"/index.js"}}</script>';

describe("the documentation's examples", { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  /** Opens a page whose `throughline` is our package; `init` is what its own script says first. */
  async function open(init, head = '') {
    server.reset(IMPORTS + head);
    page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.evaluate(
      async ({ tunnel, init }) => {
        globalThis.dsn = 'https://public@o1.ingest.example.com/1';
        globalThis.tunnel = tunnel;
        globalThis.T = await import('throughline');
        if (init) T.init({ dsn, tunnel, release: 'shop@1.0.0', environment: 'staging', ...init });
      },
      { tunnel: server.tunnel, init },
    );
  }

  /** Runs an example to its end and answers with what it left as `answer`. */
  async function run(name) {
    const program = await readFile(join(root, 'tests', 'docs', 'examples', `${name}.js`), 'utf8');
    return page.evaluate(async (program) => {
      const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
      await import(url);
      return globalThis.answer;
    }, program);
  }

  const transactions = async (count) => (await server.received(count)).map(({ payload }) => payload);

  beforeEach(() => {
    page = undefined;
  });

  it('continue-from-meta-tags: the span belongs to the trace of the server', async () => {
    await open({ tracesSampleRate: 0 }, META);
    await run('continue-from-meta-tags');
    const [{ header, payload }] = await server.received(1);
    const { trace } = payload.contexts;
    assert.deepEqual([trace.trace_id, trace.parent_span_id, trace.op], [TRACE, PARENT, 'ui.load']);
    assert.equal(header.trace.sample_rate, '0.5');
    assert.equal(header.trace.sample_rand, '0.25');
  });

  it('propagation-targets: only matching requests carry the trace', async () => {
    await open();
    await run('propagation-targets');
    const seen = await page.evaluate(
      async (foreign) => {
        const echo = async (url) => (await fetch(url)).json();
        return {
          own: await echo('/echo'),
          matching: await echo(`${foreign}/echo/api/orders`),
          other: await echo(`${foreign}/echo/other`),
        };
      },
      server.url.replace('localhost', '127.0.0.1'),
    );
    assert.match(seen.own['sentry-trace'], /^[0-9a-f]{32}-[0-9a-f]{16}-1$/);
    assert.equal(seen.matching['sentry-trace'].slice(0, 32), seen.own['sentry-trace'].slice(0, 32));
    assert.ok(seen.matching.baggage.includes('sentry-trace_id='));
    assert.equal(seen.other['sentry-trace'], undefined);
    assert.equal(seen.other.baggage, undefined);
  });

  it('manual-propagation: the request continues below the root of the active span', async () => {
    await open({ tracesSampleRate: 1 });
    await page.evaluate(() => {
      globalThis.span = T.startInactiveSpan({ name: 'root' });
      T.setActiveSpanInBrowser(span);
    });
    const answer = await run('manual-propagation');
    const { traceId, spanId } = await page.evaluate(() => span.spanContext());
    assert.equal(answer['sentry-trace'], `${traceId}-${spanId}-1`);
    for (const part of [
      `sentry-trace_id=${traceId}`,
      'sentry-public_key=public',
      'sentry-release=shop%401.0.0',
      'sentry-environment=staging',
      'sentry-sample_rate=1',
      'sentry-transaction=root',
      'sentry-sampled=true',
    ]) {
      assert.ok(answer.baggage.split(',').includes(part), `${part} in ${answer.baggage}`);
    }
  });

  it('print-sampling-context: each name has its value', async () => {
    await open({ tracesSampleRate: 1 });
    await run('print-sampling-context');
    const [{ header }] = await server.received(1);
    assert.deepEqual(page.said, [
      `trace_id: ${header.trace.trace_id}`,
      'public_key: public',
      'release: shop@1.0.0',
      'environment: staging',
      'sample_rate: 1',
      'transaction: checkout',
    ]);
  });

  it('uniform-sample-rate: a tenth of 10,000 traces is recorded, within three standard deviations', async () => {
    await open();
    await run('uniform-sample-rate');
    const traces = 10_000;
    const sampled = await page.evaluate((traces) => {
      let sampled = 0;
      for (let trace = 0; trace < traces; trace++) {
        // A span that never ends is never sent.
        T.startNewTrace(() => {
          sampled += T.startInactiveSpan({ name: 'trace' }).spanContext().traceFlags;
        });
      }
      return sampled;
    }, traces);
    const deviation = Math.sqrt(traces * 0.1 * 0.9);
    assert.ok(Math.abs(sampled - traces * 0.1) <= 3 * deviation, `${sampled} of ${traces}`);
  });

  it('traces-sampler: the parent decides where no rule of the page does', async () => {
    await open();
    await run('traces-sampler');
    const seen = await page.evaluate(
      ({ trace, parent }) => {
        const flags = (name, sampled, attributes) =>
          T.continueTrace(
            { sentryTrace: sampled === undefined ? undefined : `${trace}-${parent}-${sampled}` },
            () => T.startInactiveSpan({ name, attributes }).spanContext().traceFlags,
          );
        return {
          health: flags('/healthcheck', 1),
          auth: flags('/auth', 0),
          unimportant: flags('/x', 1, { unimportant: true }),
          followsYes: flags('/orders', 1),
          followsNo: flags('/orders', 0),
          own: Array.from({ length: 200 }, () => flags('/orders')).reduce((sum, flag) => sum + flag),
        };
      },
      { trace: TRACE, parent: PARENT },
    );
    const { own, ...decided } = seen;
    assert.deepEqual(decided, { health: 0, auth: 1, unimportant: 0, followsYes: 1, followsNo: 0 });
    assert.ok(own > 50 && own < 150, `${own} of 200`);
  });

  it('inherit-or-sample-with: the rate of the service that began the trace is passed on', async () => {
    await open();
    await run('inherit-or-sample-with');
    await page.evaluate(
      ({ trace, parent, baggage }) => {
        T.continueTrace({ sentryTrace: `${trace}-${parent}-1`, baggage }, () =>
          T.startSpan({ name: 'a' }, () => {}),
        );
        T.startSpan({ name: 'not recorded' }, () => {});
        T.startSpan({ name: 'admin' }, () => {});
      },
      { trace: TRACE, parent: PARENT, baggage: BAGGAGE },
    );
    const [inherited, own] = await server.received(2);
    assert.deepEqual([inherited.payload.transaction, inherited.header.trace.sample_rate], ['a', '0.5']);
    assert.deepEqual([own.payload.transaction, own.header.trace.sample_rate], ['admin', '1']);
  });

  for (const order of ['before', 'after']) {
    it(`log-outgoing-headers: a wrapper that the page puts around fetch ${order} us works`, async () => {
      await open();
      const start = () => run('propagation-targets');
      if (order === 'before') {
        await run('log-outgoing-headers');
        await start();
      } else {
        await start();
        await run('log-outgoing-headers');
      }
      const echoed = await page.evaluate(async () => (await fetch('/echo', { headers: { a: 'b' } })).json());
      assert.match(echoed['sentry-trace'], /-1$/);
      assert.equal(echoed.a, 'b');
      const [line] = page.said.filter((said) => said.startsWith('fetch /echo'));
      const logged = JSON.parse(line.slice('fetch /echo '.length));
      // A wrapper that was there first is called by us, with our headers; a later one calls us.
      const expected = order === 'before' ? echoed['sentry-trace'] : undefined;
      assert.equal(logged['sentry-trace'], expected);
      assert.equal(logged.a, 'b');
    });
  }

  it('span-to-json: the ids of a child, and of its parent', async () => {
    await open({ tracesSampleRate: 1 });
    const { parent, ...child } = await run('span-to-json');
    assert.equal(child.trace_id, parent.traceId);
    assert.equal(child.parent_span_id, parent.spanId);
    assert.match(child.span_id, /^[0-9a-f]{16}$/);
    const [{ spans }] = await transactions(1);
    assert.equal(spans[0].span_id, child.span_id);
  });

  it('custom-headers: Authorization is kept beside ours', async () => {
    await open();
    await run('propagation-targets');
    const answer = await run('custom-headers');
    assert.equal(answer.authorization, 'Bearer token');
    assert.equal(answer['x-custom-header'], 'custom-value');
    assert.match(answer['sentry-trace'], /^[0-9a-f]{32}-[0-9a-f]{16}-1$/);
    assert.match(answer.baggage, /sentry-public_key=public/);
  });

  it('nested-spans: two parts of one operation, of which one failed', async () => {
    await open({ tracesSampleRate: 1 });
    assert.equal(await run('nested-spans'), 'done');
    const [{ transaction, contexts, spans }] = await transactions(1);
    assert.equal(transaction, 'checkout');
    assert.deepEqual(
      [contexts.trace.data['cart.size'], contexts.trace.data.declined, contexts.trace.status],
      [3, true, 'ok'],
    );
    assert.deepEqual(
      spans.map(({ description, status, op }) => [description, status, op]),
      [
        ['validate', 'ok', 'function'],
        ['charge', 'internal_error', 'function'],
      ],
    );
  });

  it('manual-span: the span ends with the event, with the status of the response', async () => {
    await open({ tracesSampleRate: 1 });
    await run('manual-span');
    const [{ contexts }] = await transactions(1);
    assert.equal(contexts.trace.status, 'not_found');
    assert.equal(contexts.trace.data['http.response.status_code'], 404);
  });

  it('new-trace-and-links: another trace, linked to the first', async () => {
    await open({ tracesSampleRate: 1 });
    await run('new-trace-and-links');
    const [second, first] = await transactions(2);
    assert.deepEqual([second.transaction, first.transaction], ['second', 'first']);
    const from = first.contexts.trace;
    assert.notEqual(second.contexts.trace.trace_id, from.trace_id);
    assert.deepEqual(second.contexts.trace.links, [
      {
        span_id: from.span_id,
        trace_id: from.trace_id,
        sampled: true,
        attributes: { 'sentry.link.type': 'previous_trace' },
      },
    ]);
  });

  it('filter-transactions: some are left out, the others changed', async () => {
    await open();
    await run('filter-transactions');
    await page.evaluate(() => {
      for (const name of ['/health/live', '/unimportant/route', '/orders']) {
        T.startSpan({ name }, () => {
          T.startSpan({ name: 'noise' }, () => {});
          T.startSpan({ name: 'kept' }, () => {});
        });
      }
    });
    await page.evaluate(() => T.flush());
    const sent = await transactions(1);
    assert.equal(sent.length, 1);
    assert.deepEqual([sent[0].transaction, sent[0].tags], ['/orders', { checked: 'yes' }]);
    assert.deepEqual(
      sent[0].spans.map(({ description, data }) => [description, data.looked]),
      [['kept', true]],
    );
    assert.equal(sent[0].contexts.trace.data.looked, true);
  });
});
