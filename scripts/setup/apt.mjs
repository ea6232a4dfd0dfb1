// Debian's packages, for what a machine lacks: only as root, only where the person has nothing that serves.
import { readIfThere } from '../lib/project.mjs';
import { output, run } from '../lib/run.mjs';
import { which } from '../toolchain.mjs';
import { isDebian } from './versions.mjs';

// Another apt-get may be at work: wait for it instead of failing.
const LOCK = ['-o', 'DPkg::Lock::Timeout=300'];
const env = { DEBIAN_FRONTEND: 'noninteractive' };

let listsAreFresh = false;

/** Whether set-up may install Debian packages here. */
export function canInstall() {
  return process.getuid?.() === 0 && Boolean(which('apt-get')) && isDebian(readIfThere('/etc/os-release'));
}

/**
 * Whether set-up can bring packages to this machine: a system made from Debian need not have them.
 * @param {string[]} packages
 */
export function canBring(packages) {
  return canInstall() && output('apt-cache', ['show', ...packages]) !== undefined;
}

/**
 * Installs packages, after one update of the package lists per run.
 * @param {string[]} packages
 * @param {string} failure the sentence for a person where that does not work
 */
export async function install(packages, failure) {
  const options = { env, failure };
  // What an interrupted installation left half done.
  if (output('dpkg', ['--audit'])) await run('dpkg', ['--configure', '-a'], { ...options, log: 'dpkg' });
  if (!listsAreFresh) await run('apt-get', [...LOCK, 'update'], { ...options, log: 'apt-update' });
  listsAreFresh = true;
  await run('apt-get', [...LOCK, 'install', '-y', '--no-install-recommends', ...packages], {
    ...options,
    log: 'apt-install',
  });
}
