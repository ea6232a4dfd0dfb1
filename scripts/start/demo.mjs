// The running demo: Spotlight, payments, orders and web, each a child process.
// Expects that everything is built (lib/package.mjs). Uses nothing but Node itself.

import { fileURLToPath } from 'node:url';
import { Problem } from '../lib/say.mjs';
import { startChild } from './child.mjs';
import { choosePorts } from './ports.mjs';

const server = (file) => fileURLToPath(new URL(`../../www/server/${file}`, import.meta.url));
const telemetry = new URL('../../www/server/telemetry.mjs', import.meta.url).href;

const PROCESSES = [
  { name: 'spotlight', args: [server('spotlight.mjs')], chatty: true },
  { name: 'payments', args: ['--import', telemetry, server('payments.mjs')] },
  { name: 'orders', args: ['--import', telemetry, server('orders.mjs')] },
  { name: 'web', args: ['--import', telemetry, server('web.mjs')] },
];

/**
 * Starts the demo and resolves when every part of it answers.
 *
 * @param {object} [options]
 * @param {{web?: number, orders?: number, payments?: number, spotlight?: number}} [options.ports]
 *   else WEB_PORT, ORDERS_PORT, PAYMENTS_PORT, SPOTLIGHT_PORT, else the defaults; 0 means any free port
 * @param {Record<string, string>} [options.env]  added to the services' environment,
 *   for example `TRACES_SAMPLE_RATE` or `DATA_DIR`
 * @param {boolean} [options.quiet]  print nothing of what the services say
 * @param {AbortSignal} [options.signal]  gives up starting
 * @returns {Promise<{urls: Record<string, string>, ports: Record<string, number>,
 *   stop(): Promise<void>, stopService(name: string): Promise<void>}>}
 * @throws {Problem} when a port is taken or a part does not start; nothing is left running then
 */
export async function startDemo({ ports: wanted, env = {}, quiet = false, signal } = {}) {
  const ports = await choosePorts(wanted, { ...process.env, ...env });
  const urls = Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [name, `http://localhost:${port}`]),
  );
  const environment = {
    ...process.env,
    ...env,
    WEB_PORT: String(ports.web),
    ORDERS_PORT: String(ports.orders),
    PAYMENTS_PORT: String(ports.payments),
    SPOTLIGHT_PORT: String(ports.spotlight),
  };

  let started = false;
  let stopping = false;
  const children = PROCESSES.map(({ name, args, chatty }) =>
    startChild(name, args, {
      env: { ...environment, SERVICE_NAME: name },
      // What a service says before it dies at the start is part of the error.
      onLine: (line) => {
        if (started && !quiet && !chatty) console.error(`[${name}] ${line}`);
      },
    }),
  );
  const stop = async () => {
    stopping = true;
    await Promise.all(children.map((child) => child.stop()));
  };

  try {
    const answers = children.map((child) => child.answers(`${urls[child.name]}/health`));
    await Promise.race([Promise.all(answers), aborted(signal)]);
  } catch (error) {
    await stop();
    throw error;
  }

  started = true;
  const stoppedOnPurpose = new Set();
  for (const child of children) {
    child.exited.then((how) => {
      if (stopping || quiet || stoppedOnPurpose.has(child.name)) return;
      console.error(`${child.name} has stopped (${how}); the rest goes on. Start again to get it back.`);
    });
  }

  return {
    urls,
    ports,
    stop,
    /** Stops one part, to see how the others cope. */
    async stopService(name) {
      stoppedOnPurpose.add(name);
      await children.find((child) => child.name === name)?.stop();
    },
  };
}

/** Rejects when the signal fires; never otherwise. */
function aborted(signal) {
  return new Promise((_resolve, reject) => {
    const giveUp = () => reject(new Problem('The start was interrupted.'));
    if (signal?.aborted) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}
