// `registerOpenTelemetry` itself: before and after `init`, beside another SDK of OpenTelemetry, twice, by `require`, taken back; and
// spans of its tracers with `throughline/otlp`.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { afterEach, describe, it, mock } from 'node:test';
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import * as Throughline from '../../dist/node.js';
import { registerOpenTelemetry } from '../../dist/opentelemetry-node.js';
import { otlpExporter } from '../../dist/otlp.js';
import { spansOf, useCollector } from '../support/otlp/collector.mjs';
import { useIngest } from './support.mjs';

describe('registerOpenTelemetry', () => {
  const ingest = useIngest();
  const collector = useCollector();
  /** As a library has it, for ever. */
  const tracer = trace.getTracer('library');
  const records = (one = tracer) => {
    const span = one.startSpan('asked');
    span.end();
    return span.isRecording() || span.spanContext().traceFlags === 1;
  };
  const start = (options = {}) => Throughline.init({ dsn: ingest.dsn(), tracesSampleRate: 1, ...options });

  afterEach(async () => {
    mock.restoreAll();
    await Throughline.close();
    for (const part of [trace, context, propagation]) part.disable();
    collector.asked = [];
  });

  it('may come before `init`', () => {
    assert.ok(registerOpenTelemetry());
    assert.equal(records(), false);
    start();
    assert.equal(records(), true);
  });

  it('does nothing more the second time, of another copy neither', () => {
    start();
    const unregister = registerOpenTelemetry();
    assert.equal(registerOpenTelemetry(), unregister);
    const { registerOpenTelemetry: required } = createRequire(import.meta.url)(
      '../../dist/cjs/opentelemetry-node.js',
    );
    assert.equal(required(), unregister);
  });

  it('is taken back by its function, and may come again', () => {
    start();
    const unregister = registerOpenTelemetry();
    assert.equal(records(), true);
    unregister();
    unregister();
    assert.equal(records(), false);
    assert.equal(records(trace.getTracer('other')), false);
    assert.deepEqual(propagation.fields(), []);
    assert.equal(
      context.with(ROOT_CONTEXT.setValue(Symbol('x'), 1), () => context.active()),
      ROOT_CONTEXT,
    );
    assert.ok(registerOpenTelemetry());
    assert.equal(records(), true);
  });

  it('is taken back by `close`, also of a client that came later', async () => {
    registerOpenTelemetry();
    start();
    assert.equal(records(), true);
    await Throughline.close();
    assert.equal(records(), false);
    assert.deepEqual(propagation.fields(), []);
  });

  const others = {
    tracer: () => trace.setGlobalTracerProvider({ getTracer: () => 'theirs' }),
    'context manager': () =>
      context.setGlobalContextManager({
        active: () => ROOT_CONTEXT,
        with: (_context, callback, receiver, ...given) => callback.apply(receiver, given),
        bind: (_context, target) => target,
        enable() {
          return this;
        },
        disable() {
          return this;
        },
      }),
    propagator: () =>
      propagation.setGlobalPropagator({ inject() {}, extract: (given) => given, fields: () => ['theirs'] }),
  };
  for (const [name, register] of Object.entries(others)) {
    it(`leaves another ${name} in its place, and takes none`, () => {
      const warn = mock.method(console, 'warn', () => {});
      start({ debug: true });
      assert.ok(register());
      assert.equal(registerOpenTelemetry(), false);
      const said = warn.mock.calls.map(({ arguments: [sentence] }) => sentence);
      assert.deepEqual(
        said.filter((sentence) => sentence.includes('registerOpenTelemetry')),
        [
          '[throughline] registerOpenTelemetry did nothing: another SDK of OpenTelemetry is registered already',
        ],
      );
      assert.deepEqual(
        [trace.getTracer('x') === 'theirs', propagation.fields().join()],
        [name === 'tracer', name === 'propagator' ? 'theirs' : ''],
      );
      // The other two places are free.
      for (const [other, free] of Object.entries(others)) assert.equal(free(), other !== name, other);
    });
  }

  it('takes back only what is still its own, and hands tracers over', () => {
    start();
    const unregister = registerOpenTelemetry();
    assert.equal(records(), true);
    trace.disable();
    propagation.disable();
    const spans = [];
    const theirs = {
      startSpan: (name) =>
        spans.push(name) && trace.wrapSpanContext({ traceId: '1', spanId: '2', traceFlags: 0 }),
    };
    trace.setGlobalTracerProvider({ getTracer: () => theirs });
    others.propagator();
    unregister();
    assert.equal(trace.getTracer('x'), theirs);
    assert.deepEqual(propagation.fields(), ['theirs']);
    records();
    assert.deepEqual(spans, ['asked']);
  });

  it('does not ask itself for ever where somebody has put a provider around its own', () => {
    start();
    const unregister = registerOpenTelemetry();
    const ours = trace.getTracerProvider().getDelegate();
    trace.disable();
    const around = { getTracer: (...given) => ours.getTracer(...given) };
    trace.setGlobalTracerProvider(around);
    assert.equal(records(), true);
    unregister();
    assert.equal(records(), false);
    around.getTracer = () => {
      throw new Error('theirs');
    };
    assert.equal(records(), false);
  });

  it('has spans that `throughline/otlp` sends on with their kinds, and without an end', async () => {
    const integrations = [otlpExporter({ url: collector.url, delay: 20 })];
    start({ dsn: undefined, integrations });
    registerOpenTelemetry();
    const other = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    tracer.startActiveSpan('root', { kind: SpanKind.CONSUMER, links: [{ context: other }] }, (root) => {
      for (const kind of [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER]) {
        tracer.startSpan(String(kind), { kind }).end();
      }
      root.setStatus({ code: 2, message: 'not_found' });
      root.end();
    });
    const spans = spansOf(await collector.take(1));
    assert.deepEqual(
      spans.map(({ name, kind, parentSpanId }) => [name, kind, parentSpanId === spans[0].spanId]),
      [
        ['root', 5, false],
        ['0', 1, true],
        ['1', 2, true],
        ['2', 3, true],
        ['3', 4, true],
      ],
    );
    assert.equal(spans[0].status.code, 2);
    assert.deepEqual([spans[0].links[0].traceId, spans[0].links[0].spanId], [other.traceId, other.spanId]);
    // What an instrumentation would begin for the request with them.
    const request = tracer.startSpan('POST', {
      kind: SpanKind.CLIENT,
      attributes: { 'url.full': `${collector.url}/v1/traces` },
    });
    assert.equal(request.isRecording(), false);
  });
});
