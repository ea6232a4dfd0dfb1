// Requests that come in: the trace, the span and the scopes that each has.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { connect } from 'node:net';
import { beforeEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import * as Throughline from '../../dist/node.js';
import {
  exchange,
  requestText,
  SPAN,
  TRACE,
  traceServers,
  transactions,
  transactionsByName,
  useServer,
} from './servers.mjs';
import { useIngest } from './support.mjs';

const { getActiveSpan, getTraceData, startSpan } = Throughline;

describe('requests that come in', () => {
  const ingest = useIngest();
  /** What the server does. */
  let handle;
  const shop = useServer(() => createServer((request, response) => handle(request, response)));

  const start = (options = {}, http = {}) => traceServers(ingest, http, options);

  beforeEach(() => {
    start();
    ingest.take();
    handle = (_, response) => response.end('done');
  });

  it('have a span, and are in the trace that their headers name', async () => {
    let inside;
    handle = async (_, response) => {
      await wait(1);
      inside = getTraceData();
      startSpan({ name: 'below' }, () => {});
      response.statusCode = 201;
      response.end();
    };
    const baggage = `sentry-trace_id=${TRACE},sentry-sample_rate=0.5,sentry-sample_rand=0.3,sentry-public_key=other`;
    const headers = {
      'sentry-trace': `${TRACE}-${SPAN}-1`,
      baggage: `mine=1,${baggage}`,
      'user-agent': 'tester',
      'content-length': '2',
    };
    const answer = await fetch(`${shop.url}/orders/7?page=2&token=hush`, {
      method: 'POST',
      headers,
      body: '{}',
    });
    assert.equal(answer.status, 201);
    const [event] = await transactions(ingest, 1);
    const { trace } = event.contexts;
    const { port } = shop;
    assert.equal(event.transaction, 'POST /orders/7');
    assert.deepEqual(event.transaction_info, { source: 'url' });
    assert.deepEqual(
      [trace.trace_id, trace.parent_span_id, trace.op, trace.origin, trace.status],
      [TRACE, SPAN, 'http.server', 'auto.http.http_server', 'ok'],
    );
    const { 'client.port': client, 'network.peer.port': peer, ...data } = trace.data;
    assert.ok(client > 0 && client === peer);
    assert.deepEqual(data, {
      'sentry.op': 'http.server',
      'sentry.origin': 'auto.http.http_server',
      'sentry.segment.name.source': 'url',
      'sentry.kind': 'server',
      'http.request.method': 'POST',
      'http.request.body.size': 2,
      'http.response.status_code': 201,
      'url.full': `http://127.0.0.1:${port}/orders/7?page=2&token=[Filtered]`,
      'url.path': '/orders/7',
      'url.query': 'page=2&token=[Filtered]',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': port,
      'client.address': '127.0.0.1',
      'network.peer.address': '127.0.0.1',
      'network.protocol.name': 'http',
      'network.protocol.version': '1.1',
      'user_agent.original': 'tester',
    });
    assert.equal(event.spans[0].parent_span_id, trace.span_id);
    assert.equal(inside['sentry-trace'], `${TRACE}-${trace.span_id}-1`);
    assert.equal(inside.baggage, baggage);
    assert.ok(event.start_timestamp <= event.spans[0].start_timestamp);
    assert.ok(event.timestamp >= event.spans[0].timestamp);
  });

  it('without such headers have a trace each, also on one connection, one after the other and piled up', async () => {
    handle = async (request, response) => {
      await wait(request.url === '/0' ? 5 : 1);
      startSpan({ name: `below ${request.url}` }, () => {});
      response.end(request.url);
    };
    const piece = (at, last) =>
      `GET /${at} HTTP/1.1\r\nHost: shop.test\r\n${last ? 'Connection: close\r\n' : ''}\r\n`;
    await exchange(shop.port, [0, 1, 2, 3].map((at) => piece(at, at === 3)).join(''));
    const events = await transactionsByName(ingest, 4);
    assert.deepEqual(Object.keys(events).sort(), ['GET /0', 'GET /1', 'GET /2', 'GET /3']);
    const traces = Object.values(events).map(({ contexts }) => contexts.trace.trace_id);
    assert.equal(new Set(traces).size, 4);
    for (const [name, { contexts, spans }] of Object.entries(events)) {
      assert.equal(contexts.trace.parent_span_id, undefined);
      assert.deepEqual(
        spans.map(({ description, parent_span_id }) => [description, parent_span_id]),
        [[`below ${name.slice(4)}`, contexts.trace.span_id]],
      );
    }
  });

  it('have scopes of their own, of which nothing is left on their connection', async () => {
    const seen = [];
    handle = async (request, response) => {
      seen.push(Throughline.getIsolationScope().getScopeData().tags.path, getActiveSpan() !== undefined);
      Throughline.setTag('path', request.url);
      Throughline.getCurrentScope().setTag('current', request.url);
      await wait(1);
      seen.push(Throughline.getIsolationScope().getScopeData().tags.path);
      response.end();
    };
    const piece = (path, more) => `GET ${path} HTTP/1.1\r\nHost: shop.test\r\n${more}\r\n`;
    await exchange(shop.port, piece('/a', '') + piece('/b', 'Connection: close\r\n'));
    const events = await transactionsByName(ingest, 2);
    assert.deepEqual(seen, [undefined, true, undefined, true, '/a', '/b']);
    assert.deepEqual(events['GET /a'].tags, { path: '/a', current: '/a' });
    assert.deepEqual(events['GET /b'].tags, { path: '/b', current: '/b' });
    assert.deepEqual(Throughline.getIsolationScope().getScopeData().tags, {});
    assert.equal(getActiveSpan(), undefined);
  });

  it('are active in the events of their body, in timers, in streams and in promises', async () => {
    const spans = [];
    const note = () => spans.push(getActiveSpan()?.spanContext().spanId);
    handle = (request, response) => {
      note();
      request.on('data', note);
      request.on('end', () => {
        note();
        setTimeout(() => {
          note();
          response.on('finish', note);
          response.end();
        }, 1);
      });
    };
    const sending = send(`${shop.url}/body`, { method: 'POST' });
    sending.write('one');
    // The server has the first piece once it has the head: what follows is another event.
    await once(sending, 'socket');
    await wait(20);
    sending.end('two');
    const [answer] = await once(sending, 'response');
    answer.resume();
    const [event] = await transactions(ingest, 1);
    assert.ok(spans.length >= 5);
    assert.deepEqual([...new Set(spans)], [event.contexts.trace.span_id]);
  });

  it('leave the AsyncLocalStorage of others what it is', async () => {
    const storage = new AsyncLocalStorage();
    let seen;
    handle = (_, response) =>
      storage.run('theirs', async () => {
        await startSpan({ name: 'below' }, () => wait(1));
        seen = storage.getStore();
        response.end();
      });
    await fetch(shop.url);
    assert.equal(seen, 'theirs');
    assert.equal((await transactions(ingest, 1))[0].spans.length, 1);
  });

  it('end with their connection, with the status that they have by then, and leave handlers their errors', async () => {
    let closed;
    handle = (_, response) => {
      closed = once(response, 'close');
      response.writeHead(202);
      response.write('the beginning');
    };
    const socket = connect(shop.port, '127.0.0.1');
    socket.write(requestText('/left'));
    await once(socket, 'data');
    socket.destroy();
    await closed;
    const [event] = await transactions(ingest, 1);
    assert.equal(event.transaction, 'GET /left');
    assert.equal(event.contexts.trace.data['http.response.status_code'], 202);
    assert.deepEqual(event.contexts.response, { status_code: 202 });
  });

  it('that nobody waited for have no status but that: nothing was sent', async () => {
    for (const said of [undefined, 'aborted']) {
      let closed;
      const arrived = new Promise((resolve) => {
        handle = (_, response) => {
          closed = once(response, 'close');
          if (said) getActiveSpan().setStatus({ code: 2, message: said });
          resolve();
        };
      });
      const socket = connect(shop.port, '127.0.0.1');
      socket.write(requestText('/slow'));
      await arrived;
      socket.destroy();
      await closed;
      const [{ contexts }] = await transactions(ingest, 1);
      assert.equal(contexts.trace.status, said ?? 'cancelled');
      assert.equal(contexts.trace.data['http.response.status_code'], undefined);
      assert.equal(contexts.response, undefined);
    }
  });

  it('fail by their status, or because their handler says so', async () => {
    const cases = {
      400: 'invalid_argument',
      429: 'resource_exhausted',
      500: 'internal_error',
      503: 'unavailable',
    };
    handle = (request, response) => {
      response.statusCode = Number(request.url.slice(1)) || 200;
      if (request.url === '/said') getActiveSpan().setStatus({ code: 2, message: 'aborted' });
      response.end();
    };
    for (const code of Object.keys(cases)) await (await fetch(`${shop.url}/${code}`)).text();
    await (await fetch(`${shop.url}/said`)).text();
    const events = await transactionsByName(ingest, 5);
    for (const [code, status] of Object.entries(cases)) {
      assert.equal(events[`GET /${code}`].contexts.trace.status, status);
      assert.equal(events[`GET /${code}`].contexts.trace.data['http.response.status_code'], Number(code));
    }
    assert.equal(events['GET /said'].contexts.trace.status, 'aborted');
  });

  it('have no span where nobody wants one, and go on with their trace all the same', async () => {
    start(
      {},
      { ignoreIncomingRequests: (path, { headers }) => path === '/health?deep=1' && headers.host !== '' },
    );
    const seen = {};
    handle = (request, response) => {
      seen[`${request.method} ${request.url}`] = [
        getActiveSpan(),
        getTraceData()['sentry-trace'].slice(0, 32),
      ];
      response.end();
    };
    const headers = { 'sentry-trace': `${TRACE}-${SPAN}-1` };
    const cases = ['HEAD /', 'OPTIONS /', 'GET /a/app.js?v=1', 'GET /robots.txt', 'GET /health?deep=1'];
    for (const one of cases) {
      const [method, path] = one.split(' ');
      await fetch(shop.url + path, { method, headers });
    }
    await fetch(`${shop.url}/seen`);
    assert.deepEqual(
      (await transactions(ingest, 1)).map(({ transaction }) => transaction),
      ['GET /seen'],
    );
    for (const one of cases) assert.deepEqual(seen[one], [undefined, TRACE], one);
  });

  it('have their span if the callback that ignores some fails, and files if that is wanted', async () => {
    const fails = () => {
      throw new Error('mine');
    };
    start({}, { ignoreIncomingRequests: fails, ignoreStaticAssets: false });
    await fetch(`${shop.url}/app.js`);
    assert.equal((await transactions(ingest, 1))[0].transaction, 'GET /app.js');
  });

  it('of the statuses that mostly nobody has written a handler for are not sent, unless that is wanted', async () => {
    handle = (request, response) => {
      response.statusCode = Number(request.url.slice(1));
      response.end();
    };
    const codes = [200, 301, 302, 303, 304, 307, 400, 401, 403, 404, 405, 500];
    const all = async () => {
      for (const code of codes) await fetch(`${shop.url}/${code}`, { redirect: 'manual' });
    };
    await all();
    const sent = ['GET /200', 'GET /304', 'GET /400', 'GET /405', 'GET /500'];
    assert.deepEqual((await transactions(ingest, 5)).map(({ transaction }) => transaction).sort(), sent);
    start({}, { ignoreStatusCodes: [500, [200, 399]] });
    await all();
    const others = ['GET /400', 'GET /401', 'GET /403', 'GET /404', 'GET /405'];
    assert.deepEqual((await transactions(ingest, 5)).map(({ transaction }) => transaction).sort(), others);
  });

  it('are counted as lost where their status is not sent', async () => {
    const lost = [];
    Throughline.getClient().recordDroppedEvent = (...given) => lost.push(given);
    let closed;
    handle = (_, response) => {
      closed = once(response, 'close');
      startSpan({ name: 'below' }, () => {});
      response.statusCode = 404;
      response.end();
    };
    await fetch(shop.url);
    await closed;
    assert.deepEqual(lost, [
      ['event_processor', 'transaction'],
      ['event_processor', 'span', 2],
    ]);
  });

  it('with tracing off are in their trace, without a span and a decision, under one id', async () => {
    start({ tracesSampleRate: undefined });
    const seen = [];
    handle = async (_, response) => {
      seen.push(getTraceData()['sentry-trace']);
      await wait(1);
      seen.push(getTraceData()['sentry-trace'], getActiveSpan());
      response.end();
    };
    await fetch(shop.url);
    await fetch(shop.url, { headers: { 'sentry-trace': `${TRACE}-${SPAN}-1` } });
    const [first, again, none, second] = seen;
    assert.equal(first, again);
    assert.equal(none, undefined);
    assert.match(first, /^[\da-f]{32}-[\da-f]{16}$/);
    assert.match(second, new RegExp(`^${TRACE}-(?!${SPAN})[\\da-f]{16}-1$`));
  });

  it('are decided about by tracesSampler, which gets the request', async () => {
    const asked = [];
    start({
      tracesSampler: (context) =>
        asked.push(context) && context.normalizedRequest.headers['x-keep'] === 'yes',
    });
    await fetch(`${shop.url}/one?a=1`, { headers: { 'x-keep': 'yes', cookie: 'session=1' } });
    await fetch(`${shop.url}/two`, { headers: { 'sentry-trace': `${TRACE}-${SPAN}-1` } });
    const own = asked.filter(({ name }) => !name.includes('/api/'));
    assert.deepEqual(
      (await transactions(ingest, 1)).map(({ transaction }) => transaction),
      ['GET /one'],
    );
    assert.equal(own[0].name, 'GET /one');
    assert.equal(own[0].parentSampled, undefined);
    assert.equal(own[1].parentSampled, true);
    assert.equal(own[0].attributes['sentry.op'], 'http.server');
    assert.equal(own[0].attributes['http.request.method'], 'GET');
    const { headers, ...rest } = own[0].normalizedRequest;
    assert.deepEqual(rest, { url: `${shop.url}/one?a=1`, method: 'GET', query_string: 'a=1' });
    assert.equal(headers.cookie, 'session=1');
  });

  it('are traced once, however often `init` is called, and no more once it was closed or called without', async () => {
    start();
    start();
    await fetch(`${shop.url}/once`);
    assert.equal((await transactions(ingest, 1)).length, 1);
    Throughline.init({ dsn: ingest.dsn(), tracesSampleRate: 1 });
    let active;
    handle = (_, response) => {
      active = getActiveSpan();
      response.end();
    };
    await fetch(`${shop.url}/unseen`);
    assert.equal(active, undefined);
    const client = start();
    await client.close();
    await fetch(`${shop.url}/closed`);
    assert.equal(active, undefined);
    start();
    await fetch(`${shop.url}/again`);
    assert.deepEqual(
      (await transactions(ingest, 1)).map(({ transaction }) => transaction),
      ['GET /again'],
    );
  });
});
