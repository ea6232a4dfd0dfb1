// The module of the package, crates/module/, as pkg/throughline_core.wasm and, translated, as pkg/throughline_core.js. `node scripts/build/core.mjs` builds it alone, and says
// how large it is.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceFile, root } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { main, Problem, say } from '../lib/say.mjs';
import { sizesOf } from '../lib/sizes.mjs';
import { leanBuild } from './lean.mjs';
import { textOfCore } from './text-of-core.mjs';
import { FLAT, translated } from './translation/index.mjs';
import { withoutPairs } from './translation/pairs.mjs';

/** Where the module is written. */
export const CORE = join(root, 'pkg', 'throughline_core.wasm');

/** The same as JavaScript: a module that exports `make`. */
export const TRANSLATED = join(root, 'pkg', 'throughline_core.js');

const TARGET = 'wasm32-unknown-unknown';

/** Other flags than those of a Rust application, hence a folder of its own: neither builds the other anew. */
const FOLDER = join(root, 'target', 'package');

/** Builds the module. @returns {Promise<Buffer>} */
export async function buildCore() {
  const { args, env } = leanBuild();
  const build = ['build', '--release', '--package', 'throughline-module', '--target-dir', FOLDER, ...args];
  await run('cargo', build, { log: 'core', env });
  await mkdir(join(root, 'pkg'), { recursive: true });
  const built = join(FOLDER, TARGET, 'release', 'throughline_module.wasm');
  // Both cores are made of this one, so that they answer the same.
  const single = join(FOLDER, 'single.wat');
  replaceFile(single, withoutPairs(await asText(built, [])));
  await optimize(single, CORE);
  const bytes = await readFile(CORE);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  if (imports.length > 0)
    throw new Problem(`The core must import nothing, but it asks for ${JSON.stringify(imports)}.`);
  replaceFile(TRANSLATED, translated(await asText(CORE, FLAT)));
  return bytes;
}

/** A module as text, after these passes of wasm-opt and without names. @param {string} from @param {string[]} passes */
async function asText(from, passes) {
  const to = join(FOLDER, 'module.wat');
  const features = (await optionsOfCargo()).filter((option) => option.startsWith('--enable'));
  await run('wasm-opt', [...features, ...passes, '--emit-text', from, '-o', to], { log: 'wasm-opt' });
  return readFile(to, 'utf8');
}

/** Makes a module small. @param {string} from @param {string} to @param {string[]} [more] options of wasm-opt */
export async function optimize(from, to, more = []) {
  await run('wasm-opt', [...(await optionsOfCargo()), ...more, from, '-o', to], { log: 'wasm-opt' });
}

/** How wasm-opt is called: as by wasm-pack. */
async function optionsOfCargo() {
  const manifest = await readFile(join(root, 'Cargo.toml'), 'utf8');
  const options = /^wasm-opt = \[([^\]]*)\]/m.exec(manifest)?.[1].match(/"[^"]+"/g);
  if (!options) {
    throw new Problem(
      'Cargo.toml has no `wasm-opt = […]` for wasm-pack any more: let scripts/build/core.mjs read its options.',
    );
  }
  return options.map((option) => JSON.parse(option));
}

/** What the module weighs, in words. @param {Buffer} bytes */
export function sizesOfCore(bytes) {
  const [raw, brotli, text] = [
    bytes.length,
    sizesOf(bytes).brotli,
    sizesOf(Buffer.from(textOfCore(bytes))).brotli,
  ].map((size) => size.toLocaleString('en'));
  return `the core: ${raw} bytes, brotli ${brotli}, as text brotli ${text}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(async () => say(sizesOfCore(await buildCore())));
