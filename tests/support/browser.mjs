// A real browser, and a real server whose pages load the built package: for tests that read what left the page.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { root } from '../../scripts/lib/project.mjs';
import { browserArgs, browserPath, headlessPath } from '../../scripts/toolchain.mjs';
import { built } from './built.mjs';

/**
 * Starts the browser for a file of tests, with further arguments, and closes it after them. A function is asked for its
 * argument when the browser starts.
 */
export function useBrowser(...further) {
  return useProgram(headlessPath(), further);
}

/**
 * The same with the whole browser, for tests of when things happen: the one without windows may begin a page so fast that the
 * browser prints the time of a phase as 0, which counts as none.
 */
export function useWholeBrowser(...further) {
  return useProgram(browserPath(), further);
}

function useProgram(executablePath, further) {
  const use = {
    /** @type {import('playwright-core').Browser} */
    browser: undefined,
    /** Opens a page in a context of its own; what it says on the console stands in `page.said`. */
    async page(options) {
      const context = await use.browser.newContext(options);
      const page = await context.newPage();
      page.said = [];
      page.on('console', (message) => page.said.push(message.text()));
      page.on('pageerror', (error) => page.said.push(`uncaught: ${error.message}`));
      return page;
    },
  };
  before(async () => {
    use.browser = await chromium.launch({
      executablePath,
      args: [
        ...browserArgs,
        ...further.map((argument) => (argument instanceof Function ? argument() : argument)),
      ],
    });
  });
  after(() => use.browser?.close());
  return use;
}

/**
 * Opens a page of the server that has the package as `T`, and in `options` what to call `init` with. `prepare` gets the page
 * before anything is in it.
 */
export async function openPackage(browser, server, prepare) {
  server.reset();
  const page = await browser.page();
  await prepare?.(page);
  await page.goto(`${server.url}/page`);
  await page.evaluate(async (tunnel) => {
    globalThis.T = await import('/index.js');
    globalThis.options = { dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1 };
  }, server.tunnel);
  return page;
}

/** Hides a page for a moment, and answers with all that it has reported as lost. */
export async function reportedLosses(page, server) {
  await page.evaluate(async () => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    delete document.visibilityState;
    await T.flush(10_000);
  });
  return losses(server);
}

/** All that a server was told of losses: how many, by reason and category. */
export function losses(server) {
  const lost = {};
  for (const { item, payload } of server.envelopes) {
    if (item.type !== 'client_report') continue;
    for (const { reason, category, quantity } of payload.discarded_events) {
      const name = `${reason} ${category}`;
      lost[name] = (lost[name] ?? 0) + quantity;
    }
  }
  return lost;
}

/** What a page of the server has in its head to start the package, as it does without modules. */
export function startTag(server, integration = {}, options = {}) {
  const tracing = JSON.stringify({ idleTimeout: 20, ...integration });
  return `<script src="/throughline.min.js"></script><script>
    Throughline.init({
      dsn: 'http://public@localhost:1/1',
      tunnel: '${server.tunnel}',
      tracesSampleRate: 1,
      ...${JSON.stringify(options)},
      integrations: [Throughline.browserTracingIntegration(${tracing})],
    });
  </script>`;
}

