// The application in Rust of tests/rust/application, built as its developer would build it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';

const WASM = 'wasm32-unknown-unknown';

/**
 * Builds it for a target of wasm-bindgen. Answers with what a server serves, by its path below `/rust-<target>/`:
 * `application.js`, the module, and the files that the former imports.
 */
export async function buildApplication(target) {
  const features = target === 'no-modules' ? ['--features', 'no-modules'] : [];
  await run('cargo', ['build', '--quiet', '--package', 'application', '--target', WASM, ...features]);
  const module = join(root, 'target', WASM, 'debug', 'application.wasm');
  const out = join(root, 'target', `application-${target}`);
  await run('wasm-bindgen', ['--target', target, '--no-typescript', '--out-dir', out, module]);
  const files = {};
  for (const name of await readdir(out, { recursive: true })) {
    if (!/\.(js|wasm)$/.test(name)) continue;
    const type = name.endsWith('.js') ? 'text/javascript' : 'application/wasm';
    files[`/rust-${target}/${name}`] = { type, body: await readFile(join(out, name)) };
  }
  return files;
}
