// The kinds of servers, and what upgrades a connection.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer, request as sendSecure } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { exchange, traceServers, transactions, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

/** A certificate for this test; nothing where there is no openssl. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a server', () => {
  const ingest = useIngest();
  const handle = (_, response) => response.end('done');
  const secure = useServer(() => createSecureServer(certificate(), handle), 'https');
  let upgraded;
  const sockets = useServer(() =>
    createServer(handle).on('upgrade', (_, socket) => {
      upgraded = Throughline.getActiveSpan();
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\nConnection: Upgrade\r\n\r\nhello');
    }),
  );
  before(() => traceServers(ingest));

  it('of https is traced', async () => {
    const sending = sendSecure(`${secure.url}/safe`, { rejectUnauthorized: false, agent: false }).end();
    const [answer] = await once(sending, 'response');
    answer.resume();
    const [{ transaction, contexts }] = await transactions(ingest, 1);
    assert.equal(transaction, 'GET /safe');
    assert.equal(contexts.trace.data['url.full'], `${secure.url}/safe`);
    assert.equal(contexts.trace.data['url.scheme'], 'https');
  });

  it('upgrades connections as without us: these are no requests with a response', async () => {
    const upgrade = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n';
    assert.match(await exchange(sockets.port, upgrade), /^HTTP\/1\.1 101[\s\S]*hello$/);
    assert.equal(upgraded, undefined);
    const expects =
      'POST /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n';
    assert.match(await exchange(sockets.port, expects, 'x'), /100 Continue[\s\S]*200 OK[\s\S]*done/);
    assert.deepEqual(
      (await transactions(ingest, 1)).map(({ transaction }) => transaction),
      ['POST /big'],
    );
  });
});
