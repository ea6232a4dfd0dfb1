// wasm-pack and wasm-bindgen, built into .tools/bin where the right versions are not in PATH already.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readIfThere, root, tools } from '../lib/project.mjs';
import { output, run } from '../lib/run.mjs';
import { Problem, say } from '../lib/say.mjs';
import { cargoInstall, cleanBuilds } from './cargo-install.mjs';
import { lockedVersion, versionIn } from './versions.mjs';

const WASM_PACK = '0.15.1';

// What counts is how long they take to build, except in the parts of wasm-bindgen that read and write
// modules: without optimization these take seconds at every build.
const OPTIMIZED = ['gimli', 'walrus', 'wasm-bindgen-cli-support', 'wasm-encoder', 'wasmparser'];

/** Installs both programs; wasm-bindgen in exactly the version of the crate, as its output demands. */
export async function setupWasmTools() {
  const bindgen = await bindgenVersion();
  let built = false;
  if (!has('wasm-bindgen', bindgen) || !has('wasm-bindgen-test-runner', bindgen)) {
    say(`building wasm-bindgen ${bindgen} (1 to 2 minutes)`);
    // Without --locked: the package's own lock file names a version that is not published. Without default
    // features: TLS is for drivers on other machines.
    const optimize = OPTIMIZED.flatMap((crate) => [
      '--config',
      `profile.release.package.${crate}.opt-level=1`,
    ]);
    await cargoInstall('wasm-bindgen-cli', bindgen, ['--no-default-features', ...optimize]);
    built = true;
  }
  if (!has('wasm-pack', WASM_PACK)) {
    say(`building wasm-pack ${WASM_PACK} (1 to 2 minutes)`);
    await cargoInstall('wasm-pack', WASM_PACK, ['--locked']);
    built = true;
  }
  if (built) cleanBuilds();
  linkWasmOpt();
}

/** wasm-opt comes with the npm package binaryen; beside wasm-pack, one folder in PATH is enough by hand. */
function linkWasmOpt() {
  const link = join(tools, 'bin', 'wasm-opt');
  if (process.platform === 'win32' || existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true }); // a link that leads nowhere exists for the file system, not for us
  symlinkSync('../../node_modules/.bin/wasm-opt', link);
}

async function bindgenVersion() {
  const lock = join(root, 'Cargo.lock');
  if (!readIfThere(lock)) await run('cargo', ['generate-lockfile'], { log: 'cargo-lock' });
  const version = lockedVersion(readIfThere(lock), 'wasm-bindgen');
  if (!version) throw new Problem('Cargo.lock names no wasm-bindgen: take it from git again.');
  return version;
}

function has(program, version) {
  return versionIn(output(program, ['--version'])) === version;
}
