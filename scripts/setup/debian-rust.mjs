// Debian's Rust as this project's toolchain, for machines where rustup cannot bring the target.
//
// Debian 12 has a current compiler (rustc-web) and its library's source, but the library not compiled for
// wasm32-unknown-unknown; so it is compiled once and put where that compiler looks for it.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readIfThere, replaceFile, root, tools } from '../lib/project.mjs';
import { output, run } from '../lib/run.mjs';
import { Problem, say } from '../lib/say.mjs';
import { which } from '../toolchain.mjs';
import { install } from './apt.mjs';
import { BUILT_BY, compiles, libraryFolder, TARGET } from './compiler.mjs';
import { versionIn } from './versions.mjs';

const PREFIX = '/usr';
const RUSTC = `${PREFIX}/bin/rustc`;
const CARGO = `${PREFIX}/bin/cargo`;
const PACKAGES = ['rustc-web', 'cargo-web', 'rust-web-src', 'rust-web-clippy', 'rustfmt-web'];
const FAILURE = `Rust's target ${TARGET} could be had neither by rustup nor from Debian's packages: run \`rustup target add ${TARGET}\` where that works.`;

// rustup and cargo read these two in the project's folder, so that the tools work by hand as well.
const TOOLCHAIN_FILE = join(root, 'rust-toolchain.toml');
const CONFIG_FILE = join(root, '.cargo', 'config.toml');
const MARK = '# Written by `npm run setup`; delete it to go back to your own Rust toolchain.\n';

/** Whether Debian's toolchain is complete. */
export function debianIsReady() {
  return Boolean(which(CARGO) && linker()) && compiles(RUSTC);
}

/** Whether the compiler in use finds a linker: rustup's brings its own, Debian's has to be told of one. */
export function linkerIsKnown() {
  return output('rustc', ['--print', 'sysroot']) !== PREFIX || existsSync(CONFIG_FILE);
}

/** Whether this project has been set to Debian's toolchain. */
export function isChosen() {
  return isOurs(TOOLCHAIN_FILE);
}

/** Makes cargo and rustc in the project's folder those of Debian. */
export function choose() {
  write(CONFIG_FILE, `[target.${TARGET}]\nlinker = "${linker()}"\n`);
  write(TOOLCHAIN_FILE, `[toolchain]\npath = "${PREFIX}"\n`);
}

/** Takes `choose` back. */
export function unchoose() {
  for (const file of [TOOLCHAIN_FILE, CONFIG_FILE]) if (isOurs(file)) rmSync(file);
}

// A file that the person wrote stays as it is.
function write(file, text) {
  if (!existsSync(file) || isOurs(file)) replaceFile(file, MARK + text);
}

function isOurs(file) {
  return readIfThere(file).startsWith(MARK);
}

/** Installs Debian's toolchain, compiles the standard library and chooses them. */
export async function installDebian() {
  say("installing Debian's Rust, since rustup cannot add the target (about a minute)");
  await install(PACKAGES, FAILURE);
  if (!linker()) await install([`lld-${llvmVersion()}`], FAILURE);
  if (!compiles(RUSTC)) await compileLibrary();
  choose();
}

async function compileLibrary() {
  say(`compiling Rust's standard library for ${TARGET} (about a minute)`);
  const version = output(RUSTC, ['--version']);
  // Named by version: an interrupted build goes on, one by another compiler is no part of it.
  const crate = join(tools, 'build', `rust-std-${versionIn(version)}`);
  replaceFile(join(crate, 'Cargo.toml'), '[package]\nname = "empty"\nedition = "2021"\n[workspace]\n');
  replaceFile(join(crate, 'src', 'lib.rs'), '');
  // `test` is what `wasm-pack test` needs.
  const library = '-Zbuild-std=std,panic_abort,test';
  await run(CARGO, ['build', '--release', '--target', TARGET, library], {
    cwd: crate,
    env: { RUSTC, RUSTC_BOOTSTRAP: '1', CARGO_TARGET_DIR: join(crate, 'target') },
    log: 'rust-std',
    failure: "Rust's standard library could not be compiled: see above or .tools/log/rust-std.log.",
  });

  const folder = libraryFolder(RUSTC);
  if (!folder) throw new Problem(FAILURE);
  const partial = `${folder}.partial`;
  const compiled = join(crate, 'target', TARGET, 'release', 'deps');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const name of readdirSync(compiled)) {
    if (/^lib.*\.rlib$/.test(name) && !name.startsWith('libempty-')) {
      cpSync(join(compiled, name), join(partial, name));
    }
  }
  replaceFile(join(partial, BUILT_BY), `${version}\n`);
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  rmSync(crate, { recursive: true, force: true });
}

/** The WebAssembly linker of the compiler's LLVM, or undefined. */
function linker() {
  const name = `wasm-ld-${llvmVersion()}`;
  return which(name) ? name : undefined;
}

function llvmVersion() {
  return /LLVM version: (\d+)/.exec(output(RUSTC, ['-vV']) ?? '')?.[1];
}
