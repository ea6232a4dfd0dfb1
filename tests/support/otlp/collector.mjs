// A collector of OpenTelemetry for tests: keeps what it is sent, and reads it by OpenTelemetry's own definition where that is there.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { root } from '../../../scripts/lib/project.mjs';
import { protobufPython } from '../../../scripts/setup/protobuf.mjs';

/** How long a test waits for a request, in milliseconds, before it fails with a sentence. */
const PATIENCE = 15_000;

/**
 * Starts a collector for a file of tests. It answers every request with what `answers` has first: status, headers and body; without any
 * that it took all. Any origin may ask, with a type and `headers`.
 *
 * @returns {{ url: string, asked: object[], answers: object[], headers: string, take: (count: number) => Promise<object[]> }} `asked` has
 *   path, headers, whether it was compressed, and the payload; `take` waits for so many and forgets them
 */
export function useCollector() {
  const use = { url: '', asked: [], answers: [], headers: 'content-type' };
  let wake = () => {};
  const server = createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', use.headers);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const isCompressed = request.headers['content-encoding'] === 'gzip';
    const payload = JSON.parse(isCompressed ? gunzipSync(body) : body);
    use.asked.push({ path: request.url, headers: request.headers, isCompressed, payload });
    const { status = 200, headers = {}, body: answer = '{}', drop } = use.answers.shift() ?? {};
    if (drop) request.socket.destroy();
    else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(answer);
    wake();
  });
  before(async () => {
    await new Promise((resolve) => server.listen(0, 'localhost', resolve));
    use.url = `http://localhost:${server.address().port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  use.take = async (count) => {
    await use.until(({ length }) => length >= count, `${count} requests`);
    return use.asked.splice(0);
  };
  /** Waits until a condition on what was asked holds; `what` says what never came. */
  use.until = async (holds, what) => {
    let timer;
    const late = new Promise((_, reject) => {
      const fail = () =>
        reject(new Error(`${what} did not arrive, but ${JSON.stringify(use.asked).slice(0, 2000)}`));
      timer = setTimeout(fail, PATIENCE);
    });
    try {
      while (!holds(use.asked)) {
        const change = new Promise((resolve) => {
          wake = resolve;
        });
        await Promise.race([late, change]);
      }
    } finally {
      clearTimeout(timer);
    }
  };
  return use;
}

/** Why payloads cannot be read here; false if they can. */
export const cannotRead =
  !protobufPython() &&
  'opentelemetry-proto for Python would be needed: see what `npm run setup` says about it';

/**
 * The spans of payloads, by OpenTelemetry's own definition.
 *
 * @param {object[]} payloads
 * @returns {object[]} as payloads.py says, those of all payloads
 */
export function read(payloads) {
  const { status, stdout, stderr } = spawnSync(
    protobufPython(),
    [join(root, 'tests', 'support', 'otlp', 'payloads.py')],
    { input: JSON.stringify(payloads), encoding: 'utf8', maxBuffer: 1e9 },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout).flat();
}

/** The spans of payloads as they are written. @param {object[]} asked what a collector was asked */
export function spansOf(asked) {
  return asked.flatMap(({ payload }) =>
    payload.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
}
