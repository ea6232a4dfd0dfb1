// What a Rust compiler must be able to do here, and whether the one at hand is.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, root } from '../lib/project.mjs';
import { output } from '../lib/run.mjs';
import { atLeast, versionIn } from './versions.mjs';

export const TARGET = 'wasm32-unknown-unknown';

/** In the target's library folder: which compiler a library that set-up compiled is for. */
export const BUILT_BY = 'built-by.txt';

/**
 * The folder where a compiler looks for the target's standard library.
 * @param {string} rustc
 */
export function libraryFolder(rustc) {
  return output(rustc, ['--print', 'target-libdir', '--target', TARGET]);
}

/**
 * Whether a compiler is new enough and has the target's standard library, compiled for this very version.
 * @param {string} rustc
 */
export function compiles(rustc) {
  const version = output(rustc, ['--version']);
  const folder = libraryFolder(rustc);
  if (!isNewEnough(version) || !folder || !existsSync(folder)) return false;
  const builtBy = readIfThere(join(folder, BUILT_BY)).trim();
  if (builtBy && builtBy !== version) return false;
  return readdirSync(folder).some((name) => /^libstd-.*\.rlib$/.test(name));
}

/**
 * Whether the compiler that calls itself `version` is what Cargo.toml asks for.
 * @param {string} [version]
 */
export function isNewEnough(version) {
  const number = versionIn(version);
  return number !== undefined && atLeast(number, leastVersion());
}

/** The `rust-version` of Cargo.toml. */
export function leastVersion() {
  return /^rust-version = "([^"]+)"/m.exec(readIfThere(join(root, 'Cargo.toml')))?.[1] ?? '0';
}
