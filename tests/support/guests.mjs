// Servers of a page that works with the package and without (tests/browser/pages/workload.mjs).
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { built } from './built.mjs';

const FILES = { '/index.js': built.module, '/workload.mjs': 'tests/browser/pages/workload.mjs' };

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

/**
 * Starts the servers for a file of tests: the page's own origin, another that allows our headers, and one that does not.
 * Each has `url`, and `envelopes`, which it received.
 */
export function useGuests() {
  const servers = {};
  before(async () => {
    servers.own = await serve('localhost');
    servers.open = await serve('127.0.0.1', true);
    servers.closed = await serve('127.0.0.1', false);
  });
  after(() => {
    for (const server of Object.values(servers)) server.close();
  });
  return servers;
}
