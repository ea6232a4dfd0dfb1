// A guest on the page: the same page with the package and without it does the same, sees the same and says the same.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { useBrowser } from '../support/browser.mjs';

const FILES = { '/index.js': 'dist/index.js', '/workload.mjs': 'tests/browser/pages/workload.mjs' };

/** A server of pages and answers, which other origins may read (`allow`), or may without headers of their own. */
async function serve(host, allow) {
  const envelopes = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    let body = '';
    for await (const chunk of request) body += chunk;
    if (allow !== undefined) {
      response.setHeader('access-control-allow-origin', '*');
      if (allow) response.setHeader('access-control-allow-headers', 'sentry-trace, baggage, x-own');
    }
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    if (FILES[pathname]) {
      response.setHeader('content-type', 'text/javascript; charset=utf-8');
      return response.end(await readFile(join(root, FILES[pathname])));
    }
    if (pathname === '/tunnel') {
      envelopes.push(body);
      return response.end('{}');
    }
    if (pathname === '/page') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return response.end('<!doctype html><html lang="en"><head><title>t</title></head><body></body></html>');
    }
    if (pathname === '/echo-body') return response.end(body);
    if (pathname === '/echo-method') return response.end(request.method);
    if (pathname === '/redirect') {
      return response.writeHead(302, { location: searchParams.get('to') }).end();
    }
    if (pathname.startsWith('/status/')) return response.writeHead(Number(pathname.slice(8))).end();
    if (pathname === '/broken') return request.socket.destroy();
    if (pathname === '/never') return undefined;
    if (pathname === '/half') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => setTimeout(() => request.socket.destroy(), 20));
      return undefined;
    }
    if (pathname === '/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const part of ['one ', 'two ', 'three']) {
        response.write(part);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return response.end();
    }
    return response.end(`plain ${request.headers['x-own'] ?? ''}`);
  });
  await new Promise((resolve) => server.listen(0, host, resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://${host}:${server.address().port}`, envelopes, close };
}

describe('a page with the package and without', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const servers = {};

  before(async () => {
    servers.own = await serve('localhost');
    servers.open = await serve('127.0.0.1', true);
    servers.closed = await serve('127.0.0.1', false);
  });
  after(() => {
    for (const server of Object.values(servers)) server.close();
  });

  /** Opens the page, does the work, and tells everything that could be seen. */
  async function observe(options) {
    const page = await browser.page();
    const failed = [];
    page.on('requestfailed', (request) => {
      const { pathname } = new URL(request.url(), servers.own.url);
      failed.push(`${request.method()} ${pathname} ${request.failure()?.errorText}`);
    });
    await page.goto(`${servers.own.url}/page`);
    const urls = Object.fromEntries(Object.entries(servers).map(([name, { url }]) => [name, url]));
    const seen = await page.evaluate(
      async ({ options, urls }) => {
        const T = options && (await import('/index.js'));
        T?.init({ ...options, integrations: [T.browserTracingIntegration({ idleTimeout: 100 })] });
        const { work } = await import('/workload.mjs');
        const seen = await work(urls);
        // The navigations that others have ended: what is under way may be lost with the page.
        await T?.flush();
        return seen;
      },
      { options, urls },
    );
    await page.context().close();
    return { seen, said: page.said.sort(), failed: failed.sort() };
  }

  for (const [name, options] of [
    ['static', {}],
    ['stream', { traceLifecycle: 'stream' }],
    ['unsampled', { tracesSampleRate: 0 }],
    ['propagation only', { tracesSampleRate: undefined }],
    ['off', { enabled: false }],
  ]) {
    it(`do and see the same: ${name}`, async () => {
      const without = await observe(undefined);
      const dsn = 'http://public@localhost:1/1';
      const sent = servers.own.envelopes.length;
      const given = { dsn, tunnel: '/tunnel', tracesSampleRate: 1, ...options };
      const withIt = await observe(given);
      assert.deepEqual(withIt.seen, without.seen);
      assert.deepEqual(withIt.failed, without.failed);
      assert.deepEqual(withIt.said, without.said);
      if (name === 'static') assert.ok(servers.own.envelopes.length > sent, 'nothing was traced');
    });
  }
});
