// A server that pages send requests to: another origin than theirs, with answers of every kind.
import { createServer } from 'node:http';
import { beforeEach } from 'node:test';
import { listening, openPackage, useBrowser, useServer } from './browser.mjs';

/** Headers that a server sends which knows about traces. */
const ALLOWED = 'sentry-trace, baggage, traceparent, content-type, x-mine';

const WORKER = `
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));
`;

/**
 * Starts the server for a file of tests. `use.seen` holds the requests that it answered since the test
 * began, `use.preflights` what browsers asked for before them.
 *
 * - `/echo` the method and headers of the request; every origin and our headers are allowed
 * - `/forbid` the same, where our headers are not allowed
 * - `/redirect?to=…` leads elsewhere; `/status/418` has that status; `/drop` hangs up; `/hang` never answers
 * - `/page` an empty page; `/sw.js` a service worker that passes every request on
 * - `/stream?type=…` sends `one`, and `two` once `use.go()` is called; `/size` says how long its answer is
 */
export function useApi() {
  const use = { url: '', seen: [], preflights: [], go: () => {}, hung: undefined };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('timing-allow-origin', '*');
    if (pathname !== '/forbid') {
      response.setHeader('access-control-allow-headers', ALLOWED);
      response.setHeader('access-control-allow-methods', '*');
      response.setHeader('access-control-expose-headers', '*');
    }
    if (request.method === 'OPTIONS') {
      use.preflights.push({ path: request.url, headers: request.headers });
      return response.end();
    }
    use.seen.push({ method: request.method, path: request.url, headers: request.headers });
    if (pathname.startsWith('/status/')) response.writeHead(Number(pathname.slice(8))).end();
    else if (pathname === '/redirect') response.writeHead(302, { location: searchParams.get('to') }).end();
    else if (pathname === '/drop') request.socket.destroy();
    else if (pathname === '/page') response.setHeader('content-type', 'text/html').end('<!doctype html>');
    else if (pathname === '/sw.js') response.setHeader('content-type', 'text/javascript').end(WORKER);
    else if (pathname === '/hang') use.hung?.();
    else if (pathname === '/size') response.setHeader('content-length', 5).end('12345');
    else if (pathname === '/stream') {
      response.writeHead(200, { 'content-type': searchParams.get('type') ?? 'text/event-stream' });
      response.write('one\n');
      use.go = () => response.end('two\n');
    } else {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () =>
        response.end(JSON.stringify({ method: request.method, body, ...request.headers })),
      );
    }
  });
  listening(server, use);
  beforeEach(() => {
    Object.assign(use, { seen: [], preflights: [] });
  });
  return use;
}

/**
 * Opens a page of the server with the package started: browser tracing without a page load, and without what only a
 * busy machine would add to it.
 */
export async function openTraced(page, options = {}, tracing = {}) {
  await page.evaluate(
    ([options, tracing]) => {
      const integrations = [
        T.browserTracingIntegration({
          instrumentPageLoad: false,
          enableLongTask: false,
          enableLongAnimationFrame: false,
          ...tracing,
          ...globalThis.tracing,
        }),
      ];
      T.init({ ...globalThis.options, ...options, integrations });
    },
    [options, tracing],
  );
  return page;
}

/** Browser, server of pages and API for a file of tests, and `open`, which starts the package on a page as above. */
export function usePages() {
  const browser = useBrowser();
  const server = useServer();
  const api = useApi();
  const open = async (options, tracing) => openTraced(await openPackage(browser, server), options, tracing);
  return { browser, server, api, open };
}