/** Lets a server listen for a file of tests; its address stands in `use.url`. */
export function listening(server, use) {
  before(async () => {
    await new Promise((resolve) => server.listen(0, 'localhost', resolve));
    use.url = `http://localhost:${server.address().port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
}

/** How long a test waits for an envelope, in milliseconds, before it fails with a sentence. */
const PATIENCE = 15_000;

/** Else the browser asks for one when it likes, and a root has a resource more. */
const ICON = '<link rel="icon" href="data:,">';

const FILES = {
  '/index.js': built.module,
  '/slim.js': 'dist/slim.js',
  '/throughline.min.js': built.script,
};

/**
 * Starts a server for a file of tests: pages under `/page`, the package's files, `/echo` answers with the
 * request's headers, `/status/418` with that status, `/redirect?to=…` leads there, and `use.tunnel` keeps the envelopes it
 * receives and answers what `use.answer` says, after a promise of its `after`; those that it calls `lost` are only counted, in
 * `use.refused`. `/tell/…` keeps in `use.told` what a page says; `use.heard` has path and
 * headers of every request. What stands in `use.files` (path to type, body and milliseconds
 * of delay, a status, a promise that it waits for) is served until the next test.
 */
export function useServer() {
  const use = {
    url: '',
    tunnel: '',
    head: '',
    headers: {},
    answer: {},
    envelopes: [],
    refused: 0,
    told: [],
    heard: [],
    waiting: [],
    files: {},
  };
  let tests = 0;
  /** Connections of requests that were not answered. */
  const hanging = new Set();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    use.heard.push({ path: request.url, headers: request.headers });
    if (FILES[pathname]) {
      response.setHeader('content-type', 'text/javascript; charset=utf-8');
      response.end(await readFile(join(root, FILES[pathname])));
    } else if (use.files[pathname]) {
      const { type, body, delay = 0, status = 200, after } = use.files[pathname];
      await after;
      setTimeout(() => response.writeHead(status, { 'content-type': type }).end(body), delay);
    } else if (pathname === use.tunnel) {
      const body = await text(request);
      if (body === undefined) return;
      // The test that it belongs to is over meanwhile.
      if (pathname !== use.tunnel) {
        response.end();
        return;
      }
      const { lost, drop, never, after, status = 200, headers } = use.answer;
      if (lost) use.refused += 1;
      else use.envelopes.push(envelope(body));
      wake();
      await after?.();
      if (drop) request.socket.destroy();
      else if (never) hanging.add(request.socket);
      else response.writeHead(status, headers).end('{}');
    } else if (pathname === '/echo' || pathname.startsWith('/echo/')) {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-allow-headers', '*');
      response.end(JSON.stringify(request.headers));
    } else if (pathname.startsWith('/tell/')) {
      use.told.push(pathname.slice(6));
      wake();
      response.end();
    } else if (pathname.startsWith('/tunnel/')) {
      response.end();
    } else if (pathname === '/redirect') {
      response.writeHead(302, { location: searchParams.get('to') }).end();
    } else if (pathname.startsWith('/status/')) {
      response.writeHead(Number(pathname.slice(8))).end();
    } else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...use.headers });
      response.end(
        `<!doctype html><html lang="en"><head><title>t</title>${ICON}${head(request)}</head><body></body></html>`,
      );
    }
  });

  const head = (request) => (typeof use.head === 'function' ? use.head(request) : use.head);
  const wake = () => {
    for (const resolve of use.waiting.splice(0)) resolve();
  };

  /** Waits until a condition on what has arrived holds; `missing` says what there is if it never does. */
  use.until = async (holds, missing, patience = PATIENCE) => {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, patience, true);
    });
    try {
      while (!holds()) {
        const change = new Promise((resolve) => use.waiting.push(resolve));
        if (await Promise.race([late, change])) throw new Error(`${missing()} within ${patience} ms`);
      }
    } finally {
      clearTimeout(timer);
    }
  };
  /** Waits until `count` envelopes have arrived since the test began. */
  use.received = async (count) => {
    const arrived = () => use.envelopes.length;
    await use.until(
      () => arrived() >= count,
      () => `${arrived()} of ${count} envelopes arrived`,
    );
    return use.envelopes;
  };
  /** Waits for so many transactions, and answers with those that arrived: pages that are left report losses as well. */
  use.transactions = async (count) => {
    const arrived = () => use.envelopes.filter(({ item }) => item.type === 'transaction');
    while (arrived().length < count) await use.received(use.envelopes.length + 1);
    return arrived();
  };
  /** A server that was ill is well again, and knows nothing of what it did not answer. */
  use.restart = () => {
    use.answer = {};
    for (const socket of hanging) socket.destroy();
    hanging.clear();
  };
  /**
   * Forgets what arrived, and serves pages with this in their head (text, or a function of the request) and these
   * headers. The tunnel moves, so that what an earlier test's page still sends is not taken for this test's.
   */
  use.reset = (head = '', headers = {}) => {
    tests += 1;
    const tunnel = `/tunnel/${tests}`;
    Object.assign(use, {
      head,
      headers,
      answer: {},
      envelopes: [],
      refused: 0,
      told: [],
      heard: [],
      files: {},
      tunnel,
    });
  };
  listening(server, use);
  return use;
}

/** Header, item header and payload of an envelope with one item, and how many bytes it had. */
function envelope(body) {
  const [header, item, payload] = body.split('\n').map((line) => JSON.parse(line));
  return { header, item, payload, bytes: Buffer.byteLength(body) };
}

/** The body of a request; nothing of one that its page gave up. */
async function text(request) {
  try {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    return body;
  } catch {
    return undefined;
  }
}
