// `npm run build`: the core into pkg/, then the package into dist/.
//
//   dist/index.js            ES module, minified, with the core inside
//   dist/throughline.min.js  one file for a script tag, global `Throughline`
//   dist/index.d.ts          the types, beside those of the modules it is made of
import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildCore, CORE, sizesOfCore } from './build/core.mjs';
import { withParentheses } from './build/eager.mjs';
import { textOfCore } from './build/text-of-core.mjs';
import { replaceFile, root, tools } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { main, Problem, say } from './lib/say.mjs';
import { sizesOf } from './lib/sizes.mjs';
import { setup } from './setup/index.mjs';

/** What the modules `throughline:…` are, as js/core/written.d.ts declares them. */
const written = {
  'throughline:wasm': async () =>
    `let text = ${PLACE};
    export function takeText() {
      const taken = text;
      text = '';
      return taken;
    }`,
  'throughline:package': async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    return constants({ version });
  },
};

/** Stands for the text of the core until everything else is done, so that no tool reads it, or writes it otherwise. */
const PLACE = 'THE_TEXT_OF_THE_CORE';

const constants = (values) =>
  Object.entries(values)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
    .join('\n');

const writtenModules = {
  name: 'written-modules',
  setup(build) {
    build.onResolve({ filter: /^throughline:/ }, ({ path }) => ({ path, namespace: 'written' }));
    build.onLoad({ filter: /.*/, namespace: 'written' }, async ({ path }) => ({
      contents: await written[path](),
      resolveDir: root,
    }));
  },
};

await main(async () => {
  await setup({ browser: false });
  say('building the core, one to three minutes from nothing');
  say(sizesOfCore(await buildCore()));
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

async function bundle(entry, file, form) {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    write: false,
    bundle: true,
    ...form,
    minify: true,
    target: 'es2022',
    legalComments: 'none',
    // The package's `sideEffects: false` is about the finished file; inside it an entry provides the core.
    ignoreAnnotations: true,
    plugins: [writtenModules],
    metafile: true,
  });
  const code = withParentheses(outputFiles[0].text);
  const text = textOfCore(await readFile(CORE));
  const [before, after, ...others] = code.split(PLACE);
  if (after === undefined || others.length > 0)
    throw new Problem(`The core has not exactly one place in ${file}: see PLACE in scripts/build.mjs.`);
  replaceFile(join(root, file), `${before}"${text}"${after}`);
  // `npm run bytes` reads from it what each source has become.
  metafile.outputs[file].inputs['written:throughline:wasm'].bytesInOutput += text.length;
  replaceFile(join(tools, 'bundle', `${basename(file)}.json`), JSON.stringify(metafile));
  const sizes = Object.values(sizesOf(await readFile(join(root, file)))).map((size) =>
    size.toLocaleString('en'),
  );
  say(`${file}: ${sizes[0]} bytes, gzip ${sizes[1]}, brotli ${sizes[2]}`);
}
