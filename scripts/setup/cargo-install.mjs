// Programs of the build that come from crates.io, built into .tools/bin. What counts is how long they take to build.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { tools } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';

// They share their build folder, so an interrupted build goes on where it stopped.
const BUILD = join(tools, 'build', 'wasm-tools');

/**
 * Builds a program of exactly this version.
 * @param {string} crate
 * @param {string} version
 * @param {string[]} flags
 */
export async function cargoInstall(crate, version, flags) {
  const args = ['install', ...flags, '--force', '--root', tools, '--version', `=${version}`, crate];
  await run('cargo', args, {
    env: {
      CARGO_TARGET_DIR: BUILD,
      CARGO_PROFILE_RELEASE_OPT_LEVEL: '0',
      CARGO_PROFILE_RELEASE_LTO: 'off',
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
    },
    log: crate,
    failure: `${crate} ${version} could not be built: see above or .tools/log/${crate}.log.`,
  });
}

/** Removes what builds have left, once they are done. */
export function cleanBuilds() {
  rmSync(BUILD, { recursive: true, force: true });
}
