// One decision for a whole trace: a page decides at its rate, and services with rates of their own follow it; unless one of them
// decides by itself, with what it is told of the decision above.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as Throughline from '../../dist/node.js';
import { useReceiver } from './receiver.mjs';
import { useIngest } from './support.mjs';

const service = fileURLToPath(new URL('service.mjs', import.meta.url));
const TRACES = 10_000;
const RATE = 0.1;
/** Five times the standard deviation of the share that is recorded. */
const BOUND = 5 * Math.sqrt((RATE * (1 - RATE)) / TRACES);
const AT_ONCE = 40;

/** The headers of requests of as many pages, each in a trace of its own, as the browser's entry writes them. */
async function headersOfPages() {
  Object.assign(globalThis, { document: {}, location: new URL('https://shop.test/') });
  const Browser = await import('../../dist/index.js');
  Browser.init({ dsn: 'https://public@ingest.test/1', tracesSampleRate: RATE, enabled: true });
  const { getTraceData, startNewTrace, startSpan, getActiveSpan } = Browser;
  const pages = Array.from({ length: TRACES }, () =>
    startNewTrace(() =>
      startSpan({ name: '/page' }, () => ({
        headers: getTraceData(),
        id: getActiveSpan().spanContext().traceId,
        sampled: getActiveSpan().isRecording(),
      })),
    ),
  );
  delete globalThis.document;
  delete globalThis.location;
  return pages;
}

describe('a trace of many services', { timeout: 600_000 }, () => {
  const ingest = useIngest();
  const running = [];
  after(() => {
    for (const one of running) one.kill();
  });
  let pages;
  before(async () => {
    pages = await headersOfPages();
  });

  async function start(next, rate) {
    const given = [service, 'throughline', next, ingest.dsn(), rate];
    const process = spawn(globalThis.process.execPath, given, { stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(process);
    const [said] = await once(process.stdout, 'data');
    return String(said).trim();
  }

  it('is recorded by all services, or by none, as its page has decided', async () => {
    const share = pages.filter(({ sampled }) => sampled).length / TRACES;
    assert.ok(Math.abs(share - RATE) < BOUND, `${share}`);
    const url = await start(await start('', 0.5), 1);
    const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const ask = async ({ headers }) => {
      const [response] = await once(http.get(`${url}/http`, { headers, agent }), 'response');
      let body = '';
      for await (const chunk of response) body += chunk;
      return JSON.parse(body);
    };
    const waiting = [...pages];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let page = waiting.pop(); page; page = waiting.pop()) page.hops = await ask(page);
      }),
    );
    agent.destroy();
    for (const { id, sampled, headers, hops } of pages) {
      assert.equal(headers['sentry-trace'].slice(-2), sampled ? '-1' : '-0');
      assert.deepEqual(
        hops.map(({ trace }) => [trace.slice(0, 32), trace.slice(-2)]),
        Array(2).fill([id, sampled ? '-1' : '-0']),
      );
      assert.equal(hops[1].baggage, headers.baggage);
    }
    const recorded = new Map();
    const expected = pages.filter(({ sampled }) => sampled).map(({ id }) => id);
    let count = 0;
    while (count < 2 * expected.length) {
      for (const [, { type }, event] of ingest.take()) {
        // What was not sent is counted in a report.
        if (type !== 'transaction') continue;
        count++;
        const id = event.contexts.trace.trace_id;
        recorded.set(id, (recorded.get(id) ?? 0) + 1);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual([...recorded.keys()].sort(), expected.sort());
    assert.deepEqual(new Set(recorded.values()), new Set([2]));
  });
});

describe('a service with a sampler', () => {
  const receiver = useReceiver();
  const asked = [];
  let answer = () => 1;
  before(() =>
    Throughline.init({
      dsn: 'https://public@ingest.test/1',
      transport: () => ({ send: async () => ({}), flush: async () => true }),
      integrations: [Throughline.httpIntegration({ incoming: false })],
      tracesSampler(context) {
        asked.push(context);
        return answer(context);
      },
    }),
  );
  after(() => Throughline.close());

  const TRACE = 'c0ffee00c0ffee00c0ffee00c0ffee00';
  const baggage = (sampled) =>
    `sentry-trace_id=${TRACE},sentry-sample_rand=0.5,sentry-sample_rate=0.1,sentry-sampled=${sampled}`;

  /** What is decided below a decision, and what the next service is told. */
  async function below(decision) {
    asked.length = 0;
    const headers =
      decision === undefined
        ? { sentryTrace: undefined, baggage: undefined }
        : { sentryTrace: `${TRACE}-b0b0b0b0b0b0b0b0-${Number(decision)}`, baggage: baggage(decision) };
    await Throughline.continueTrace(headers, () =>
      Throughline.startSpan({ name: 'GET /orders', op: 'http.server' }, () => fetch(receiver.url())),
    );
    const [{ headers: sent }] = receiver.take();
    return { flag: sent['sentry-trace'].slice(-2), baggage: sent.baggage };
  }

  it('is told what was decided above, once for each trace', async () => {
    for (const decision of [true, false, undefined]) {
      await below(decision);
      assert.deepEqual(
        asked.map(({ name, parentSampled, parentSampleRate }) => [name, parentSampled, parentSampleRate]),
        [['GET /orders', decision, decision === undefined ? undefined : 0.1]],
      );
    }
  });

  it('may follow it, and sample by a rate of its own where there is none', async () => {
    answer = ({ inheritOrSampleWith }) => inheritOrSampleWith(0);
    assert.equal((await below(undefined)).flag, '-0');
    answer = ({ parentSampled }) => parentSampled ?? 1;
    assert.equal((await below(true)).flag, '-1');
    assert.equal((await below(false)).flag, '-0');
    assert.equal((await below(undefined)).flag, '-1');
  });

  it('may decide by itself: the next one hears that, with the baggage as it came but for the rate', async () => {
    answer = () => 1;
    const recorded = await below(false);
    assert.equal(recorded.flag, '-1');
    assert.equal(recorded.baggage, baggage(false).replace('rate=0.1', 'rate=1'));
    answer = () => 0;
    const dropped = await below(true);
    assert.equal(dropped.flag, '-0');
    assert.equal(dropped.baggage, baggage(true).replace('rate=0.1', 'rate=0'));
    // By the lot that was drawn for the trace, 0.5.
    answer = () => 0.6;
    assert.equal((await below(false)).flag, '-1');
    answer = () => 0.4;
    assert.equal((await below(true)).flag, '-0');
  });
});
