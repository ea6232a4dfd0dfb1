// The packed package in small projects of bundlers and frameworks that are downloaded for it, each built as its developer would:
// what left the page in a real browser is one trace. See tests/package/bundlers.test.mjs.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { useBrowser } from '../support/browser.mjs';
import { openShop, project, showsOneTrace } from '../support/projects.mjs';
import { onlySpan } from '../support/site.mjs';

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
      const { took } = run('build');
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

  for (const [bundler, script] of [
    ['Turbopack', 'build'],
    ['webpack', 'build:webpack'],
  ]) {
    it(`of Next.js, built by ${bundler}, shows one trace from its server to its interface`, async (t) => {
      const { installed, run, start, bytes } = project('next', { base: '' });
      const shop = await openShop();
      const { took } = run(script, { SHOP: shop.url, NEXT_TELEMETRY_DISABLED: '1' });
      t.diagnostic(
        `installed in ${installed} ms, built in ${took} ms, ${JSON.stringify(bytes('.next/static'))}`,
      );
      const server = await start('start', { SHOP: shop.url });
      try {
        await showsOneTrace(browser, shop, server.url);
      } finally {
        server.close();
        await shop.close();
      }
    });
  }

  it('with a worker shows one trace of both', async (t) => {
    const { folder, run } = project('worker');
    t.diagnostic(`built in ${run('build').took} ms`);
    const shop = await openShop(join(folder, 'dist'));
    try {
      const page = await browser.page();
      await page.goto(shop.url);
      await page.click('button');
      const [order, work] = [await shop.transaction('ui.action'), await shop.transaction('task')];
      const { trace } = work.contexts;
      assert.equal(trace.trace_id, order.contexts.trace.trace_id);
      assert.equal(trace.parent_span_id, order.contexts.trace.span_id);
      const { span_id } = onlySpan(work, { op: 'http.client' });
      assert.equal(shop.asked[0].headers['sentry-trace'], `${trace.trace_id}-${span_id}-1`);
      await page.getByText('ordered').waitFor();
    } finally {
      await shop.close();
    }
  });
});
