// What is active on a server: exact, across every `await`, in callbacks beside each other.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import * as Throughline from '../../dist/node.js';
import { useIngest } from './support.mjs';

const { startNewTrace, startSpan } = Throughline;

describe('spans on a server', () => {
  const ingest = useIngest();
  before(() => Throughline.init({ dsn: ingest.dsn(), tracesSampleRate: 1 }));
  after(() => Throughline.close());

  /** The transactions that were sent, by name. */
  async function sent() {
    assert.ok(await Throughline.flush());
    return Object.fromEntries(ingest.take().map(([, , event]) => [event.transaction, event]));
  }

  it('nest as they run, however they interleave', async () => {
    const work = async (name) => {
      await wait(1);
      await startSpan({ name: `${name} child` }, async () => {
        await wait(1);
        startSpan({ name: `${name} grandchild` }, () => {});
      });
      startSpan({ name: `${name} other` }, () => {});
    };
    const names = Array.from({ length: 20 }, (_, at) => `root ${at}`);
    await Promise.all(names.map((name) => startNewTrace(() => startSpan({ name }, () => work(name)))));
    const events = await sent();
    assert.deepEqual(Object.keys(events).sort(), [...names].sort());
    for (const name of names) {
      const { contexts, spans } = events[name];
      const byName = Object.fromEntries(spans.map((span) => [span.description, span]));
      assert.equal(spans.length, 3);
      assert.equal(byName[`${name} child`].parent_span_id, contexts.trace.span_id);
      assert.equal(byName[`${name} grandchild`].parent_span_id, byName[`${name} child`].span_id);
      assert.equal(byName[`${name} other`].parent_span_id, contexts.trace.span_id);
    }
    assert.equal(new Set(Object.values(events).map(({ contexts }) => contexts.trace.trace_id)).size, 20);
  });

  it('do not begin while tracing is suppressed, after an await neither', async () => {
    await Throughline.suppressTracing(async () => {
      await wait(1);
      startSpan({ name: 'unseen' }, () => {});
    });
    startSpan({ name: 'seen' }, () => {});
    assert.deepEqual(Object.keys(await sent()), ['seen']);
  });

  it('have what the isolation scope of their callback says', async () => {
    await Promise.all(
      ['a', 'b'].map((tag) =>
        Throughline.withIsolationScope(async (scope) => {
          scope.setTag('tag', tag);
          await wait(1);
          assert.equal(Throughline.getIsolationScope(), scope);
          startSpan({ name: tag }, () => {});
        }),
      ),
    );
    startSpan({ name: 'outside' }, () => {});
    const events = await sent();
    assert.deepEqual(
      Object.values(events).map(({ transaction, tags }) => [transaction, tags?.tag]),
      [
        ['a', 'a'],
        ['b', 'b'],
        ['outside', undefined],
      ],
    );
  });
});

describe('a job in an isolation scope of its own', () => {
  before(() => Throughline.init({ tracesSampleRate: 1 }));
  after(() => Throughline.close());
  const job = () =>
    Throughline.withIsolationScope(() => startSpan({ name: 'job' }, (span) => span.spanContext().traceId));

  it('is a trace of its own', () => assert.notEqual(job(), job()));

  it('is part of the trace that it runs in', () => {
    startSpan({ name: 'all' }, (span) => assert.equal(job(), span.spanContext().traceId));
    Throughline.startNewTrace(() => assert.equal(job(), job()));
    const traceId = '771a43a4192642f0b136d5159a501700';
    assert.equal(Throughline.continueTrace({ sentryTrace: `${traceId}-b0e6f15b45c36b12-1` }, job), traceId);
  });
});

it('`require` gives the same functions', () => {
  const required = createRequire(import.meta.url)('../../dist/cjs/node.js');
  assert.deepEqual(Object.keys(required).sort(), Object.keys(Throughline).sort());
});
