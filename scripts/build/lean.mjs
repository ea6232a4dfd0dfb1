// A standard library compiled together with the core, where its source is at hand: panics become plain traps, so that
// none of the texts and of the printing that they would need is downloaded. A tenth of the package.
//
// `-Z` options are for nightly compilers; RUSTC_BOOTSTRAP lets this very compiler take them. Where the source or a
// new enough compiler is missing, the package is built without: it behaves the same.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../lib/run.mjs';
import { atLeast, versionIn } from '../setup/versions.mjs';

/** The first compiler with `-Cpanic=immediate-abort`. */
const LEAST = '1.92';

/** What the package for JavaScript has and a Rust application does not, see src/lib.rs. */
const FEATURES = ['--features', 'package'];

const ARGS = ['-Zbuild-std=std,panic_abort', '-Zbuild-std-features=optimize_for_size'];
const LEAN = '-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none';

const ALWAYS = [
  // 32 KiB of stack instead of a whole megabyte, which every page would hold: together with all that never changes less
  // than one page of memory. Nothing here recurses; the tests pass with half of it.
  '-Clink-arg=-zstack-size=32768',
  // Built for size, a function is inlined if that saves bytes. A little more costs 0.2 kB after brotli, and leaves thirty
  // functions fewer to compile at the start and to call ever after.
  '-Cllvm-args=-inline-threshold=15',
];

/** Where the compiler in use has the source of its library, if it is new enough for it to be of use. */
export function librarySource() {
  const version = versionIn(output('rustc', ['--version']));
  const sysroot = output('rustc', ['--print', 'sysroot']);
  if (!version || !sysroot || !atLeast(version, LEAST)) return undefined;
  return join(sysroot, 'lib', 'rustlib', 'src', 'rust', 'library', 'std');
}

/** What cargo must be told. @returns {{ args: string[], env: NodeJS.ProcessEnv }} */
export function leanBuild() {
  const source = librarySource();
  const lean = source && existsSync(source);
  const flags = [process.env.RUSTFLAGS, ...ALWAYS, lean && LEAN].filter(Boolean).join(' ');
  if (!lean) return { args: FEATURES, env: { RUSTFLAGS: flags } };
  return { args: [...FEATURES, ...ARGS], env: { RUSTC_BOOTSTRAP: '1', RUSTFLAGS: flags } };
}
