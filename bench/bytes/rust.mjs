// `npm run bytes:rust`: by how much an application in Rust grows when it is traced. Builds the one in bench/rust/ twice, as its
// developer would, and writes the table into docs/bytes.md. From nothing it takes ten minutes, then less than one.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { main, say } from '../../scripts/lib/say.mjs';
import { sizesOf } from '../../scripts/lib/sizes.mjs';
import { setup } from '../../scripts/setup/index.mjs';
import { replaceBetween } from '../report/files.mjs';
import { markdown } from '../report/tables.mjs';

const WASM = 'wasm32-unknown-unknown';
const FOLDER = join(root, 'target', 'minimal');

await main(async () => {
  await setup({ browser: false });
  const plain = await measure('plain', []);
  const traced = await measure('traced', ['--features', 'traced']);
  const grown = traced.map((size, index) => size - plain[index]);
  const kilo = (size) => (size / 1000).toFixed(1);
  const line = (name, [wasm, script]) => [name, ...[wasm, script, wasm + script].map(kilo)];
  const text = markdown(
    ['kB, brotli', 'module', 'JavaScript', 'both'],
    [line('without', plain), line('with', traced), line('**grows by**', grown)],
  );
  await replaceBetween('bytes-rust', text);
  console.log(`\n${text}\n`);
});

/** The sizes of the module and of the JavaScript beside it, bundled and minified, after brotli. */
async function measure(name, features) {
  say(`building the application ${name}`);
  const manifest = join(root, 'bench', 'rust', 'Cargo.toml');
  await run(
    'cargo',
    [
      ...['build', '--quiet', '--locked', '--release', '--manifest-path', manifest],
      ...['--target', WASM, '--target-dir', FOLDER, ...features],
    ],
    { log: 'bytes-rust' },
  );
  const out = join(FOLDER, name);
  const built = join(FOLDER, WASM, 'release', 'minimal.wasm');
  await run('wasm-bindgen', ['--target', 'web', '--no-typescript', '--out-dir', out, built]);
  const [module, script] = [join(out, 'optimized.wasm'), join(out, 'bundle.mjs')];
  await run('wasm-opt', ['--all-features', '-Oz', join(out, 'minimal_bg.wasm'), '-o', module]);
  const bundle = ['--bundle', '--minify', '--format=esm', '--log-level=error', `--outfile=${script}`];
  await run('esbuild', [...bundle, join(out, 'minimal.js')]);
  const brotli = async (file) => sizesOf(await readFile(file)).brotli;
  return [await brotli(module), await brotli(script)];
}
