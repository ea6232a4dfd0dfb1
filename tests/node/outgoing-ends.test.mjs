// How the span of a request ends, whatever becomes of that; and that the application hears the same of it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { createServer } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { useReceiver } from './receiver.mjs';
import { useIngest } from './support.mjs';

const { getActiveSpan, spanToJSON, startSpan, startSpanManual } = Throughline;

describe('the span of a request ends', () => {
  const receiver = useReceiver();
  const ingest = useIngest();
  let ended = [];
  let hears = () => {};
  before(() => {
    const client = Throughline.init({
      dsn: ingest.dsn(),
      tracesSampleRate: 1,
      integrations: [Throughline.httpIntegration({ incoming: false })],
    });
    client.on('spanEnd', (span) => {
      const { name, status, attributes, parent_span_id } = spanToJSON(span);
      if (!parent_span_id) return;
      if (!name.startsWith('GET ')) return;
      const { pathname } = new URL(name.replace('GET ', ''));
      ended.push([pathname, status, attributes['http.response.status_code']]);
      hears();
    });
  });
  after(() => Throughline.close());
  afterEach(() => {
    ended = [];
    receiver.take();
  });

  /** Runs in a span, until the spans of so many requests have ended; answers with what was thrown. */
  async function inSpan(count, act) {
    return startSpan({ name: 'root' }, async () => {
      const over = new Promise((resolve) => {
        hears = () => ended.length >= count && resolve();
      });
      const thrown = await act().then(
        () => undefined,
        (error) => error,
      );
      await over;
      return thrown;
    });
  }

  /** A signal as `AbortSignal.timeout` gives it, whose time is over once the next request has arrived. */
  function outOfTime() {
    const abort = new AbortController();
    receiver.onRequest(() => abort.abort(new DOMException('out of time', 'TimeoutError')));
    return abort.signal;
  }

  /** Requests by `fetch`: what they ask for, what ends with them, and what the application catches. */
  const fetched = [
    ['/there', ['ok', 200]],
    ['/500', ['error', 500]],
    ['/gone', ['error', undefined], 'TypeError'],
    ['/broken', ['error', 200], 'TypeError'],
    ['/silent', ['error', undefined], 'TimeoutError', () => ({ signal: outOfTime() })],
  ];
  for (const [path, [status, code], name, init] of fetched) {
    it(`by fetch (${path}): ${name ?? status}`, async () => {
      const thrown = await inSpan(1, async () => (await fetch(receiver.url(path), init?.())).text());
      assert.equal(thrown?.name, name);
      assert.deepEqual(ended, [[path, status, code]]);
    });
  }

  it('as nothing that failed, where the application gives up a fetch, before its answer and in it', async () => {
    const abort = new AbortController();
    const waited = new Promise((resolve) => receiver.onRequest(resolve));
    const thrown = await inSpan(1, async () => {
      const asked = fetch(receiver.url('/silent'), { signal: abort.signal });
      await waited;
      abort.abort();
      await asked;
    });
    assert.equal(thrown.name, 'AbortError');
    await inSpan(2, async () => {
      const response = await fetch(receiver.url('/half'));
      await response.body.cancel();
    });
    assert.deepEqual(ended, [
      ['/silent', 'ok', undefined],
      ['/half', 'ok', 200],
    ]);
  });

  it('with an error where nobody listens', async () => {
    const port = await freePort();
    const thrown = await inSpan(2, async () => {
      const url = `http://127.0.0.1:${port}/`;
      const [error] = await once(http.get(url), 'error');
      assert.equal(error.code, 'ECONNREFUSED');
      await fetch(url);
    });
    assert.equal(thrown.cause.code, 'ECONNREFUSED');
    assert.deepEqual(ended, Array(2).fill(['/', 'error', undefined]));
  });

  /** The same by `node:http`; `act` does something with the request, and with its response. */
  const own = Object.assign(new Error(), { code: 'OWN' });
  const asked = [
    ['read', '/there', ['ok', 200]],
    ['read', '/500', ['error', 500]],
    ['not answered', '/gone', ['error', undefined], 'ECONNRESET'],
    ['cut off', '/broken', ['error', 200], 'ECONNRESET'],
    ['given up by `destroy`', '/silent', ['error', undefined], 'ECONNRESET', (sent) => sent.destroy()],
    ['given up with an error', '/silent', ['error', undefined], 'OWN', (sent) => sent.destroy(own)],
    ['not read to its end', '/half', ['ok', 200], undefined, (_sent, response) => response?.destroy()],
    [
      'given up while it is read',
      '/half',
      ['error', 200],
      'ECONNRESET',
      (sent, response) => response && sent.destroy(),
    ],
  ];
  for (const [what, path, [status, code], thrownCode, act] of asked) {
    it(`by node:http, ${what} (${path}): ${status}`, async () => {
      const waited = new Promise((resolve) => receiver.onRequest(resolve));
      const thrown = await inSpan(1, () => {
        const settled = new Promise((resolve, reject) => {
          const sent = http.get(receiver.url(path), (response) => {
            response.resume().on('close', resolve).on('error', reject);
            act?.(sent, response);
          });
          sent.on('error', reject);
          if (path === '/silent') waited.then(() => act(sent));
        });
        return settled;
      });
      assert.equal(thrown?.code, thrownCode);
      assert.deepEqual(ended, [[path, status, code]]);
    });
  }

  it('as nothing that failed, where a signal gives up, but with an error where its time is over', async () => {
    const abort = new AbortController();
    const waited = new Promise((resolve) => receiver.onRequest(resolve));
    await inSpan(1, async () => {
      const sent = http.get(receiver.url('/silent'), { signal: abort.signal });
      await waited;
      abort.abort();
      const [error] = await once(sent, 'error');
      assert.equal(error.name, 'AbortError');
    });
    await inSpan(2, () => once(http.get(receiver.url('/silent'), { signal: outOfTime() }), 'error'));
    assert.deepEqual(ended, [
      ['/silent', 'ok', undefined],
      ['/silent', 'error', undefined],
    ]);
  });

  it('where nobody listens for the response, which is read away as without us', async () => {
    await inSpan(1, async () => {
      const sent = http.get(receiver.url('/there'));
      assert.equal(sent.listenerCount('response'), 0);
      assert.equal(sent.listenerCount('error'), 0);
      await once(sent, 'close');
    });
    assert.deepEqual(ended, [['/there', 'ok', 200]]);
  });

  it('once it has become another protocol', async () => {
    await inSpan(1, async () => {
      const headers = { connection: 'upgrade', upgrade: 'echo' };
      const sent = http.get(receiver.url('/there'), { headers });
      const [response, socket] = await once(sent, 'upgrade');
      assert.equal(response.statusCode, 101);
      socket.destroy();
    });
    assert.deepEqual(ended, [['/there', 'ok', 101]]);
  });

  it('when it was answered, where its root ends and nobody has read the response', async () => {
    await Throughline.flush();
    ingest.take();
    const abort = new AbortController();
    const sent = await startSpan({ name: 'root' }, async () => {
      await fetch(receiver.url('/half'), { signal: abort.signal });
      const asked = http.get(receiver.url('/half'));
      await once(asked, 'response');
      startSpan({ name: 'afterwards' }, () => {});
      // Not answered: nobody knows how long it would have taken.
      const silent = http.get(receiver.url('/silent')).on('error', () => {});
      await new Promise((resolve) => receiver.onRequest(resolve));
      return [asked, silent];
    });
    for (const one of sent) one.destroy();
    abort.abort();
    assert.ok(await Throughline.flush());
    const [[, , event]] = ingest.take();
    const [{ start_timestamp: later }] = event.spans.filter(
      ({ description }) => description === 'afterwards',
    );
    const spans = event.spans.filter(({ op }) => op === 'http.client');
    assert.deepEqual(
      spans.map(({ description, status }) => [description, status]),
      Array(2).fill([`GET ${receiver.url('/half')}`, 'ok']),
    );
    for (const { timestamp } of spans) assert.ok(timestamp <= later, `${timestamp - later}`);
    const received = receiver.take().slice(0, 2);
    assert.deepEqual(
      received.map(({ headers }) => headers['sentry-trace'].split('-')[1]),
      spans.map(({ span_id }) => span_id),
    );
  });

  it('before the application hears that the response was read', async () => {
    await startSpanManual({ name: 'root' }, (span) => {
      assert.equal(getActiveSpan(), span);
      return new Promise((resolve) => {
        http.get(receiver.url('/there'), (response) => {
          response.on('end', () => {
            span.end();
            resolve();
          });
          response.resume();
        });
      });
    });
    assert.ok(await Throughline.flush());
    const sent = ingest.take().map(([, , event]) => event);
    assert.equal(sent.at(-1).spans.length, 1);
    assert.equal(sent.at(-1).spans[0].status, 'ok');
  });
});

/** A port at which nobody listens. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
