// Whatever a request brings, its handler runs, in a valid trace.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { before, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { exchange, requestText, SPAN, TRACE, traceServers, transactions, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

const VALID = `sentry-trace: ${TRACE}-${SPAN}-1`;
const OTHER = `sentry-trace: ${'a'.repeat(32)}-${'b'.repeat(16)}-1`;
const PARENT = `traceparent: 00-${TRACE}-${SPAN}-01`;
const LONG = 'x'.repeat(100_000);

/** Headers, and whether they are of the trace that they name. */
const CASES = {
  'no trace': [[], false],
  'a trace': [[VALID], true],
  'two traces, of which the first counts': [[VALID, OTHER], true],
  'a trace behind one that is none': [['sentry-trace: nonsense', VALID], false],
  'nothing but commas': [['sentry-trace: ,,,'], false],
  '100 kB of nonsense': [[`sentry-trace: ${LONG}`], false],
  'a trace and 100 kB behind it': [[`${VALID}${LONG}`], false],
  'other letters than those of ASCII': [
    ['sentry-trace: \xff\xfe\x80é', 'baggage: sentry-release=\xff\xe9'],
    false,
  ],
  'a trace, and baggage of other letters': [[VALID, 'baggage: sentry-release=\xe9\x80,\xff=\xfe'], true],
  'a trace, and baggage of 100 kB': [
    [VALID, `baggage: sentry-release=${LONG},sentry-environment=live`],
    true,
  ],
  'a trace, and 1,000 headers of baggage': [
    [VALID, ...Array.from({ length: 1000 }, (_, at) => `baggage: sentry-a${at}=1`)],
    true,
  ],
  'a trace, and baggage that is not encoded': [[VALID, 'baggage: sentry-release=%E0%A4%A,=,;,"'], true],
  'capital letters': [[VALID.toUpperCase()], false],
  'a trace in the form of the W3C': [[PARENT], true],
  'two of those, which are none': [[PARENT, PARENT], false],
  'one of those behind a trace that is none': [['sentry-trace: nonsense', PARENT], true],
  'ids of zeros': [[`sentry-trace: ${'0'.repeat(32)}-${SPAN}-1`], false],
};

describe('a request with', () => {
  const ingest = useIngest();
  let seen;
  const shop = useServer(() =>
    createServer({ maxHeaderSize: 300_000 }, (request, response) => {
      request.socket.server.maxHeadersCount = 0;
      seen = Throughline.getTraceData();
      response.end('answered');
    }),
  );
  const failures = [];
  before(() => {
    process.on('uncaughtException', (error) => failures.push(error));
    traceServers(ingest);
  });

  for (const [name, [headers, continues]] of Object.entries(CASES)) {
    it(name, async () => {
      const answer = await exchange(shop.port, requestText('/page', headers));
      assert.match(answer, /^HTTP\/1\.1 200 OK[\s\S]*answered/);
      const [{ contexts, transaction }] = await transactions(ingest, 1);
      assert.equal(transaction, 'GET /page');
      assert.equal(contexts.trace.trace_id === TRACE, continues);
      assert.equal(contexts.trace.parent_span_id, continues ? SPAN : undefined);
      assert.equal(seen['sentry-trace'], `${contexts.trace.trace_id}-${contexts.trace.span_id}-1`);
      assert.ok((seen.baggage ?? '').length <= 8192);
      assert.deepEqual(failures, []);
    });
  }

  it('headers and an address that others have made something else of', async () => {
    const { request } = await import('node:diagnostics_channel').then(({ channel }) => {
      const start = channel('http.server.request.start');
      const { port } = shop;
      const broken = new Proxy(
        {},
        { get: (_, name) => (name === 'baggage' ? ['sentry-a=1', 'b=2'] : '\ud800') },
      );
      for (const headers of [
        broken,
        undefined,
        { 'sentry-trace': [`${TRACE}-${SPAN}-1`], host: ['a', 'b'] },
      ]) {
        for (const url of [undefined, '', '*', '//', 'http://', '/%zz?%', '\\\\x', '/\ud800'])
          start.publish({
            request: { headers, url, method: 'GET', socket: {} },
            response: { once() {} },
            port,
          });
      }
      return { request: (path) => exchange(port, requestText(path)) };
    });
    assert.match(await request('/after'), /answered/);
    assert.equal((await transactions(ingest, 1)).at(-1).transaction, 'GET /after');
    assert.deepEqual(failures, []);
  });

  it('an absolute address, a host that is none, and secrets in its path', async () => {
    for (const [path, headers, name, full] of [
      ['http://other.test/a?key=1', [], 'GET /a', 'http://other.test/a?key=[Filtered]'],
      [
        '/cart;jsessionid=1/x',
        [],
        'GET /cart;jsessionid=[Filtered]/x',
        'http://shop.test/cart;jsessionid=[Filtered]/x',
      ],
      ['/p', ['X-Forwarded-Host: a:b@c d'], 'GET /p', 'http://localhost/p'],
      ['/p', ['X-Forwarded-Host: front.test', 'X-Forwarded-Proto: https'], 'GET /p', 'https://front.test/p'],
      ['/a/../b//c', [], 'GET /b//c', 'http://shop.test/b//c'],
    ]) {
      await exchange(shop.port, requestText(path, headers));
      const [event] = await transactions(ingest, 1);
      assert.equal(event.transaction, name);
      assert.equal(event.contexts.trace.data['url.full'], full);
    }
  });
});
