// A block that is a server runs in Node as a program of its own, with the port that it names replaced by a free one.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { root } from '../../scripts/lib/project.mjs';
import { assertAnswer, withAnswers } from './answers.mjs';
import { promises } from './promises.mjs';
import { bundled, DSN } from './site.mjs';

const PORT = 3000;

/** How long a server may take to listen, or to report something, in milliseconds. */
const PATIENCE = 20_000;

/** What a bundler has left in `dist`: a page, and its script. */
const BUILT = {
  'index.html': `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">
<script type="module" src="/shop.js"></script></head><body></body></html>`,
  'shop.js': `import { browserTracingIntegration, init } from 'throughline';
init({ dsn: '${DSN}', tracesSampleRate: 1, integrations: [browserTracingIntegration()] });`,
};

/**
 * @param {import('./documents.mjs').Block} block
 * @param {{ page: () => Promise<import('playwright-core').Page> }} browser
 * @param {import('./documents.mjs').Block} [first] what it begins with, by `--import`
 */
export async function runServer({ code, marks }, browser, first) {
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
  assert.ok(code.includes(`${PORT}`), `it listens on ${PORT}`);
  const ingest = await startIngest();
  const args = [first && `first-${marks.as}`, marks.as].filter(Boolean).map((name, at, { length }) => {
    const file = join(folder, `${name}.mjs`);
    const text = at + 1 < length ? first.code : code;
    // What the server itself reports stays on this machine.
    writeFileSync(
      file,
      text.replaceAll(`${PORT}`, `${port}`).replaceAll(`dsn: '${DSN}'`, `dsn: '${ingest.dsn}'`),
    );
    return file;
  });
  const imported = args.length > 1 ? ['--import', pathToFileURL(args[0]).href] : [];
  try {
    const server = await startServer([...imported, args.at(-1)], port, { cwd: folder });
    try {
      await promise({ url: server.url, browser, said: server.said, sent: ingest.sent });
    } finally {
      await server.stop();
    }
  } finally {
    ingest.stop();
    for (const file of args) rmSync(file);
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

/** What the transactions and errors of servers are sent to. `sent` waits for one that is as wanted. */
async function startIngest() {
  const events = [];
  let arrived = () => {};
  const server = createHttpServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const isZipped = request.headers['content-encoding'] === 'gzip';
    const [header, ...lines] = (isZipped ? gunzipSync(body) : body)
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    if (['transaction', 'event'].includes(lines[0]?.type)) events.push({ ...lines[1], trace: header.trace });
    response.end('{}');
    arrived();
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return {
    dsn: `http://public@localhost:${server.address().port}/1`,
    sent: async (isWanted) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        arrived();
      }, PATIENCE);
      try {
        for (;;) {
          const found = events.find(isWanted);
          if (found) return found;
          const seen = events.map(
            ({ transaction, contexts }) => `${transaction} of ${contexts.trace.trace_id}`,
          );
          assert.ok(!late, `only this was sent: ${seen.join(', ')}`);
          await new Promise((resolve) => (arrived = resolve));
        }
      } finally {
        clearTimeout(timer);
      }
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What marks a line on the console as an answer. */
const TOLD = '\u0001told ';

/** Runs a block in Node, to its end, and compares what its comments promise. */
export async function runInNode({ code, line, document }) {
  const { program, expected } = withAnswers(code);
  const file = join(root, 'target', 'docs', `${document.replace(/\W/g, '-')}-line-${line}.mjs`);
  mkdirSync(join(root, 'target', 'docs'), { recursive: true });
  const tell = `const told = (value, number) => console.log(${JSON.stringify(TOLD)} + JSON.stringify([number, value]));\n`;
  writeFileSync(file, expected.length ? tell + program : program);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    const lines = stdout.split('\n').filter((line) => line.startsWith(TOLD));
    const told = new Map(lines.map((line) => JSON.parse(line.slice(TOLD.length))));
    for (const [number, { line, text }] of expected.entries()) {
      assert.ok(told.has(number), `line ${line} was never reached: ${text}`);
      assertAnswer(told.get(number), text);
    }
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
