// How the scripts start other programs, and how they end them with what those have started.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';

const RUN = new URL('../../scripts/lib/run.mjs', import.meta.url).href;

/** Goes on for ever, deaf to polite requests, and holds on to the output. */
const GRANDCHILD = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid);`;
const PROGRAM = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(GRANDCHILD)}], { stdio: 'inherit' });`;

/** How long a program may take that starts another one, in milliseconds; a busy machine needs some tenths of it. */
const TIMEOUT = 4000;

/** A script that runs the program; its output ends when nobody holds it any more. */
function start(t, timeout) {
  const script = `
    const { run } = await import(${JSON.stringify(RUN)});
    const given = { timeout: ${timeout}, late: 'too late' };
    await run(process.execPath, ['-e', ${JSON.stringify(PROGRAM)}], given).catch(({ message }) => console.log(message));
  `;
  const stdio = ['ignore', 'pipe', 'inherit'];
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio });
  const use = { child, said: '', closed: once(child, 'close') };
  child.stdout.setEncoding('utf8').on('data', (text) => (use.said += text));
  t.after(() => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    const pid = Number.parseInt(use.said, 10);
    try {
      if (pid) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  });
  return use;
}

const options = { timeout: 30_000, skip: process.platform === 'win32' };

test('a program that takes too long ends with what it has started', options, async (t) => {
  const use = start(t, TIMEOUT);
  await use.closed;
  assert.match(use.said, /^\d+\ntoo late\n$/);
});

test('a program with a timeout ends with the script that is interrupted', options, async (t) => {
  const use = start(t, 60_000);
  await once(use.child.stdout, 'data');
  use.child.kill('SIGINT');
  assert.deepEqual(await use.closed, [130, null]);
});
