// The packed package in small projects, each built as its developer would: what left the page in a real browser is one trace. Here
// are those whose bundler is at hand; the others are in tests/long/.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { useBrowser } from '../support/browser.mjs';
import { openShop, project, showsOneTrace } from '../support/projects.mjs';

describe('a project', { timeout: 300_000 }, () => {
  const browser = useBrowser();

  for (const name of ['script-tag', 'esbuild', 'webpack']) {
    it(`of ${name} shows one trace`, async (t) => {
      const { folder, run, bytes } = project(name, { borrowed: true });
      const { took } = run('build');
      copyFileSync(join(folder, 'index.html'), join(folder, 'dist', 'index.html'));
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
