// Which functions a start calls.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/project.mjs';
import { Problem } from '../lib/say.mjs';
import { DEFAULT } from './bundles.mjs';
import { functionsAtTop } from './eager.mjs';

/** The list of their names in a bundle that is not minified; `npm run at-start` writes it. */
export const AT_START = join(root, 'scripts', 'build', 'at-start.json');

/**
 * @param {string} code a bundle with the names of the source
 * @param {string} short the same with short names
 * @param {string} file what errors call it
 * @returns {(at: number) => boolean} whether a start calls a function at its top, by its place among them
 */
export function calledAtStart(code, short, file) {
  const called = new Set(JSON.parse(readFileSync(AT_START, 'utf8')));
  const functions = functionsAtTop(code);
  const shapes = [functions, functionsAtTop(short)].map((list) =>
    list.map(({ node: { type, async, params } }) => [type, async, params.length]).join(),
  );
  if (shapes[0] !== shapes[1])
    throw new Problem(`${file} has not the same functions once its names are short.`);
  const names = functions.map(({ name }) => name);
  // Others have another core, and lack what only the first has.
  const gone = file === DEFAULT.file && [...called].find((name) => !names.includes(name));
  if (gone) throw new Problem(`${file} has no function "${gone}" of at-start.json: run "npm run at-start".`);
  return (at) => called.has(names[at]);
}
