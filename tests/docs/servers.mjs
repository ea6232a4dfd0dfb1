// A block that is a server runs in Node as a program of its own, with the port that it names replaced by a free one.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/lib/project.mjs';
import { promises } from './promises.mjs';
import { bundled, DSN } from './site.mjs';

const PORT = 3000;

/** How long a server may take to listen, in milliseconds. */
const PATIENCE = 20_000;

/** What a bundler has left in `dist`: a page, and its script. */
const BUILT = {
  'index.html': `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">
<script type="module" src="/shop.js"></script></head><body></body></html>`,
  'shop.js': `import { browserTracingIntegration, init } from 'throughline';
init({ dsn: '${DSN}', tracesSampleRate: 1, integrations: [browserTracingIntegration()] });`,
};

export async function runServer({ code, marks }, browser) {
  const promise = promises[marks.as];
  assert.ok(promise, 'a server has to keep a promise');
  const port = await freePort();
  // Inside of the project, where what it imports is found.
  const folder = join(root, 'target', 'docs');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  // As it is once it is installed.
  const installed = join(folder, 'node_modules', 'throughline');
  rmSync(installed, { force: true });
  symlinkSync(root, installed);
  mkdirSync(join(folder, 'dist'), { recursive: true });
  for (const [name, text] of Object.entries(BUILT)) {
    writeFileSync(join(folder, 'dist', name), name.endsWith('.js') ? await bundled(text) : text);
  }
  const file = join(folder, `${marks.as}.mjs`);
  assert.ok(code.includes(`${PORT}`), `it listens on ${PORT}`);
  writeFileSync(file, code.replaceAll(`${PORT}`, `${port}`));
  const server = await startServer([file], port, { cwd: folder });
  try {
    await promise({ url: server.url, browser, said: server.said });
  } finally {
    await server.stop();
    rmSync(file);
  }
}

/**
 * Starts a server, and waits until it answers.
 *
 * @param {string[]} args of Node
 * @param {number} port where it listens
 * @param {{ cwd?: string, env?: Record<string, string> }} [where]
 */
export async function startServer(args, port, { cwd = root, env = {} } = {}) {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(`${text}`));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill();
    await gone;
  };
  try {
    await listens(port, child, said);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://localhost:${port}`, said, stop };
}

/** Runs a block in Node, to its end. */
export async function runInNode({ code, line }) {
  const file = join(root, 'target', 'docs', `line-${line}.mjs`);
  mkdirSync(join(root, 'target', 'docs'), { recursive: true });
  writeFileSync(file, code);
  try {
    await promisify(execFile)(process.execPath, [file]);
  } finally {
    rmSync(file);
  }
}

/** Asks until somebody answers. */
async function listens(port, child, said) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    if (child.exitCode !== null) assert.fail(`the server has ended: ${said.join('')}`);
    const answer = await fetch(`http://localhost:${port}/`, { signal: AbortSignal.timeout(5000) }).catch(
      () => undefined,
    );
    if (answer) return answer.arrayBuffer();
    assert.ok(Date.now() < end, `nobody listens: ${said.join('')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
