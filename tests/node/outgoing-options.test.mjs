// What options say about the requests that a server sends.
import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { useReceiver } from './receiver.mjs';
import { useIngest } from './support.mjs';
import { WAYS } from './ways.mjs';

const { httpIntegration, startSpan } = Throughline;

describe('requests that go out, as options say,', () => {
  const receiver = useReceiver();
  const ingest = useIngest();
  after(() => Throughline.close());
  afterEach(() => {
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

  /** Runs with options. */
  async function withOptions(options, act) {
    Throughline.init({
      dsn: ingest.dsn(),
      tracesSampleRate: 1,
      integrations: [httpIntegration({ incoming: false })],
      ...options,
    });
    try {
      await act();
    } finally {
      await Throughline.close();
    }
  }

  it('carry headers with tracing off, without a decision', () =>
    withOptions({ tracesSampleRate: undefined }, async () => {
      await startSpan({ name: 'root' }, async () => {
        await fetch(receiver.url());
        await WAYS['http.get'](receiver.url());
      });
      for (const { headers } of receiver.take()) {
        assert.match(headers['sentry-trace'], /^[\da-f]{32}-[\da-f]{16}$/);
      }
    }));

  it('carry a decision against recording', () =>
    withOptions({ tracesSampleRate: 0 }, async () => {
      await startSpan({ name: 'root' }, async () => {
        await fetch(receiver.url());
        await WAYS['http.get'](receiver.url());
      });
      for (const { headers } of receiver.take()) {
        assert.match(headers['sentry-trace'], /-0$/);
        assert.match(headers.baggage, /sentry-sampled=false/);
      }
    }));

  it('are spans of their own in stream mode', () =>
    withOptions({ traceLifecycle: 'stream' }, async () => {
      await fetch(receiver.url('/path'));
      await WAYS['http.get'](receiver.url('/path'));
      assert.ok(await Throughline.flush());
      const spans = ingest.take().flatMap(([, , { items }]) => items);
      assert.deepEqual(
        spans.map(({ name, is_segment }) => [name, is_segment]),
        Array(2).fill(['GET 127.0.0.1', true]),
      );
    }));

  it('carry traceparent', () =>
    withOptions({ propagateTraceparent: true }, async () => {
      await startSpan({ name: 'root' }, async () => {
        await fetch(receiver.url());
        await WAYS['http.get'](receiver.url());
        await fetch(receiver.url(), { headers: { traceparent: 'own' } });
        await WAYS['http.get'](receiver.url(), { traceparent: 'own' });
      });
      const [one, two, ...own] = receiver.take().map(({ headers }) => headers);
      for (const { traceparent, 'sentry-trace': trace } of [one, two]) {
        assert.equal(traceparent, `00-${trace.slice(0, -2)}-01`);
      }
      assert.deepEqual(
        own.map(({ traceparent }) => traceparent),
        ['own', 'own'],
      );
    }));

  it('are left alone where the application says so, with what it is told', async () => {
    const told = [];
    const ignoreOutgoingRequests = (url, { method, host, hostname, port, path, headers }) => {
      told.push({ url, method, host, hostname, port, path, own: headers['x-own'] });
      if (path === '/fails') throw new Error('of the application');
      return path === '/ignored?a=b';
    };
    await withOptions(
      { integrations: [httpIntegration({ incoming: false, ignoreOutgoingRequests })] },
      async () => {
        await startSpan({ name: 'root' }, async () => {
          for (const path of ['/ignored?a=b', '/fails']) {
            await fetch(receiver.url(path), { headers: { 'X-Own': 'own' } });
            await WAYS['http.get'](receiver.url(path), { 'X-Own': 'own' });
          }
        });
        const { spans } = await transaction();
        assert.deepEqual(
          spans.map(({ description }) => description),
          Array(2).fill(`GET ${receiver.url('/fails')}`),
        );
        assert.deepEqual(
          receiver.take().map(({ headers }) => 'sentry-trace' in headers),
          [false, false, true, true],
        );
        const { host, hostname, port } = new URL(receiver.url());
        const expected = { method: 'GET', host, hostname, port, own: 'own' };
        assert.deepEqual(
          told,
          ['/ignored?a=b', '/ignored?a=b', '/fails', '/fails'].map((path) => ({
            url: receiver.url(path),
            ...expected,
            path,
          })),
        );
      },
    );
  });

  it('carry no headers with an empty list of targets, and have spans', () =>
    withOptions({ tracePropagationTargets: [] }, async () => {
      await startSpan({ name: 'root' }, async () => {
        await fetch(receiver.url());
        await WAYS['http.get'](receiver.url());
      });
      for (const { headers } of receiver.take()) assert.equal(headers['sentry-trace'], undefined);
      assert.equal((await transaction()).spans.length, 2);
    }));
});
