// What the events of a server say about its requests, and about the process.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { before, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { traceServers, transactions, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

const SECRETS = {
  cookie: 'session=hush-1',
  authorization: 'Bearer hush-2',
  'proxy-authorization': 'Basic hush-3',
  'x-api-key': 'hush-4',
  'x-csrf-token': 'hush-5',
  'x-amz-security-token': 'hush-6',
  'x-house': 'hush-7',
  // What proxies say of who asks.
  'x-forwarded-user': 'hush-11',
  'x-auth-request-email': 'hush-12',
  'x-ms-client-principal': 'hush-13',
  'x-amzn-oidc-data': 'hush-14',
  'x-goog-iap-jwt-assertion': 'hush-15',
  dpop: 'hush-16',
  'x-any': 'Any eyJhbGciOiJub25lIn0.hush-17.',
  'x-original-host': 'user:hush-18@shop.test',
};

const ADDRESSES = [
  ...[
    'x-client-ip',
    'x-forwarded-for',
    'fly-client-ip',
    'cf-connecting-ip',
    'fastly-client-ip',
    'x-forwarded',
  ],
  ...[
    'true-client-ip',
    'x-real-ip',
    'x-cluster-client-ip',
    'forwarded-for',
    'forwarded',
    'cf-connecting-ipv6',
  ],
  ...['x-vercel-forwarded-for', 'x-azure-clientip', 'x-appengine-user-ip', 'x-envoy-external-address'],
];

describe('the event of a request', () => {
  const ingest = useIngest();
  const shop = useServer(() => createServer((_, response) => response.end()));
  const start = (options = {}) => traceServers(ingest, {}, { sensitiveParams: ['house'], ...options });
  before(() => start());

  it('tells the request, without secrets', async () => {
    const headers = {
      ...SECRETS,
      referer: 'https://a.test/?token=hush-8&a=1',
      'x-original-url': '/b?password=hush-9&b=2',
      'x-tenant': 'north',
      accept: 'text/html',
    };
    await fetch(`${shop.url}/page?a=1&access_token=hush-10#b`, { headers });
    const [event] = await transactions(ingest, 1);
    const { url, method, query_string, headers: told, ...rest } = event.request;
    assert.deepEqual(rest, {});
    assert.equal(url, `${shop.url}/page?a=1&access_token=[Filtered]`);
    assert.equal(query_string, 'a=1&access_token=[Filtered]');
    assert.equal(method, 'GET');
    assert.deepEqual(
      [told.referer, told['x-original-url'], told['x-tenant'], told.accept],
      ['https://a.test/?token=[Filtered]&a=1', '/b?password=[Filtered]&b=2', 'north', 'text/html'],
    );
    for (const name of Object.keys(SECRETS)) assert.equal(told[name], undefined, name);
    assert.doesNotMatch(JSON.stringify(event), /hush/);
  });

  it('tells the process, and nothing that only browsers have', async () => {
    await fetch(`${shop.url}/page`);
    const [{ platform, server_name, contexts, sdk, user }] = await transactions(ingest, 1);
    assert.equal(platform, 'node');
    assert.equal(server_name, process.env.SENTRY_NAME || hostname());
    assert.deepEqual(contexts.runtime, { name: 'node', version: process.version });
    assert.equal(sdk.name, 'throughline.node');
    assert.equal(sdk.settings, undefined);
    assert.equal(user, undefined);
  });

  it('outside of a request has none', async () => {
    Throughline.startSpan({ name: 'job' }, () => {});
    const [event] = await transactions(ingest, 1);
    assert.equal(event.transaction, 'job');
    assert.equal(event.request, undefined);
    assert.equal(event.contexts.response, undefined);
  });

  it('that the application has put into the isolation scope tells what can be told', async () => {
    for (const normalizedRequest of [
      'none',
      null,
      { url: {}, headers: 'none' },
      {
        get url() {
          throw new Error();
        },
      },
    ]) {
      Throughline.withIsolationScope((scope) => {
        scope.setSDKProcessingMetadata({ normalizedRequest });
        Throughline.startNewTrace(() => Throughline.startSpan({ name: 'own' }, () => {}));
      });
    }
    assert.equal((await transactions(ingest, 4)).length, 4);
  });

  it('tells nothing of who asks where the application does not want that', async () => {
    const headers = Object.fromEntries(ADDRESSES.map((name) => [name, '203.0.113.7']));
    start({ dataCollection: { userInfo: false } });
    await fetch(`${shop.url}/page`, { headers: { ...headers, 'x-tenant': 'north' } });
    const [event] = await transactions(ingest, 1);
    const { contexts, request } = event;
    assert.equal(request.headers['x-tenant'], 'north');
    assert.equal(request.headers['user-agent'], 'node');
    assert.doesNotMatch(JSON.stringify(event), /203\.0\.113\.7/);
    assert.equal(contexts.trace.data['client.address'], undefined);
    assert.equal(contexts.trace.data['network.peer.address'], undefined);
    start();
    await fetch(`${shop.url}/page`, {
      headers: { 'x-forwarded-for': 'unknown, 203.0.113.7:4711, 10.0.0.1' },
    });
    const [forwarded] = await transactions(ingest, 1);
    assert.equal(forwarded.contexts.trace.data['client.address'], '203.0.113.7');
    assert.equal(forwarded.contexts.trace.data['client.port'], undefined);
  });

  it('is a span of its own in stream mode', async () => {
    start({ traceLifecycle: 'stream', release: 'shop@1' });
    await fetch(`${shop.url}/page?token=hush`, { headers: SECRETS });
    let span;
    let settings;
    while (!span) {
      await Throughline.flush();
      for (const [, { type }, payload] of ingest.take()) {
        if (type === 'span') [span, settings] = [payload.items[0], payload.ingest_settings];
      }
    }
    const value = (name) => span.attributes[name]?.value;
    assert.equal(settings, undefined);
    assert.equal(value('process.runtime.name'), 'node');
    assert.equal(value('process.runtime.version'), process.version);
    assert.equal(value('url.full'), `${shop.url}/page?token=[Filtered]`);
    assert.equal(value('http.response.status_code'), 200);
    assert.equal(value('user_agent.original'), 'node');
    assert.equal(value('sentry.is_localhost'), undefined);
    assert.equal(value('sentry.release'), 'shop@1');
    assert.doesNotMatch(JSON.stringify(span), /hush/);
  });
});
