// Small projects of people who use the package, below tests/package/projects/: installed, built and opened.
//
// Each is a folder with the page of `page/` (or the cases of `runner/`) and what its bundler needs. Its packages stay in .tools/projects/,
// so that only the first run downloads them.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { root, tools } from '../../scripts/lib/project.mjs';
import { sizesOf } from '../../scripts/lib/sizes.mjs';
import { toolEnv } from '../../scripts/toolchain.mjs';
import { pack } from './packed.mjs';
import { onlySpan, openSite } from './site.mjs';

const FOLDER = join(root, 'tests', 'package', 'projects');

/** How long a server of a project may take to start, in milliseconds. */
const START_TIMEOUT = 120_000;

/** Runs a program in a folder; throws all that it has printed where it fails. */
function run(cwd, env, command, ...args) {
  try {
    return execFileSync(command, args, {
      cwd,
      env: toolEnv({ ...process.env, ...env }),
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch ({ message, stdout }) {
    throw new Error(`${message}\n${stdout}`);
  }
}

/**
 * Lays a project out with what was packed, and installs it.
 *
 * @param {string} name
 * @param {object} [options]
 * @param {string} [options.base] another folder, of which it has the files that it has not itself; none where it is empty
 * @param {string} [options.entry] what the page imports
 * @param {boolean} [options.borrowed] its bundler is one of ours, which is in PATH: nothing is downloaded
 */
export function project(name, { base = 'page', borrowed = false, entry = 'throughline' } = {}) {
  const folder = join(tools, 'projects', name);
  const own = join(FOLDER, name);
  for (const old of existsSync(folder) ? readdirSync(folder) : []) {
    if (old !== 'node_modules') rmSync(join(folder, old), { recursive: true });
  }
  for (const from of base ? [join(FOLDER, base), own] : [own]) cpSync(from, folder, { recursive: true });
  if (entry !== 'throughline') {
    const page = join(folder, 'src', 'main.js');
    writeFileSync(page, withEntry(readFileSync(page, 'utf8'), entry));
  }
  const { tarball } = pack(folder);
  const began = Date.now();
  const manifest = join(folder, 'package.json');
  const text = readFileSync(manifest, 'utf8');
  const { devDependencies, ...others } = JSON.parse(text);
  if (borrowed) writeFileSync(manifest, JSON.stringify(others));
  rmSync(join(folder, 'node_modules', 'throughline'), { recursive: true, force: true });
  const how = borrowed ? ['--offline'] : ['--prefer-offline'];
  run(
    folder,
    {},
    'npm',
    'install',
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    ...how,
    tarball,
  );
  const installed = Date.now() - began;

  return {
    folder,
    installed,
    /** Runs a script of its package.json; answers with how many milliseconds it took, and what it has printed. */
    run(script, env = {}) {
      const began = Date.now();
      const printed = run(folder, env, 'npm', 'run', '--silent', script);
      return { took: Date.now() - began, printed };
    },
    /** Starts a server by a script, on a port that is free; resolves to its address and what ends it. */
    start: (script, env = {}) => start(folder, script, env),
    /** The bytes of the scripts in a folder below the project. */
    bytes(below = 'dist') {
      const scripts = readdirSync(join(folder, below), { recursive: true }).filter((file) =>
        file.endsWith('.js'),
      );
      return sizesOf(Buffer.concat(scripts.map((file) => readFileSync(join(folder, below, file)))));
    },
  };
}

/** A page with another entry of the package. That without a core is given one. */
function withEntry(program, entry) {
  const other = program.replace("'throughline'", `'${entry}'`);
  if (!entry.endsWith('/slim')) return other;
  return `${other.replace(' init,', ' init, initCore,')}\ninitCore('/core.wasm');\n`;
}

async function start(folder, script, env) {
  const port = await freePort();
  const args = ['run', '--silent', script, '--', '--port', String(port)];
  // A group of its own: npm starts a shell, which starts the server.
  const child = spawn('npm', args, { cwd: folder, env: toolEnv({ ...process.env, ...env }), detached: true });
  let printed = '';
  const ready = new Promise((resolve, reject) => {
    const look = (text) => {
      printed += text;
      if (printed.includes(String(port))) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', look);
    child.stderr.setEncoding('utf8').on('data', look);
    child.on('close', () => reject(new Error(`the server has ended: ${printed}`)));
    setTimeout(() => reject(new Error(`the server has not started: ${printed}`)), START_TIMEOUT).unref();
  });
  const close = () => {
    if (child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  try {
    await ready;
  } catch (error) {
    close();
    throw error;
  }
  return { url: `http://localhost:${port}`, close };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The server of the shop: takes orders and envelopes, and serves the files of a folder. */
export const openShop = (folder) => openSite({ folder, answer: () => [200, { state: 'ordered' }] });

/**
 * Opens the page of a project, orders, and checks what left it: one trace, from the one who rendered the page to the server that
 * took the order.
 *
 * @param {object} browser of `useBrowser()`
 * @param {object} shop of `openShop()`
 * @param {string} url
 */
export async function showsOneTrace(browser, shop, url) {
  const page = await browser.page();
  await page.goto(url);
  const wanted = await traceOf(page);
  const load = await shop.transaction('pageload');
  assert.equal(load.contexts.trace.trace_id, wanted);
  assert.match(load.contexts.trace.parent_span_id, /^[0-9a-f]{16}$/);

  await page.click('button');
  const order = await shop.transaction('ui.action');
  assert.equal(order.contexts.trace.trace_id, wanted);
  const { span_id } = onlySpan(order, { op: 'http.client' });
  const asked = shop.asked.filter(({ path }) => path === '/api/orders');
  assert.deepEqual(
    asked.map(({ headers }) => headers['sentry-trace']),
    [`${wanted}-${span_id}-1`],
  );
  assert.ok(asked[0].headers.baggage.includes(`sentry-trace_id=${wanted}`));
  await page.getByText('ordered').waitFor();

  const other = 'c'.repeat(32);
  await page.evaluate(
    (other) => postMessage({ sentryTrace: `${other}-${'d'.repeat(16)}-1`, baggage: '' }),
    other,
  );
  const message = await shop.transaction('message');
  assert.deepEqual(
    [message.contexts.trace.trace_id, message.contexts.trace.parent_span_id],
    [other, 'd'.repeat(16)],
  );
  assert.deepEqual(
    page.said.filter((line) => /^uncaught|throughline/i.test(line)),
    [],
  );
  await page.context().close();
}

/** The trace that the server of the page has begun. */
const traceOf = (page) =>
  page.evaluate(() => document.querySelector('meta[name="sentry-trace"]').content.split('-')[0]);
