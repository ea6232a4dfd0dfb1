// The files of the package that are made of js/: what each begins at, which core of js/core/ it has, and what it is.

/**
 * @typedef {object} Bundle
 * @property {string} file
 * @property {string} entry
 * @property {string} [core] the file of js/core/ that gives it its core, if it has one
 * @property {string} host the file of js/host/ with what is special about where it runs
 * @property {'module' | 'script'} form a module is written for `require` too; a script sets the global `Throughline`
 * @property {string} [sdk] the bundle that it imports in place of js/index.ts, if it is beside that one and has no core of its own
 */

/** @type {Bundle[]} */
export const BUNDLES = [
  { file: 'dist/index.js', entry: 'js/index.ts', core: 'embedded', host: 'browser', form: 'module' },
  { file: 'dist/slim.js', entry: 'js/slim.ts', core: 'delivered', host: 'browser', form: 'module' },
  {
    file: 'dist/throughline.min.js',
    entry: 'js/entry/script.ts',
    core: 'embedded',
    host: 'browser',
    form: 'script',
  },
  { file: 'dist/js.js', entry: 'js/js.ts', core: 'translated', host: 'browser', form: 'module' },
  {
    file: 'dist/throughline.no-wasm.min.js',
    entry: 'js/entry/script.ts',
    core: 'translated',
    host: 'browser',
    form: 'script',
  },
  { file: 'dist/node.js', entry: 'js/node.ts', core: 'embedded', host: 'node', form: 'module' },
  { file: 'dist/otlp.js', entry: 'js/otlp.ts', host: 'browser', form: 'module' },
  besideSdk('opentelemetry', 'index', 'embedded', 'browser'),
  besideSdk('opentelemetry-js', 'js', 'translated', 'browser'),
  besideSdk('opentelemetry-slim', 'slim', 'delivered', 'browser'),
  besideSdk('opentelemetry-node', 'node', 'embedded', 'node'),
];

/** What is said of core and host makes it find what the copies of that SDK share. @returns {Bundle} */
function besideSdk(name, sdk, core, host) {
  const file = `dist/${name}.js`;
  return { file, entry: 'js/opentelemetry.ts', core, host, form: 'module', sdk: `./${sdk}.js` };
}

/** The bundle that most people have: its start is the one that is known function by function. */
export const DEFAULT = BUNDLES[0];
