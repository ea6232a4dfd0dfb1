// What a server asks others for: the spans of requests, and the headers that they carry, by each way of sending one.
import assert from 'node:assert/strict';
import http from 'node:http';
import https, { get as getSecurely } from 'node:https';
import { after, afterEach, before, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { useReceiver } from './receiver.mjs';
import { useIngest } from './support.mjs';
import { ask, WAYS } from './ways.mjs';

const { getActiveSpan, httpIntegration, spanToTraceHeader, startInactiveSpan, startSpan } = Throughline;

describe('requests that go out', () => {
  const receiver = useReceiver();
  const ingest = useIngest();
  const start = (options) =>
    Throughline.init({
      dsn: ingest.dsn(),
      tracesSampleRate: 1,
      integrations: [httpIntegration({ incoming: false })],
      ...options,
    });
  before(() => start());
  after(() => Throughline.close());
  afterEach(async () => {
    await Throughline.flush();
    receiver.take();
    ingest.take();
  });

  /** What was sent: the transaction. */
  async function transaction() {
    assert.ok(await Throughline.flush());
    const events = ingest.take().map(([, , event]) => event);
    assert.equal(events.length, 1);
    return events[0];
  }

  for (const [way, send] of Object.entries(WAYS)) {
    describe(`by ${way}`, () => {
      it('have a span below the active one, which the server continues', async () => {
        let root;
        await startSpan({ name: 'root' }, async () => {
          root = getActiveSpan().spanContext();
          await send(receiver.url('/path'), {});
          assert.equal(getActiveSpan().spanContext().spanId, root.spanId);
        });
        const { contexts, spans } = await transaction();
        const [span] = spans;
        assert.equal(spans.length, 1);
        assert.equal(span.parent_span_id, root.spanId);
        assert.equal(span.description, `GET ${receiver.url('/path')}`);
        assert.equal(span.op, 'http.client');
        assert.equal(span.status, 'ok');
        assert.equal(span.origin, way.startsWith('fetch') ? 'auto.http.node_fetch' : 'auto.http.client');
        const { host, hostname, port } = new URL(receiver.url());
        const said = Object.fromEntries(
          Object.entries(span.data).filter(([name]) => /^(http|url|server|type)/.test(name)),
        );
        assert.deepEqual(said, {
          'http.request.method': 'GET',
          'http.response.status_code': 200,
          ...(said['http.response.body.size'] && { 'http.response.body.size': 6 }),
          'url.full': receiver.url('/path'),
          'url.domain': hostname,
          'server.address': host,
          'server.port': Number(port),
        });
        const [{ headers }] = receiver.take();
        assert.equal(headers['sentry-trace'], `${contexts.trace.trace_id}-${span.span_id}-1`);
        assert.match(headers.baggage, new RegExp(`sentry-trace_id=${contexts.trace.trace_id}`));
        assert.match(headers.baggage, /sentry-sampled=true/);
        assert.equal(headers.traceparent, undefined);
      });

      it('carry the trace where no span is active, and have none', async () => {
        await send(receiver.url(), {});
        const [{ headers }] = receiver.take();
        assert.match(headers['sentry-trace'], /^[\da-f]{32}-[\da-f]{16}$/);
        assert.match(headers.baggage, /sentry-public_key=public/);
        assert.ok(await Throughline.flush());
        assert.deepEqual(ingest.take(), []);
      });

      it('keep the headers of the application, whose trace counts', async () => {
        const own = {
          'sentry-trace': `${'a'.repeat(32)}-${'b'.repeat(16)}-0`,
          'X-Own': 'of the application',
        };
        await startSpan({ name: 'root' }, () => send(receiver.url(), own));
        const [{ headers }] = receiver.take();
        assert.equal(headers['sentry-trace'], own['sentry-trace']);
        assert.equal(headers['x-own'], own['X-Own']);
        assert.equal(headers.baggage, undefined);
      });

      it('have one baggage, with the members of the application', async () => {
        await startSpan({ name: 'root' }, () => send(receiver.url(), { Baggage: 'one=1,two=2;p' }));
        const [{ headers, raw }] = receiver.take();
        assert.match(headers.baggage, /^one=1,two=2;p,sentry-/);
        assert.equal(raw.filter((name) => name.toLowerCase() === 'baggage').length, 1);
      });
    });
  }

  it('by node:https have spans and headers as well', async () => {
    // By a key that both know, which needs no certificate.
    const psk = Buffer.alloc(16, 1);
    const secret = { ciphers: 'PSK', maxVersion: 'TLSv1.2' };
    const received = [];
    const server = https.createServer({ ...secret, pskCallback: () => psk }, ({ headers }, response) => {
      received.push(headers['sentry-trace']);
      response.end('answer');
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${server.address().port}/path`;
    const options = {
      ...secret,
      pskCallback: () => ({ psk, identity: 'test' }),
      checkServerIdentity: () => undefined,
    };
    await startSpan({ name: 'root' }, async () => {
      await ask((read) => https.get(url, options, read));
      await ask((read) => https.request(url, options, read));
      await ask((read) => getSecurely(url, options, read));
    });
    server.closeAllConnections();
    server.close();
    const { spans, contexts } = await transaction();
    assert.deepEqual(
      spans.map(({ description }) => description),
      Array(3).fill(`GET ${url}`),
    );
    assert.deepEqual(
      received,
      spans.map(({ span_id }) => `${contexts.trace.trace_id}-${span_id}-1`),
    );
  });

  it('are named without query, and nothing secret of it is recorded', async () => {
    const url = receiver.url('/path?token=secret&a=b');
    await startSpan({ name: 'root' }, async () => {
      await fetch(url);
      await WAYS['http.get'](url);
    });
    const { spans } = await transaction();
    assert.deepEqual(
      spans.map(({ description, data }) => [description, data['url.full'], data['url.query']]),
      Array(2).fill([
        `GET ${receiver.url('/path')}`,
        receiver.url('/path?token=[Filtered]&a=b'),
        'token=[Filtered]&a=b',
      ]),
    );
    assert.deepEqual(
      receiver.take().map(({ path }) => path),
      Array(2).fill('/path?token=secret&a=b'),
    );
  });

  it('send what the application sends', async () => {
    await startSpan({ name: 'root' }, async () => {
      await fetch(receiver.url(), { method: 'POST', body: 'by fetch' });
      const stream = new Blob(['by ', 'stream']).stream();
      await fetch(receiver.url(), { method: 'PUT', body: stream, duplex: 'half' });
      await ask((read) => {
        const sent = http.request(receiver.url(), { method: 'PATCH' }, read);
        sent.write('by ');
        sent.write('http');
        return sent;
      });
    });
    assert.deepEqual(
      receiver.take().map(({ method, body }) => `${method} ${body}`),
      ['POST by fetch', 'PUT by stream', 'PATCH by http'],
    );
    const { spans } = await transaction();
    assert.deepEqual(
      spans.map(({ description }) => description.split(' ')[0]),
      ['POST', 'PUT', 'PATCH'],
    );
  });

  it('go on in the trace of the span in which they were made, with a keep-alive agent', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const names = Array.from({ length: 10 }, (_, at) => `/of/${at}`);
    await Promise.all(
      names.map((name) =>
        Throughline.startNewTrace(() =>
          startSpan({ name }, () => {
            const span = getActiveSpan();
            return ask((read) =>
              http.get(receiver.url(name), { agent }, (response) => {
                assert.equal(getActiveSpan(), span);
                read(response);
              }),
            );
          }),
        ),
      ),
    );
    agent.destroy();
    assert.ok(await Throughline.flush());
    for (const [, , { transaction, spans }] of ingest.take()) {
      assert.deepEqual(
        spans.map(({ description }) => description),
        [`GET ${receiver.url(transaction)}`],
      );
    }
    assert.equal(
      new Set(receiver.take().map(({ headers }) => headers['sentry-trace'].slice(0, 32))).size,
      10,
    );
  });

  it('have their own parent, where they have waited for a connection', async () => {
    // As long as there was none, nobody knows its class.
    await fetch(receiver.url());
    const { constructor: Agent } = globalThis[Symbol.for('undici.globalDispatcher.1')];
    const before = Object.getOwnPropertyDescriptors(Error);
    for (const connections of [1, 2, 100]) {
      await Throughline.flush();
      ingest.take();
      receiver.take();
      const dispatcher = new Agent({ connections });
      const names = Array.from({ length: 10 }, (_, at) => `/of/${at}`);
      await Promise.all(
        names.map((name) =>
          Throughline.startNewTrace(() =>
            startSpan({ name }, async () => (await fetch(receiver.url(name), { dispatcher })).text()),
          ),
        ),
      );
      await dispatcher.close();
      assert.ok(await Throughline.flush());
      const events = ingest.take().map(([, , event]) => event);
      assert.equal(events.length, 10);
      const received = receiver.take();
      for (const { transaction, spans, contexts } of events) {
        const { headers } = received.find(({ path }) => path === transaction);
        assert.deepEqual(
          spans.map(({ description, span_id }) => [description, `${contexts.trace.trace_id}-${span_id}-1`]),
          [[`GET ${receiver.url(transaction)}`, headers['sentry-trace']]],
        );
      }
    }
    assert.deepEqual(Object.getOwnPropertyDescriptors(Error), before);
  });

  it('end in the scope that they were sent in, on a connection that was opened for another', async () => {
    const heard = [];
    const stop = Throughline.getClient().on('spanEnd', (span) => {
      heard.push([span.spanContext().traceId, getActiveSpan()?.spanContext().traceId]);
    });
    for (const name of ['first', 'second']) {
      await Throughline.startNewTrace(() =>
        startSpan({ name }, async () => {
          await (await fetch(receiver.url())).text();
          await WAYS['http.get'](receiver.url());
        }),
      );
    }
    stop();
    const children = heard.filter((_, at) => at % 3 < 2);
    assert.equal(children.length, 4);
    for (const [own, inForce] of children) assert.equal(inForce, own);
  });

  it('have no span while tracing is suppressed', async () => {
    await startSpan({ name: 'root' }, () =>
      Throughline.suppressTracing(async () => {
        await fetch(receiver.url());
        await WAYS['http.get'](receiver.url());
      }),
    );
    const { spans } = await transaction();
    assert.deepEqual(spans, []);
    for (const { headers } of receiver.take()) assert.match(headers['sentry-trace'], /-0$/);
  });

  it('of a redirection are two, each with headers of its own', async () => {
    await startSpan({ name: 'root' }, () => fetch(receiver.url('/moved')));
    const { spans } = await transaction();
    assert.deepEqual(
      spans.map(({ description, data }) => [description, data['http.response.status_code']]),
      [
        [`GET ${receiver.url('/moved')}`, 302],
        [`GET ${receiver.url('/there')}`, 200],
      ],
    );
    assert.deepEqual(
      receiver.take().map(({ headers }) => headers['sentry-trace'].split('-')[1]),
      spans.map(({ span_id }) => span_id),
    );
  });

  it('to where SDKs send what they have recorded are left alone', async () => {
    await startSpan({ name: 'root' }, async () => {
      for (const path of ['/api/1/envelope/', '/v1/traces']) {
        await fetch(receiver.url(path), { method: 'POST', body: '{}' });
        await WAYS['http.get'](receiver.url(path), {});
      }
    });
    const { spans } = await transaction();
    assert.deepEqual(spans, []);
    const received = receiver.take();
    assert.equal(received.length, 4);
    for (const { headers } of received) assert.equal(headers['sentry-trace'], undefined);
  });

  it('are not traced any more once the client is closed', async () => {
    const own = http.get;
    await Throughline.close();
    for (const send of Object.values(WAYS)) await send(receiver.url(), {});
    for (const { headers } of receiver.take()) assert.equal(headers['sentry-trace'], undefined);
    if (http.get !== own) assert.match(String(http.get), /^function get\(/);
    start();
    await fetch(receiver.url());
    assert.ok(receiver.take()[0].headers['sentry-trace']);
  });

  it('of `startInactiveSpan` have no part in headers', async () => {
    const inactive = startInactiveSpan({ name: 'inactive' });
    await fetch(receiver.url());
    const [{ headers }] = receiver.take();
    assert.ok(!spanToTraceHeader(inactive).startsWith(headers['sentry-trace']));
    inactive.end();
    await Throughline.flush();
  });
});
