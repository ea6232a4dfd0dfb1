// `npm run build`: the core into pkg/, then the package into dist/.
//
//   dist/index.js            ES module, minified, with the core inside
//   dist/throughline.min.js  one file for a script tag, global `Throughline`
//   dist/js.js               the module with a core that is JavaScript
//   dist/throughline.no-wasm.min.js  the same for a script tag
//   dist/slim.js             the same without a core
//   dist/node.js             the module for servers
//   dist/opentelemetry*.js   what puts one of these modules behind @opentelemetry/api, a file for each
//   dist/otlp.js             what sends to collectors of OpenTelemetry, for use beside any of them
//   dist/core.wasm           the core, for whoever serves it as a file
//   dist/index.d.ts          the types, beside those of the modules it is made of
//   dist/cjs/                the modules and the types for `require`: whose types they are the folder says
//   dist/**/*.map            where each part of a file stood in js/; no file names its map
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCore, CORE, sizesOfCore } from './build/core.mjs';
import { fileOfCore } from './build/file-of-core.mjs';
import { writeBundles } from './build/files.mjs';
import { root } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { main, say } from './lib/say.mjs';
import { setup } from './setup/index.mjs';

await main(async () => {
  await setup({ browser: false });
  say('building the core, one to three minutes from nothing');
  say(sizesOfCore(await buildCore()));
  say('building the package');
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await mkdir(join(root, 'dist'));
  for (const project of ['tsconfig.json', 'tsconfig.node.json']) {
    await run('tsc', ['--project', project]);
    await run('tsc', ['--project', project, '--outDir', 'dist/cjs']);
  }
  await writeFile(join(root, 'dist', 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(join(root, 'dist', 'core.wasm'), fileOfCore(await readFile(CORE), version));
  await writeBundles();
});
