// Pages that have `throughline/slim`, whose core comes when a test lets it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';

/** As what WebAssembly is served. */
export const WASM = 'application/wasm';

/**
 * Opens a page that has the entry as `T` and starts it with `start(options, tracing)`. The core is served as `file` says; of one
 * that is `held`, `page.release()` lets it go.
 */
export async function openSlim(browser, server, { head = '', file = {}, headers, path = '/page' } = {}) {
  const body = await readFile(join(root, 'dist', 'core.wasm'));
  server.reset(head, headers);
  const page = await browser.page();
  const released = new Promise((resolve) => {
    page.release = resolve;
  });
  server.files['/core.wasm'] = { type: WASM, body, ...file, after: file.held && released };
  await page.goto(`${server.url}${path}`);
  await page.evaluate(async (tunnel) => {
    globalThis.T = await import('/slim.js');
    globalThis.start = (options, tracing) =>
      T.init({
        dsn: 'http://public@localhost:1/1',
        tunnel,
        tracesSampleRate: 1,
        integrations: [T.browserTracingIntegration({ idleTimeout: 20, ...tracing })],
        ...options,
      });
  }, server.tunnel);
  return page;
}
