// The Node packages of package-lock.json, in node_modules.
import { join } from 'node:path';
import { readIfThere, root } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { Problem, say } from '../lib/say.mjs';
import { which } from '../toolchain.mjs';

/** Runs npm where node_modules is not what package-lock.json says. */
export async function setupPackages() {
  const wanted = packagesOf(readIfThere(join(root, 'package-lock.json')));
  // npm writes this file when it has finished, so it is missing after an interruption.
  const installed = packagesOf(readIfThere(join(root, 'node_modules', '.package-lock.json')));
  if (holdsAll(installed, wanted)) return;

  if (!which('npm')) throw new Problem("npm is missing: it comes with Node.js (Debian's package is npm).");
  say('installing the Node packages (under a minute)');
  // Not `npm ci`: it empties node_modules under the programs that are running from there.
  await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    log: 'npm',
    failure: 'The Node packages could not be installed: see above or .tools/log/npm.log.',
  });
}

/**
 * Whether `installed` has everything that `wanted` asks for on every system: an optional package may be
 * one for another system.
 *
 * @param {Record<string, {version?: string}>} installed
 * @param {Record<string, {version?: string, optional?: boolean}>} wanted
 */
export function holdsAll(installed, wanted) {
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
  );
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(lockFile).packages;
  } catch {
    return {};
  }
}
