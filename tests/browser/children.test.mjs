// Children of recorded roots, from their beginning to the transaction that they are sent in: as the page sees them, and as
// they arrive.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

describe('children', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    await page.evaluate(() => {
      T.init(options);
      globalThis.named = (name) => T.startInactiveSpan({ name });
    });
  });

  /** Runs code of a page, and waits until what it sent has arrived; answers with what it answers. */
  async function run(code, given) {
    const answer = await page.evaluate(code, given);
    await page.evaluate(() => T.flush());
    return answer;
  }

  /** What arrived: the transactions by name. */
  const sent = () =>
    Object.fromEntries(
      server.envelopes
        .filter(({ item }) => item.type === 'transaction')
        .map(({ payload }) => [payload.transaction, payload]),
    );
  const names = ({ spans }) => spans.map(({ description }) => description);

  it('say what they are while they are under way, and when they have ended', async () => {
    const { seen, ids } = await run(() => {
      const seen = [];
      const see = (span) => {
        const { name, attributes, status, links, start_timestamp, end_timestamp } = T.spanToJSON(span);
        const lasted = end_timestamp === undefined ? undefined : end_timestamp >= start_timestamp;
        seen.push([name, attributes.a, status, links?.length, lasted, span.isRecording()]);
      };
      return T.startSpan({ name: 'root' }, (root) => {
        const child = T.startInactiveSpan({ name: 'child', op: 'test', attributes: { a: 1 } });
        see(child);
        child.setStatus({ code: 2, message: 'not_found' }).addLink({ context: root.spanContext() });
        child.setAttribute('a', 2).updateName('renamed');
        see(child);
        child.end();
        see(child);
        const header = T.getTraceData({ span: child })['sentry-trace'];
        const { traceId, spanId } = child.spanContext();
        return { seen, ids: [header === `${traceId}-${spanId}-1`, spanId, root.spanContext().spanId] };
      });
    });
    assert.deepEqual(seen, [
      ['child', 1, 'ok', undefined, undefined, true],
      ['renamed', 2, 'error', 1, undefined, true],
      ['renamed', 2, 'error', 1, true, false],
    ]);
    const [carried, own, above] = ids;
    const [{ span_id, parent_span_id, op, status, data, links }] = sent().root.spans;
    assert.deepEqual([carried, span_id, parent_span_id], [true, own, above]);
    assert.deepEqual([op, status, data.a, links.length], ['test', 'not_found', 2, 1]);
  });

  it('have the ids that the page has read of them, and none of them twice', async () => {
    const ids = await run(() =>
      T.startSpan({ name: 'root' }, () =>
        Array.from({ length: 600 }, () =>
          T.startSpan({ name: 'child' }, (span) => span.spanContext().spanId),
        ),
      ),
    );
    const { spans, contexts } = sent().root;
    assert.deepEqual(
      spans.map(({ span_id }) => span_id),
      ids,
    );
    assert.equal(new Set(ids).size, 600);
    assert.ok(ids.every((id) => /^[0-9a-f]{16}$/.test(id)));
    assert.ok(spans.every(({ parent_span_id }) => parent_span_id === contexts.trace.span_id));
  });

  it('lose an attribute that is removed, and have no source of their name', async () => {
    await run(() =>
      T.startSpan({ name: 'root' }, () => {
        T.startSpan({ name: 'child', attributes: { a: 1, b: 2, c: 'é☃ "' } }, (span) => {
          span.setAttribute('b', undefined).setAttributes({ a: 'new', 'sentry.origin': 'auto.test' });
          span.setAttribute('sentry.segment.name.source', 'url');
          span.setAttributes({ 'sentry.segment.name.source': 'url' });
          T.updateSpanName(span, 'renamed\nin two lines');
        });
      }),
    );
    const [{ description, origin, data }] = sent().root.spans;
    assert.deepEqual([description, origin], ['renamed\nin two lines', 'auto.test']);
    assert.deepEqual(data, { a: 'new', c: 'é☃ "', 'sentry.origin': 'auto.test' });
  });

  it('may be changed until their root is sent, and not after', async () => {
    await run(() => {
      const children = T.startSpan({ name: 'root' }, () => {
        const children = Array.from({ length: 70 }, (_, at) => named(`child-${at}`));
        for (const child of children) child.end();
        for (let at = 0; at < 70; at += 30) children[at].setAttribute('late', at).updateName(`late-${at}`);
        return children;
      });
      children[0].setAttribute('late', 'too late').updateName('too late');
    });
    const { spans } = sent().root;
    assert.equal(spans.length, 70);
    const late = spans.filter(({ data }) => 'late' in data);
    assert.deepEqual(
      late.map(({ description, data }) => [description, data.late]),
      [
        ['late-0', 0],
        ['late-30', 30],
        ['late-60', 60],
      ],
    );
  });

  it('stand in the order in which they began, whatever stands between them', async () => {
    const below = await run(() =>
      T.startSpan({ name: 'root' }, (root) => {
        const open = named('open');
        T.startSpan({ name: 'one' }, () => {});
        T.startSpan({ name: 'linked', links: [{ context: root.spanContext() }] }, () => {});
        T.startSpan({ name: 'two' }, () => {});
        T.startSpan({ name: 'below open', parentSpan: open }, () => {});
        T.startSpan({ name: 'of its own', forceTransaction: true }, () => {});
        T.suppressTracing(() => T.startSpan({ name: 'suppressed' }, () => {}));
        T.startSpan({ name: 'three' }, () => {});
        open.end();
        return open.spanContext().spanId;
      }),
    );
    const { root, 'of its own': other } = sent();
    assert.deepEqual(names(root), ['open', 'one', 'linked', 'two', 'below open', 'three']);
    assert.equal(root.spans[4].parent_span_id, below);
    assert.deepEqual(names(other), []);
    assert.equal(other.contexts.trace.parent_span_id, root.contexts.trace.span_id);
  });

  it('that have not ended when their root does are not sent, but counted', async () => {
    const seen = await run(() => {
      const open = T.startSpan({ name: 'root' }, () => {
        const open = named('open');
        T.startSpan({ name: 'over' }, () => {});
        return open;
      });
      const during = open.isRecording();
      open.setAttribute('late', 1).end();
      return [during, open.isRecording(), T.spanToJSON(open).name];
    });
    assert.deepEqual(seen, [true, false, 'open']);
    assert.deepEqual(names(sent().root), ['over']);
    assert.deepEqual(await reportedLosses(page, server), { 'invalid span': 1 });
  });

  it('past a thousand are not sent, but counted; those below them as well', async () => {
    const recording = await run(() => {
      T.init({ ...options, parentSpanIsAlwaysRootSpan: false });
      return T.startSpan({ name: 'root' }, () => {
        for (let at = 0; at < 1000; at++) T.startSpan({ name: `child-${at}` }, () => {});
        const more = () =>
          T.startSpan({ name: 'more' }, (more) => {
            const below = named('below');
            const seen = [more.isRecording(), below.isRecording()];
            below.end();
            return seen;
          });
        const first = more();
        for (let at = 0; at < 998; at++) T.startSpan({ name: 'further' }, () => {});
        return [first, more()];
      });
    });
    // Which thousand are sent is known in the end; past two thousand nothing is kept.
    assert.deepEqual(recording, [
      [true, true],
      [false, false],
    ]);
    const { spans } = sent().root;
    assert.deepEqual(
      [spans.length, spans[0].description, spans[999].description],
      [1000, 'child-0', 'child-999'],
    );
    assert.deepEqual(await reportedLosses(page, server), { 'buffer_overflow span': 1002 });
  });

  it('past a thousand go on to be streamed: those that have left make room', async () => {
    const recording = await run(() => {
      T.init({ ...options, traceLifecycle: 'stream' });
      return T.startSpan({ name: 'root' }, () => {
        let all = true;
        for (let at = 0; at < 1500; at++)
          T.startSpan({ name: 'child' }, (span) => (all &&= span.isRecording()));
        return all;
      });
    });
    assert.equal(recording, true);
    const items = server.envelopes.flatMap(({ payload }) => payload.items);
    assert.equal(items.filter(({ name }) => name === 'child').length, 1500);
    assert.deepEqual(await reportedLosses(page, server), {});
  });

  it('are found again below their root as the very spans that the page has begun', async () => {
    const seen = await run(() =>
      T.startSpan({ name: 'root' }, (root) => {
        const begun = Array.from({ length: 100 }, (_, at) => named(`child-${at}`));
        for (const span of begun.slice(0, 80)) span.end();
        const [first, ...others] = T.getSpanDescendants(root);
        const roots = begun.every((span) => T.getRootSpan(span) === root);
        return [first === root, others.length, others.every((span, at) => span === begun[at]), roots];
      }),
    );
    assert.deepEqual(seen, [true, 100, true, true]);
  });

  it('a thousand deep are all found below each of them, in the order of the tree', async () => {
    const seen = await run(() => {
      T.init({ ...options, parentSpanIsAlwaysRootSpan: false });
      const root = T.startInactiveSpan({ name: 'root' });
      const chain = [root];
      for (let at = 0; at < 999; at++) {
        chain.push(T.startInactiveSpan({ name: `${at}`, parentSpan: chain.at(-1) }));
      }
      const beside = T.startInactiveSpan({ name: 'beside', parentSpan: root });
      const found = T.getSpanDescendants(root);
      const of = (place) => T.getSpanDescendants(chain[place]);
      const wrong = [];
      for (let at = 0; at < chain.length; at++) {
        if (found[at] !== chain[at]) wrong.push(at);
        if (at > 0 && of(at).length !== chain.length - at) wrong.push(`below ${at}`);
      }
      return [found.length, found.at(-1) === beside, of(500)[0] === chain[500], wrong];
    });
    assert.deepEqual(seen, [1001, true, true, []]);
  });

  it('of a page that is hidden are sent as far as they are over', async () => {
    await page.evaluate(() => {
      T.init({ ...options, integrations: [T.browserTracingIntegration({ instrumentPageLoad: false })] });
      T.setActiveSpanInBrowser(T.startInactiveSpan({ name: 'root' }));
      T.startSpan({ name: 'over' }, () => {});
      named('open');
    });
    // What is lost by this is reported the next time.
    await reportedLosses(page, server);
    assert.deepEqual(names(sent().root), ['over']);
    assert.deepEqual(await reportedLosses(page, server), { 'invalid span': 1 });
  });

  it('are heard of by listeners that come while they are under way', async () => {
    const heard = await run(() => {
      const heard = [];
      T.startSpan({ name: 'root' }, () => {
        T.startSpan({ name: 'over' }, () => {});
        const open = named('open');
        T.getClient().on('spanStart', (span) => heard.push(['start', T.spanToJSON(span).name]));
        T.getClient().on('spanEnd', (span) => heard.push(['end', T.spanToJSON(span).name, span === open]));
        open.end();
        T.startSpan({ name: 'next' }, () => {});
      });
      return heard;
    });
    assert.deepEqual(heard, [
      ['end', 'open', true],
      ['start', 'next'],
      ['end', 'next', false],
      ['end', 'root', false],
    ]);
  });

  it('stay with their root across another init', async () => {
    await run(() => {
      const root = T.startInactiveSpan({ name: 'root' });
      T.withActiveSpan(root, () => T.startSpan({ name: 'before' }, () => {}));
      T.init({ ...options, environment: 'other' });
      T.withActiveSpan(root, () => T.startSpan({ name: 'after' }, () => {}));
      root.end();
    });
    assert.deepEqual(names(sent().root), ['before', 'after']);
  });

  it('may be, and may have roots that are, reactive proxies', async () => {
    const below = await run(() => {
      const like = (span) => new Proxy(span, {});
      const child = (root) => T.withActiveSpan(root, () => named('child'));
      const first = named('below a proxy');
      const one = child(like(first));
      const isBelow = T.getRootSpan(one).spanContext().spanId === first.spanContext().spanId;
      const isFound = T.getSpanDescendants(like(first)).includes(one);
      one.end();
      first.end();
      const second = named('ended as a proxy');
      child(second).end();
      like(second).end();
      const third = named('with a child that is a proxy');
      const proxy = like(child(third));
      proxy.setAttribute('a', 1).setStatus({ code: 2 });
      T.withActiveSpan(proxy, () => child(T.getActiveSpan()).end());
      proxy.end();
      third.end();
      return [isBelow, isFound];
    });
    assert.deepEqual(below, [true, true]);
    const all = sent();
    assert.deepEqual(names(all['below a proxy']), ['child']);
    assert.deepEqual(names(all['ended as a proxy']), ['child']);
    const [proxied] = all['with a child that is a proxy'].spans;
    assert.deepEqual([proxied.data.a, proxied.status], [1, 'internal_error']);
    assert.equal(all['with a child that is a proxy'].spans.length, 2);
  });
});
