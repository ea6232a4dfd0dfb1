// What has to be there before the demo can start: set-up, the built package, the built page.
// Each step is skipped when nothing it reads has changed since.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the steps in order; `signal` ends the one that runs. Throws a StepFailed. */
export async function prepare({ signal } = {}) {
  await step('scripts/setup.mjs', [], signal);
  if (isOlder('dist/index.js', ['src', 'js', 'Cargo.toml', 'Cargo.lock', 'scripts/build.mjs'])) {
    console.log('Building the package …');
    await step('scripts/build.mjs', [], signal);
  }
  if (isOlder('www/dist/client.js', ['www/client', 'dist', 'webpack.config.js'])) {
    console.log('Building the page …');
    await step('scripts/run.mjs', ['webpack'], signal);
  }
}

/** A step that ended badly; it has said why itself. */
export class StepFailed extends Error {}

function step(script, args, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script), ...args], {
      cwd: root,
      stdio: 'inherit',
      signal,
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new StepFailed(script))));
  });
}

/** Is `target` missing, or older than the newest file of `sources`? */
function isOlder(target, sources) {
  const path = join(root, target);
  if (!existsSync(path)) return true;
  const built = statSync(path).mtimeMs;
  return sources.some((source) => newest(join(root, source)) > built);
}

function newest(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((entry) => newest(join(path, entry))));
}
