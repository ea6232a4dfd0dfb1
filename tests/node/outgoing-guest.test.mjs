// An application sees of its requests what it sees without us, and those who stand in for a server work as ever.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { after, afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HttpResponse, http as mocked } from 'msw';
import { setupServer } from 'msw/node';
import * as Throughline from '../../dist/node.js';
import { useReceiver } from './receiver.mjs';

const { startSpan } = Throughline;
const workload = fileURLToPath(new URL('guest-workload.mjs', import.meta.url));

it('a process that sends requests in many ways sees the same with the package', async () => {
  const run = (...args) => promisify(execFile)(process.execPath, [workload, ...args]);
  const [without, traced] = await Promise.all([run(), run('traced')]);
  assert.equal(Number(without.stderr), 0);
  assert.ok(Number(traced.stderr) > 15, traced.stderr);
  const seen = JSON.parse(without.stdout);
  assert.ok(seen.length > 50);
  assert.deepEqual(JSON.parse(traced.stdout), seen);
});

describe('beside those who have to do with requests too', () => {
  const receiver = useReceiver();
  const start = () =>
    Throughline.init({
      tracesSampleRate: 1,
      integrations: [Throughline.httpIntegration({ incoming: false })],
    });
  afterEach(() => Throughline.close());
  after(() => Throughline.close());

  const ask = async (url, options = {}) => {
    const [response] = await once(http.get(url, options), 'response');
    let body = '';
    for await (const chunk of response) body += chunk;
    return body;
  };

  it('an application that replaces `http.get` before us, or after us, is called as ever', async () => {
    const { get } = http;
    const replace = (calls) => {
      const before = http.get;
      http.get = function own(...args) {
        calls.push(args.length);
        return Reflect.apply(before, this, args);
      };
      syncBuiltinESMExports();
      return http.get;
    };
    const calls = [];
    const earlier = replace(calls);
    start();
    const later = replace(calls);
    await ask(receiver.url());
    assert.equal(calls.length, 2);
    await Throughline.close();
    // It is in the way of our going, and stays.
    assert.equal(http.get, later);
    await ask(receiver.url());
    const [first, second] = receiver.take().map(({ headers }) => headers['sentry-trace']);
    assert.ok(first);
    assert.equal(second, undefined);
    assert.equal(calls.length, 4);
    assert.equal(earlier.name, 'own');
    http.get = get;
    syncBuiltinESMExports();
  });

  it('an application that listens on the same channels hears of every request, and may throw there', async () => {
    const heard = [];
    const names = ['undici:request:create', 'undici:request:trailers', 'http.client.response.finish'];
    const stops = names.map((name) => {
      const listener = () => {
        heard.push(name);
        throw new RangeError('of the application');
      };
      subscribe(name, listener);
      return () => unsubscribe(name, listener);
    });
    const uncaught = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error.message));
    try {
      start();
      await startSpan({ name: 'root' }, async () => {
        assert.equal(await (await fetch(receiver.url())).text(), 'answer');
        assert.equal(await ask(receiver.url()), 'answer');
      });
      await new Promise(setImmediate);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const other of others) process.on('uncaughtException', other);
      for (const stop of stops) stop();
    }
    assert.deepEqual(heard, names);
    assert.deepEqual(uncaught, Array(3).fill('of the application'));
    for (const { headers } of receiver.take()) assert.ok(headers['sentry-trace']);
  });

  for (const order of ['before', 'after']) {
    it(`a server that msw stands in for ${order} us answers, and what passes it by carries headers`, async () => {
      const spans = [];
      const server = setupServer(
        mocked.get('http://intern.test/mocked', () => HttpResponse.json({ from: 'msw' })),
      );
      if (order === 'before') server.listen({ onUnhandledRequest: 'bypass' });
      const client = start();
      if (order === 'after') server.listen({ onUnhandledRequest: 'bypass' });
      client.on('spanEnd', (span) => {
        const { name, status, attributes } = Throughline.spanToJSON(span);
        if (name !== 'root') spans.push([name, status, attributes['sentry.origin']]);
      });
      try {
        await startSpan({ name: 'root' }, async () => {
          assert.deepEqual(await (await fetch('http://intern.test/mocked')).json(), { from: 'msw' });
          assert.equal(await ask('http://intern.test/mocked'), '{"from":"msw"}');
          assert.equal(await (await fetch(receiver.url('/passed'))).text(), 'answer');
          assert.equal(await ask(receiver.url('/passed')), 'answer');
        });
      } finally {
        server.close();
      }
      const passed = receiver.take();
      assert.equal(passed.length, 2);
      for (const { headers } of passed) assert.ok(headers['sentry-trace']);
      // A `fetch` that msw answers never reaches undici.
      assert.deepEqual(spans, [
        ['GET http://intern.test/mocked', 'ok', 'auto.http.client'],
        [`GET ${receiver.url('/passed')}`, 'ok', 'auto.http.node_fetch'],
        [`GET ${receiver.url('/passed')}`, 'ok', 'auto.http.client'],
      ]);
    });
  }
});
