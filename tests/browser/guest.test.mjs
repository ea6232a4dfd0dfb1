// A guest on the page: the same page with the package and without it does the same, sees the same and says the same.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useBrowser } from '../support/browser.mjs';
import { useGuests } from '../support/guests.mjs';

describe('a page with the package and without', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const servers = useGuests();

  /** Opens the page, does the work, and tells everything that could be seen. */
  async function observe(options) {
    const page = await browser.page();
    const failed = [];
    page.on('requestfailed', (request) => {
      const { pathname } = new URL(request.url(), servers.own.url);
      failed.push(`${request.method()} ${pathname} ${request.failure()?.errorText}`);
    });
    await page.goto(`${servers.own.url}/page`);
    const urls = Object.fromEntries(Object.entries(servers).map(([name, { url }]) => [name, url]));
    const seen = await page.evaluate(
      async ({ options, urls }) => {
        const T = options && (await import('/index.js'));
        T?.init({ ...options, integrations: [T.browserTracingIntegration({ idleTimeout: 100 })] });
        const { work } = await import('/workload.mjs');
        const seen = await work(urls);
        // One that has ended: a page load that is under way may be lost with the page.
        await T?.startSpan({ name: 'work', parentSpan: null }, () => fetch('/plain'));
        await T?.flush();
        return seen;
      },
      { options, urls },
    );
    await page.context().close();
    return { seen, said: page.said.sort(), failed: failed.sort() };
  }

  for (const [name, options] of [
    ['static', {}],
    ['stream', { traceLifecycle: 'stream' }],
    ['unsampled', { tracesSampleRate: 0 }],
    ['propagation only', { tracesSampleRate: undefined }],
    ['off', { enabled: false }],
  ]) {
    it(`do and see the same: ${name}`, async () => {
      const without = await observe(undefined);
      const dsn = 'http://public@localhost:1/1';
      const sent = servers.own.envelopes.length;
      const given = { dsn, tunnel: '/tunnel', tracesSampleRate: 1, ...options };
      const withIt = await observe(given);
      assert.deepEqual(withIt.seen, without.seen);
      assert.deepEqual(withIt.failed, without.failed);
      assert.deepEqual(withIt.said, without.said);
      if (name === 'static') assert.ok(servers.own.envelopes.length > sent, 'nothing was traced');
    });
  }
});
