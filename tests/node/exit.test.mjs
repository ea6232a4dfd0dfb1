// A process that has nothing left to do ends, whatever the ingest answers, and what it recorded has left before.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';

const entry = new URL('../../dist/node.js', import.meta.url).href;

/** The longest that a process may take that hangs, in milliseconds. */
const PATIENCE = 60_000;

describe('a process that has nothing left to do', { timeout: 5 * PATIENCE }, () => {
  const types = [];
  let status;
  const ingest = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    types.push(JSON.parse(body.split('\n')[1]).type);
    response.writeHead(status).end('{}');
  });
  before(async () => {
    ingest.listen(0, '127.0.0.1');
    await once(ingest, 'listening');
  });
  after(() => {
    ingest.closeAllConnections();
    ingest.close();
  });

  for (const answer of [200, 400, 413, 429, 503]) {
    it(`ends where the ingest answers ${answer}`, async () => {
      types.length = 0;
      status = answer;
      const code = `
        import { init, startSpan } from '${entry}';
        init({ dsn: 'http://public@127.0.0.1:${ingest.address().port}/1', tracesSampleRate: 1 });
        startSpan({ name: 'job' }, () => {});
      `;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { timeout: PATIENCE });
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      assert.equal(types[0], 'transaction');
    });
  }
});
