// What interceptors of undici send: redirections and further attempts go out where a response is heard of, on a connection that
// somebody else may have opened.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, afterEach, before, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { useIngest } from './support.mjs';

const require = createRequire(import.meta.url);

/** A copy of undici: the first is everybody's, and another is nobody's but who has it. */
function copyOfUndici() {
  for (const path of Object.keys(require.cache)) delete require.cache[path];
  return require('undici');
}
const everybodys = copyOfUndici();
const another = copyOfUndici();

describe('what interceptors of undici send', () => {
  const ingest = useIngest();
  const received = [];
  const failed = new Set();
  const server = createServer(({ url, headers }, response) => {
    received.push([url, headers['sentry-trace']]);
    if (url.startsWith('/fails') && !failed.has(url)) {
      failed.add(url);
      response.statusCode = 503;
    } else if (url.startsWith('/moved')) {
      response.writeHead(302, { location: url.replace('moved', 'there') });
    }
    response.end('answer');
  });
  let base;
  before(async () => {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${server.address().port}`;
    Throughline.init({
      dsn: ingest.dsn(),
      tracesSampleRate: 1,
      integrations: [Throughline.httpIntegration({ incoming: false })],
    });
  });
  after(async () => {
    await Throughline.close();
    server.closeAllConnections();
    server.close();
  });
  afterEach(() => {
    received.length = 0;
    failed.clear();
  });

  /** Sends a request in a trace of its own. */
  const send = (undici, path, dispatcher) =>
    Throughline.startNewTrace(() =>
      Throughline.startSpan({ name: path }, async () => {
        const { body } = await undici.request(base + path, { dispatcher });
        await body.text();
      }),
    );

  /** What was sent for each path, in the order of the spans of its transaction. */
  async function spansByPath() {
    assert.ok(await Throughline.flush());
    const events = ingest.take().map(([, , event]) => event);
    return new Map(
      events.map(({ transaction, spans, contexts: { trace } }) => {
        for (const { parent_span_id } of spans) assert.equal(parent_span_id, trace.span_id);
        return [
          transaction,
          spans.map(({ description, span_id }) => [
            description.replace(`GET ${base}`, ''),
            `${trace.trace_id}-${span_id}-1`,
          ]),
        ];
      }),
    );
  }

  const sentFor = (path) =>
    received.filter(([url]) => url === path || url === path.replace('moved', 'there'));

  /** Asks each path, all at once, on connections that others have opened, and says what went out for each. */
  async function sendAll(undici, paths, agent, dispatcher) {
    await Promise.all(['/first', '/second', '/third'].map((path) => send(undici, path, agent)));
    await spansByPath();
    await Promise.all(paths.map((path) => send(undici, path, dispatcher)));
    await agent.close();
    return spansByPath();
  }

  const followed = [
    [
      'a redirection',
      '/moved',
      (agent, { interceptors }) => agent.compose(interceptors.redirect({ maxRedirections: 2 })),
    ],
    [
      'another attempt',
      '/fails',
      (agent, { RetryAgent }) => new RetryAgent(agent, { minTimeout: 1, maxRetries: 1 }),
    ],
    [
      'another attempt, by the interceptor',
      '/fails',
      (agent, { interceptors }) => agent.compose(interceptors.retry({ minTimeout: 1 })),
    ],
    ['what is sent after a while', '/moved', (agent) => agent.compose(afterAWhile)],
  ];
  const ENDS = ['/1', '/2', '/3', '/4'];
  for (const [what, path, compose] of followed) {
    const paths = ENDS.map((end) => path + end);
    for (const [undici, options, how] of [
      [everybodys, {}, ''],
      [another, {}, ' by another copy'],
      [everybodys, { connections: 2 }, ', also where the request has waited for a connection'],
    ]) {
      it(`${what} belongs to the span of the request that it follows${how}`, async () => {
        const agent = new undici.Agent(options);
        const spans = await sendAll(undici, paths, agent, compose(agent, undici));
        assert.equal(spans.size, 4);
        for (const one of paths) {
          assert.equal(sentFor(one).length, 2);
          assert.deepEqual(sentFor(one), spans.get(one));
        }
      });
    }

    it(`${what} has none rather than a wrong one, where nobody knows who has waited`, async () => {
      const agent = new another.Agent({ connections: 2 });
      const spans = await sendAll(another, paths, agent, compose(agent, another));
      assert.equal(spans.size, 4);
      for (const one of paths) {
        const sent = sentFor(one);
        assert.equal(sent.length, 2);
        // What follows may have waited as well.
        assert.deepEqual(
          sent.filter(([, header]) => header),
          spans.get(one),
        );
      }
      const atOnce = paths.map((one) => Boolean(sentFor(one)[0][1]));
      assert.deepEqual(atOnce, [true, true, false, false]);
      for (const one of paths.slice(2)) assert.deepEqual(spans.get(one), []);
    });
  }

  it('nor has what several send by one handler, where it has waited', async () => {
    const agent = new everybodys.Agent({ connections: 2 });
    const paths = ENDS.map((end) => `/shared${end}`);
    let left = paths.length;
    const traces = new Map();
    await new Promise((resolve, reject) => {
      const handler = {
        // As handlers were before undici 7, which hands on no other than this.
        onConnect() {},
        onHeaders: () => true,
        onData: () => true,
        onComplete: () => --left || resolve(),
        onError: reject,
      };
      for (const path of paths) {
        Throughline.startNewTrace(() =>
          Throughline.startSpan({ name: path }, (span) => {
            traces.set(path, span.spanContext().traceId);
            agent.dispatch({ origin: base, path, method: 'GET' }, handler);
          }),
        );
      }
    });
    await agent.close();
    assert.equal(received.length, 4);
    for (const [path, header] of received) if (header) assert.equal(header.slice(0, 32), traces.get(path));
    assert.equal(received.filter(([, header]) => header).length, 2);
  });
});

/** Follows a redirection as an application's own interceptor may: after it has waited for something. */
function afterAWhile(dispatch) {
  return function follows(options, handler) {
    let next;
    return dispatch(options, {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onResponseStart(controller, status, headers, text) {
        if (headers.location) next = headers.location;
        else handler.onResponseStart?.(controller, status, headers, text);
      },
      onResponseData(controller, chunk) {
        if (!next) handler.onResponseData?.(controller, chunk);
      },
      async onResponseEnd(controller, trailers) {
        if (!next) return handler.onResponseEnd?.(controller, trailers);
        await new Promise((resolve) => setImmediate(resolve));
        dispatch({ ...options, path: next }, handler);
      },
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    });
  };
}
