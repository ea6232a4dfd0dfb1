// Starts other programs in the environment that set-up has made.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { toolEnv } from '../toolchain.mjs';
import { logFile, root } from './project.mjs';
import { Problem } from './say.mjs';

const TAIL_LINES = 20;

/** How long a program that took too long may take to end itself, in milliseconds. */
const GRACE = 5000;

/**
 * Runs a program to its end; rejects with a Problem where it fails. Ctrl-C ends the program, then this one.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd] the project's folder if not given
 * @param {NodeJS.ProcessEnv} [options.env] added to `toolEnv()`
 * @param {string} [options.log] keep the output in .tools/log/<log>.log and show its end only on a failure
 * @param {boolean} [options.quiet] do not show the log's end on a failure either
 * @param {number} [options.timeout] milliseconds until the program is ended, with whatever it has started
 * @param {string} [options.late] the sentence for a program that was ended because of that
 * @param {string} [options.failure] the sentence for a failure, in place of the general one
 * @returns {Promise<void>}
 */
export async function run(command, args, options = {}) {
  const { cwd = root, env = {}, log, quiet, timeout, failure } = options;
  const file = log && logFile(log);
  const { code, signal, error, late } = await spawned(command, args, { cwd, env, file, timeout });
  if (code === 0) return;
  if (file && !quiet) console.error(tail(readFileSync(file, 'utf8')));
  if (late && options.late) throw new Problem(options.late);
  throw new Problem(failure ?? reason(command, args, { code, signal, error, late }));
}

/**
 * What a quick program prints, trimmed; undefined where there is no such program or it fails.
 *
 * @param {string} command
 * @param {string[]} args
 */
export function output(command, args) {
  const { status, stdout } = spawnSync(command, args, { cwd: root, env: toolEnv(), encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

async function spawned(command, args, { cwd, env, file, timeout }) {
  if (file) mkdirSync(dirname(file), { recursive: true });
  const sink = file ? openSync(file, 'w') : 'inherit';
  const stdio = file ? ['ignore', sink, sink] : 'inherit';
  // A group of its own, because what it has started would go on without it, and hold our output open. Ctrl-C reaches
  // it through us only. Windows has no groups, and would open a window.
  const detached = Boolean(timeout) && process.platform !== 'win32';
  const child = spawn(command, args, { cwd, env: { ...toolEnv(), ...env }, stdio, detached });
  const kill = (signal) => (detached ? killGroup(child.pid, signal) : child.kill(signal));

  let interrupted;
  const interrupt = (signal) => {
    interrupted = signal;
    kill(signal);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  let late = false;
  let timer;
  const expire = () => {
    late = kill('SIGTERM');
    timer = setTimeout(() => kill('SIGKILL'), GRACE);
  };
  if (timeout) timer = setTimeout(expire, timeout);

  const end = await new Promise((resolve) => {
    child.on('error', (error) => resolve({ error }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(timer);
  // The program has ended, but maybe not all that it has started.
  if (late && detached) kill('SIGKILL');
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  if (file) closeSync(sink);
  if (interrupted) process.exit(128 + constants.signals[interrupted]);
  return { ...end, late };
}

/** Signals a program and what it has started; answers whether there was anything left of them. */
function killGroup(pid, signal) {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function reason(command, args, { code, signal, error, late }) {
  const call = [command, ...args].join(' ');
  if (error?.code === 'ENOENT') return `${command} was not found; \`npm run setup\` tells what is missing.`;
  if (error) return `${call} could not be started: ${error.message}.`;
  if (late) return `${call} took too long and was ended.`;
  return signal ? `${call} was ended by ${signal}.` : `${call} failed with exit code ${code}.`;
}

/** The last lines of a program's output. @param {string} text */
function tail(text) {
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
