// What a Rust application in the browser talks to: a server with its page, an interface for its requests and a collector for
// what it records, each test its own.
import { createServer } from 'node:http';
import { sendFile } from '../../scripts/examples/serve.mjs';

/** How long a test waits for something to arrive, in milliseconds, before it fails with a sentence. */
const PATIENCE = 15_000;

/** Where SDKs and tunnels send envelopes. */
const COLLECTOR = /^\/(tunnel|api\/\d+\/envelope\/?)$/;

/**
 * Starts such a server; `close` ends it.
 *
 * @param {object} options
 * @param {string} [options.folder] what is served, with its index.html at `/`
 * @param {string} [options.head] put into the head of that page
 * @param {(request: Asked) => [number, object, object?]} [options.answer] status, JSON and headers for each request of
 *   `/api/`, whose method, path, headers and body are kept in `asked`
 * @typedef {{method: string, path: string, headers: Record<string, string>, body: string}} Asked
 */
export async function openSite({ folder = '', head = '', answer = () => [404, {}] } = {}) {
  const site = { url: '', port: 0, asked: [], envelopes: [], close: undefined };
  let waiting = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (COLLECTOR.test(pathname)) {
      response.setHeader('access-control-allow-origin', '*');
      if (request.method === 'POST') site.envelopes.push(readEnvelope(await bodyOf(request)));
      response.end('{}');
    } else if (pathname.startsWith('/api/')) {
      const asked = {
        method: request.method,
        path: pathname,
        headers: request.headers,
        body: await bodyOf(request),
      };
      site.asked.push(asked);
      const [status, json, headers] = answer(asked);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(json));
    } else {
      await sendFile(response, folder, pathname, head);
    }
    for (const look of waiting) look();
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  site.port = server.address().port;
  site.url = `http://localhost:${site.port}`;
  site.close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };

  /** Waits until `find` finds something, and answers with it; `what` says what never came. */
  site.until = (find, what) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting = waiting.filter((other) => other !== look);
        reject(new Error(`${what} did not arrive within ${PATIENCE} ms, but ${described(site)}`));
      }, PATIENCE);
      const look = () => {
        const found = find(site);
        if (!found) return;
        clearTimeout(timer);
        waiting = waiting.filter((other) => other !== look);
        resolve(found);
      };
      waiting.push(look);
      look();
    });
  /** Waits for the transaction whose root has this op. */
  site.transaction = (op) =>
    site.until(
      ({ envelopes }) => envelopes.find(({ payload }) => payload?.contexts?.trace?.op === op)?.payload,
      `a transaction ${op}`,
    );
  return site;
}

/** Header, item header and payload of an envelope with one item. */
export function readEnvelope(text) {
  const [header, item, payload] = text.split('\n').map((line) => line && JSON.parse(line));
  return { header, item, payload };
}

/** The only span of a transaction that has this op, or the fields that are given; the root is `contexts.trace`. */
export function onlySpan(transaction, wanted) {
  const found = transaction.spans.filter((span) =>
    Object.entries(wanted).every(([name, value]) => span[name] === value),
  );
  if (found.length !== 1)
    throw new Error(
      `${found.length} spans ${JSON.stringify(wanted)} in ${JSON.stringify(transaction, null, 1)}`,
    );
  return found[0];
}

async function bodyOf(request) {
  let body = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
  } catch {
    // The page gave it up.
  }
  return body;
}

/** What did arrive, for the message of a failure. */
function described({ asked, envelopes }) {
  const items = envelopes.map(({ item, payload }) => `${item?.type} ${payload?.transaction ?? ''}`);
  const paths = asked.map(({ method, path }) => `${method} ${path}`);
  return JSON.stringify({ envelopes: items, asked: paths });
}
