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
import { buildCore, CORE, sizesOfCore } from './build/core.mjs';
import { withParentheses } from './build/eager.mjs';
import { asCommonJs, asScript } from './build/forms.mjs';
import { textOfCore } from './build/text-of-core.mjs';
import { replaceFile, root, tools } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { main, Problem, say } from './lib/say.mjs';
import { sizesOf } from './lib/sizes.mjs';
import { setup } from './setup/index.mjs';

await main(async () => {
  await setup({ browser: false });
  say('building the core, one to three minutes from nothing');
  say(sizesOfCore(await buildCore()));
  say('building the package');
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await mkdir(join(root, 'dist'));
  await run('tsc', ['--project', 'tsconfig.json']);
  const module = await bundle('js/index.ts', 'dist/index.js');
  await run('tsc', ['--project', 'tsconfig.json', '--outDir', 'dist/cjs']);
  await writeFile(join(root, 'dist', 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
  await writeFile(join(root, 'dist', 'cjs', 'index.js'), asCommonJs(module));
  await bundle('js/entry/script.ts', 'dist/throughline.min.js', (code) => asScript(code, 'Throughline'));
});

async function bundle(entry, file, form = (code) => code) {
  const bundled = await bundlePackage(entry, file);
  const short = await shortNames(bundled.code);
  const code = form(withParentheses(short, calledAtStart(bundled.code, short, file)));
  const text = textOfCore(await readFile(CORE));
  const [before, after, ...others] = code.split(PLACE);
  if (after === undefined || others.length > 0)
    throw new Problem(
      `The core has not exactly one place in ${file}: see PLACE in scripts/build/bundle.mjs.`,
    );
  const whole = `${before}"${text}"${after}`;
  replaceFile(join(root, file), whole);
  // `npm run bytes` reads from it what each source has become.
  bundled.account.outputs[file].inputs['written:throughline:wasm'].bytesInOutput += text.length;
  replaceFile(join(tools, 'bundle', `${basename(file)}.json`), JSON.stringify(bundled.account));
  const sizes = Object.values(sizesOf(await readFile(join(root, file)))).map((size) =>
    size.toLocaleString('en'),
  );
  say(`${file}: ${sizes[0]} bytes, gzip ${sizes[1]}, brotli ${sizes[2]}`);
  return whole;
}
