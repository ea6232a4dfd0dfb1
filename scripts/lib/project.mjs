// Where things lie in this project, and how set-up writes a file so that an interruption leaves no half of it.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Programs, logs and intermediate files of set-up; git-ignored, can be deleted at any time. */
export const tools = join(root, '.tools');

/** @param {string} name a log's name without its ending */
export const logFile = (name) => join(tools, 'log', `${name}.log`);

/**
 * Writes `text` under a temporary name and renames it, so that the file is there as a whole or not at all.
 * @param {string} path
 * @param {string} text
 */
export function replaceFile(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, text);
  renameSync(partial, path);
}

/**
 * The file's text, or an empty text where there is no such file.
 * @param {string} path
 */
export function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
