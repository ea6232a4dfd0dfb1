// What the spans of requests are called by routers.
import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { before, describe, it } from 'node:test';
import express from 'express';
import * as Throughline from '../../dist/node.js';
import { traceServers, transactions, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

const { getActiveSpan, getRootSpan, getTraceData, updateSpanName } = Throughline;

describe('the span of a request is called by', () => {
  const ingest = useIngest();
  let baggage;

  const shop = useServer(() => {
    const app = express();
    const done = (_, response) => {
      baggage = getTraceData().baggage;
      response.end('done');
    };
    const orders = express.Router();
    orders.get('/', done);
    orders.get('/:id', done);
    orders.get('/:id/fails', () => {
      throw new Error('mine');
    });
    orders.get('/:id/rejects', async () => Promise.reject(new Error('mine')));
    app.use('/api/orders', orders);
    app.use('/of/:customer/orders', orders);
    const items = express.Router({ mergeParams: true });
    items.get('/items/:id', done);
    app.use('/shop/:tenant', items);
    app.use('/between/:from/:to', items);
    app.get(['/one', '/other/:id'], done);
    app.get(/^\/any.*thing$/, done);
    app.get('/named', (_, response) => {
      updateSpanName(getRootSpan(getActiveSpan()), 'mine');
      response.end();
    });
    app.get('/renamed', (_, response) => {
      getActiveSpan().updateName('mine too');
      response.end();
    });
    app.get('/*all/passes', (_, __, next) => next());
    app.get('/x/passes', done);
    app.use('/plain', done);
    // Errors are the application's own.
    app.use((error, _request, response, _next) => response.status(418).end(error.message));
    return createServer(app);
  });

  const start = (options) => traceServers(ingest, { ignoreStatusCodes: [] }, options);
  before(() => start());

  async function named(path) {
    const answer = await fetch(shop.url + path);
    const text = await answer.text();
    const [{ transaction, transaction_info, contexts }] = await transactions(ingest, 1);
    const { data, status } = contexts.trace;
    assert.equal(data['url.path'], path);
    return {
      name: transaction,
      ...transaction_info,
      route: data['http.route'],
      status,
      answer: [answer.status, text],
    };
  }

  const cases = {
    '/api/orders/42': '/api/orders/:id',
    '/api/orders': '/api/orders',
    '/of/Jos%C3%A9/orders/42': '/of/:customer/orders/:id',
    // Values that are written as what stands there anyway, or as each other.
    '/shop/shop/items/5': '/shop/:tenant/items/:id',
    '/shop/items/items/items': '/shop/:tenant/items/:id',
    '/between/7/7/items/7': '/between/:from/:to/items/:id',
    '/one': '/one,/other/:id',
    '/other/7': '/one,/other/:id',
    '/anything': '/^\\/any.*thing$/',
    '/x/passes': '/x/passes',
  };
  for (const [path, route] of Object.entries(cases)) {
    it(`the route of Express for ${path}`, async () => {
      assert.deepEqual(await named(path), {
        name: `GET ${route}`,
        source: 'route',
        route,
        status: 'ok',
        answer: [200, 'done'],
      });
    });
  }

  it('the route before what its handler asks of others, so that they hear of it', async () => {
    await named('/api/orders/42');
    assert.match(baggage, /sentry-transaction=GET%20%2Fapi%2Forders%2F%3Aid,/);
  });

  for (const path of ['/api/orders/42/fails', '/api/orders/42/rejects']) {
    it(`the route of a handler that fails: ${path}`, async () => {
      const { answer, ...rest } = await named(path);
      assert.deepEqual(answer, [418, 'mine']);
      const route = `/api/orders/:id/${path.split('/').at(-1)}`;
      assert.deepEqual(rest, { name: `GET ${route}`, source: 'route', route, status: 'invalid_argument' });
    });
  }

  it('its path, where no route matches', async () => {
    const { name, source, route } = await named('/plain');
    assert.deepEqual([name, source, route], ['GET /plain', 'url', undefined]);
    assert.deepEqual((await named('/nowhere')).answer[0], 404);
  });

  it('the application', async () => {
    assert.deepEqual(await named('/named'), {
      name: 'mine',
      source: 'custom',
      route: '/named',
      status: 'ok',
      answer: [200, ''],
    });
    assert.equal((await named('/renamed')).name, 'mine too');
  });

  it('the route of Fastify', async () => {
    const begins = channel('tracing:fastify.request.handler:start');
    const server = createServer((raw, response) => {
      begins.publish({ request: { raw }, route: { url: '/fast/:id', method: 'GET' } });
      begins.publish({});
      response.end();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    await (await fetch(`http://127.0.0.1:${server.address().port}/fast/1`)).text();
    const [{ transaction, transaction_info }] = await transactions(ingest, 1);
    server.closeAllConnections();
    server.close();
    assert.deepEqual([transaction, transaction_info.source], ['GET /fast/:id', 'route']);
  });

  it('its method alone in stream mode, until there is a route', async () => {
    start({ traceLifecycle: 'stream' });
    for (const path of ['/plain', '/api/orders/42']) await (await fetch(shop.url + path)).text();
    const names = [];
    while (names.length < 2) {
      await Throughline.flush();
      for (const [, { type }, payload] of ingest.take()) {
        if (type === 'span') names.push(...payload.items.map((span) => span.name));
      }
    }
    assert.deepEqual(names.sort(), ['GET', 'GET /api/orders/:id']);
  });

  it('leaves the property that a router writes what it is', async () => {
    const seen = [];
    const server = createServer((request, response) => {
      seen.push(Object.keys(request).includes('route'), request.route);
      request.route = { path: '/first' };
      seen.push(Object.keys(request).includes('route'), request.route.path);
      request.route = { path: '/second' };
      seen.push(request.route.path, delete request.route, request.route);
      response.end();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
    server.closeAllConnections();
    server.close();
    assert.deepEqual(seen, [false, undefined, true, '/first', '/second', true, undefined]);
  });
});
