// The packed package in small projects of bundlers and frameworks that are downloaded for it, each built as its developer would:
// what left the page in a real browser is one trace. See tests/package/bundlers.test.mjs.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { useBrowser } from '../support/browser.mjs';
import { openShop, project, showsOneTrace } from '../support/projects.mjs';

describe('a project', { timeout: 3_600_000 }, () => {
  const browser = useBrowser();

  // Those that read the page themselves write it, and where its scripts are.
  for (const [name, writesPage] of [
    ['vite', true],
    ['rollup', false],
    ['rspack', false],
    ['parcel', true],
  ]) {
    it(`of ${name} shows one trace`, async (t) => {
      const { folder, installed, run, bytes } = project(name);
      const took = run('build');
      const built = join(folder, 'dist');
      if (!writesPage) copyFileSync(join(folder, 'index.html'), join(built, 'index.html'));
      t.diagnostic(`installed in ${installed} ms, built in ${took} ms, ${JSON.stringify(bytes())}`);
      const shop = await openShop(built);
      try {
        await showsOneTrace(browser, shop, shop.url);
      } finally {
        await shop.close();
      }
    });
  }

  it('of vite shows one trace while it is being developed', async () => {
    const { start } = project('vite');
    const shop = await openShop();
    const server = await start('dev', { SHOP: shop.url });
    try {
      await showsOneTrace(browser, shop, server.url);
    } finally {
      server.close();
      await shop.close();
    }
  });
});
