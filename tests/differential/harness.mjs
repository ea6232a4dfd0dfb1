// Runs a script in a fresh page of a real browser, with one of the two SDKs, and tells everything that can be
// observed: what the script returned or threw, what escaped into the page, and what a real server received.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/project.mjs';
import { useWholeBrowser } from '../support/browser.mjs';
import { built } from '../support/built.mjs';

/** The module under which a page finds each SDK. */
const MODULES = { ours: '/index.js', peer: '/peer.js' };

const FILES = {
  '/index.js': built.module,
  '/tools.js': 'tests/differential/tools.mjs',
  '/clock.js': 'tests/differential/clock.mjs',
};

/**
 * What the peer's browser package leaves to its core package, so that one script can run with both SDKs. The
 * explicit names win over those of `export *`.
 */
const PEER = `
  export * from '@sentry/browser';
  export {
    dynamicSamplingContextToSentryBaggageHeader,
    getDynamicSamplingContextFromSpan,
    getTraceMetaTags,
    spanToBaggageHeader as getBaggageHeader,
  } from '@sentry/core';
`;

/** Starts the browser and the server for a file of tests; `observe` runs one script with one SDK. */
export function useHarness() {
  const browser = useWholeBrowser();
  /** A tab for each SDK: a new address in a tab is a new page, and costs a tenth of a new tab. */
  const tabs = {};
  /** What each run's tunnel received. @type {Map<string, string[]>} */
  const received = new Map();
  let peer = '';
  let url = '';
  let head = '';
  let runs = 0;

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const javascript = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'max-age=600' };
    if (pathname === MODULES.peer) {
      response.writeHead(200, javascript).end(peer);
    } else if (FILES[pathname]) {
      response.writeHead(200, javascript).end(await readFile(join(root, FILES[pathname])));
    } else if (pathname.startsWith('/api/')) {
      answer(request, response);
    } else if (received.has(pathname)) {
      received.get(pathname).push(await text(request));
      response.end('{}');
    } else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
      response.end(`<!doctype html><html lang="en"><head><title>t</title>${head}</head><body></body></html>`);
    }
  });

  before(async () => {
    peer = await bundlePeer();
    await new Promise((resolve) => server.listen(0, 'localhost', resolve));
    url = `http://localhost:${server.address().port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  /** @returns everything that could be observed while the script ran with this SDK */
  async function run(script, sdk) {
    runs += 1;
    const tunnel = `/tunnel/${runs}`;
    received.set(tunnel, []);
    const requests = [];
    const uncaught = [];
    tabs[sdk] ??= await browser.page();
    const page = tabs[sdk];
    // The test has the only limit.
    page.setDefaultTimeout(0);
    const listeners = {
      pageerror: (error) => uncaught.push(error.message),
      request: (request) => {
        if (new URL(request.url()).pathname === tunnel) requests.push(request);
      },
    };
    for (const [event, listener] of Object.entries(listeners)) page.on(event, listener);
    try {
      await page.goto(`${url}/page`);
      const told = await page.evaluate(runInPage, {
        module: MODULES[sdk],
        source: script.run.toString(),
        given: script.given,
        isPeer: sdk === 'peer',
        tunnel,
        hasClock: script.clock,
      });
      await Promise.all(requests.map((request) => request.response()));
      const order = requests.map((request) => request.postData());
      const bodies = [...received.get(tunnel)].sort((a, b) => order.indexOf(a) - order.indexOf(b));
      return { ...told, uncaught, envelopes: bodies.map(envelope) };
    } finally {
      received.delete(tunnel);
      for (const [event, listener] of Object.entries(listeners)) page.off(event, listener);
    }
  }

  return {
    /**
     * Runs a script with each SDK, side by side.
     *
     * @param {{ run: Function, given?: string, head?: string, clock?: boolean }} script `run` is sent to the page
     *   as text, and is called with the SDK, the tools and the value of the expression `given`; `head` is what the
     *   page's head holds; with `clock` the page has a clock of its own, see clock.mjs
     */
    async observe(script, sdks = Object.keys(MODULES)) {
      head = script.head ?? '';
      const seen = await Promise.all(sdks.map((sdk) => run(script, sdk)));
      return Object.fromEntries(sdks.map((sdk, at) => [sdk, seen[at]]));
    },
  };
}

/**
 * Runs in the page: the script, then everything that is under way is sent, then the page becomes hidden, so
 * that the reports about what was not sent leave as well.
 */
async function runInPage({ module, source, given, isPeer, tunnel, hasClock }) {
  // Another visitor for each script: ours remembers which traces of servers this browser has seen.
  sessionStorage.clear();
  localStorage.clear();
  const clock = hasClock && (await import('/clock.js')).ownClock();
  const S = await import(module);
  const { plain, toolsFor } = await import('/tools.js');
  const tools = toolsFor(S, { isPeer, tunnel, clock });
  const told = {};
  try {
    told.result = plain(
      await new Function(`return ${source}`)()(S, tools, new Function(`return ${given}`)()),
    );
  } catch (error) {
    told.threw = plain(error);
  }
  await tools.flush();
  await tools.hide();
  await tools.flush();
  return told;
}

async function bundlePeer() {
  const resolveDir = dirname(createRequire(import.meta.url).resolve('@sentry/browser/package.json'));
  const { outputFiles } = await build({
    stdin: { contents: PEER, resolveDir },
    bundle: true,
    conditions: ['production'],
    format: 'esm',
    logLevel: 'error',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0].text;
}

/** The server that scripts send requests to: `/api/status/418`, `/api/size`, `/api/drop`, `/api/stream`, `/api/echo`. */
function answer(request, response) {
  const [, , what, value] = new URL(request.url, 'http://localhost').pathname.split('/');
  if (what === 'status') response.writeHead(Number(value)).end();
  else if (what === 'size') response.setHeader('content-length', 5).end('12345');
  else if (what === 'drop') request.socket.destroy();
  else if (what === 'stream') response.writeHead(200, { 'content-type': 'text/event-stream' }).end('a\n');
  else if (what !== 'hang') response.end(JSON.stringify({ method: request.method, ...request.headers }));
}

/** An envelope's header and its items, each a pair of header and payload. */
function envelope(body) {
  const [header, ...lines] = body
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const items = [];
  for (let at = 0; at < lines.length; at += 2) items.push([lines[at], lines[at + 1]]);
  return { header, order: Object.keys(header.trace ?? {}), items };
}

async function text(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
