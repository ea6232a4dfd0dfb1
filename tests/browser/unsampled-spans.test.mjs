// Spans of traces that are not recorded: what a page can ask about them, what their requests carry, and what is counted as lost.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

describe('spans that are not sampled', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    await page.evaluate(() => {
      options.tracesSampleRate = 0;
      options.release = 'shop@1';
      T.init(options);
      /** Everything that a page can ask about a span. */
      globalThis.seen = (span) => {
        const { name, start_timestamp, end_timestamp, attributes, links } = T.spanToJSON(span);
        const ago = Date.now() / 1000 - start_timestamp;
        return {
          name,
          attributes,
          links: links?.length,
          isRecent: ago > -1 && ago < 60,
          lasted: end_timestamp && Math.round((end_timestamp - start_timestamp) * 10),
          headers: T.getTraceData({ span }),
          dsc: T.getDynamicSamplingContextFromSpan(span),
          ids: span.spanContext(),
          isRecording: span.isRecording(),
          descendants: T.getSpanDescendants(span).length,
        };
      };
    });
  });

  it('keep of a root what the page says of it, the first of its trace and every other', async () => {
    const [first, second, ended] = await page.evaluate(() => {
      const given = { name: 'root', op: 'test', attributes: { a: 1, b: ['x'] } };
      const link = T.startInactiveSpan({ name: 'linked' }).spanContext();
      /** Without what each span has of its own. */
      const common = (span) =>
        JSON.parse(JSON.stringify(seen(span)).replaceAll(span.spanContext().spanId, 'SPAN'));
      return T.startNewTrace(() => {
        const changed = () => {
          const span = T.startInactiveSpan(given);
          span.setAttribute('c', true).updateName('renamed').addLink({ context: link });
          return common(span);
        };
        const both = [changed(), changed()];
        const ended = T.startInactiveSpan({ ...given, startTime: Date.now() / 1000 - 5 });
        ended.end(Date.now() / 1000 - 3);
        ended.end();
        return [...both, common(ended)];
      });
    });
    assert.deepEqual(second, first);
    const { a, b, c, 'sentry.op': op } = first.attributes;
    assert.deepEqual([first.name, a, b, c, op, first.links], ['renamed', 1, ['x'], true, 'test', 1]);
    assert.deepEqual([first.isRecent, first.isRecording, first.descendants], [true, false, 0]);
    assert.equal(first.ids.traceFlags, 0);
    const { transaction, sampled, sample_rate, release } = first.dsc;
    assert.deepEqual([transaction, sampled, sample_rate, release], ['renamed', 'false', '0', 'shop@1']);
    assert.equal(first.headers['sentry-trace'], `${first.ids.traceId}-SPAN-0`);
    assert.match(first.headers.baggage, /sentry-sampled=false/);
    assert.deepEqual([ended.name, ended.lasted, ended.attributes.b], ['root', 20, ['x']]);
  });

  it('have the trace of their root, and headers that say so', async () => {
    const { root, child, below, active } = await page.evaluate(() => {
      T.startSpan({ name: 'first' }, () => {});
      return T.startSpan({ name: 'root' }, (root) =>
        T.startSpan({ name: 'child', attributes: { a: 1 } }, (child) => {
          child.setAttribute('b', 2).setStatus({ code: 2, message: 'not_found' }).updateName('other');
          const below = T.startInactiveSpan({ name: 'below' });
          const active = T.getTraceData();
          return { root: seen(root), child: seen(child), below: seen(below), active };
        }),
      );
    });
    for (const { name, ids, dsc, attributes, isRecording, descendants } of [child, below]) {
      assert.deepEqual([name, attributes, isRecording, descendants], ['', {}, false, 0]);
      assert.equal(ids.traceId, root.ids.traceId);
      assert.notEqual(ids.spanId, root.ids.spanId);
      assert.deepEqual(dsc, root.dsc);
    }
    assert.equal(root.dsc.transaction, 'root');
    assert.equal(active['sentry-trace'], `${child.ids.traceId}-${child.ids.spanId}-0`);
    assert.equal(active.baggage, root.headers.baggage);
  });

  it('may be thousands below each other', async () => {
    const { root, ids } = await page.evaluate(() => {
      const root = T.startInactiveSpan({ name: 'root' });
      const ids = [];
      let parentSpan = root;
      for (let at = 0; at < 5000; at++) {
        const below = T.startInactiveSpan({ name: 'below', parentSpan });
        parentSpan.end();
        parentSpan = below;
        if (at % 1000 === 999) ids.push(below.spanContext());
      }
      return { root: root.spanContext(), ids };
    });
    assert.equal(ids.length, 5);
    for (const { traceId, spanId } of ids) {
      assert.equal(traceId, root.traceId);
      assert.match(spanId, /^[0-9a-f]{16}$/);
    }
    assert.deepEqual(await reportedLosses(page, server), {
      'sample_rate transaction': 1,
      'sample_rate span': 5001,
    });
  });

  it('keep their ids, whenever these are asked for', async () => {
    const ids = await page.evaluate(() => {
      T.startSpan({ name: 'first' }, () => {});
      const spans = [];
      T.startSpan({ name: 'root' }, (root) => {
        spans.push(root);
        for (let at = 0; at < 3; at++) T.startSpan({ name: 'child' }, (child) => spans.push(child));
      });
      const early = spans.map((span) => span.spanContext());
      const late = spans.map((span) => span.spanContext());
      return { same: JSON.stringify(early) === JSON.stringify(late), early };
    });
    assert.equal(ids.same, true);
    assert.equal(new Set(ids.early.map(({ traceId }) => traceId)).size, 1);
    assert.equal(new Set(ids.early.map(({ spanId }) => spanId)).size, 4);
    for (const { spanId } of ids.early) assert.match(spanId, /^[0-9a-f]{16}$/);
  });

  it('are heard of once, at their beginning and at their end', async () => {
    const heard = await page.evaluate(() => {
      const heard = [];
      let root;
      for (const hook of ['spanStart', 'spanEnd', 'afterSpanEnd']) {
        T.getClient().on(hook, (span) => heard.push([hook, T.spanToJSON(span).name, span === root]));
      }
      T.startSpan({ name: 'root' }, (span) => {
        root = span;
      });
      root.end();
      heard.push([T.spanToJSON(root).name, root.isRecording()]);
      root.end();
      return heard;
    });
    assert.deepEqual(heard, [
      ['spanStart', 'root', false],
      ['spanEnd', 'root', true],
      ['afterSpanEnd', 'root', true],
      ['root', false],
    ]);
  });

  it('give their ids to a request inside', async () => {
    const { headers, child } = await page.evaluate(async () => {
      T.addIntegration(T.browserTracingIntegration({ instrumentPageLoad: false }));
      T.startSpan({ name: 'first' }, () => {});
      return T.startSpan({ name: 'root' }, () =>
        T.startSpan({ name: 'child' }, async (child) => {
          const headers = await (await fetch('/echo')).json();
          return { headers, child: child.spanContext() };
        }),
      );
    });
    assert.match(headers['sentry-trace'], new RegExp(`^${child.traceId}-[0-9a-f]{16}-0$`));
    assert.match(headers.baggage, /sentry-transaction=root/);
  });

  it('are each counted as lost once, and those that the page suppresses not at all', async () => {
    await page.evaluate(() => {
      const kept = [];
      for (let at = 0; at < 6; at++) {
        T.startSpan({ name: 'root' }, (root) => {
          kept.push(root);
          T.startSpan({ name: 'child' }, (child) => kept.push(child));
        });
      }
      // To be asked, and to be ended twice, counts for nothing.
      for (const span of kept) {
        T.getTraceData({ span });
        span.end();
      }
      T.suppressTracing(() =>
        T.startSpan({ name: 'suppressed' }, () => T.startInactiveSpan({ name: 'below' })),
      );
    });
    const expected = { 'sample_rate transaction': 6, 'sample_rate span': 12 };
    assert.deepEqual(await reportedLosses(page, server), expected);
    // Nothing is reported twice.
    assert.deepEqual(await reportedLosses(page, server), expected);
  });

  it('are counted for the client under which they began, also where another takes its place', async () => {
    await page.evaluate(() => {
      globalThis.lost = {};
      const count = (name) => ({
        ...options,
        tunnel: undefined,
        transport: () => ({
          send: async ([, [[, { discarded_events = [] }]]]) => {
            for (const { category, quantity } of discarded_events) lost[`${name} ${category}`] = quantity;
            return {};
          },
          flush: async () => true,
        }),
      });
      T.init(count('first'));
      T.startSpan({ name: 'root' }, () => T.startSpan({ name: 'child' }, () => {}));
      T.init(count('second'));
      T.startSpan({ name: 'root' }, () => {});
    });
    await reportedLosses(page, server);
    assert.deepEqual(await page.evaluate('lost'), {
      'first transaction': 1,
      'first span': 2,
      'second transaction': 1,
      'second span': 1,
    });
  });

  it('are as many as the rate says where the trace that is in force cannot be read', async () => {
    const { flags, headers } = await page.evaluate(() => {
      T.init({ ...options, tracesSampleRate: 0.5 });
      const headers = ['no trace', 5, null].map((traceId) => {
        T.getCurrentScope().getPropagationContext().traceId = traceId;
        return T.getTraceData()['sentry-trace'];
      });
      T.getCurrentScope().setPropagationContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
      const roots = Array.from({ length: 200 }, () => T.startInactiveSpan({ name: 'root' }));
      return { flags: roots.map((root) => root.spanContext().traceFlags), headers };
    });
    for (const header of headers) assert.match(header, /^[0-9a-f]{32}-[0-9a-f]{16}$/);
    // Each draws its own lot: two hundred alike would take longer than there have been browsers.
    assert.ok(flags.includes(0) && flags.includes(1), `${flags}`);
  });

  it('are told to hooks in the words of the reference', async () => {
    const told = await page.evaluate(async () => {
      T.init({ ...options, tracesSampleRate: 1, integrations: [T.browserTracingIntegration()] });
      const told = [];
      const client = T.getClient();
      client.on('beforeSampling', (data, decision) => told.push(Object.keys(data).sort(), decision));
      client.on('beforeOutgoingRequestSpan', (_, call) => told.push(Object.keys(call)));
      await T.startNewTrace(() => T.startSpan({ name: 'root' }, () => fetch('/echo', { mode: 'no-cors' })));
      return told;
    });
    const [data, decision, call] = told;
    assert.deepEqual(data, ['parentSampled', 'spanAttributes', 'spanName']);
    assert.deepEqual(decision, { decision: false });
    // What the wrapper of requests knows, in the names of the source and not in the shorter ones of the build.
    assert.ok(call.includes('noCors') && call.every((name) => name.length > 2), `${call}`);
  });

  it('are asked about again where the page gives its trace another lot', async () => {
    const flags = await page.evaluate(() => {
      const sampled = () => T.startInactiveSpan({ name: 'root' }).spanContext().traceFlags;
      const flags = [sampled(), sampled()];
      T.getCurrentScope().getPropagationContext().sampled = true;
      flags.push(sampled());
      T.getCurrentScope().getPropagationContext().sampled = false;
      flags.push(sampled());
      T.init({ ...options, tracesSampleRate: 1 });
      T.startNewTrace(() => flags.push(sampled()));
      delete T.getCurrentScope().getPropagationContext().sampled;
      flags.push(sampled());
      T.getClient().on('beforeSampling', () => {});
      flags.push(sampled());
      return flags;
    });
    assert.deepEqual(flags, [0, 0, 1, 0, 1, 1, 1]);
  });

  it('may be reactive proxies', async () => {
    const seen = await page.evaluate(() => {
      T.startSpan({ name: 'first' }, () => {});
      const root = T.startInactiveSpan({ name: 'root' });
      const proxy = new Proxy(root, {});
      const child = T.startInactiveSpan({ name: 'child', parentSpan: proxy });
      proxy.setAttribute('a', 1);
      proxy.end();
      return [
        T.getRootSpan(child).spanContext().spanId === root.spanContext().spanId,
        child.spanContext().traceId === root.spanContext().traceId,
        T.spanToJSON(root).attributes.a,
        typeof T.spanToJSON(proxy).end_timestamp,
      ];
    });
    assert.deepEqual(seen, [true, true, 1, 'number']);
  });
});
