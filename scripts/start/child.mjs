// One process of the demo: started, asked for its health, stopped.

import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '../lib/say.mjs';

/** How long a service may take until it answers; a busy machine needs some seconds. */
const START_TIMEOUT = 30_000;
const HEALTH_INTERVAL = 50;

/** After this a process that was asked to stop is stopped for it. */
const STOP_TIMEOUT = 3000;

/** Last lines of output, kept to say why a process died. */
const KEPT_LINES = 20;

/**
 * Starts `node ...args`. `onLine` gets each line of output.
 * The IPC channel lets the process notice when we are gone, however we ended.
 */
export function startChild(name, args, { env, onLine }) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    readLines(stream, (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine(line);
    });
  }
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });

  return {
    name,
    /** Resolves to how the process ended, in words. */
    exited,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
      await exited;
      clearTimeout(timer);
    },
    /** Resolves when `url` answers 200; throws a sentence when the process ends or stays silent. */
    async answers(url) {
      const end = exited.then((how) => {
        const why = lines.length > 0 ? `:\n${lines.join('\n')}` : '.';
        throw new Problem(`${name} stopped while starting (${how})${why}`);
      });
      await Promise.race([end, untilHealthy(name, url)]);
    },
  };
}

async function untilHealthy(name, url) {
  const deadline = Date.now() + START_TIMEOUT;
  while (Date.now() < deadline) {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => null);
    await response?.arrayBuffer().catch(() => null);
    if (response?.status === 200) return;
    await wait(HEALTH_INTERVAL);
  }
  throw new Problem(`${name} did not answer within ${START_TIMEOUT / 1000} seconds.`);
}

function readLines(stream, onLine) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop();
    for (const line of parts) if (line.trim() !== '') onLine(line);
  });
  stream.on('end', () => {
    if (rest.trim() !== '') onLine(rest);
  });
}
