// Many requests at the same time, whose handlers wait in every way: none is taken for another.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { before, describe, it } from 'node:test';
import { setImmediate as immediate, setTimeout as wait } from 'node:timers/promises';
import * as Throughline from '../../dist/node.js';
import { traceServers, transactions, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

const REQUESTS = 2000;
/** How many are under way at the same time. */
const AT_ONCE = 200;

const { getActiveSpan, getTraceData, startSpan } = Throughline;

describe('requests beside each other', () => {
  const ingest = useIngest();
  /** One emitter for all: its listeners run in the request that emits. */
  const emitter = new EventEmitter().setMaxListeners(0);
  /** What each handler saw: the ids in the headers that it would have sent on. */
  const seen = new Map();

  /** The ways to wait; each begins a span after it. */
  const ways = {
    timer: () => wait(Math.random() * 4),
    immediate: () => immediate(),
    stream: () => pipeline(Readable.from(['a', 'b']), createHash('sha1')),
    emitter: async (name) => {
      const heard = once(emitter, name);
      process.nextTick(() => emitter.emit(name));
      await heard;
    },
    all: () => Promise.all([wait(1), immediate(), Promise.race([wait(2), immediate()])]),
  };

  const shop = useServer(() =>
    createServer(async (request, response) => {
      const name = request.url.slice(1);
      let body = '';
      for await (const piece of request) body += piece;
      const ids = [];
      for (const way of Object.keys(ways).sort(() => Math.random() - 0.5)) {
        await ways[way](name);
        await startSpan({ name: `${name} ${way}` }, async (span) => {
          await immediate();
          ids.push([getTraceData()['sentry-trace'], span.spanContext().spanId]);
          startSpan({ name: `${name} ${way} below` }, () => {});
        });
      }
      seen.set(name, { ids, active: getActiveSpan().spanContext().spanId, body });
      response.end(name);
    }),
  );
  before(() => traceServers(ingest, {}, { transportOptions: { bufferSize: 10_000 } }));

  it(`are ${REQUESTS}, and no span has a wrong parent`, async () => {
    const traceOf = (at) => at.toString(16).padStart(8, '0').padStart(32, 'c');
    const events = [];
    let next = 0;
    const client = async () => {
      while (next < REQUESTS) {
        const at = next++;
        const headers = at % 2 ? { 'sentry-trace': `${traceOf(at)}-${'d'.repeat(16)}-1` } : {};
        const answer = await fetch(`${shop.url}/${at}`, { method: 'POST', body: String(at), headers });
        assert.equal(await answer.text(), String(at));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    events.push(...(await transactions(ingest, REQUESTS - events.length)));
    assert.equal(events.length, REQUESTS);
    const wrong = [];
    for (const { transaction, contexts, spans } of events) {
      const name = transaction.slice('POST /'.length);
      const at = Number(name);
      const { trace_id, span_id, parent_span_id } = contexts.trace;
      const { ids, active, body } = seen.get(name);
      const byName = new Map(spans.map((span) => [span.description, span]));
      const isRight =
        (at % 2
          ? trace_id === traceOf(at) && parent_span_id === 'd'.repeat(16)
          : parent_span_id === undefined) &&
        active === span_id &&
        body === name &&
        spans.length === 2 * Object.keys(ways).length &&
        ids.every(([header, id]) => header === `${trace_id}-${id}-1`) &&
        Object.keys(ways).every((way) => {
          const span = byName.get(`${name} ${way}`);
          return (
            span?.parent_span_id === span_id &&
            byName.get(`${name} ${way} below`)?.parent_span_id === span.span_id &&
            ids.some(([, id]) => id === span.span_id)
          );
        });
      if (!isRight) wrong.push(transaction);
    }
    assert.deepEqual(wrong, []);
    assert.equal(new Set(events.map(({ contexts }) => contexts.trace.trace_id)).size, REQUESTS);
  });
});
