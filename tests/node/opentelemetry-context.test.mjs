// The context of OpenTelemetry's API with ours behind it: what is active in it, for how long, and what it is bound to.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context, createContextKey, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import * as Throughline from '../../dist/node.js';
import { useOpenTelemetry } from './opentelemetry.mjs';

const { continueTrace, getActiveSpan, getCurrentScope, startSpan } = Throughline;

// As libraries have it: before anybody has registered anything.
const tracer = trace.getTracer('@shop/orders-client', '1.2.3');
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('the context of OpenTelemetry on a server', () => {
  const { sent } = useOpenTelemetry();
  const KEY = createContextKey('tenant');

  it('is the one that was given, and keeps its keys across awaits and spans of ours', async () => {
    const given = propagation.setBaggage(
      context.active().setValue(KEY, 'north'),
      propagation.createBaggage({ user: { value: '42' } }),
    );
    await context.with(given, async () => {
      assert.equal(context.active(), given);
      await wait(1);
      assert.equal(context.active(), given);
      await startSpan({ name: 'ours' }, async (span) => {
        await wait(1);
        assert.equal(context.active().getValue(KEY), 'north');
        assert.equal(propagation.getActiveBaggage().getEntry('user').value, '42');
        assert.equal(trace.getActiveSpan(), span);
        assert.equal(context.active(), context.active());
        assert.equal(given.getValue(KEY), 'north');
      });
    });
    assert.equal(context.active().getValue(KEY), undefined);
    await sent();
  });

  it('has what was set in our scopes, and leaves it where it is', async () => {
    Throughline.withScope((scope) => {
      scope.setTag('part', 'checkout');
      const given = context.active().setValue(KEY, 1);
      getCurrentScope().setTag('late', 'yes');
      context.with(given, () => tracer.startSpan('tagged').end());
    });
    tracer.startSpan('bare').end();
    const { tagged, bare } = await sent();
    assert.deepEqual(tagged.tags, { part: 'checkout', late: 'yes' });
    assert.equal(bare.tags, undefined);
  });

  it('has no span where it was taken out', async () => {
    startSpan({ name: 'active' }, () => {
      context.with(trace.deleteSpan(context.active()), () => {
        assert.equal(getActiveSpan(), undefined);
        assert.equal(trace.getActiveSpan(), undefined);
      });
      context.with(ROOT_CONTEXT, () => {
        assert.equal(getActiveSpan(), undefined);
        tracer.startSpan('apart').end();
      });
    });
    const { active, apart } = await sent();
    assert.notEqual(active.contexts.trace.trace_id, apart.contexts.trace.trace_id);
  });

  it('is bound to functions and emitters', async () => {
    const emitter = new EventEmitter();
    let bound;
    const span = tracer.startSpan('bound');
    const given = trace.setSpan(context.active(), span);
    const handler = context.bind(given, function (one, two) {
      bound = [trace.getActiveSpan(), this, one, two];
    });
    assert.equal(handler.length, 2);
    const receiver = {};
    handler.call(receiver, 1, 2);
    assert.deepEqual(bound, [span, receiver, 1, 2]);

    assert.equal(context.bind(given, emitter), emitter);
    const heard = [];
    const listener = () => heard.push(trace.getActiveSpan());
    emitter.on('data', listener);
    emitter.once('data', listener);
    emitter.emit('data');
    emitter.off('data', listener);
    emitter.emit('data');
    assert.deepEqual(heard, [span, span]);
    span.end();
    await sent();
  });

  it('has what a trace that goes on came from', async () => {
    const sentryTrace = `${TRACE}-${SPAN}-1`;
    continueTrace({ sentryTrace, baggage: undefined }, () => {
      const { traceId, spanId, isRemote, traceFlags } = trace.getActiveSpan().spanContext();
      assert.deepEqual([traceId, spanId, isRemote, traceFlags], [TRACE, SPAN, true, 1]);
      assert.equal(getActiveSpan(), undefined);
      tracer.startSpan('continued', {}, context.active().setValue(KEY, 1)).end();
    });
    const { continued } = await sent();
    const { trace_id, parent_span_id } = continued.contexts.trace;
    assert.deepEqual([trace_id, parent_span_id], [TRACE, SPAN]);
  });

  it('holds nothing of what is over, in a chain of callbacks that never ends', async () => {
    const spans = [];
    const last = await new Promise((resolve) => {
      const next = () => {
        if (spans.length === 100) return resolve([context.active()]);
        getCurrentScope().setTag('link', spans.length);
        return context.with(context.active().setValue(KEY, spans.length), () =>
          tracer.startActiveSpan('link', { root: true }, (span) => {
            spans.push(new WeakRef(span));
            span.end();
            Throughline.withScope(() => setImmediate(next));
          }),
        );
      };
      next();
    });
    await sent();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    await wait(1);
    collect();
    const held = spans.filter((span) => span.deref());
    assert.ok(held.length < 5, `${held.length} of 100 spans are held`);
    assert.equal(trace.getSpan(last[0]), spans.at(-1).deref());
  });

  it('gives each request that is answered an isolation scope', async () => {
    const answer = (name) =>
      tracer.startActiveSpan(name, { kind: SpanKind.SERVER }, async (span) => {
        Throughline.setTag('request', name);
        await wait(1);
        startSpan({ name: 'inside' }, () => {});
        span.end();
      });
    await Promise.all([answer('first'), answer('second')]);
    tracer.startSpan('outside').end();
    const events = await sent();
    const tags = Object.entries(events).map(([name, { tags }]) => [name, tags?.request]);
    assert.deepEqual(Object.fromEntries(tags), { first: 'first', second: 'second', outside: undefined });
  });
});
