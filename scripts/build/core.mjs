// The module of the package, crates/module/, as pkg/throughline_core.wasm. `node scripts/build/core.mjs` builds it alone, and says
// how large it is.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { main, Problem, say } from '../lib/say.mjs';
import { sizesOf } from '../lib/sizes.mjs';
import { leanBuild } from './lean.mjs';
import { textOfCore } from './text-of-core.mjs';

/** Where the module is written. */
export const CORE = join(root, 'pkg', 'throughline_core.wasm');

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
  await optimize(built, CORE);
  const bytes = await readFile(CORE);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  if (imports.length > 0)
    throw new Problem(`The core must import nothing, but it asks for ${JSON.stringify(imports)}.`);
  return bytes;
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
