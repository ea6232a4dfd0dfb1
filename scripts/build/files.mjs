// The bundles of the package, from js/ and the core that is built to the files in dist/, each with its map.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { replaceFile, root, tools } from '../lib/project.mjs';
import { Problem, say } from '../lib/say.mjs';
import { sizesOf } from '../lib/sizes.mjs';
import { calledAtStart } from './at-start.mjs';
import { bundlePackage, PLACE, shortNames } from './bundle.mjs';
import { BUNDLES } from './bundles.mjs';
import { CORE } from './core.mjs';
import { addParentheses } from './eager.mjs';
import { asCommonJs, asScript } from './forms.mjs';
import { changed, mapOf } from './maps.mjs';
import { textOfCore } from './text-of-core.mjs';

/** What stands in place of {@link PLACE} in a bundle with a core of js/core/, if it has one inside. */
const CORES = {
  embedded: async () => `"${textOfCore(await readFile(CORE))}"`,
};

/** Writes all of them. */
export async function writeBundles() {
  for (const one of BUNDLES) await writeBundle(one, await bundle(one));
}

/** Writes a bundle in the forms that it is for, each with its map. @param {import('./build/bundles.mjs').Bundle} which */
async function writeBundle({ file, form }, module) {
  if (form === 'script')
    write(
      file,
      changed(module, (text) => asScript(text, 'Throughline')),
    );
  else {
    write(file, module);
    write(`dist/cjs/${basename(file)}`, changed(module, asCommonJs));
  }
  const sizes = Object.values(sizesOf(await readFile(join(root, file))));
  const [raw, gzip, brotli] = sizes.map((size) => size.toLocaleString('en'));
  say(`${file}: ${raw} bytes, gzip ${gzip}, brotli ${brotli}`);
}

function write(file, mapped) {
  replaceFile(join(root, file), mapped.code);
  replaceFile(join(root, `${file}.map`), mapOf(mapped, file));
}

/** A bundle as a module. @param {import('./build/bundles.mjs').Bundle} which @returns {Promise<import('./build/maps.mjs').Mapped>} */
async function bundle(which) {
  const { file, core, sdk } = which;
  const { bundled, account } = await bundlePackage(which);
  const short = await shortNames(bundled);
  const isAtStart = sdk ? () => false : calledAtStart(bundled.code, short.code, file);
  const module = changed(short, (text) => addParentheses(text, isAtStart));
  const text = CORES[core] && !sdk ? await CORES[core]() : '';
  const [before, after, ...others] = module.code.split(PLACE);
  if (text ? after === undefined || others.length > 0 : after !== undefined)
    throw new Problem(`The core has not its one place in ${file}: see PLACE in scripts/build/bundle.mjs.`);
  // `npm run bytes` reads from it what each source has become.
  if (text) account.outputs[file].inputs['written:throughline:wasm'].bytesInOutput += text.length;
  replaceFile(join(tools, 'bundle', `${basename(file)}.json`), JSON.stringify(account));
  if (!text) return module;
  return changed(module, (code) => code.update(before.length, before.length + PLACE.length, text));
}
