// The world in which the examples run: the reader's shop at https://shop.example.com, his service at https://api.example.com,
// which allows our headers, and where his DSN leads. Nothing leaves the browser; every request is kept.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/project.mjs';

export const SHOP = 'https://shop.example.com';
/** Where a page has the program that it runs. */
export const PROGRAM = `${SHOP}/program.js`;
export const API = 'https://api.example.com';
export const INGEST = 'https://o123.ingest.example.com';
export const DSN = INGEST.replace('//', '//public@').concat('/1');

/** Where a page finds what it imports. */
const ENTRIES = {
  throughline: 'dist/index.js',
  'throughline/js': 'dist/js.js',
  'throughline/slim': 'dist/slim.js',
  'throughline/otlp': 'dist/otlp.js',
};
const FILES = { '/throughline.min.js': 'dist/throughline.min.js', '/core.wasm': 'dist/core.wasm' };
for (const [name, file] of Object.entries(ENTRIES)) FILES[`/${name}`] = file;

/** What examples import beside us, as a bundler would make it. */
const OTHERS = ['@sentry/browser'];

const IMPORT_MAP = JSON.stringify({
  imports: Object.fromEntries([...Object.keys(ENTRIES), ...OTHERS].map((name) => [name, `/${name}`])),
});

/** A module as a bundler makes it. @param {string} contents */
export async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    alias: { throughline: join(root, ENTRIES.throughline) },
    bundle: true,
    format: 'esm',
    write: false,
  });
  return outputFiles[0].text;
}

const TYPES = { js: 'text/javascript; charset=utf-8', wasm: 'application/wasm' };

/**
 * Opens a page of the shop in a context of its own.
 *
 * @param {{ page: () => Promise<import('playwright-core').Page> }} browser
 * @param {object} [given]
 * @param {string} [given.head] what stands in its head
 * @param {Record<string, string>} [given.headers] what is said of it
 * @param {string} [given.program] what it has at PROGRAM
 * @param {import('./documents.mjs').Block[]} [given.workers] what it may start
 * @param {(url: string) => object | 'fails' | undefined} [given.answer] what a request gets, in place of success
 */
export async function openShop(browser, { head = '', headers = {}, program, workers = [], answer } = {}) {
  const page = await browser.page();
  /** Every request: method, url, headers and body; but for the page's own. */
  const requests = [];
  const waiting = new Set();
  const keep = (request) => {
    requests.push(request);
    for (const wake of waiting) wake();
  };
  await page.context().route('**', async (route) => {
    const request = route.request();
    const { origin, pathname } = new URL(request.url());
    if (origin === SHOP && pathname === '/') {
      const body = `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">
<script type="importmap">${IMPORT_MAP}</script>
${head}</head><body><button>Buy</button></body></html>`;
      return route.fulfill({ contentType: 'text/html; charset=utf-8', headers, body });
    }
    if (origin === SHOP && FILES[pathname]) {
      keep({ method: 'GET', url: request.url(), headers: {}, body: '' });
      const type = TYPES[FILES[pathname].split('.').at(-1)];
      const file = readFileSync(join(root, FILES[pathname]));
      return route.fulfill({ contentType: type, body: file });
    }
    if (request.url() === PROGRAM) return route.fulfill({ contentType: TYPES.js, body: program });
    const worker = workers.find(({ marks }) => origin === SHOP && marks.worker === pathname);
    if (worker) return route.fulfill({ contentType: TYPES.js, body: await bundled(worker.code) });
    if (origin === SHOP && OTHERS.includes(pathname.slice(1))) {
      return route.fulfill({
        contentType: TYPES.js,
        body: await bundled(`export * from '${pathname.slice(1)}'`),
      });
    }
    keep({
      method: request.method(),
      url: request.url(),
      headers: await request.allHeaders(),
      body: request.postData() ?? '',
    });
    const given = answer?.(request.url());
    if (given === 'fails') return route.abort();
    return route.fulfill({
      contentType: 'application/json',
      body: '{"id":7}',
      headers: ANY_ORIGIN,
      ...given,
    });
  });
  await page.goto(`${SHOP}/`);

  /** The payloads of what the page has sent to its DSN, by the type of their item. */
  const sent = (type) =>
    requests
      .filter(({ url }) => url.startsWith(INGEST))
      .map(({ body }) => body.split('\n').map((line) => JSON.parse(line)))
      .filter(([, item]) => item.type === type)
      .map(([header, , payload]) => ({ ...payload, trace: header.trace }));
  /** Waits until a condition on the requests holds, and answers with what it answers. */
  const until = (holds, what) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`${what} did not come; there are ${requests.map(({ url }) => url).join(' ')}`));
      }, PATIENCE);
      const look = () => {
        const found = holds();
        if (!found) return;
        clearTimeout(late);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    page,
    requests,
    /** What a page answers. */
    ask: (question, given) => page.evaluate(question, given),
    click: () => page.getByRole('button').click(),
    /** The first request whose URL has this in it. */
    request: (part) => until(() => requests.find(({ url }) => url.includes(part)), `a request to ${part}`),
    /** The first transaction of this name or operation; with its envelope's `trace`. */
    transaction: (name) => {
      const is = ({ transaction, contexts }) => transaction === name || contexts.trace.op === name;
      return until(() => sent('transaction').find(is), `the transaction ${name}`);
    },
    sent,
    until,
  };
}

const ANY_ORIGIN = { 'access-control-allow-origin': '*' };

/** How long a promise waits for what has to leave the page, in milliseconds, before it fails with a sentence. */
const PATIENCE = 10_000;
