// A page that opens its document again, as `document.write` does after the load: all listeners are taken away, and what is
// open is sent nevertheless when the page is left.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

describe('a document that is opened again', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  async function opened() {
    const page = await openPackage(browser, server);
    await page.evaluate(async () => {
      // What it tells is not taken away.
      Object.defineProperty(globalThis, 'navigation', { value: undefined });
      const integrations = [T.browserTracingIntegration({ idleTimeout: 30_000, detectRedirects: false })];
      T.init({ ...options, integrations });
      let heard = 0;
      addEventListener('probe', () => heard++);
      document.open();
      document.write('<!doctype html><title>written</title><p>anew</p>');
      document.close();
      dispatchEvent(new Event('probe'));
      globalThis.lost = heard === 0;
    });
    // What this is about: the browser has taken listeners away.
    assert.ok(await page.evaluate(() => lost));
    return page;
  }

  it('is sent when it is left', async () => {
    const page = await opened();
    await page.evaluate(() => T.startSpan({ name: 'child' }, () => {}));
    await page.goto('about:blank');
    const [{ payload }] = await server.transactions(1);
    assert.equal(payload.contexts.trace.op, 'pageload');
    assert.ok(payload.spans.some(({ description }) => description === 'child'));
  });

  it('is sent when it is hidden, once', async () => {
    const page = await opened();
    await page.evaluate(async () => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      await T.flush();
    });
    assert.equal((await server.transactions(1)).length, 1);
    assert.deepEqual(page.said, []);
  });

  it('goes back within itself as before', async () => {
    const page = await opened();
    const name = await page.evaluate(async () => {
      history.pushState({}, '', '/page/a');
      history.pushState({}, '', '/page/b');
      const popped = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
      history.back();
      await popped;
      return T.spanToJSON(T.getActiveSpan()).name;
    });
    assert.equal(name, '/page/a');
  });
});
