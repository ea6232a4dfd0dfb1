// What has to be there before the demo can start: set-up, the built package, the built page.
// Each build is skipped when nothing it reads has changed since.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { say } from '../lib/say.mjs';
import { setup } from '../setup/index.mjs';

export async function prepare() {
  await setup({ browser: false });
  if (isOlder('dist/index.js', ['src', 'js', 'Cargo.toml', 'Cargo.lock', 'scripts/build.mjs'])) {
    say('building the package …');
    await run(process.execPath, ['scripts/build.mjs']);
  }
  if (isOlder('www/dist/client.js', ['www/client', 'dist', 'webpack.config.js'])) {
    say('building the page …');
    await run('webpack', []);
  }
}

/** Is `target` missing, or older than the newest file of `sources`? */
function isOlder(target, sources) {
  const path = join(root, target);
  if (!existsSync(path)) return true;
  const built = statSync(path).mtimeMs;
  return sources.some((source) => newest(join(root, source)) > built);
}

function newest(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((entry) => newest(join(path, entry))));
}
