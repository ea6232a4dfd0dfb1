// What a page does with its events on their way out, and with the transport: mistakes cost nothing but what they
// are about.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

describe('events', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
  });

  it('pass through a thenable that settles at once', async () => {
    const flushed = await page.evaluate(() => {
      const at = (value) => ({
        // biome-ignore lint/suspicious/noThenProperty: as promises of some libraries do
        then(settled) {
          const next = settled?.(value);
          return at(next === undefined ? value : next);
        },
      });
      T.init({ ...options, beforeSendTransaction: (event) => at({ ...event, transaction: 'changed' }) });
      T.startSpan({ name: 'x' }, () => {});
      return T.flush(2000);
    });
    assert.equal(flushed, true);
    const [{ payload }] = await server.received(1);
    assert.equal(payload.transaction, 'changed');
  });

  it('are sent whatever JSON cannot hold stands in them', async () => {
    await page.evaluate(() => {
      T.init({
        ...options,
        beforeSendTransaction(event) {
          event.extra = { event };
          event.cycle = event;
          return event;
        },
      });
      T.setTag('big', 1n);
      T.addEventProcessor((event) => {
        event.contexts.trace.data.big = 2n;
        return event;
      });
      T.startSpan({ name: 'x' }, () => {});
    });
    const [{ payload }] = await server.received(1);
    assert.equal(payload.tags.big, '[BigInt: 1]');
    assert.equal(payload.contexts.trace.data.big, '[BigInt: 2]');
    assert.equal(payload.cycle.cycle, '[Circular ~]');
  });

  it('that a callback froze are sent, and its name counts as chosen', async () => {
    await page.evaluate(() => {
      const beforeSendTransaction = (event) => Object.freeze({ ...event, transaction: 'frozen' });
      T.init({ ...options, beforeSendTransaction });
      T.startSpan({ name: 'x', attributes: { 'sentry.segment.name.source': 'url' } }, () => {});
    });
    const [{ payload }] = await server.received(1);
    assert.deepEqual([payload.transaction, payload.transaction_info], ['frozen', { source: 'custom' }]);
  });

  it('are counted as lost where what a callback answers cannot be worked on', async () => {
    const reports = await page.evaluate(async () => {
      const reports = [];
      const beforeSendTransaction = () => new Proxy({}, { ownKeys: () => [].missing.member });
      const send = async ([, [[, payload]]]) => {
        reports.push(payload.discarded_events);
        return {};
      };
      const transport = () => ({ send, flush: async () => true });
      T.init({ ...options, beforeSendTransaction, transport });
      T.startSpan({ name: 'x' }, () => {});
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
      await T.flush(500);
      return reports;
    });
    const lost = (category) => ({ reason: 'internal_sdk_error', category, quantity: 1 });
    assert.deepEqual(reports, [[lost('transaction'), lost('span')]]);
  });

  it('carry tags that JSON cannot hold also where no callback looks at them', async () => {
    await page.evaluate(() => {
      T.init(options);
      T.setTags({ big: 1n, plain: 'yes' });
      T.startSpan({ name: 'x' }, () => {});
    });
    const [{ payload }] = await server.received(1);
    assert.deepEqual(payload.tags, { big: '[BigInt: 1]', plain: 'yes' });
  });

  it('go through a transport of the page, which knows where to and is flushed', async () => {
    const seen = await page.evaluate(async () => {
      const seen = { sent: [], flushed: [] };
      T.init({
        ...options,
        tunnel: undefined,
        transport: ({ url }) => ({
          send: async (envelope) => {
            seen.sent.push([url, envelope[1][0][0].type, envelope[1][0][1].transaction]);
            return { statusCode: 200, headers: { 'x-sentry-rate-limits': 5, 'retry-after': 1 } };
          },
          flush: async (timeout) => {
            seen.flushed.push(timeout);
            return true;
          },
        }),
      });
      T.startSpan({ name: 'first' }, () => {});
      await T.flush(500);
      return seen;
    });
    const [[url, type, name]] = seen.sent;
    assert.match(url, /^http:\/\/localhost:1\/api\/1\/envelope\/\?sentry_version=7&sentry_key=public&/);
    assert.deepEqual([type, name, seen.flushed], ['transaction', 'first', [500]]);
    assert.deepEqual(
      page.said.filter((line) => line.includes('tracing is off')),
      [],
    );
  });

  it('that a transport of the page rejects are given to it again', async () => {
    const seen = await page.evaluate(async () => {
      let refuse = true;
      const given = [];
      T.init({
        ...options,
        transport: () => ({
          send: async ([{ event_id }]) => {
            given.push(event_id);
            if (refuse) throw new Error('no');
            return {};
          },
          flush: async () => true,
        }),
      });
      T.startSpan({ name: 'root' }, () => {});
      const first = await T.flush();
      refuse = false;
      return { given, flushed: [first, await T.flush()] };
    });
    assert.equal(new Set(seen.given).size, 1);
    assert.ok(seen.given.length >= 2, `${seen.given.length} times`);
    assert.equal(seen.flushed.at(-1), true);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it('of a client that was replaced are not taken over by its listeners', async () => {
    const seen = await page.evaluate(async () => {
      const sent = [];
      const transport = (name) => () => ({
        send: async () => {
          sent.push(name);
          return {};
        },
        flush: async () => true,
      });
      const first = T.init({ ...options, transport: transport('first') });
      T.init({ ...options, transport: transport('second') });
      first.on('beforeEnvelope', () => {});
      T.startSpan({ name: 'x' }, () => {});
      await T.flush(500);
      return sent;
    });
    assert.deepEqual(seen, ['second']);
  });

  it('are made as before when scopes and clients are behind proxies', async () => {
    await page.evaluate(() => {
      const client = new Proxy(T.init(options), {});
      client.on('spanStart', () => {});
      const scope = new Proxy(T.getCurrentScope(), {});
      scope.setTag('behind', client.getOptions().tracesSampleRate);
      T.startSpan({ name: 'x' }, () => {});
    });
    const [{ payload }] = await server.received(1);
    assert.deepEqual(payload.tags, { behind: 1 });
  });

  it('begin and end with whichever span was made active, twice over', async () => {
    const active = await page.evaluate(() => {
      T.init(options);
      const span = T.startInactiveSpan({ name: 'active' });
      T.setActiveSpanInBrowser(span);
      T.withActiveSpan(null, () => T.setActiveSpanInBrowser(span));
      span.end();
      T.startSpan({ name: 'later' }, () => {});
      return T.getActiveSpan() === undefined;
    });
    assert.equal(active, true);
    const sent = await server.received(2);
    assert.deepEqual(
      sent.map(({ payload }) => payload.transaction),
      ['active', 'later'],
    );
  });

  it('are not begun below a span that a page load has cut', async () => {
    await page.evaluate(() => {
      const tracing = T.browserTracingIntegration({ idleTimeout: 50, finalTimeout: 200 });
      T.init({ ...options, integrations: [tracing] });
      const parentSpan = T.getActiveSpan();
      T.setActiveSpanInBrowser(T.startInactiveSpan({ name: 'never ends', parentSpan }));
    });
    await server.received(1);
    const active = await page.evaluate(() => T.getActiveSpan() === undefined);
    assert.equal(active, true);
  });

  it('of a page load are followed by those of another, and then of what comes after', async () => {
    await page.evaluate(async () => {
      const client = T.init({ ...options, integrations: [T.browserTracingIntegration({ idleTimeout: 50 })] });
      T.startBrowserTracingPageLoadSpan(client, { name: 'two' }, { sentryTrace: null, baggage: 5 });
      await new Promise((resolve) => {
        client.on('spanEnd', (span) => T.spanToJSON(span).name === 'two' && setTimeout(resolve));
      });
      T.startSpan({ name: 'later' }, () => {});
    });
    const sent = (await server.received(3)).map(({ payload }) => payload);
    assert.deepEqual(
      sent.map(({ transaction }) => transaction),
      ['/page', 'two', 'later'],
    );
    assert.deepEqual(
      sent.map(({ contexts }) => contexts.trace.data['sentry.idle_span_finish_reason']),
      ['cancelled', 'idleTimeout', undefined],
    );
    // What the browser measured of the page load is told once.
    assert.equal(sent[1].spans.filter(({ op }) => op.startsWith('browser.')).length, 0);
  });

  it('of a second client are traced like those of the first, and set-up happens once', async () => {
    const seen = await page.evaluate(async () => {
      const calls = [];
      const mine = { name: 'Mine', setupOnce: () => calls.push('once'), setup: () => calls.push('setup') };
      const off = { instrumentPageLoad: false };
      const integrations = () => [T.browserTracingIntegration(off), mine];
      await T.init({ ...options, integrations: integrations() }).close();
      const second = T.init({ ...options, integrations: integrations() });
      const span = T.startBrowserTracingNavigationSpan(second, { name: '/next' });
      const without = T.init(options);
      return [calls, T.spanToJSON(span).name, T.startBrowserTracingNavigationSpan(without, { name: 'no' })];
    });
    assert.deepEqual(seen, [['once', 'setup', 'setup'], '/next', undefined]);
  });
});
