// Which files of the package are tested: those of the default entry, or with THROUGHLINE_ENTRY=js their twins whose core is
// JavaScript; with THROUGHLINE_ENTRY=slim the module that has its core brought before anything else. Tests of what only one of
// them has name its file themselves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile, root, tools } from '../../scripts/lib/project.mjs';

/** dist/slim.js with its core, which it waits for. */
const SLIM = '.tools/slim/index.js';

const FILES = {
  default: { module: 'dist/index.js', script: 'dist/throughline.min.js', core: 'embedded' },
  slim: { module: SLIM, script: 'dist/throughline.min.js', core: 'embedded' },
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
export const isWebAssembly = entry !== 'js';

if (entry === 'slim') {
  const [code, core] = ['slim.js', 'core.wasm'].map((name) => readFileSync(join(root, 'dist', name)));
  const [, initCore] = /([\w$]+) as initCore\b/.exec(code);
  const bytes = `Uint8Array.from(atob('${core.toString('base64')}'), (one) => one.charCodeAt(0))`;
  replaceFile(join(tools, 'slim', 'index.js'), `${code}\nawait ${initCore}(${bytes});\n`);
}
