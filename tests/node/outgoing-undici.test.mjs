// What interceptors of undici send: redirections and further attempts go out where a response is heard of, on a connection that
// somebody else may have opened.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';
import { Agent, interceptors, RetryAgent, request } from 'undici';
import * as Throughline from '../../dist/node.js';
import { useIngest } from './support.mjs';

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
  const send = (path, dispatcher) =>
    Throughline.startNewTrace(() =>
      Throughline.startSpan({ name: path }, async () => {
        const { body } = await request(base + path, { dispatcher });
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
  async function sendAll(paths, agent, dispatcher) {
    await Promise.all(['/first', '/second', '/third'].map((path) => send(path, agent)));
    await spansByPath();
    await Promise.all(paths.map((path) => send(path, dispatcher)));
    await agent.close();
    return spansByPath();
  }

  for (const [what, path, compose] of [
    ['a redirection', '/moved', (agent) => agent.compose(interceptors.redirect({ maxRedirections: 2 }))],
    ['another attempt', '/fails', (agent) => new RetryAgent(agent, { minTimeout: 1, maxRetries: 1 })],
    [
      'another attempt, by the interceptor',
      '/fails',
      (agent) => agent.compose(interceptors.retry({ minTimeout: 1 })),
    ],
    ['what is sent after a while', '/moved', (agent) => agent.compose(afterAWhile)],
  ]) {
    it(`${what} belongs to the span of the request that it follows`, async () => {
      const agent = new Agent();
      const paths = ['/1', '/2', '/3'].map((end) => path + end);
      const spans = await sendAll(paths, agent, compose(agent));
      assert.equal(spans.size, 3);
      for (const one of paths) {
        assert.equal(sentFor(one).length, 2);
        assert.deepEqual(sentFor(one), spans.get(one));
      }
    });

    it(`${what} has none rather than a wrong one, where the request has waited for a connection`, async () => {
      const agent = new Agent({ connections: 2 });
      const paths = ['/1', '/2', '/3', '/4'].map((end) => path + end);
      const spans = await sendAll(paths, agent, compose(agent));
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
