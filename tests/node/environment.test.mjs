// The trace that a process is started in.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { SPAN, TRACE } from './servers.mjs';

const entry = new URL('../../dist/node.js', import.meta.url).href;

const CODE = `
  import { createServer } from 'node:http';
  import { once } from 'node:events';
  import { getTraceData, httpIntegration, init } from '${entry}';
  init({ dsn: 'http://public@127.0.0.1:1/1', integrations: [httpIntegration({ outgoing: false })] });
  const outside = getTraceData();
  const server = createServer((_, response) => response.end(JSON.stringify(getTraceData()))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const inside = await (await fetch('http://127.0.0.1:' + server.address().port)).json();
  console.log(JSON.stringify({ outside, inside }));
  process.exit();
`;

async function seenWith(env) {
  const given = ['--input-type=module', '--eval', CODE];
  const { stdout } = await promisify(execFile)(process.execPath, given, { env: { ...process.env, ...env } });
  return JSON.parse(stdout);
}

describe('a process', () => {
  it('goes on with the trace of its environment, but for its requests, which have their own', async () => {
    const baggage = `sentry-trace_id=${TRACE},sentry-environment=jobs`;
    const { outside, inside } = await seenWith({
      SENTRY_TRACE: `${TRACE}-${SPAN}-1`,
      SENTRY_BAGGAGE: baggage,
    });
    assert.match(outside['sentry-trace'], new RegExp(`^${TRACE}-[\\da-f]{16}-1$`));
    assert.match(outside.baggage, /sentry-environment=jobs/);
    assert.doesNotMatch(inside['sentry-trace'], new RegExp(TRACE));
  });

  it('begins a trace where that is none, or missing', async () => {
    for (const SENTRY_TRACE of ['nonsense', '']) {
      const { outside } = await seenWith({ SENTRY_TRACE, SENTRY_BAGGAGE: 'sentry-environment=jobs' });
      assert.match(outside['sentry-trace'], /^[\da-f]{32}-[\da-f]{16}$/);
      assert.match(outside.baggage, /sentry-environment=production/);
    }
  });
});
