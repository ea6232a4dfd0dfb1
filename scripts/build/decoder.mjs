// The small module that makes the text of text-of-core.mjs into the core again.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';

const TARGET = join(root, 'target', 'decoder');

/** decoder.wat as bytes. @returns {Promise<Buffer>} */
export async function decoder() {
  await mkdir(TARGET, { recursive: true });
  const compiled = join(TARGET, 'decoder.wasm');
  const source = join(root, 'scripts', 'build', 'decoder.wat');
  // For speed: it runs once, before anything else can, and is compiled by the browser's quick compiler, which inlines nothing.
  const options = ['-O3', '--enable-bulk-memory'];
  await run('wasm-opt', [...options, source, '-o', compiled], { log: 'decoder' });
  return readFile(compiled);
}
