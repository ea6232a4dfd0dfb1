// The small module that makes the text of text-of-bytes.mjs into the core's bytes again.
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
  await run('wasm-opt', ['-Oz', source, '-o', compiled], { log: 'decoder' });
  return readFile(compiled);
}
