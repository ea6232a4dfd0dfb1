// Serves the pages and the subjects, and takes whatever the subjects send.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, gunzipSync } from 'node:zlib';
import { root } from '../scripts/lib/project.mjs';
import { pagesOf, SMALL } from './pages.mjs';

/** With these a page's clock has steps of 5 microseconds, else of 100. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-store',
};
const HTML = { ...ISOLATED, 'content-type': 'text/html; charset=utf-8' };
/** Scripts are compressed, as on every server that is set up for visitors. */
const JAVASCRIPT = {
  ...ISOLATED,
  'content-type': 'text/javascript; charset=utf-8',
  'content-encoding': 'br',
};
const GIF = { ...ISOLATED, 'content-type': 'image/gif' };

/** One transparent pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** @param {Map<string, Uint8Array>} modules what is served, by path */
export async function startServer(modules) {
  const pages = await pagesOf();
  modules.set('/lab.mjs', await readFile(join(root, 'bench', 'page', 'lab.mjs')));
  const scripts = new Map([...modules].map(([path, bytes]) => [path, brotliCompressSync(bytes)]));
  const bodies = [];
  const waiting = [];

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname.startsWith('/sink/')) {
      bodies.push({ path: pathname, text: await textOf(request) });
      for (const look of waiting) look();
      response.writeHead(200, ISOLATED).end('{}');
    } else if (scripts.has(pathname)) {
      response.writeHead(200, JAVASCRIPT).end(scripts.get(pathname));
    } else if (pathname.startsWith(SMALL)) {
      response.writeHead(200, GIF).end(PIXEL);
    } else if (pages[pathname]) {
      response.writeHead(200, HTML).end(pages[pathname](searchParams.get('subject')));
    } else {
      response.writeHead(200, ISOLATED).end('{}');
    }
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));

  return {
    url: `http://localhost:${server.address().port}`,
    /** What arrived below a path. @param {string} path */
    received: (path) => bodies.filter((body) => body.path.startsWith(path)).map(({ text }) => text),
    /** Waits until `look` answers true about what has arrived, but not longer than so many milliseconds. */
    async until(look, patience) {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        for (const again of waiting) again();
      }, patience);
      while (!late && !look()) await new Promise((resolve) => waiting.push(resolve));
      clearTimeout(timer);
      return !late;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return String(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
}
