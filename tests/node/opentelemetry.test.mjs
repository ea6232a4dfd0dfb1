// `registerOpenTelemetry` on a server: libraries that know @opentelemetry/api alone, written as such libraries are, and what of them
// arrives in envelopes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { suppressTracing, unsuppressTracing } from '@opentelemetry/core';
import * as Throughline from '../../dist/node.js';
import { useOpenTelemetry } from './opentelemetry.mjs';

const { getActiveSpan, startNewTrace, startSpan } = Throughline;

// As libraries have it: before anybody has registered anything.
const tracer = trace.getTracer('@shop/orders-client', '1.2.3');
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('OpenTelemetry on a server', () => {
  const { ingest, sent } = useOpenTelemetry();

  /** The spans of a transaction by name, its root among them. */
  function spansOf({ contexts, spans, transaction }) {
    return Object.fromEntries([
      [transaction, { ...contexts.trace, description: transaction }],
      ...spans.map((span) => [span.description, span]),
    ]);
  }

  describe('a tracer', () => {
    it('begins roots with attributes, kind, origin and the name of the library', async () => {
      const span = tracer.startSpan('poll', { kind: SpanKind.CLIENT, attributes: { 'poll.count': 3 } });
      assert.equal(span.isRecording(), true);
      assert.equal(span.spanContext().traceFlags, 1);
      span
        .setAttributes({ tries: [1, 2] })
        .setAttribute('last', true)
        .end();
      const { poll } = await sent();
      const { data, origin, trace_id, span_id, status } = poll.contexts.trace;
      assert.deepEqual(
        [trace_id, span_id, status, origin],
        [span.spanContext().traceId, span.spanContext().spanId, 'ok', 'auto.otel.shop_orders_client'],
      );
      assert.deepEqual(
        { ...data, 'sentry.sample_rate': undefined },
        {
          'poll.count': 3,
          tries: [1, 2],
          last: true,
          'sentry.kind': 'client',
          'sentry.origin': 'auto.otel.shop_orders_client',
          'sentry.segment.name.source': 'custom',
          'sentry.sample_rate': undefined,
          'otel.scope.name': '@shop/orders-client',
          'otel.scope.version': '1.2.3',
        },
      );
    });

    it('has active spans in each form, below one another and below ours', async () => {
      const answer = await startNewTrace(() =>
        startSpan({ name: 'root' }, () =>
          tracer.startActiveSpan('one', (one) =>
            tracer.startActiveSpan('two', { attributes: { at: 2 } }, async (two) => {
              await wait(1);
              assert.equal(trace.getActiveSpan(), two);
              assert.equal(getActiveSpan(), two);
              const ctx = trace.setSpan(context.active(), one);
              const result = tracer.startActiveSpan('three', {}, ctx, (three) => {
                startSpan({ name: 'four' }, () => tracer.startSpan('five').end());
                three.end();
                return 'value';
              });
              two.end();
              one.end();
              return result;
            }),
          ),
        ),
      );
      assert.equal(answer, 'value');
      const { root } = await sent();
      const spans = spansOf(root);
      const parents = Object.entries(spans).map(([name, { parent_span_id: parent }]) => [
        name,
        Object.values(spans).find(({ span_id }) => span_id === parent)?.description,
      ]);
      assert.deepEqual(Object.fromEntries(parents), {
        root: undefined,
        one: 'root',
        two: 'one',
        three: 'one',
        four: 'three',
        five: 'four',
      });
      assert.equal(spans.two.data.at, 2);
      assert.equal(new Set(Object.values(spans).map(({ trace_id }) => trace_id)).size, 1);
    });

    it('gives back what a callback answers, and throws what it throws', async () => {
      const promise = Promise.resolve(1);
      assert.equal(
        tracer.startActiveSpan('promise', (span) => {
          span.end();
          return promise;
        }),
        promise,
      );
      const error = new Error('theirs');
      assert.throws(
        () =>
          tracer.startActiveSpan('fails', (span) => {
            span.end();
            throw error;
          }),
        (thrown) => thrown === error,
      );
      const receiver = {};
      assert.equal(
        context.with(
          context.active(),
          function (...given) {
            return [this === receiver, ...given].join();
          },
          receiver,
          1,
          2,
        ),
        'true,1,2',
      );
      await sent();
    });

    it('is never wrong about a parent, however work interleaves', async () => {
      const names = Array.from({ length: 20 }, (_, at) => `root ${at}`);
      const work = async (name) => {
        await wait(Math.floor(name.length / 7));
        await tracer.startActiveSpan(`${name} child`, async (child) => {
          await wait(1);
          startSpan({ name: `${name} ours` }, () => {});
          await context.with(trace.setSpan(context.active(), child), async () => {
            await wait(1);
            tracer.startSpan(`${name} grandchild`).end();
          });
          child.end();
        });
        tracer.startSpan(`${name} other`).end();
      };
      await Promise.all(
        names.map((name) =>
          tracer.startActiveSpan(name, async (span) => {
            await work(name);
            span.end();
          }),
        ),
      );
      const events = await sent();
      assert.deepEqual(Object.keys(events).sort(), [...names].sort());
      for (const name of names) {
        const spans = spansOf(events[name]);
        assert.equal(Object.keys(spans).length, 5);
        assert.equal(spans[`${name} child`].parent_span_id, spans[name].span_id);
        assert.equal(spans[`${name} other`].parent_span_id, spans[name].span_id);
        assert.equal(spans[`${name} ours`].parent_span_id, spans[`${name} child`].span_id);
        assert.equal(spans[`${name} grandchild`].parent_span_id, spans[`${name} child`].span_id);
      }
      // What begins outside of any trace is in one of its own.
      assert.equal(new Set(Object.values(events).map(({ contexts }) => contexts.trace.trace_id)).size, 20);
    });

    it('begins a new trace for a root, with links to others', async () => {
      let outer;
      tracer.startActiveSpan('outer', (span) => {
        outer = span.spanContext();
        const root = tracer.startSpan('inner', {
          root: true,
          links: [{ context: { ...outer, traceFlags: 3 }, attributes: { why: 'cause' } }],
        });
        root.addLink({ context: { traceId: TRACE, spanId: SPAN, traceFlags: 0, isRemote: true } });
        root.end();
        span.end();
      });
      const { inner } = await sent();
      const { trace_id, parent_span_id, links } = inner.contexts.trace;
      assert.notEqual(trace_id, outer.traceId);
      assert.equal(parent_span_id, undefined);
      assert.deepEqual(links, [
        { trace_id: outer.traceId, span_id: outer.spanId, sampled: true, attributes: { why: 'cause' } },
        { trace_id: TRACE, span_id: SPAN, sampled: false, isRemote: true },
      ]);
    });

    it('knows times of three kinds', async () => {
      const start = new Date(Date.now() - 5000);
      const began = performance.now();
      tracer.startSpan('of dates', { startTime: start }).end(new Date(start.getTime() + 250));
      tracer.startSpan('of timeline', { startTime: began }).end(began + 20);
      tracer.startSpan('of hrtime', { startTime: [1_700_000_000, 5e8] }).end([1_700_000_001, 0]);
      const events = await sent();
      const length = ({ start_timestamp, timestamp }) => Math.round((timestamp - start_timestamp) * 1000);
      assert.equal(events['of dates'].start_timestamp, start.getTime() / 1000);
      assert.equal(length(events['of dates']), 250);
      assert.equal(length(events['of timeline']), 20);
      assert.ok(
        Math.abs(events['of timeline'].start_timestamp - (performance.timeOrigin + began) / 1000) < 0.01,
      );
      assert.deepEqual(
        [events['of hrtime'].start_timestamp, length(events['of hrtime'])],
        [1_700_000_000.5, 500],
      );
    });

    it('says status and exceptions, and nothing after the end', async () => {
      tracer.startActiveSpan('statuses', (root) => {
        const failed = tracer.startSpan('failed');
        failed.recordException(new RangeError('out of range'));
        failed.setStatus({ code: 2, message: 'not_found' });
        failed.setStatus({ code: 0 });
        failed.end();
        failed.setAttribute('late', true);
        failed.setStatus({ code: 1 });
        failed.updateName('other');
        assert.equal(failed.isRecording(), false);
        const good = tracer.startSpan('good');
        good.setStatus({ code: 1 }).setStatus({ code: 2, message: 'not_found' });
        good.end();
        root.end();
      });
      const { failed, good } = spansOf((await sent()).statuses);
      assert.deepEqual([failed.status, good.status], ['not_found', 'ok']);
      assert.equal(failed.data['exception.type'], 'RangeError');
      assert.equal(failed.data['exception.message'], 'out of range');
      assert.equal(failed.data.late, undefined);
    });

    it('says what the conventions say: operations, names, statuses of answers', async () => {
      const http = tracer.startSpan('GET', {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': 'GET', 'url.path': '/orders/1' },
      });
      context.with(trace.setSpan(context.active(), http), () => {
        const fails = tracer.startSpan('POST', {
          kind: SpanKind.CLIENT,
          attributes: { 'http.method': 'POST', 'http.url': 'https://pay.example/charge?token=secret' },
        });
        fails.setAttribute('http.status_code', 404);
        fails.end();
        tracer.startSpan('SELECT', { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'pg' } }).end();
        tracer
          .startSpan('send', { kind: SpanKind.PRODUCER, attributes: { 'messaging.system': 'sqs' } })
          .end();
        tracer
          .startSpan('process', { kind: SpanKind.CONSUMER, attributes: { 'messaging.system': 'sqs' } })
          .end();
        const late = tracer.startSpan('late');
        late.setAttribute('rpc.system', 'grpc');
        late.end();
      });
      http.setAttribute('http.route', '/orders/:id').setAttribute('http.response.status_code', 500);
      http.end();
      const events = await sent();
      const event = events['GET /orders/:id'];
      assert.ok(event, Object.keys(events).join());
      assert.equal(event.transaction_info.source, 'route');
      const said = Object.values(spansOf(event)).map(({ description, op, status, data }) => [
        description,
        op,
        status,
        data['sentry.kind'],
      ]);
      assert.deepEqual(said, [
        ['GET /orders/:id', 'http.server', 'internal_error', 'server'],
        ['POST https://pay.example/charge', 'http.client', 'not_found', 'client'],
        ['SELECT', 'db', 'ok', 'client'],
        ['send', 'queue.publish', 'ok', 'producer'],
        ['process', 'queue.process', 'ok', 'consumer'],
        ['late', 'rpc', 'ok', undefined],
      ]);
    });

    it('makes no span while tracing is suppressed, by either of the two', async () => {
      await context.with(suppressTracing(context.active()), async () => {
        await wait(1);
        assert.equal(tracer.startSpan('theirs').isRecording(), false);
        startSpan({ name: 'ours' }, (span) => assert.equal(span.isRecording(), false));
        const carrier = {};
        propagation.inject(context.active(), carrier);
        assert.deepEqual(carrier, {});
        context.with(unsuppressTracing(context.active()), () => tracer.startSpan('seen').end());
      });
      Throughline.suppressTracing(() => tracer.startSpan('unseen').end());
      assert.deepEqual(Object.keys(await sent()), ['seen']);
    });

    it('never traces what sends its spans', async () => {
      const url = `${new URL('/api/1/envelope/', ingest.dsn().replace('public@', ''))}?sentry_version=7`;
      const span = tracer.startSpan('POST', { kind: SpanKind.CLIENT, attributes: { 'url.full': url } });
      assert.equal(span.isRecording(), false);
      const carrier = {};
      propagation.inject(trace.setSpan(context.active(), span), carrier);
      assert.deepEqual(carrier, {});
      span.end();
      assert.deepEqual(await sent(), {});
    });

    it('loses of a span only what cannot be read', async () => {
      const attributes = {
        good: 1,
        get bad() {
          throw new Error('theirs');
        },
      };
      const context = { traceId: TRACE, spanId: SPAN, traceFlags: 1 };
      const span = tracer.startSpan('odd', { attributes, links: [null, { context }], kind: 'none' });
      span.addLinks([undefined, { context }]).end();
      const { data, links } = (await sent()).odd.contexts.trace;
      assert.equal(data.good, 1);
      assert.equal(links.length, 2);
    });

    it('never throws, whatever it is given', async () => {
      const evil = new Proxy(
        {},
        {
          get: () => {
            throw new Error('evil');
          },
          ownKeys: () => {
            throw new Error('evil');
          },
        },
      );
      for (const value of [undefined, null, 1, 'x', Symbol('x'), evil, []]) {
        const span = tracer.startSpan(value, value, value);
        span.setAttribute(value, value).setAttributes(value).setStatus(value).updateName(value);
        span.addEvent(value, value).addLink(value).addLinks(value);
        span.recordException(value);
        span.end(value);
        assert.equal(
          context.with(value, () => 'ran'),
          'ran',
        );
        assert.equal(context.with(ROOT_CONTEXT, value), undefined);
        assert.equal(tracer.startActiveSpan('none', value), undefined);
        assert.equal(context.bind(value, value), value);
        assert.doesNotThrow(() => propagation.inject(value, value));
        assert.doesNotThrow(() => propagation.extract(ROOT_CONTEXT, value));
      }
      await sent();
    });
  });
});
