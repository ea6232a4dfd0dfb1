// `npm run build`: the core by wasm-pack into pkg/, then the package into dist/.
//
//   dist/index.js            ES module, minified, with the core inside
//   dist/throughline.min.js  one file for a script tag, global `Throughline`
//   dist/index.d.ts          the types, beside those of the modules it is made of
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { main, say } from './lib/say.mjs';
import { setup } from './setup/index.mjs';

/** What `import text from 'throughline:…'` answers with. */
const texts = {
  'throughline:wasm': async () =>
    (await readFile(join(root, 'pkg', 'throughline_bg.wasm'))).toString('base64'),
  'throughline:version': async () => JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version,
};

const inlineTexts = {
  name: 'inline-texts',
  setup(build) {
    build.onResolve({ filter: /^throughline:/ }, ({ path }) => ({ path, namespace: 'texts' }));
    build.onLoad({ filter: /.*/, namespace: 'texts' }, async ({ path }) => ({
      contents: await texts[path](),
      loader: 'text',
    }));
  },
};

await main(async () => {
  await setup({ browser: false });
  say('building the core (wasm-pack), about a minute from nothing');
  await run('wasm-pack', ['build', '--target', 'web'], { log: 'wasm-pack' });
  say('building the package');
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await mkdir(join(root, 'dist'));
  await run('tsc', ['--project', 'tsconfig.json']);
  await bundle('js/index.ts', 'dist/index.js', { format: 'esm' });
  await bundle('js/entry/script.ts', 'dist/throughline.min.js', {
    format: 'iife',
    globalName: 'Throughline',
  });
});

async function bundle(entry, outfile, options) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    target: 'es2022',
    legalComments: 'none',
    // The package's `sideEffects: false` is about the finished file; inside it an entry provides the core.
    ignoreAnnotations: true,
    plugins: [inlineTexts],
    // The glue can also fetch the core by URL, which the inlined one never does.
    define: { 'import.meta.url': 'undefined' },
    ...options,
  });
  const bytes = await readFile(join(root, outfile));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  const sizes = [bytes, gzipSync(bytes, { level: 9 }), brotli].map(({ length }) =>
    length.toLocaleString('en'),
  );
  say(`${outfile}: ${sizes[0]} bytes, gzip ${sizes[1]}, brotli ${sizes[2]}`);
}
