// Whether what is built is newer than what it is built from, so that nobody builds twice or tests yesterday's.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

const SOURCES = [
  'src',
  'crates/module',
  'js',
  'Cargo.toml',
  'Cargo.lock',
  'scripts/build.mjs',
  'scripts/build',
  'tsconfig.json',
];

/** Builds the package and the demo's pages where they are missing or older than their sources. */
export async function buildIfStale() {
  if (isStale('dist/throughline.min.js', SOURCES)) {
    await run(process.execPath, ['scripts/build.mjs']);
  }
  if (isStale('www/dist/example.js', ['www/client', 'dist', 'webpack.config.js'])) {
    say('building the pages of the demo');
    await run('webpack', [], { log: 'webpack' });
  }
}

function isStale(target, sources) {
  const path = join(root, target);
  return !existsSync(path) || sources.some((source) => newest(join(root, source)) > statSync(path).mtimeMs);
}

/** When the newest file in a folder was changed, in milliseconds since the epoch. @param {string} path */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
