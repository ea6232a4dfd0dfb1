// A standard library compiled together with the core, where its source is at hand: panics become plain traps, so that
// none of the texts and of the printing that they would need is downloaded. A tenth of the package.
//
// `-Z` options are for nightly compilers; RUSTC_BOOTSTRAP lets this very compiler take them. Where the source or a
// new enough compiler is missing, the package is built without: it behaves the same.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/project.mjs';
import { output } from '../lib/run.mjs';
import { atLeast, versionIn } from '../setup/versions.mjs';
import { toolEnv } from '../toolchain.mjs';

/** The first compiler with `-Cpanic=immediate-abort`. */
const LEAST = '1.92';

/** What is built for. */
const TARGET = 'wasm32-unknown-unknown';

const ARGS = ['-Zjson-target-spec', '-Zbuild-std=std,panic_abort', '-Zbuild-std-features=optimize_for_size'];
const LEAN = '-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zinline-mir=yes';

const ALWAYS = [
  // 32 KiB of stack instead of a whole megabyte, which every page would hold: together with all that never changes less
  // than one page of memory. Nothing here recurses.
  '-Clink-arg=-zstack-size=32768',
  // Built for size, a function is inlined if that saves bytes, as LLVM counts them. After brotli the package is smallest where
  // it inlines a little more.
  '-Cllvm-args=-inline-threshold=50',
];

/** Where the compiler in use has the source of its library, if it is new enough for it to be of use. */
export function librarySource() {
  const version = versionIn(output('rustc', ['--version']));
  const sysroot = output('rustc', ['--print', 'sysroot']);
  if (!version || !sysroot || !atLeast(version, LEAST)) return undefined;
  return join(sysroot, 'lib', 'rustlib', 'src', 'rust', 'library', 'std');
}

/**
 * The target, but with functions that answer two values where the language has a pair, such as the address and the length of
 * a text. By default they write it to memory, and whoever asked reads it there: 6 % of the package. What is shipped has no such
 * functions any more, see scripts/build/translation/pairs.mjs.
 *
 * @returns {string} the file that says so
 */
function multivalueTarget() {
  const args = ['-Zunstable-options', '--print', 'target-spec-json', '--target', TARGET];
  const env = { ...toolEnv(), RUSTC_BOOTSTRAP: '1' };
  const { metadata: _, ...target } = JSON.parse(spawnSync('rustc', args, { env, encoding: 'utf8' }).stdout);
  const folder = join(root, 'target', 'package');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${TARGET}.json`);
  writeFileSync(
    file,
    JSON.stringify({ ...target, 'llvm-abiname': 'experimental-mv', features: '+multivalue' }),
  );
  return file;
}

/** What cargo must be told. @returns {{ args: string[], env: NodeJS.ProcessEnv }} */
export function leanBuild() {
  const source = librarySource();
  const lean = source && existsSync(source);
  const flags = [process.env.RUSTFLAGS, ...ALWAYS, lean && LEAN].filter(Boolean).join(' ');
  if (!lean) return { args: ['--target', TARGET], env: { RUSTFLAGS: flags } };
  return {
    args: ['--target', multivalueTarget(), ...ARGS],
    env: { RUSTC_BOOTSTRAP: '1', RUSTFLAGS: flags },
  };
}
