// OpenTelemetry's own instrumentations of `http` and `fetch` on a server that has this SDK behind the API: two services in one
// process, each request read back from its envelope.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { context, trace } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import * as Throughline from '../../dist/node.js';
import { registerOpenTelemetry } from '../../dist/opentelemetry-node.js';
import { useIngest } from './support.mjs';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('instrumentations of OpenTelemetry', { timeout: 60_000 }, () => {
  const ingest = useIngest();
  /** Responses that are over: a service ends its span then, which may be after whoever asked has them. */
  const closes = [];
  /** What the second service was asked with. */
  const asked = [];
  let http;
  let orders;
  let payments;
  let disable;

  const isEnvelope = (path) => path.startsWith('/api/');
  const instrument = () =>
    registerInstrumentations({
      instrumentations: [
        // The ingest is in this process too: each envelope that it got would be told in another one.
        new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => isEnvelope(url) }),
        new UndiciInstrumentation(),
      ],
    });
  const listening = (server) =>
    new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
  /** By a way that nobody traces. */
  const get = (port, headers) =>
    new Promise((resolve, reject) => {
      context.with(
        context.active().setValue(Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true),
        () =>
          http
            .get({ port, host: '127.0.0.1', path: '/orders/7', headers }, (response) => {
              response.resume().on('end', () => resolve(response.statusCode));
            })
            .on('error', reject),
      );
    });

  before(async () => {
    disable = instrument();
    Throughline.init({ dsn: ingest.dsn(), tracesSampleRate: 1 });
    assert.ok(registerOpenTelemetry());
    http = createRequire(import.meta.url)('node:http');
    payments = http.createServer((request, response) => {
      closes.push(once(response, 'close'));
      asked.push(request.headers);
      response.writeHead(request.url === '/refuse' ? 403 : 200).end('paid');
    });
    const paymentsPort = await listening(payments);
    orders = http.createServer(async (_request, response) => {
      closes.push(once(response, 'close'));
      const charge = () =>
        Throughline.startSpan({ name: 'charge', op: 'payment.charge' }, async () => {
          await (await fetch(`http://127.0.0.1:${paymentsPort}/pay?token=secret`)).text();
          await new Promise((resolve) =>
            http.get(`http://127.0.0.1:${paymentsPort}/refuse`, (answer) =>
              answer.resume().on('end', resolve),
            ),
          );
        });
      await trace.getTracer('framework').startActiveSpan('middleware', async (span) => {
        await charge();
        span.end();
      });
      response.end();
    });
    orders.port = await listening(orders);
  });
  after(async () => {
    disable();
    for (const server of [orders, payments]) {
      server.closeAllConnections();
      server.close();
    }
    await Throughline.close();
  });

  /** The transactions of a request to the first service. */
  async function requested(headers) {
    asked.length = 0;
    assert.equal(await get(orders.port, headers), 200);
    await Promise.all(closes.splice(0));
    assert.ok(await Throughline.flush());
    return ingest.take().map(([, , event]) => event);
  }

  it('continue a trace through two services, with right parents', async () => {
    const events = await requested({
      'sentry-trace': `${TRACE}-${SPAN}-1`,
      baggage: `sentry-trace_id=${TRACE},sentry-release=front%401,sentry-sample_rand=0.25,theirs=1`,
    });
    assert.deepEqual(
      events.map(({ contexts }) => contexts.trace.trace_id),
      [TRACE, TRACE, TRACE],
    );
    const order = events.find(({ contexts }) => contexts.trace.parent_span_id === SPAN);
    assert.equal(order.contexts.trace.op, 'http.server');
    assert.equal(order.contexts.trace.origin, 'auto.otel.http');
    assert.equal(order.transaction, 'GET /orders/7');
    const [middleware, charge, ...calls] = order.spans;
    assert.equal(middleware.parent_span_id, order.contexts.trace.span_id);
    assert.equal(charge.parent_span_id, middleware.span_id);
    assert.deepEqual(
      calls.map(({ op, origin, parent_span_id, status }) => [op, origin, parent_span_id, status]),
      [
        ['http.client', 'auto.otel.undici', charge.span_id, 'ok'],
        ['http.client', 'auto.otel.http', charge.span_id, 'permission_denied'],
      ],
    );
    assert.ok(calls.every(({ description }) => !description.includes('secret')));
    // The second service has gone on below each of them.
    const payments = events.filter((event) => event !== order);
    assert.deepEqual(
      payments.map(({ contexts }) => contexts.trace.parent_span_id),
      calls.map(({ span_id }) => span_id),
    );
    assert.deepEqual(
      asked.map((headers) => [headers['sentry-trace'], headers.traceparent]),
      calls.map(({ span_id }) => [`${TRACE}-${span_id}-1`, `00-${TRACE}-${span_id}-01`]),
    );
    for (const { baggage } of asked)
      assert.deepEqual(baggage.split(',').sort(), [
        'sentry-release=front%401',
        'sentry-sample_rand=0.25',
        `sentry-trace_id=${TRACE}`,
        'theirs=1',
      ]);
  });

  it('begin a trace for each request that brings none', async () => {
    const events = [await requested({}), await requested({})];
    const traces = events.map((list) => new Set(list.map(({ contexts }) => contexts.trace.trace_id)));
    assert.deepEqual(
      traces.map(({ size }) => size),
      [1, 1],
    );
    assert.notEqual([...traces[0]][0], [...traces[1]][0]);
  });

  it('keep a decision against a trace', async () => {
    assert.deepEqual(await requested({ 'sentry-trace': `${TRACE}-${SPAN}-0` }), []);
    assert.equal(asked.length, 2);
    for (const headers of asked)
      assert.match(headers['sentry-trace'], new RegExp(`^${TRACE}-[\\da-f]{16}-0$`));
  });

  it('send no headers of ours to where they are not allowed', async () => {
    const options = Throughline.getClient().getOptions();
    options.tracePropagationTargets = ['elsewhere.example'];
    try {
      await requested({ 'sentry-trace': `${TRACE}-${SPAN}-1`, baggage: 'theirs=1' });
    } finally {
      delete options.tracePropagationTargets;
    }
    assert.deepEqual(
      asked.map((headers) => [headers['sentry-trace'], headers.traceparent, headers.baggage]),
      [
        [undefined, undefined, 'theirs=1'],
        [undefined, undefined, 'theirs=1'],
      ],
    );
  });

  it('leave to `httpIntegration` what they no longer trace, whose spans others are below', async () => {
    disable();
    const integration = Throughline.httpIntegration({ ignoreIncomingRequests: isEnvelope });
    Throughline.addIntegration(integration);
    const events = await requested({ 'sentry-trace': `${TRACE}-${SPAN}-1` });
    const order = events.find(({ contexts }) => contexts.trace.parent_span_id === SPAN);
    const byName = Object.fromEntries(order.spans.map((span) => [span.description, span]));
    const { middleware, charge } = byName;
    assert.equal(middleware.parent_span_id, order.contexts.trace.span_id);
    assert.equal(charge.parent_span_id, middleware.span_id);
    const calls = order.spans.filter(({ op }) => op === 'http.client');
    assert.deepEqual(
      calls.map(({ parent_span_id }) => parent_span_id),
      [charge.span_id, charge.span_id],
    );
    // That of the request that was refused is not sent.
    assert.equal(events.length, 2);
  });

  it('leave the headers to `httpIntegration` where both are there, so that there is one of each', async () => {
    disable = instrument();
    await requested({ 'sentry-trace': `${TRACE}-${SPAN}-1` });
    assert.equal(asked.length, 2);
    for (const headers of asked)
      assert.match(headers['sentry-trace'], new RegExp(`^${TRACE}-[\\da-f]{16}-1$`));
  });
});
