// Spans of a trace that is not recorded: the core hears of the first root, and of the others only when somebody asks
// what only the core knows. What a page sees of them must not depend on that.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

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
          family: T.getSpanDescendants(span).length,
        };
      };
      /** The same without what each span has of its own. */
      globalThis.bare = (span) => {
        const text = JSON.stringify(seen(span));
        return JSON.parse(text.replaceAll(span.spanContext().spanId, 'SPAN'));
      };
    });
  });

  const OPTIONS = { name: 'root', op: 'test', attributes: { a: 1, b: ['x'] } };

  it('the second root of a trace is like the first', async () => {
    const [first, second, ended] = await page.evaluate((given) => {
      const link = T.startInactiveSpan({ name: 'linked' }).spanContext();
      T.startNewTrace(() => {
        globalThis.scope = T.getCurrentScope();
      });
      return T.withScope(scope, () => {
        const change = (span) => {
          span.setAttribute('c', true).updateName('renamed').addLink({ context: link });
          return span;
        };
        const first = T.startInactiveSpan(given);
        const second = T.startInactiveSpan(given);
        const whole = [bare(change(first)), bare(change(second))];
        const ended = T.startInactiveSpan({ ...given, startTime: Date.now() / 1000 - 5 });
        ended.end(Date.now() / 1000 - 3);
        ended.end();
        return [...whole, bare(ended)];
      });
    }, OPTIONS);
    assert.deepEqual(second, first);
    assert.equal(first.dsc.transaction, 'renamed');
    assert.equal(first.headers.baggage.includes('sentry-sampled=false'), true);
    assert.equal(first.isRecent, true);
    assert.equal(first.ids.traceFlags, 0);
    assert.deepEqual([ended.name, ended.lasted, ended.isRecent], ['root', 20, true]);
    assert.deepEqual(ended.attributes.b, ['x']);
  });

  it('what is below a root has the trace of the root, and headers that say so', async () => {
    const { root, child, below, active } = await page.evaluate(async () => {
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
    for (const { name, ids, dsc, attributes, isRecording, family } of [child, below]) {
      assert.deepEqual([name, attributes, isRecording, family], ['', {}, false, 0]);
      assert.equal(ids.traceId, root.ids.traceId);
      assert.notEqual(ids.spanId, root.ids.spanId);
      assert.deepEqual(dsc, root.dsc);
    }
    assert.equal(root.dsc.transaction, 'root');
    assert.equal(active['sentry-trace'], `${child.ids.traceId}-${child.ids.spanId}-0`);
    assert.equal(active.baggage, root.headers.baggage);
  });

  it('thousands of them below each other have the ids of one trace', async () => {
    const { root, last, middle } = await page.evaluate(() => {
      T.startSpan({ name: 'first' }, () => {});
      const root = T.startInactiveSpan({ name: 'root' });
      let last = root;
      let middle;
      for (let at = 0; at < 5000; at++) {
        const parentSpan = last;
        last = T.startInactiveSpan({ name: 'below', parentSpan });
        parentSpan.end();
        if (at === 2500) middle = last;
      }
      return { root: root.spanContext(), last: last.spanContext(), middle: middle.spanContext() };
    });
    assert.deepEqual([last.traceId, middle.traceId], [root.traceId, root.traceId]);
    assert.match(last.spanId, /^[0-9a-f]{16}$/);
  });

  it('the decision about a trace that cannot be read holds for nobody else', async () => {
    const sampled = await page.evaluate(() => {
      T.init({ ...options, tracesSampleRate: 0.5 });
      T.getCurrentScope().setPropagationContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
      const roots = Array.from({ length: 200 }, () => T.startInactiveSpan({ name: 'root' }));
      return roots.map((root) => root.spanContext().traceFlags);
    });
    // Each draws its own lot: two hundred alike would take longer than there have been browsers.
    assert.ok(sampled.slice(sampled.indexOf(0)).includes(1), 'sampled after the first that is not');
  });

  it('ids stay what they are, whenever they are asked for', async () => {
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

  it('listeners hear of each root once, also of one that is asked about after its end', async () => {
    const heard = await page.evaluate(async () => {
      const heard = [];
      let late;
      for (const hook of ['spanStart', 'spanEnd', 'afterSpanEnd']) {
        T.getClient().on(hook, (span) => heard.push([hook, span === late]));
      }
      T.startSpan({ name: 'first' }, () => {});
      heard.length = 0;
      T.startSpan({ name: 'root' }, (span) => {
        late = span;
      });
      const name = [T.spanToJSON(late).name, late.isRecording()];
      late.end();
      await new Promise((resolve) => setTimeout(resolve));
      return { name, heard };
    });
    assert.deepEqual(heard.name, ['root', false]);
    assert.deepEqual(heard.heard, [
      ['spanStart', false],
      ['spanEnd', true],
      ['afterSpanEnd', true],
    ]);
  });

  it('a request in such a span carries its ids', async () => {
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

  it('each is reported as lost once, under the options that were in force', async () => {
    await page.evaluate(() => {
      T.startSpan({ name: 'first' }, () => {});
      const kept = [];
      for (let at = 0; at < 5; at++) {
        T.startSpan({ name: 'root' }, (root) => {
          kept.push(root);
          T.startSpan({ name: 'child' }, (child) => kept.push(child));
        });
      }
      // Asking has the core begin them after all.
      for (const span of kept.slice(0, 6)) T.getTraceData({ span });
      T.suppressTracing(() => T.startSpan({ name: 'suppressed' }, () => {}));
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    const [{ payload }] = await server.received(1);
    assert.deepEqual(
      payload.discarded_events.map(({ reason, category, quantity }) => [reason, category, quantity]).sort(),
      [
        ['sample_rate', 'span', 11],
        ['sample_rate', 'transaction', 6],
      ],
    );
  });

  it('a page that gives its trace another lot is asked again', async () => {
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

  it('a span that waits for somebody to ask may be a reactive proxy', async () => {
    const same = await page.evaluate(() => {
      T.startSpan({ name: 'first' }, () => {});
      const root = T.startInactiveSpan({ name: 'root' });
      const proxy = new Proxy(root, {});
      const child = T.startInactiveSpan({ name: 'child', parentSpan: proxy });
      proxy.setAttribute('a', 1);
      const same = T.getRootSpan(child) === proxy;
      proxy.end();
      return [
        same,
        child.spanContext().traceId === root.spanContext().traceId,
        T.spanToJSON(root).attributes.a,
        typeof T.spanToJSON(proxy).end_timestamp,
      ];
    });
    assert.deepEqual(same, [true, true, 1, 'number']);
  });
});
