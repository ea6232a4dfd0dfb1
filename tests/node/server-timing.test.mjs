// The header by which a page hears of its trace where its HTML cannot be changed.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { before, describe, it } from 'node:test';
import { SPAN, TRACE, traceServers, transactions, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

const HTML = { 'content-type': 'text/html' };

/** Headers, and whether a page with them hears of its trace: as servers in Rust have it, but for the `ETag`. */
const CASES = [
  [{}, true],
  [{ 'cache-control': 'private, max-age=60' }, true],
  [{ 'cache-control': 'no-store' }, true],
  [{ 'cache-control': 'No-Cache', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, true],
  [{ 'cache-control': 'max-age=0' }, true],
  [{ etag: '"1"' }, true],
  [{ etag: '"1"', 'cache-control': 'private, no-cache' }, true],
  [{ etag: '"1"', 'cache-control': 'no-store' }, true],
  [{ etag: '"1"', 'cache-control': 'no-cache' }, false],
  [{ etag: 'W/"1"', 'cache-control': 'max-age=0, must-revalidate' }, false],
  [{ 'content-type': 'application/xhtml+xml' }, true],
  [{ 'content-type': 'application/json' }, false],
  [{ 'content-type': 'text/html-like' }, false],
  [{ 'cache-control': 'public, max-age=0' }, false],
  [{ 'cache-control': 'private, s-maxage=9' }, false],
  [{ 'cache-control': 'max-age=60' }, false],
  [{ 'cache-control': 'private="set-cookie"' }, false],
  [{ expires: 'Mon, 01 Jan 2024 00:00:00 GMT' }, false],
  [{ 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, false],
  [{ 'cdn-cache-control': 'max-age=9' }, false],
  [{ 'cdn-cache-control': 'no-store' }, true],
  [{ 'surrogate-control': 'max-age=9', 'cache-control': 'no-store' }, false],
];

describe('Server-Timing', () => {
  const ingest = useIngest();
  let handle;
  const shop = useServer(() => createServer((request, response) => handle(request, response)));
  const start = (http) => traceServers(ingest, http);
  before(() => start({ serverTiming: true }));

  const told = async (path = '/', headers = {}) => {
    const answer = await fetch(shop.url + path, { headers });
    await answer.text();
    return answer.headers.get('server-timing');
  };

  it('tells a page its trace, and when its request came in', async () => {
    handle = (_, response) => response.setHeader('content-type', 'text/html').end('page');
    const baggage = `sentry-trace_id=${TRACE},sentry-release=a%22b`;
    const said = await told('/', { 'sentry-trace': `${TRACE}-${SPAN}-1`, baggage });
    const [{ contexts, start_timestamp }] = (await transactions(ingest, 1)).slice(-1);
    const [, trace, time] =
      /^sentry-trace;desc="([^"]*)", baggage;desc="[^"]*", sentry-trace-time;desc="([\d.]+)"$/.exec(said);
    assert.equal(trace, `${TRACE}-${contexts.trace.span_id}-1`);
    assert.ok(Math.abs(Number(time) - start_timestamp) < 1);
    assert.ok(said.includes('sentry-release=a%22b'));
  });

  it('is only for pages that no shared cache may keep', async () => {
    for (const [headers, isTold] of CASES) {
      for (const write of [
        (response, all) => response.writeHead(200, all),
        (response, all) => response.writeHead(200, 'Fine', Object.entries(all).flat()),
        (response, all) => response.writeHead(200, undefined, all),
        (response, all) => {
          for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
        },
      ]) {
        handle = (_, response) => {
          write(response, { ...HTML, ...headers });
          response.end('page');
        };
        assert.equal((await told())?.startsWith('sentry-trace;') ?? false, isTold, JSON.stringify(headers));
      }
    }
  });

  it('stands beside what the application tells, in whatever way it does', async () => {
    const own = 'db;dur=53';
    const ways = [
      (response) => response.setHeader('Server-Timing', own),
      (response) => response.setHeader('server-timing', [own]),
      (response) => response.writeHead(200, { ...HTML, 'Server-Timing': own }),
      (response) => response.writeHead(200, ['content-type', 'text/html', 'Server-Timing', own]),
      (response) => {
        response.setHeader('server-timing', 'other;dur=1');
        response.writeHead(200, { 'server-timing': own });
      },
    ];
    for (const way of ways) {
      handle = (_, response) => {
        response.setHeader('content-type', 'text/html');
        way(response);
        response.write('page');
        response.end();
      };
      assert.match(await told(), /^db;dur=53, sentry-trace;desc="[\da-f-]+", /);
    }
    handle = (_, response) =>
      response.writeHead(200, { ...HTML, 'server-timing': 'sentry-trace;desc="own"' }).end();
    assert.equal(await told(), 'sentry-trace;desc="own"');
  });

  it('tells nothing unless that is wanted', async () => {
    start({});
    handle = (_, response) => response.writeHead(200, HTML).end();
    assert.equal(await told(), null);
  });
});
