// The source of Rust's standard library, for a smaller package. Nothing depends on it: where rustup cannot bring it,
// the package is built without.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { librarySource } from '../build/lean.mjs';
import { readIfThere, replaceFile, tools } from '../lib/project.mjs';
import { output, run } from '../lib/run.mjs';
import { Problem, say } from '../lib/say.mjs';
import { which } from '../toolchain.mjs';

// About 3 MB; a machine that cannot reach its host says so at once or never.
const TIMEOUT = 60_000;

/** For which compiler it was tried in vain. */
const TRIED = join(tools, 'rust-source-tried.txt');

/** Adds the source by rustup; tried once for each compiler. */
export async function setupRustSource() {
  const source = librarySource();
  if (!source || existsSync(source) || !which('rustup')) return;
  const version = output('rustc', ['--version']) ?? '';
  if (readIfThere(TRIED).trim() === version) return;
  say("adding the source of Rust's library by rustup, for a smaller package");
  try {
    const args = ['component', 'add', 'rust-src'];
    await run('rustup', args, { log: 'rust-source', quiet: true, timeout: TIMEOUT });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say('rustup could not add it; the package becomes a tenth larger (.tools/log/rust-source.log)');
    replaceFile(TRIED, `${version}\n`);
  }
}
