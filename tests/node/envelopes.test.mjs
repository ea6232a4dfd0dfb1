// Requests that bring envelopes to a server, and what those that only look so can do.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { beforeEach, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { exchange, requestText, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

describe('requests that bring envelopes', () => {
  const ingest = useIngest();
  let handle;
  const shop = useServer(() => createServer((request, response) => handle(request, response)));
  const orders = useServer(() =>
    createServer((request, response) => response.end(request.headers['sentry-trace'] ?? 'none')),
  );
  const start = (options = {}) =>
    Throughline.init({
      dsn: ingest.dsn(),
      tracesSampleRate: 1,
      integrations: [Throughline.httpIntegration()],
      ...options,
    });
  /** Sends a request as a stranger does: it is not of this process' traces. */
  const ask = (path, headers = [], method = 'POST') =>
    exchange(shop.port, requestText(path, headers, method));

  beforeEach(() => {
    start();
    ingest.take();
    handle = (_, response) => response.end('done');
  });

  it('are no matter of the host that their client names: what goes to that has its headers', async () => {
    handle = async (request, response) => {
      const answers =
        request.method === 'GET'
          ? [await fetch(`${orders.url}/pay`), await fetch(`${orders.url}/envelope/`)]
          : [];
      response.end((await Promise.all(answers.map((answer) => answer.text()))).join());
    };
    await ask('/pay', [`X-Forwarded-Host: 127.0.0.1:${orders.port}`]);
    await ask(`${orders.url}/pay`);
    const [, said] = (await ask('/', [], 'GET')).split('\r\n\r\n');
    assert.match(said, /[\da-f]{32}-[\da-f]{16}-1/);
    assert.match(said, /,none/);
  });

  it('have no span, by their path alone', async () => {
    start({ tunnel: 'http://own.test:80/report?to=us', transport: silent });
    const cases = {
      '/api/42/envelope/': false,
      '/deep/./api/42/envelope/?sentry_version=7': false,
      '/v1/traces': false,
      '/any?sentry_key=public': false,
      '/report?to=us': false,
      'http://any.test/report?to=us': false,
      '/report': true,
      '/pay': true,
      '/pay?next=/envelope/': true,
      '//any.test/pay': true,
    };
    const seen = {};
    handle = (request, response) => {
      seen[request.url] = Throughline.getActiveSpan() !== undefined;
      response.end();
    };
    for (const path of Object.keys(cases)) await ask(path, ['X-Forwarded-Host: 127.0.0.1:9']);
    assert.deepEqual(seen, cases);
  });

  it('are not all that comes to the root where a tunnel is at the root of another server', async () => {
    start({ tunnel: 'http://127.0.0.1:9/', transport: silent });
    let active;
    handle = (_, response) => {
      active = Throughline.getActiveSpan();
      response.end();
    };
    await ask('/');
    assert.notEqual(active, undefined);
  });

  it('are not reported, each report in another one', async () => {
    start({ tunnel: `${shop.url}/report` });
    const paths = [];
    let reported;
    const arrival = new Promise((resolve) => {
      reported = resolve;
    });
    handle = (request, response) => {
      paths.push(request.url);
      response.end('{}');
      if (request.url === '/report') reported();
    };
    await ask('/pay');
    await Throughline.flush();
    await arrival;
    await Throughline.flush();
    assert.deepEqual(paths, ['/pay', '/report']);
  });
});

/** Sends nothing. */
const silent = () => ({ send: async () => ({ statusCode: 200 }), flush: async () => true });
