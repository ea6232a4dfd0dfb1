// The applications in Rust of tests/rust/, built as their developers would build them.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';

const WASM = 'wasm32-unknown-unknown';

/**
 * Builds one with features, for a target of wasm-bindgen. Answers with what a server serves, by its path below a folder:
 * `<name>.js`, the module, and the files that the former imports. Of one file of tests at a time: whatever its features, the
 * module of an application has one place.
 */
export async function build(name, folder, { target = 'web', features = [] } = {}) {
  const given = features.length ? ['--features', features.join()] : [];
  await run('cargo', ['build', '--quiet', '--package', name, '--target', WASM, ...given]);
  const module = join(root, 'target', WASM, 'debug', `${name}.wasm`);
  const out = join(root, 'target', [name, target, ...features].join('-'));
  await run('wasm-bindgen', ['--target', target, '--no-typescript', '--out-dir', out, module]);
  const files = {};
  for (const file of await readdir(out, { recursive: true })) {
    if (!/\.(js|wasm)$/.test(file)) continue;
    const type = file.endsWith('.js') ? 'text/javascript' : 'application/wasm';
    files[`${folder}/${file}`] = { type, body: await readFile(join(out, file)) };
  }
  return files;
}

/** Builds the one that runs code of tests in spans, below `/rust-<target>/`. */
export function buildApplication(target) {
  const features = target === 'no-modules' ? ['no-modules'] : [];
  return build('application', `/rust-${target}`, { target, features });
}
