// What arrives of roots that end while the network or the server fails, of the package and of @sentry/browser, on a clock of its
// own: `node bench/outages.mjs [further modules, such as an older dist/index.js]`. Prints the table of docs/reliability.md.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';
import { browserArgs, browserPath } from '../scripts/toolchain.mjs';
import { bundleExports } from './bundles.mjs';
import { exporting, PACKAGE } from './subjects.mjs';

const ROOTS = 200;
/** Seconds that an outage lasts, and that are waited afterwards at most. */
const OUTAGE = 30;
const PATIENCE = 600;

/** What the server does meanwhile. */
const OUTAGES = {
  'no server': { drop: true },
  offline: { offline: true },
  429: { status: 429 },
  '429, Retry-After: 5': { status: 429, headers: { 'retry-after': '5' } },
  503: { status: 503 },
  'a server that hangs': { never: true },
};
const BURSTS = {
  '1,000 roots in one task': 'roots(0, 1000)',
  '1,000 roots in a second, 50 at a time':
    'for (let at = 0; at < 20; at++) setTimeout(() => roots(at * 50, at * 50 + 50), at * 50)',
};

const NAMES = ['init', 'startSpan', 'flush'];
const subjects = { throughline: PACKAGE, '@sentry/browser': '@sentry/browser' };
for (const file of process.argv.slice(2)) subjects[file] = file;

let module;
let answer = {};
let arrived = new Set();
const hanging = new Set();

const ingest = createServer(async (request, response) => {
  if (request.url.startsWith('/tunnel')) {
    const body = await text(request);
    if (answer.drop) return request.socket.destroy();
    if (answer.never) return hanging.add(request.socket);
    if (!answer.status) {
      const [, item, payload] = body.split('\n').map((line) => JSON.parse(line));
      if (item.type === 'transaction') arrived.add(payload.transaction);
    }
    return response.writeHead(answer.status ?? 200, answer.headers).end('{}');
  }
  if (request.url === '/index.js') {
    return response.writeHead(200, { 'content-type': 'text/javascript' }).end(module);
  }
  return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>t</title>');
});
const beside = createServer((_, response) => response.end());
const url = await listening(ingest);
const turn = await listening(beside);

function listening(server) {
  return new Promise((resolve) => {
    server.listen(0, () => resolve(`http://localhost:${server.address().port}`));
  });
}

const browser = await chromium.launch({ executablePath: browserPath(), args: browserArgs });

async function opened() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(url);
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.evaluate(async (tunnel) => {
    const { init, startSpan } = await import('/index.js');
    globalThis.roots = (from, to) => {
      for (let at = from; at < to; at++) startSpan({ name: `root ${at}`, forceTransaction: true }, () => {});
    };
    init({
      dsn: 'http://public@localhost/1',
      tunnel,
      tracesSampleRate: 1,
      traceLifecycle: 'static',
      defaultIntegrations: false,
    });
  }, `${url}/tunnel`);
  answer = {};
  arrived = new Set();
  return page;
}

/** A second of the page's clock, after which what the server got is answered in the page. */
async function second(page) {
  await page.clock.runFor(1000);
  await page.evaluate((turn) => fetch(turn, { mode: 'no-cors' }).catch(() => {}), turn);
}

async function outage(given) {
  const page = await opened();
  answer = given;
  if (given.offline) await page.context().setOffline(true);
  for (let at = 0; at < OUTAGE; at++) {
    const range = [at, at + 1].map((at) => Math.floor((at * ROOTS) / OUTAGE));
    await page.evaluate(([from, to]) => roots(from, to), range);
    await second(page);
  }
  answer = {};
  for (const socket of hanging) socket.destroy();
  hanging.clear();
  if (given.offline) await page.context().setOffline(false);
  for (let at = 0; at < PATIENCE && arrived.size < ROOTS; at++) await second(page);
  await page.context().close();
  return `${arrived.size} of ${ROOTS}`;
}

async function burst(code) {
  const page = await opened();
  await page.evaluate(code);
  for (let at = 0; at < 120 && arrived.size < 1000; at++) await second(page);
  await page.context().close();
  return `${arrived.size} of 1000`;
}

const columns = Object.keys(subjects);
const rows = [...Object.keys(OUTAGES), ...Object.keys(BURSTS)];
const table = Object.fromEntries(rows.map((row) => [row, []]));
for (const from of Object.values(subjects)) {
  module = await bundleExports(exporting(NAMES, from));
  for (const [name, given] of Object.entries(OUTAGES)) table[name].push(await outage(given));
  for (const [name, code] of Object.entries(BURSTS)) table[name].push(await burst(code));
}
console.log(`|  | ${columns.join(' | ')} |\n| --- |${' --: |'.repeat(columns.length)}`);
for (const row of rows) console.log(`| ${row} | ${table[row].join(' | ')} |`);
await browser.close();
ingest.closeAllConnections();
ingest.close();
beside.closeAllConnections();
beside.close();
