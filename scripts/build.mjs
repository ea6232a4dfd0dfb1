// `npm run build`: the core into pkg/, then the package into dist/.
//
//   dist/index.js            ES module, minified, with the core inside
//   dist/throughline.min.js  one file for a script tag, global `Throughline`
//   dist/index.d.ts          the types, beside those of the modules it is made of
//   dist/cjs/                the module and the types for `require`: whose types they are the folder says
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { calledAtStart } from './build/at-start.mjs';
import { bundlePackage, PLACE, shortNames } from './build/bundle.mjs';
import { BUNDLES } from './build/bundles.mjs';
import { buildCore, CORE, sizesOfCore } from './build/core.mjs';
import { withParentheses } from './build/eager.mjs';
import { asCommonJs, asScript } from './build/forms.mjs';
import { textOfCore } from './build/text-of-core.mjs';
import { replaceFile, root, tools } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { main, Problem, say } from './lib/say.mjs';
import { sizesOf } from './lib/sizes.mjs';
import { setup } from './setup/index.mjs';

/** What stands in place of {@link PLACE} in a bundle with a core of js/core/, if it has one inside. */
const CORES = {
  embedded: async () => `"${textOfCore(await readFile(CORE))}"`,
};

await main(async () => {
  await setup({ browser: false });
  say('building the core, one to three minutes from nothing');
  say(sizesOfCore(await buildCore()));
  say('building the package');
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await mkdir(join(root, 'dist'));
  await run('tsc', ['--project', 'tsconfig.json']);
  await run('tsc', ['--project', 'tsconfig.json', '--outDir', 'dist/cjs']);
  await writeFile(join(root, 'dist', 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
  for (const one of BUNDLES) {
    const { file, form } = one;
    const module = await bundle(one);
    replaceFile(join(root, file), form === 'script' ? asScript(module, 'Throughline') : module);
    if (form === 'module') await writeFile(join(root, 'dist', 'cjs', basename(file)), asCommonJs(module));
    const sizes = Object.values(sizesOf(await readFile(join(root, file))));
    const [raw, gzip, brotli] = sizes.map((size) => size.toLocaleString('en'));
    say(`${file}: ${raw} bytes, gzip ${gzip}, brotli ${brotli}`);
  }
});

/** A bundle as a module. @param {import('./build/bundles.mjs').Bundle} which */
async function bundle({ file, entry, core }) {
  const { code, account } = await bundlePackage(entry, file, core);
  const short = await shortNames(code);
  const module = withParentheses(short, calledAtStart(code, short, file));
  const text = CORES[core] ? await CORES[core]() : '';
  const [before, after, ...others] = module.split(PLACE);
  if (text ? after === undefined || others.length > 0 : after !== undefined)
    throw new Problem(`The core has not its one place in ${file}: see PLACE in scripts/build/bundle.mjs.`);
  // `npm run bytes` reads from it what each source has become.
  if (text) account.outputs[file].inputs['written:throughline:wasm'].bytesInOutput += text.length;
  replaceFile(join(tools, 'bundle', `${basename(file)}.json`), JSON.stringify(account));
  return text ? `${before}${text}${after}` : module;
}
