// The propagator of OpenTelemetry's API with ours behind it: what goes into headers, what comes out of them, and that it agrees with
// OpenTelemetry's own about `traceparent`.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { context, createTraceState, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import * as Throughline from '../../dist/node.js';
import { registerOpenTelemetry } from '../../dist/opentelemetry-node.js';
import { useIngest } from './support.mjs';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const tracer = trace.getTracer('headers');
const getter = { get: (carrier, name) => carrier[name], keys: (carrier) => Object.keys(carrier) };
const setter = { set: (carrier, name, value) => Object.assign(carrier, { [name]: value }) };
const injected = (given = context.active()) => {
  const carrier = {};
  propagation.inject(given, carrier);
  return carrier;
};
const idsOf = (given) => {
  const { traceId, spanId, traceFlags, isRemote } = trace.getSpanContext(given) ?? {};
  return [traceId, spanId, traceFlags, isRemote];
};
const NOTHING = [undefined, undefined, undefined, undefined];

/** Headers of each kind, and what is wrong with some. */
const TRACEPARENTS = [
  `00-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-00`,
  `01-${TRACE}-${SPAN}-01`,
  `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`,
  `cc-${TRACE}-${SPAN}-01.what-the-future-will-not-be-like`,
  `00-${TRACE}-${SPAN}-01-what-the-future-will-be-like`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE.slice(1)}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}1-01`,
  `00-${TRACE}-${SPAN}-1`,
  `00-${TRACE}-${SPAN}-xx`,
  `.0-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`,
  'nonsense',
  '',
];

describe('the propagator', () => {
  const ingest = useIngest();
  before(() => {
    Throughline.init({ dsn: ingest.dsn(), tracesSampleRate: 1, release: 'shop@1' });
    assert.ok(registerOpenTelemetry());
  });
  after(() => Throughline.close());

  it('names its headers', () => {
    assert.deepEqual(propagation.fields(), ['sentry-trace', 'baggage', 'traceparent', 'tracestate']);
  });

  describe('writes', () => {
    it('the headers of the span that is active, ours or theirs', () => {
      const check = (span) => {
        const { traceId, spanId } = span.spanContext();
        const { 'sentry-trace': sentryTrace, baggage, traceparent, ...others } = injected();
        assert.equal(sentryTrace, `${traceId}-${spanId}-1`);
        assert.equal(traceparent, `00-${traceId}-${spanId}-01`);
        assert.ok(
          baggage.includes(`sentry-trace_id=${traceId}`) && baggage.includes('sentry-release=shop%401'),
        );
        assert.deepEqual(others, {});
      };
      tracer.startActiveSpan('theirs', (span) => {
        check(span);
        span.end();
      });
      Throughline.startSpan({ name: 'ours' }, check);
    });

    it('those of the context that it is given, whatever is active', () => {
      const span = tracer.startSpan('elsewhere');
      const given = trace.setSpan(ROOT_CONTEXT, span);
      Throughline.startSpan({ name: 'active' }, () => {
        const { traceId, spanId } = span.spanContext();
        assert.equal(injected(given)['sentry-trace'], `${traceId}-${spanId}-1`);
      });
      span.end();
    });

    it('as OpenTelemetry does what another service has begun', () => {
      const theirs = new W3CTraceContextPropagator();
      for (const traceFlags of [0, 1]) {
        const state = createTraceState('vendor=1,other=2');
        for (const traceState of [undefined, state]) {
          const remote = {
            traceId: TRACE,
            spanId: SPAN,
            traceFlags,
            isRemote: true,
            ...(traceState && { traceState }),
          };
          const given = trace.setSpanContext(ROOT_CONTEXT, remote);
          const expected = {};
          theirs.inject(given, expected, setter);
          const { traceparent, tracestate } = injected(given);
          assert.deepEqual({ traceparent, ...(tracestate && { tracestate }) }, expected);
        }
      }
      const invalid = trace.setSpanContext(ROOT_CONTEXT, { traceId: '0', spanId: '0', traceFlags: 1 });
      assert.match(injected(invalid).traceparent, /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-0[01]$/);
    });

    it('baggage of the context beside ours, as OpenTelemetry writes it', () => {
      const baggage = propagation.createBaggage({
        user: { value: 'Amélie, 42' },
        'sentry-trace_id': { value: 'forged' },
        plain: { value: 'x', metadata: { toString: () => 'ttl=1' } },
      });
      const given = propagation.setBaggage(context.active(), baggage);
      const { baggage: header } = injected(given);
      const [user, plain, ...own] = header.split(',');
      const expected = {};
      new W3CBaggagePropagator().inject(
        propagation.setBaggage(ROOT_CONTEXT, baggage.removeEntry('sentry-trace_id')),
        expected,
        setter,
      );
      assert.equal(`${user},${plain}`, expected.baggage);
      assert.ok(own.length > 1 && own.every((entry) => /^sentry-/.test(entry)), header);
      assert.ok(!header.includes('forged'));
    });

    it('no more baggage than servers read', () => {
      const entries = Array.from({ length: 300 }, (_, at) => [`key${at}`, { value: 'x'.repeat(100) }]);
      const given = propagation.setBaggage(
        context.active(),
        propagation.createBaggage(Object.fromEntries(entries)),
      );
      const { baggage } = injected(given);
      assert.ok(baggage.length <= 8192 && baggage.length > 6000);
      assert.match(baggage, /sentry-trace_id=/);
    });

    it('baggage without an entry that no header can say, which costs nothing else', () => {
      const failing = {
        toString: () => {
          throw new Error('theirs');
        },
      };
      const baggage = propagation.createBaggage({
        half: { value: '\ud800' },
        '\udc00': { value: 'half a name' },
        odd: { value: failing },
        plain: { value: 'x' },
        kept: { value: '1', metadata: { toString: () => 'ttl=1; secure\t' } },
        broken: { value: '2', metadata: { toString: () => 'm=\r\nX-Evil: 1' } },
        accented: { value: '3', metadata: { toString: () => 'm=\u00e9' } },
        joined: { value: '4', metadata: { toString: () => 'm,sentry-release=evil' } },
        failing: { value: '5', metadata: failing },
      });
      Throughline.startSpan({ name: 'active' }, (span) => {
        const { baggage: header, ...others } = injected(propagation.setBaggage(context.active(), baggage));
        assert.equal(others['sentry-trace'], `${span.spanContext().traceId}-${span.spanContext().spanId}-1`);
        assert.equal(
          header.slice(0, header.indexOf(',sentry-')),
          'plain=x,kept=1;ttl=1; secure\t,broken=2,accented=3,joined=4,failing=5',
        );
        assert.doesNotThrow(() => new Headers({ baggage: header, ...others }));
        const broken = {
          getAllEntries: () => {
            throw new Error('theirs');
          },
        };
        const { baggage: own, ...rest } = injected(propagation.setBaggage(context.active(), broken));
        assert.match(own, /^sentry-/);
        assert.deepEqual(rest, others);
      });
    });

    it('into whatever a setter says, and goes on where that throws', () => {
      const said = [];
      propagation.inject(context.active(), 'carrier', {
        set(carrier, name) {
          said.push([carrier, name]);
          throw new Error('full');
        },
      });
      assert.deepEqual(said[0], ['carrier', 'sentry-trace']);
      assert.ok(said.length > 1);
    });
  });

  describe('reads', () => {
    it('a trace of ours with its sampling context, which goes on as it came', async () => {
      const headers = {
        'sentry-trace': `${TRACE}-${SPAN}-1`,
        baggage: `theirs=1,sentry-trace_id=${TRACE},sentry-public_key=public,sentry-release=front%402,sentry-sample_rand=0.25`,
      };
      const given = propagation.extract(ROOT_CONTEXT, headers);
      assert.deepEqual(idsOf(given), [TRACE, SPAN, 1, true]);
      assert.deepEqual(
        propagation
          .getBaggage(given)
          .getAllEntries()
          .map(([name, { value }]) => [name, value]),
        [['theirs', '1']],
      );
      let out;
      await context.with(given, () =>
        tracer.startActiveSpan('answer', async (span) => {
          out = injected();
          span.end();
        }),
      );
      assert.ok(await Throughline.flush());
      const [[envelope, , event]] = ingest.take().filter(([, , { transaction }]) => transaction === 'answer');
      const { trace_id, parent_span_id, span_id } = event.contexts.trace;
      assert.deepEqual([trace_id, parent_span_id], [TRACE, SPAN]);
      assert.equal(envelope.trace.release, 'front@2');
      assert.equal(out['sentry-trace'], `${TRACE}-${span_id}-1`);
      assert.deepEqual([...out.baggage.split(',')].sort(), [...headers.baggage.split(',')].sort());
      // Who has no span of its own passes on what it got.
      assert.equal(injected(given)['sentry-trace'], headers['sentry-trace']);
    });

    it('a decision that is still open as such', () => {
      const given = propagation.extract(ROOT_CONTEXT, { 'sentry-trace': `${TRACE}-${SPAN}` });
      assert.deepEqual(idsOf(given), [TRACE, SPAN, 0, true]);
      assert.equal(injected(given)['sentry-trace'], `${TRACE}-${SPAN}`);
      const span = tracer.startSpan('decides', {}, given);
      assert.deepEqual([span.spanContext().traceId, span.isRecording()], [TRACE, true]);
      span.end();
    });

    it('a decision against it, too', () => {
      const given = propagation.extract(ROOT_CONTEXT, { 'sentry-trace': `${TRACE}-${SPAN}-0` });
      const span = tracer.startSpan('not recorded', {}, given);
      assert.deepEqual([span.spanContext().traceId, span.isRecording()], [TRACE, false]);
      assert.match(injected(trace.setSpan(given, span)).traceparent, /-00$/);
      span.end();
    });

    it('no trace where there is none, and leaves the context as it is', () => {
      for (const headers of [
        {},
        { 'sentry-trace': 'nonsense' },
        { 'sentry-trace': '' },
        { 'sentry-trace': 1 },
      ]) {
        assert.equal(propagation.extract(ROOT_CONTEXT, headers), ROOT_CONTEXT);
      }
      const ids = ['one', 'two'].map((name) => {
        const span = tracer.startSpan(name, {}, propagation.extract(ROOT_CONTEXT, {}));
        span.end();
        return span.spanContext().traceId;
      });
      assert.notEqual(ids[0], ids[1]);
    });

    it('the first of several headers, and whatever a getter finds', () => {
      const headers = { 'sentry-trace': [`${TRACE}-${SPAN}-1`, 'other'], baggage: ['a=1', 'b=2;ttl=3'] };
      const given = propagation.extract(ROOT_CONTEXT, null, { ...getter, get: (_, name) => headers[name] });
      assert.deepEqual(idsOf(given), [TRACE, SPAN, 1, true]);
      const entries = propagation.getBaggage(given).getAllEntries();
      assert.deepEqual(
        entries.map(([name, { value, metadata }]) => [name, value, metadata?.toString()]),
        [
          ['a', '1', undefined],
          ['b', '2', 'ttl=3'],
        ],
      );
      const failing = {
        ...getter,
        get: () => {
          throw new Error('theirs');
        },
      };
      assert.equal(propagation.extract(ROOT_CONTEXT, headers, failing), ROOT_CONTEXT);
    });

    it('bad baggage as far as it is any', () => {
      for (const baggage of [
        '=',
        ',,,',
        'a',
        'a=%',
        `${'x'.repeat(1e5)}`,
        '__proto__=1',
        ';;;',
        'é=ü',
        '=1',
      ]) {
        assert.doesNotThrow(() => propagation.extract(ROOT_CONTEXT, { baggage }), baggage);
      }
      const given = propagation.extract(ROOT_CONTEXT, { baggage: 'bad,ok=1,a=%E0%A4%A' });
      assert.deepEqual(
        propagation
          .getBaggage(given)
          .getAllEntries()
          .map(([name, { value }]) => [name, value]),
        [
          ['ok', '1'],
          ['a', '%E0%A4%A'],
        ],
      );
    });

    /** Names and values of the baggage in headers. */
    const entriesOf = (baggage) =>
      (propagation.getBaggage(propagation.extract(ROOT_CONTEXT, { baggage }))?.getAllEntries() ?? []).map(
        ([name, { value }]) => [name, value],
      );

    it('of baggage that is too long what stands there as a whole', () => {
      const first = `x=${'y'.repeat(8180)}`;
      for (const [more, expected] of [
        [',user=1234567890', []],
        [',a=12345678', []],
        [',a=1234567', [['a', '1234567']]],
        [',a=1234567,b=2', [['a', '1234567']]],
        [',a=123456,', [['a', '123456']]],
      ]) {
        const [[name], ...others] = entriesOf(first + more);
        assert.equal(name, 'x');
        assert.deepEqual(others, expected, more);
      }
      assert.deepEqual(entriesOf(`x=${'y'.repeat(9000)}`), []);
    });

    it('long baggage in a time that does not grow with its square', () => {
      const blanks = ' '.repeat(8000);
      for (let count = 0; count < 500; count++) {
        assert.deepEqual(entriesOf(`a=b${blanks}x`), [['a', `b${blanks}x`]]);
        assert.deepEqual(entriesOf(`${blanks}a${blanks}x`), []);
      }
      assert.deepEqual(entriesOf(` a\t=  b ${' '.repeat(5000)}, c d=1`), [['a', 'b']]);
    });

    describe('`traceparent`', () => {
      const theirs = new W3CTraceContextPropagator();
      for (const traceparent of TRACEPARENTS) {
        it(`as OpenTelemetry does: ${traceparent || 'an empty one'}`, () => {
          const headers = { traceparent, tracestate: 'vendor=1,other=2' };
          const [ours, expected] = [propagation, theirs].map((one) =>
            one.extract(ROOT_CONTEXT, headers, getter),
          );
          assert.deepEqual(idsOf(ours), idsOf(expected));
          const state = (given) => trace.getSpanContext(given)?.traceState?.serialize();
          assert.equal(state(ours), state(expected));
        });
      }

      it('only where there is no `sentry-trace` that goes on', () => {
        const traceparent = `00-${TRACE}-${SPAN}-01`;
        const other = 'c'.repeat(32);
        const read = (sentryTrace) =>
          idsOf(propagation.extract(ROOT_CONTEXT, { traceparent, 'sentry-trace': sentryTrace }));
        assert.deepEqual(read(`${other}-${SPAN}-0`), [other, SPAN, 0, true]);
        assert.deepEqual(read('nonsense'), [TRACE, SPAN, 1, true]);
        assert.deepEqual(read(undefined), [TRACE, SPAN, 1, true]);
        assert.deepEqual(idsOf(propagation.extract(ROOT_CONTEXT, {})), NOTHING);
      });

      it('is not written of what is not recorded where that is to be omitted', () => {
        const given = propagation.extract(ROOT_CONTEXT, { 'sentry-trace': `${TRACE}-${SPAN}-0` });
        const options = Throughline.getClient().getOptions();
        for (const [value, expected] of [
          [undefined, `00-${TRACE}-${SPAN}-00`],
          [true, `00-${TRACE}-${SPAN}-00`],
          [{ unsampled: 'omit' }, undefined],
          [false, undefined],
        ]) {
          options.propagateTraceparent = value;
          assert.equal(injected(given).traceparent, expected);
        }
        delete options.propagateTraceparent;
      });

      it('and passes `tracestate` on as it came', () => {
        const tracestate = 'vendor=1,other=2';
        const given = propagation.extract(ROOT_CONTEXT, {
          traceparent: `00-${TRACE}-${SPAN}-01`,
          tracestate,
        });
        assert.equal(injected(given).tracestate, tracestate);
        const span = tracer.startSpan('below', {}, given);
        assert.equal(span.spanContext().traceState?.serialize(), tracestate);
        assert.equal(injected(trace.setSpan(given, span)).tracestate, tracestate);
        span.end();
      });
    });
  });
});
