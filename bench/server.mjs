// Serves the pages and the subjects, and takes whatever the subjects send.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../scripts/lib/project.mjs';

/** With these a page's clock has steps of 5 microseconds, else of 100. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-store',
};

const HEAD =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,">';

/** Told by the browser itself, from the first moment on: tasks of more than 50 ms. */
const LONG_TASKS = `<script>
  globalThis.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });
</script>`;

/** @param {Map<string, Uint8Array>} modules what is served, by path */
export async function startServer(modules) {
  const network = await readFile(join(root, 'bench', 'page', 'network.js'), 'utf8');
  modules.set('/lab.mjs', await readFile(join(root, 'bench', 'page', 'lab.mjs')));
  const pages = {
    '/measure': `${HEAD}<script>${network}</script></head><body></body></html>`,
    '/real': `${HEAD}</head><body></body></html>`,
  };
  const bodies = [];
  const waiting = [];

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const html = { ...ISOLATED, 'content-type': 'text/html; charset=utf-8' };
    if (pathname.startsWith('/sink/')) {
      bodies.push({ path: pathname, text: await textOf(request) });
      for (const look of waiting) look();
      response.writeHead(200, ISOLATED).end('{}');
    } else if (modules.has(pathname)) {
      const javascript = { ...ISOLATED, 'content-type': 'text/javascript; charset=utf-8' };
      response.writeHead(200, javascript).end(modules.get(pathname));
    } else if (pathname === '/start') {
      const script = `<script type="module" src="/start/${searchParams.get('subject')}.js"></script>`;
      response.writeHead(200, html).end(`${HEAD}${LONG_TASKS}${script}</head><body></body></html>`);
    } else if (pages[pathname]) {
      response.writeHead(200, html).end(pages[pathname]);
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
