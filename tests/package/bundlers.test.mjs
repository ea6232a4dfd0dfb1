// The packed package in small projects, each built as its developer would: what left the page in a real browser is one trace. Here
// are those whose bundler is at hand; the others are in tests/long/.
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BUNDLES } from '../../scripts/build/bundles.mjs';
import { root } from '../../scripts/lib/project.mjs';
import { useBrowser } from '../support/browser.mjs';
import { openShop, project, showsOneTrace } from '../support/projects.mjs';

/** What pages import the functions from. */
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const OF_PAGES = BUNDLES.filter(({ core, host, sdk }) => core && host === 'browser' && !sdk);
const ENTRIES = Object.keys(exports)
  .filter((entry) => exports[entry].require)
  .filter((entry) => OF_PAGES.some(({ file }) => exports[entry].default === `./${file}`))
  .map((entry) => `throughline${entry.slice(1)}`);

describe('a project', { timeout: 300_000 }, () => {
  const browser = useBrowser();

  for (const [name, entry] of [
    ['script-tag', undefined],
    ['webpack', undefined],
    ...ENTRIES.map((entry) => ['esbuild', entry]),
  ]) {
    it(`of ${name}${entry ? ` with ${entry}` : ''} shows one trace`, async (t) => {
      const { folder, run, bytes } = project(name, { borrowed: true, entry });
      const { took } = run('build');
      copyFileSync(join(folder, 'index.html'), join(folder, 'dist', 'index.html'));
      copyFileSync(
        join(folder, 'node_modules', 'throughline', 'dist', 'core.wasm'),
        join(folder, 'dist', 'core.wasm'),
      );
      t.diagnostic(`${took} ms, ${JSON.stringify(bytes())}`);
      const shop = await openShop(join(folder, 'dist'));
      try {
        await showsOneTrace(browser, shop, shop.url);
      } finally {
        await shop.close();
      }
    });
  }
});
