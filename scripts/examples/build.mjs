// The examples in Rust, built by cargo and wasm-bindgen alone: no Trunk, no cargo-leptos. What is built lies in
// target/examples/, each page in site/<name>/. cargo knows what is stale; where nothing is, this takes seconds.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, root } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { Problem } from '../lib/say.mjs';
import { lockedVersion } from '../setup/versions.mjs';

const FOLDER = join(root, 'examples');
/** Where all of them are built. */
export const TARGET = join(root, 'target', 'examples');
const WASM = ['--target', 'wasm32-unknown-unknown'];

/** Where a page lies that was built. @param {string} name */
export const siteOf = (name) => join(TARGET, 'site', name);

/** The program of the example that has a server of its own, and the folder it is started in. */
export const SERVER = {
  program: join(TARGET, 'debug', 'example-leptos-axum'),
  cwd: join(FOLDER, 'leptos-axum'),
};

/** The examples, by the names of their folders. */
export const EXAMPLES = ['leptos', 'yew', 'leptos-axum'];

/**
 * Builds examples.
 * @param {object} [options]
 * @param {string[]} [options.names]
 * @param {boolean} [options.mishaps] builds the application of tests/rust/mishaps.test.mjs as well
 */
export async function buildExamples({ names = EXAMPLES, mishaps = false } = {}) {
  checkVersions();
  // In one command, since cargo would build what several have in common once for each set of its features.
  const besideLeptos = mishaps ? [MISHAPS] : [];
  if (names.includes('leptos')) await buildPages(page('leptos'), ...besideLeptos);
  if (names.includes('yew')) await buildPages(page('yew'));
  if (names.includes('leptos-axum')) await buildServed();
}

/** An example that is a page alone. */
const page = (name) => ({ name, crate: `example-${name}`, folder: join(FOLDER, name) });
const MISHAPS = { name: 'mishaps', crate: 'mishaps', folder: join(root, 'tests', 'rust', 'mishaps') };

/** wasm-bindgen reads modules of exactly its own version, and set-up installs that of the root's Cargo.lock. */
function checkVersions() {
  const lock = join(FOLDER, 'Cargo.lock');
  const [ours, theirs] = [join(root, 'Cargo.lock'), lock].map((file) =>
    lockedVersion(readIfThere(file), 'wasm-bindgen'),
  );
  if (ours !== theirs)
    throw new Problem(
      `${lock} has wasm-bindgen ${theirs}, Cargo.lock has ${ours}: \`cargo update wasm-bindgen --precise ${ours}\` there.`,
    );
}

async function cargo(...args) {
  // In their folder, because what cargo is configured with there says where to build.
  await run('cargo', [...args, '--quiet', '--locked'], { cwd: FOLDER });
}

/** Pages whose programs the browser starts: what Trunk makes of an index.html, by the same marks in it. */
async function buildPages(...pages) {
  await cargo('build', ...WASM, ...pages.flatMap(({ crate }) => ['--package', crate]));
  for (const { name, crate, folder } of pages) {
    await bindgen(crate, siteOf(name), name);
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    await writeFile(join(siteOf(name), 'index.html'), withoutTrunk(html, name));
    await copyFile(join(FOLDER, 'shop.css'), join(siteOf(name), 'shop.css'));
  }
}

/** A page of a server of its own. */
async function buildServed() {
  const example = ['--package', 'example-leptos-axum', '--features'];
  await cargo('build', ...WASM, ...example, 'hydrate', '--lib');
  await cargo('build', ...example, 'ssr');
  const pkg = join(siteOf('leptos-axum'), 'pkg');
  await bindgen('example_leptos_axum', pkg, 'shop');
  await copyFile(join(FOLDER, 'shop.css'), join(pkg, 'shop.css'));
}

/** Makes of a module what a page loads. */
async function bindgen(module, folder, name) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const from = join(TARGET, 'wasm32-unknown-unknown', 'debug', `${module}.wasm`);
  await run('wasm-bindgen', [
    '--target',
    'web',
    '--no-typescript',
    '--out-dir',
    folder,
    '--out-name',
    name,
    from,
  ]);
}

/** An index.html with Trunk's links in it, as Trunk would fill them in. */
function withoutTrunk(html, name) {
  return html
    .replace(/<link data-trunk rel="css" href="[^"]*?([^/"]+)">/, '<link rel="stylesheet" href="/$1">')
    .replace(
      /<link data-trunk rel="rust"[^>]*>/,
      `<script type="module">import init from '/${name}.js'; init();</script>`,
    );
}
