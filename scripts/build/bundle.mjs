// The package as one file, without the text of its core.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minify } from '@swc/core';
import { root } from '../lib/project.mjs';
import { DEFAULT } from './bundles.mjs';
import { TRANSLATED } from './core.mjs';
import { PRIVATE_NAMES } from './private-names.mjs';

/** What the modules `throughline:…` are, as js/core/written.d.ts declares them. */
const written = {
  'throughline:wasm': async () =>
    `let text = ${PLACE};
    export function takeText() {
      const taken = text;
      text = '';
      return taken;
    }`,
  'throughline:translation': () => readFile(TRANSLATED, 'utf8'),
  'throughline:package': async ({ core, host }) => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const own = [core, host].filter((one) => one !== DEFAULT.core && one !== DEFAULT.host);
    const other = own.length ? ` + " (${own})"` : '';
    return `export const version = ${JSON.stringify(version)}, edition = version${other};`;
  },
};

/** Stands for the text of the core until everything else is done, so that no tool reads it, or writes it otherwise. */
export const PLACE = 'THE_TEXT_OF_THE_CORE';

/** @param {import('./bundles.mjs').Bundle} bundle */
const writtenModules = (bundle) => ({
  name: 'written-modules',
  setup(build) {
    build.onResolve({ filter: /^throughline:(core|host)$/ }, ({ path }) => {
      const room = path.slice('throughline:'.length);
      return { path: join(root, 'js', room, `${bundle[room]}.ts`) };
    });
    build.onResolve({ filter: /^throughline:/ }, ({ path }) => ({ path, namespace: 'written' }));
    build.onLoad({ filter: /.*/, namespace: 'written' }, async ({ path }) => ({
      contents: await written[path](bundle),
      resolveDir: root,
    }));
  },
});

/** Packages as they are shipped: by their own maps esbuild would tell lines of sources that it does not have. */
const packagesWithoutMaps = {
  name: 'packages-without-maps',
  setup(build) {
    build.onLoad({ filter: /node_modules.*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^\/\/# sourceMappingURL=.*/m, ''),
    }));
  },
};

/** The SDK is another file of the package, which the application has. @param {import('./bundles.mjs').Bundle} bundle */
const sdkBeside = ({ sdk }) => ({
  name: 'sdk-beside',
  setup(build) {
    if (!sdk) return;
    build.onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: sdk, external: true }));
  },
});

/** The names that private properties have got in the first bundle: copies of the package read each other's, whichever file they are of. */
let shortProperties = {};

/** What browsers understand that can run the core. */
const TARGET = 'es2022';

/**
 * @param {{ entry: string, file: string, core?: string, host?: string, sdk?: string }} bundle `file` is what the account calls the result
 * @returns {Promise<{ bundled: import('./maps.mjs').Mapped, account: object }>} the code with names as in the source, and what
 *   esbuild says about the minified file
 */
export async function bundlePackage({ entry, file, core = DEFAULT.core, host = DEFAULT.host, sdk }) {
  const { build } = await import('esbuild');
  const settings = {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    write: false,
    bundle: true,
    format: 'esm',
    target: TARGET,
    legalComments: 'none',
    // What package.json says of side effects is about the finished file; inside it an entry provides the core.
    ignoreAnnotations: true,
    plugins: [writtenModules({ core, host }), sdkBeside({ sdk }), packagesWithoutMaps],
    external: ['node:*', '@opentelemetry/api'],
    inject: host === 'node' ? ['js/host/timers.ts'] : [],
    define: { COMES_LATER: String(core === 'delivered'), ON_SERVER: String(host === 'node') },
    mangleProps: new RegExp(`^(?:${PRIVATE_NAMES.join('|')})$`),
    mangleCache: shortProperties,
  };
  const built = await build({
    ...settings,
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'external',
  });
  const [map, { text: code }] = built.outputFiles;
  shortProperties = built.mangleCache;
  const { metafile } = await build({
    ...settings,
    mangleCache: shortProperties,
    minify: true,
    metafile: true,
  });
  return { bundled: await withoutNames({ code, maps: [JSON.parse(map.text)] }), account: metafile };
}

/**
 * Writes what is read once where it is read: constants, which have names for whoever reads the source, and some local variables; and
 * one declaration for several. 600 bytes less after brotli. esbuild does the first within a file, but not in a bundle, whose constants
 * are variables.
 *
 * @param {import('./maps.mjs').Mapped} bundled
 * @returns {Promise<import('./maps.mjs').Mapped>}
 */
async function withoutNames({ code, maps }) {
  const { code: collapsed, map } = await minify(code, {
    module: true,
    sourceMap: true,
    ecma: 2022,
    compress: {
      defaults: false,
      collapse_vars: true,
      computed_props: true,
      conditionals: true,
      dead_code: true,
      join_vars: true,
    },
    mangle: false,
    format: { comments: false, asciiOnly: true },
  });
  return { code: collapsed, maps: [JSON.parse(map), ...maps] };
}

/**
 * Gives a bundle short names. By SWC: esbuild gives each function names of its own, with which the
 * same code is 600 bytes larger after brotli.
 *
 * @param {import('./maps.mjs').Mapped} bundled
 * @returns {Promise<import('./maps.mjs').Mapped>}
 */
export async function shortNames({ code, maps }) {
  const { code: short, map } = await minify(code, {
    module: true,
    sourceMap: true,
    ecma: 2022,
    compress: false,
    mangle: { toplevel: true },
    // The page may have any charset.
    format: { comments: false, asciiOnly: true },
  });
  return { code: short, maps: [JSON.parse(map), ...maps] };
}
