// The examples of the documentation that are servers, as programs of their own: by throughline/node, and with the import line as the
// only change by @sentry/node. Both have to send the same transactions.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/lib/project.mjs';
import { useIngest } from '../node/support.mjs';
import { freePort, startServer } from './servers.mjs';

const OURS = 'throughline/node';
const SENTRY = '@sentry/node';

/** What begins tracing, in a file of its own as the documentation has it. Nothing but the example makes spans. */
const START = {
  [OURS]: (dsn) => `import { init } from '${OURS}';
init({ dsn: '${dsn}', tracesSampleRate: 1, environment: 'docs', release: 'shop@1.0.0' });`,
  [SENTRY]: (dsn) => `import { init } from '${SENTRY}';
init({ dsn: '${dsn}', tracesSampleRate: 1, environment: 'docs', release: 'shop@1.0.0', traceLifecycle: 'static',
  defaultIntegrations: false, sendClientReports: false });`,
};

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const CONTEXT = {
  trace_id: TRACE,
  public_key: 'public',
  sample_rate: '0.5',
  sampled: 'true',
  sample_rand: '0.25',
};
const BAGGAGE = Object.entries(CONTEXT)
  .map(([name, value]) => `sentry-${name}=${value}`)
  .join(',');
const HEADERS = { 'sentry-trace': `${TRACE}-${PARENT}-1`, baggage: `other=1,${BAGGAGE}` };

for (const sdk of [OURS, SENTRY]) {
  describe(`the documentation's servers, by ${sdk}`, { timeout: 120_000 }, () => {
    const ingest = useIngest();

    /** Runs an example, and calls back with its address; answers with what was sent when all of it is there. */
    async function run(name, count, visit) {
      const folder = join(root, 'target', 'docs', 'servers', sdk.replace(/\W/g, '-'));
      mkdirSync(folder, { recursive: true });
      const port = await freePort();
      const code = readFileSync(join(root, 'tests', 'docs', 'examples', 'server', `${name}.mjs`), 'utf8');
      const lines = code.split('\n').filter((line) => line.includes(OURS));
      assert.deepEqual(lines, [`import * as Sentry from '${OURS}';`]);
      const file = join(folder, `${name}.mjs`);
      const start = join(folder, `start-${name}.mjs`);
      writeFileSync(file, code.replace(OURS, sdk).replaceAll('3000', `${port}`));
      writeFileSync(start, START[sdk](ingest.dsn()));
      const server = await startServer(['--import', pathToFileURL(start).href, file], port);
      try {
        // The question whether it listens may have been answered in a trace.
        const before = name === 'page' || name === 'plain-http' ? 1 : 0;
        const answer = await visit(server.url);
        const sent = await ingest.received(count + before);
        return { answer, sent: sent.slice(before) };
      } finally {
        await server.stop();
        for (const made of [file, start]) rmSync(made);
      }
    }

    const order = (headers) => async (url) => {
      const response = await fetch(`${url}/api/orders`, { method: 'POST', headers });
      assert.equal(response.status, 201);
      return response.json();
    };

    const event = ([, , payload]) => payload;
    const shape = (span) => [span.description, span.op, span.status];

    it('continue-trace: goes on below the caller, with what the head of the trace has decided', async () => {
      const { answer, sent } = await run('continue-trace', 1, order(HEADERS));
      const [[header]] = sent;
      const { transaction, contexts, spans } = event(sent[0]);
      assert.equal(transaction, 'POST /api/orders');
      assert.deepEqual(
        [contexts.trace.trace_id, contexts.trace.parent_span_id, contexts.trace.op],
        [TRACE, PARENT, 'http.server'],
      );
      assert.deepEqual(spans.map(shape), [
        ['INSERT INTO orders', 'db.query', 'ok'],
        ['charge card', 'payment.charge', 'ok'],
      ]);
      for (const span of spans) assert.equal(span.parent_span_id, contexts.trace.span_id);
      assert.deepEqual(header.trace, CONTEXT);
      assert.equal(answer.payment, 'paid');
      assert.equal(answer.onwards['sentry-trace'], `${TRACE}-${contexts.trace.span_id}-1`);
      assert.deepEqual(answer.onwards.baggage.split(',').sort(), BAGGAGE.split(',').sort());
    });

    it('continue-trace: what was not recorded is not recorded here', async () => {
      const { answer, sent } = await run('continue-trace', 1, async (url) => {
        const first = await order({ 'sentry-trace': `${TRACE}-${PARENT}-0` })(url);
        // Were it sent, it would be sent before this one.
        await order(HEADERS)(url);
        return first;
      });
      assert.match(answer.onwards['sentry-trace'], new RegExp(`^${TRACE}-[0-9a-f]{16}-0$`));
      assert.equal(event(sent[0]).contexts.trace.parent_span_id, PARENT);
      assert.equal(sent.length, 1);
    });

    it('do-not-continue: is another trace, and nothing leads to the caller', async () => {
      const { answer, sent } = await run('do-not-continue', 1, order(HEADERS));
      const { trace } = event(sent[0]).contexts;
      assert.notEqual(trace.trace_id, TRACE);
      assert.equal(trace.parent_span_id, undefined);
      assert.equal(answer.onwards['sentry-trace'], `${trace.trace_id}-${trace.span_id}-1`);
    });

    it('plain-http: goes on as well', async () => {
      const { sent } = await run('plain-http', 1, async (url) =>
        (await fetch(url, { headers: HEADERS })).json(),
      );
      const { trace } = event(sent[0]).contexts;
      assert.deepEqual([trace.trace_id, trace.parent_span_id], [TRACE, PARENT]);
    });

    it('call-another-service: the next one goes on below the request', async () => {
      const { sent } = await run('call-another-service', 2, order(HEADERS));
      const named = (name) => event(sent.find((one) => event(one).transaction === name));
      const orders = named('POST /api/orders');
      const payments = named('POST /api/charges');
      assert.deepEqual(orders.spans.map(shape), [['POST payments', 'http.client', 'ok']]);
      assert.equal(payments.contexts.trace.trace_id, TRACE);
      assert.equal(payments.contexts.trace.parent_span_id, orders.spans[0].span_id);
      assert.deepEqual(payments.spans.map(shape), [['charge card', 'payment.charge', 'ok']]);
      for (const [header] of sent) assert.deepEqual(header.trace, CONTEXT);
    });

    it('page: names the trace of its request', async () => {
      const { answer, sent } = await run('page', 1, async (url) => (await fetch(url)).text());
      const { trace } = event(sent[0]).contexts;
      assert.ok(
        answer.includes(`<meta name="sentry-trace" content="${trace.trace_id}-${trace.span_id}-1"/>`),
      );
      assert.match(
        answer,
        new RegExp(`<meta name="baggage" content="[^"]*sentry-trace_id=${trace.trace_id}`),
      );
    });
  });
}
