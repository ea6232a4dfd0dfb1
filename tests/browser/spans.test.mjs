// startSpan and its relatives, as a page calls them, in a real browser; envelopes as a real server got them.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';

describe('spans', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    await page.evaluate(() => {
      options.release = 'shop@1';
      T.init(options);
    });
  });

  it('sends a root span with its children as one transaction', async () => {
    const seen = await page.evaluate(() =>
      T.startSpan({ name: 'root', op: 'ui.action', attributes: { a: 1, b: ['x'], c: true } }, (root) => {
        T.startSpan({ name: 'child' }, (child) =>
          child.setAttribute('d', 0.5).setStatus({ code: 2, message: 'not_found' }),
        );
        return { ids: root.spanContext(), header: T.spanToTraceHeader(root), json: T.spanToJSON(root) };
      }),
    );
    const [{ header, item, payload }] = await server.received(1);
    const { traceId, spanId } = seen.ids;
    assert.equal(seen.header, `${traceId}-${spanId}-1`);
    assert.equal(seen.json.name, 'root');
    assert.equal(seen.json.is_segment, true);
    assert.equal(seen.json.end_timestamp, undefined);
    assert.deepEqual(item, { type: 'transaction' });
    assert.equal(header.event_id, payload.event_id);
    assert.equal(header.dsn, 'http://public@localhost:1/1');
    assert.deepEqual(
      { ...header.trace, sample_rand: undefined },
      {
        environment: 'production',
        release: 'shop@1',
        public_key: 'public',
        trace_id: traceId,
        transaction: 'root',
        sampled: 'true',
        sample_rand: undefined,
        sample_rate: '1',
      },
    );
    assert.match(header.trace.sample_rand, /^0(\.\d{1,6})?$/);
    assert.ok(Math.abs(Date.parse(header.sent_at) - Date.now()) < 60_000);
    assert.equal(payload.transaction, 'root');
    assert.deepEqual(payload.transaction_info, { source: 'custom' });
    const { trace } = payload.contexts;
    assert.deepEqual(
      [trace.trace_id, trace.span_id, trace.op, trace.status],
      [traceId, spanId, 'ui.action', 'ok'],
    );
    assert.deepEqual([trace.data.a, trace.data.b, trace.data.c], [1, ['x'], true]);
    const [child] = payload.spans;
    assert.equal(payload.spans.length, 1);
    assert.deepEqual([child.description, child.parent_span_id, child.status], ['child', spanId, 'not_found']);
    assert.equal(child.data.d, 0.5);
    assert.ok(payload.start_timestamp <= child.start_timestamp && child.timestamp <= payload.timestamp);
  });

  it('takes names, attributes and links in any script', async () => {
    const seen = await page.evaluate(() => {
      const context = T.startInactiveSpan({ name: 'linked' }).spanContext();
      return ['plain', 'zwei\n\u00e9', '\u2603 \ud835\udcb3', 'half \ud835', '\u0000', ''].map((name) => {
        const given = {
          name,
          // The first one begins with the half of a character that a name may end with.
          attributes: { '\udcb3': 0, '\u043a\u043b\u044e\u0447': '\u{1f600}', b: 'x\ny' },
          links: [{ context }],
        };
        const json = T.spanToJSON(T.startInactiveSpan({ ...given, parentSpan: null }));
        const { b, '\u043a\u043b\u044e\u0447': key } = json.attributes;
        return [json.name, key, b, json.links.length];
      });
    });
    const names = ['plain', 'zwei\n\u00e9', '\u2603 \ud835\udcb3', 'half \ud835', '\u0000', ''];
    assert.deepEqual(
      seen,
      names.map((name) => [name, '\u{1f600}', 'x\ny', 1]),
    );
  });

  it('sends half of a character as one that stands for it, which servers accept', async () => {
    await page.evaluate(() =>
      T.startSpan({ name: 'half \ud835', attributes: { '\udcb3': 'back\\ud835 \ud835' } }, () => {}),
    );
    const [{ header, payload }] = await server.received(1);
    assert.equal(payload.transaction, 'half \ufffd');
    assert.equal(payload.contexts.trace.data['\ufffd'], 'back\\ud835 \ufffd');
    assert.equal(header.trace.transaction, 'half \ufffd');
  });

  it('stays active until a promise settles, and answers with what the callback answers', async () => {
    const seen = await page.evaluate(async () => {
      let during;
      const answer = await T.startSpan({ name: 'root' }, async (span) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        during = T.getActiveSpan() === span;
        return 'answer';
      });
      return { answer, during, after: T.getActiveSpan() };
    });
    assert.deepEqual(seen, { answer: 'answer', during: true, after: undefined });
    const [{ payload }] = await server.received(1);
    assert.ok(payload.timestamp - payload.start_timestamp >= 0.015);
  });

  it('hands errors on as they are, and marks the span failed', async () => {
    const same = await page.evaluate(async () => {
      const error = new Error('mine');
      const thrown = [];
      try {
        T.startSpan({ name: 'sync' }, () => {
          throw error;
        });
      } catch (caught) {
        thrown.push(caught === error);
      }
      await T.startSpan({ name: 'async' }, async () => {
        throw error;
      }).catch((caught) => thrown.push(caught === error));
      await T.startSpan({ name: 'known' }, async (span) => {
        span.setStatus({ code: 2, message: 'cancelled' });
        throw error;
      }).catch(() => {});
      return thrown;
    });
    assert.deepEqual(same, [true, true]);
    const statuses = (await server.received(3)).map(({ payload }) => payload.contexts.trace.status);
    assert.deepEqual(statuses, ['internal_error', 'internal_error', 'cancelled']);
  });

  it('leaves a rejection that nobody handles unhandled', async () => {
    const reason = await page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('unhandledrejection', (event) => {
            event.preventDefault();
            resolve(event.reason);
          });
          T.startSpan({ name: 'x' }, () => Promise.reject('the reason'));
        }),
    );
    assert.equal(reason, 'the reason');
  });

  it('attaches to the root, to a given parent, or to nothing', async () => {
    const ids = await page.evaluate(() =>
      T.startSpan({ name: 'root' }, (root) => {
        const id = (span) => span.spanContext().spanId;
        const parentOf = (span) => T.spanToJSON(span).parent_span_id;
        return T.startSpan({ name: 'child' }, (child) => ({
          root: id(root),
          child: id(child),
          nested: T.startSpan({ name: 'nested' }, parentOf),
          given: T.startSpan({ name: 'given', parentSpan: child }, parentOf),
          none: T.startSpan({ name: 'none', parentSpan: null }, (none) => [
            parentOf(none),
            none.spanContext().traceId,
          ]),
          trace: root.spanContext().traceId,
        }));
      }),
    );
    assert.equal(ids.nested, ids.root);
    assert.equal(ids.given, ids.child);
    assert.deepEqual(ids.none, [undefined, ids.trace]);
  });

  it('continues a trace for a callback, and only for it', async () => {
    const baggage = `sentry-trace_id=${TRACE},sentry-sample_rand=0.5,other=1`;
    const seen = await page.evaluate(
      ([sentryTrace, baggage]) => {
        const inside = T.continueTrace({ sentryTrace, baggage }, () =>
          T.startSpan({ name: 'continued' }, (span) => ({
            json: T.spanToJSON(span),
            data: T.getTraceData(),
          })),
        );
        const malformed = T.continueTrace({ sentryTrace: 'garbage', baggage }, () => T.getTraceData());
        return { inside, malformed, after: T.getTraceData() };
      },
      [`${TRACE}-${PARENT}-1`, baggage],
    );
    assert.equal(seen.inside.json.trace_id, TRACE);
    assert.equal(seen.inside.json.parent_span_id, PARENT);
    assert.equal(seen.inside.data['sentry-trace'], `${TRACE}-${seen.inside.json.span_id}-1`);
    assert.equal(seen.inside.data.baggage, `sentry-trace_id=${TRACE},sentry-sample_rand=0.5`);
    assert.ok(!seen.malformed['sentry-trace'].startsWith(TRACE));
    assert.ok(!seen.malformed.baggage.includes('0.5'));
    assert.ok(!seen.after['sentry-trace'].startsWith(TRACE));
    const [{ header }] = await server.received(1);
    assert.deepEqual(header.trace, { trace_id: TRACE, sample_rand: '0.5' });
  });

  it('survives nonsense without throwing', async () => {
    const seen = await page.evaluate(() => {
      const cyclic = {};
      cyclic.self = cyclic;
      const attributes = {
        good: 1,
        cyclic,
        big: 1n,
        symbol: Symbol('s'),
        gone: undefined,
        get bad() {
          throw new Error('getter');
        },
      };
      const calls = [
        () => T.startSpan(undefined, (span) => span.spanContext().traceId.length),
        () => T.startSpan({ name: 7, op: {}, attributes: 'no', startTime: 'soon' }, () => 'ran'),
        () => T.startSpan({ name: Symbol('s'), parentSpan: { spanContext: 1 } }, () => 'ran'),
        () => T.startSpan({ name: 'x', attributes }, (span) => T.spanToJSON(span).attributes),
        () =>
          T.startSpan({ name: 'x' }, (span) => {
            span.setAttribute(null, cyclic).setAttributes(null).setStatus(null).updateName({}).end({});
            span.end();
            return 'ended twice';
          }),
        () => T.spanToTraceHeader({}),
        () => T.spanToBaggageHeader(null) === undefined,
        () => T.spanToJSON(undefined).span_id,
        () => T.continueTrace(null, () => 'ran'),
        () => T.continueTrace({ sentryTrace: {}, baggage: 7 }, () => 'ran'),
        () => Object.keys(T.getTraceData(null)),
        () => T.init(null) !== undefined,
        () =>
          T.init({ dsn: 7, tracesSampleRate: {}, tracePropagationTargets: 'x', integrations: [null, 7] }) !==
          undefined,
      ];
      return calls.map((call) => {
        try {
          return call();
        } catch (error) {
          return `threw ${error}`;
        }
      });
    });
    assert.equal(seen.filter((answer) => String(answer).startsWith('threw')).length, 0, JSON.stringify(seen));
    assert.equal(seen[0], 32);
    assert.equal(seen[3].good, 1);
    // What an attribute cannot hold is sent as data of limited depth, as the reference does.
    assert.deepEqual(Object.keys(seen[3]).sort(), [
      'big',
      'cyclic',
      'good',
      'sentry.origin',
      'sentry.sample_rate',
      'sentry.segment.name.source',
      'symbol',
    ]);
    assert.equal(page.said.filter((line) => line.includes('dsn was ignored')).length, 1);
  });

  it('survives mistakes in page code, and goes on tracing', async () => {
    const seen = await page.evaluate(async () => {
      const broken = () => {
        throw new Error('broken');
      };
      const mistakes = [
        (span) => new Proxy(span, {}).setAttribute('proxied', 1).setStatus({ code: 2, message: 'aborted' }),
        ({ end }) => end(),
        ({ spanContext }) => spanContext(),
        (span) => span.setStatus({ code: Symbol() }),
        (span) => span.end(Object.create(Date.prototype)),
        () => T.startSpan({ name: 'x', startTime: [Symbol()] }, () => {}),
        () =>
          T.init({
            ...options,
            tracePropagationTargets: [Object.defineProperty(/x/, 'flags', { get: broken })],
          }),
        () =>
          T.init({
            ...options,
            integrations: [
              {
                get name() {
                  throw new Error('name');
                },
              },
            ],
          }),
      ];
      const thrown = [];
      for (const mistake of mistakes) {
        try {
          T.startSpan({ name: 'x' }, mistake);
        } catch (error) {
          thrown.push(String(error));
        }
      }
      let json;
      T.startSpan({ name: 'x' }, (span) => {
        new Proxy(span, {}).setAttribute('proxied', 1);
        json = T.spanToJSON(span);
      });
      return [thrown, json.attributes.proxied];
    });
    assert.deepEqual(seen, [[], 1]);
  });

  it('takes no line of an attribute for another attribute', async () => {
    const attributes = await page.evaluate(() =>
      T.startSpan(
        { name: 'x', attributes: { 'a\n1\ninjected': 1, b: 'c\nd\n2' } },
        (span) => T.spanToJSON(span).attributes,
      ),
    );
    assert.equal(attributes.injected, undefined);
    assert.equal(attributes.b, 'c\nd\n2');
  });

  it('keeps what a cancellable promise has beside then', async () => {
    const seen = await page.evaluate(async () => {
      const promise = Object.assign(Promise.resolve(1), { abort: () => 'aborted' });
      const derived = T.startSpan({ name: 'x' }, () => promise);
      return [derived.abort(), await derived];
    });
    assert.deepEqual(seen, ['aborted', 1]);
  });

  it('says nothing for another SDK, and gives the W3C header when asked', async () => {
    const seen = await page.evaluate(() =>
      T.startSpan({ name: 'x' }, (span) => ({
        none: [T.spanToBaggageHeader(null), T.spanToBaggageHeader({ spanContext: () => ({}) })],
        without: Object.keys(T.getTraceData({ span })),
        traceparent: T.getTraceData({ span, propagateTraceparent: true }).traceparent,
        ids: span.spanContext(),
      })),
    );
    assert.deepEqual(seen.none, [undefined, undefined]);
    assert.deepEqual(seen.without, ['sentry-trace', 'baggage']);
    assert.equal(seen.traceparent, `00-${seen.ids.traceId}-${seen.ids.spanId}-01`);
  });

  it('without a rate there are no spans, but headers without a decision', async () => {
    const seen = await page.evaluate(() => {
      T.init({ ...options, tracesSampleRate: undefined });
      return T.startSpan({ name: 'x' }, (span) => [span.isRecording(), T.getTraceData()]);
    });
    assert.equal(seen[0], false);
    assert.match(seen[1]['sentry-trace'], /^[0-9a-f]{32}-[0-9a-f]{16}$/);
    assert.doesNotMatch(seen[1].baggage, /sample/);
  });

  it('with a rate of 0 the decision is no, and nothing is sent', async () => {
    const header = await page.evaluate(async () => {
      T.init({ ...options, tracesSampleRate: 0 });
      const header = T.startSpan({ name: 'x' }, () => T.getTraceData()['sentry-trace']);
      await T.flush();
      return header;
    });
    assert.match(header, /-0$/);
    assert.equal(server.envelopes.length, 0);
  });

  it('disabled, it does nothing at all', async () => {
    const seen = await page.evaluate(async () => {
      T.init({ ...options, enabled: false });
      const answer = T.startSpan({ name: 'x' }, () => 'ran');
      await T.flush();
      return [answer, T.getTraceData()];
    });
    assert.deepEqual(seen, ['ran', {}]);
    assert.equal(server.envelopes.length, 0);
  });
});
