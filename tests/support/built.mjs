// Which files of the package are tested: those of the default entry, or with THROUGHLINE_ENTRY=js their twins whose core is
// JavaScript. Tests of what only one of them has name its file themselves.
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';

const FILES = {
  default: { module: 'dist/index.js', script: 'dist/throughline.min.js', core: 'embedded' },
  js: { module: 'dist/js.js', script: 'dist/throughline.no-wasm.min.js', core: 'translated' },
};

const { THROUGHLINE_ENTRY: entry = 'default' } = process.env;
if (!FILES[entry])
  throw new Error(`There is no entry "${entry}"; there are ${Object.keys(FILES).join(', ')}.`);

/** The files, from the project's folder, and the file of js/core/ that gives them their core. */
export const built = FILES[entry];

/** The whole path of one of them. @param {'module' | 'script'} form */
export const pathOf = (form) => join(root, built[form]);

/** Whether the core is WebAssembly. */
export const isWebAssembly = entry === 'default';
