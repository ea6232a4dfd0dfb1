// Short names for what crosses the border (js/border.ts): each is downloaded twice, in the core and in the script.
// 0.6 kB of brotli.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile, root } from '../lib/project.mjs';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Which is which, for the bundle and for tests that look at what crosses. */
const FILE = join(root, 'pkg', 'names.json');

/**
 * Only names with an underscore: nothing else in js/ is called as one of these.
 *
 * @param {string} text a module in Binaryen's text form
 * @returns {{ text: string, names: Record<string, string> }} one with short names; and those by the long ones
 */
export function withShortNames(text) {
  const names = {};
  const short = (name) => {
    if (!name.includes('_')) return name;
    const count = Object.keys(names).length;
    const first = count < LETTERS.length ? '' : LETTERS[Math.floor(count / LETTERS.length) - 1];
    names[name] ??= first + LETTERS[count % LETTERS.length];
    return names[name];
  };
  const changed = text
    .replace(/^ \(import "face" "(\w+)"/gm, (_, name) => ` (import "face" "${short(name)}"`)
    .replace(/^ \(export "(\w+)"/gm, (_, name) => ` (export "${short(name)}"`);
  return { text: changed, names };
}

/** @param {Record<string, string>} names */
export function keepNames(names) {
  replaceFile(FILE, JSON.stringify(names));
}

/** @returns {Promise<Record<string, string>>} the short names of the core in pkg/, by the long ones */
export async function keptNames() {
  return JSON.parse(await readFile(FILE, 'utf8'));
}

/** What lets esbuild write the same names. @param {Record<string, string>} names */
export function mangling(names) {
  return { mangleProps: new RegExp(`^(${Object.keys(names).join('|')})$`), mangleCache: names };
}
