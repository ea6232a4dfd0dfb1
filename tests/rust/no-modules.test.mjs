// An application that is built with `--target no-modules` and loaded by a plain script tag.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { usePages } from '../support/api.mjs';
import { buildApplication } from '../support/rust.mjs';

const NONCE = 'cmFuZG9t';

describe('an application without modules', { timeout: 300_000 }, () => {
  const { browser, server, api } = usePages();
  let files;
  before(async () => {
    files = await buildApplication('no-modules');
  });

  /** Opens a page that a policy protects, and starts the application on it. */
  async function open(policy, nonce = NONCE) {
    const head = `<script nonce="${nonce}" src="/rust-no-modules/application.js"></script>`;
    server.reset(head, policy ? { 'content-security-policy': `script-src ${policy}` } : {});
    server.files = files;
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.evaluate(
      async ([tunnel, target]) => {
        globalThis.own = fetch;
        await wasm_bindgen({ module_or_path: '/rust-no-modules/application_bg.wasm' });
        wasm_bindgen.start(tunnel, target);
      },
      [`${server.url}${server.tunnel}`, api.url],
    );
    return page;
  }

  const ask = (page) =>
    page.evaluate(async (api) => {
      return wasm_bindgen.inside(async () => (await fetch(`${api}/echo`)).json());
    }, api.url);

  const said = (page) => page.said.filter((line) => line.includes('[throughline]'));

  for (const [policy, nonce] of [
    [''],
    [`'self' 'wasm-unsafe-eval' 'nonce-${NONCE}'`],
    ["'self' 'wasm-unsafe-eval' 'unsafe-inline'", ''],
    ["'self' 'unsafe-eval'"],
  ]) {
    it(`traces its requests under the policy "${policy}"`, async () => {
      const page = await open(policy, nonce);
      const headers = await ask(page);
      assert.match(headers['sentry-trace'], /^[\da-f]{32}-[\da-f]{16}-1$/);
      assert.deepEqual(said(page), []);
      assert.equal(await page.evaluate(() => document.querySelectorAll('script').length), 1);
      await page.evaluate(() => wasm_bindgen.stop());
      assert.equal(await page.evaluate(() => fetch === own), true);
    });
  }

  for (const policy of [
    "'self' 'wasm-unsafe-eval'",
    "'self' 'unsafe-inline' 'unsafe-eval'; require-trusted-types-for 'script'",
  ]) {
    it(`says so once under "${policy}": requests are as they were, and the page load is traced`, async () => {
      const page = await open(policy, '');
      assert.equal((await ask(page))['sentry-trace'], undefined);
      assert.equal(await page.evaluate(() => fetch === own), true);
      assert.equal(await page.evaluate(() => wasm_bindgen.explained('/echo').code), 'not-instrumented');
      const [{ payload }] = await server.transactions(1);
      assert.equal(payload.transaction, '/page');
      assert.equal(said(page).length, 1, page.said.join('\n'));
      assert.match(said(page)[0], /requests are not traced: .*nonce/);
    });
  }

  it('times the moves of the page', async () => {
    const page = await open('');
    await server.transactions(1);
    await page.click('html');
    await page.evaluate(() => history.pushState(null, '', '/page/next'));
    const { payload } = (await server.transactions(2))[1];
    assert.deepEqual([payload.transaction, payload.contexts.trace.op], ['/page/next', 'navigation']);
    assert.deepEqual(said(page), []);
  });

  it('traces fetch and XMLHttpRequest, and sends a server no header that it has refused', async () => {
    const page = await open('');
    const told = await page.evaluate(async (api) => {
      const send = (url) =>
        new Promise((resolve) => {
          const xhr = new XMLHttpRequest();
          xhr.open('GET', url);
          xhr.onloadend = () => resolve(xhr.status);
          xhr.send();
        });
      const told = [await send(`${api}/echo`)];
      for (const _ of [1, 2, 3]) told.push(await send(`${api}/forbid`));
      return told;
    }, api.url);
    assert.deepEqual(told, [200, 0, 200, 200]);
    assert.equal(said(page).length, 1, page.said.join('\n'));
    assert.match(said(page)[0], new RegExp(`requests to ${api.url} get no trace headers any more`));
    assert.deepEqual(
      api.seen.map(({ headers }) => Boolean(headers['sentry-trace'])),
      [true, false, false],
    );
  });
});
