// The documents that people read, and the blocks of code in them.
//
// The first word behind a fence is the language, as renderers want it. What follows says how the block is proved; renderers
// leave it out:
//
//   ```js                            runs in a page, as a module
//   ```js as=order                   runs, and then has to keep the promise of that name (promises.mjs)
//   ```js after=order                goes on where the block of that name ends: both are one program
//   ```js policy="script-src …"      runs in a page with that content security policy
//   ```js server as=express          runs in Node as a program
//   ```js name=tracing.mjs           is a file that such a program begins with
//   ```js server import=tracing.mjs  is such a program: `node --import ./tracing.mjs`
//   ```js node                       is a module that Node runs to its end
//   ```js worker=/worker.js          is the worker that a page of this document starts
//   ```tsx file=tests/package/x.tsx  stands in a file that other tests run, line by line
//   ```js untyped                    is not compiled: a service worker has other types than a page
//   ```rust by=tests/rust/x.mjs      is run by that test, which reads the document
//   ```text says=order               is what that page says on the console
//   ```text not-run="a drawing"      is not run, for that reason
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';

/** Paths of all documents, from the root of the project. */
export const DOCUMENTS = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The text of a document. @param {string} path */
export const textOf = (path) => readFileSync(join(root, path), 'utf8');

/**
 * @typedef {object} Block
 * @property {string} document
 * @property {number} line where its code begins
 * @property {string} language
 * @property {Record<string, string>} marks what the fence says besides; a mark without a value is the empty text
 * @property {string} code
 */

/** The blocks of code of a document, from top to bottom. @param {string} document @returns {Block[]} */
export function blocksOf(document) {
  const text = textOf(document);
  return [...text.matchAll(/^( *)```(\S*)([^\n]*)\n(.*?)^\1```$/gms)].map((found) => {
    const [, indent, language, further, code] = found;
    const marks = {};
    for (const [, name, quoted, plain] of further.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g)) {
      marks[name] = quoted ?? plain ?? '';
    }
    return {
      document,
      line: text.slice(0, found.index).split('\n').length + 1,
      language,
      marks,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    };
  });
}
