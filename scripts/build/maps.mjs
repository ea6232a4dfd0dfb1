// Code that is made in several steps, and where each part of it stood in the sources: dist/*.map.
//
// A bundle does not name its map: nobody's browser asks for it, and no bundler reads it. docs/releasing.md says what it is for.
import { basename, dirname, relative } from 'node:path';
import remapping from '@jridgewell/remapping';
import MagicString from 'magic-string';

/**
 * @typedef {object} Mapped
 * @property {string} code
 * @property {object[]} maps of each step that has led to it, the last one first
 */

/**
 * One step more.
 *
 * @param {Mapped} before
 * @param {(changed: MagicString, code: string) => void} change
 * @returns {Mapped}
 */
export function changed({ code, maps }, change) {
  const text = new MagicString(code);
  change(text, code);
  return { code: text.toString(), maps: [text.generateMap({ hires: 'boundary' }), ...maps] };
}

/**
 * The map from code to the sources, as the text of a file beside it.
 *
 * @param {Mapped} mapped
 * @param {string} file the path of the file with the code, from the project's folder
 */
export function mapOf({ maps }, file) {
  const { sources, ...map } = remapping(maps, () => null);
  const sourceRoot = `${relative(dirname(file), '.')}/`;
  return JSON.stringify({ ...map, file: basename(file), sourceRoot, sources: sources.map(pathOf) });
}

/** A source as a path from the project's folder, wherever that lies, and wherever packages do. */
function pathOf(source) {
  const at = source.lastIndexOf('node_modules/');
  return at < 0 ? source.replace(/^(\.\.\/)+/, '') : source.slice(at);
}
