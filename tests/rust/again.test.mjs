// An application in Rust that begins to trace more than once, and one whose page is in its way.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { usePages } from '../support/api.mjs';
import { buildApplication } from '../support/rust.mjs';

const DSN = 'http://public@localhost:1/1';

describe('an application that begins to trace', { timeout: 300_000 }, () => {
  const { browser, server, api } = usePages();
  let files;
  before(async () => {
    files = await buildApplication('web');
  });

  /** Opens a page on which nothing was started. */
  async function open(head = '') {
    server.reset(head);
    server.files = files;
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.evaluate(async () => {
      globalThis.own = history.pushState;
      globalThis.R = await import('/rust-web/application.js');
      await R.default();
    });
    return page;
  }

  const start = (page, options = {}) =>
    page.evaluate(
      ({ dsn, tunnel, target, rate, load, navigation, requests }) =>
        R.start_as(dsn, tunnel, target, rate, load, navigation, requests),
      {
        dsn: DSN,
        tunnel: `${server.url}${server.tunnel}`,
        rate: 1,
        load: true,
        navigation: true,
        requests: true,
        ...options,
      },
    );

  const transactions = () =>
    server.envelopes.map(({ payload }) => payload).filter(({ type }) => type === 'transaction');
  const names = () => transactions().map(({ transaction }) => transaction);
  const arrived = (name, count = 1) =>
    server.until(
      () => names().filter((one) => one === name).length >= count,
      () => `of ${count} ${name} there are only ${names()}`,
    );

  /** A visitor goes somewhere. */
  async function go(page, to) {
    await page.click('html');
    await page.evaluate((to) => history.pushState(null, '', to), to);
  }

  /** Sends a request in a span; answers with its headers. */
  const ask = (page, url) =>
    page.evaluate((url) => R.inside(async () => (await fetch(url)).json()), url ?? `${server.url}/echo`);

  it('after it has ended has loaded its page once', async () => {
    const page = await open();
    await start(page);
    await arrived('/page');
    await page.evaluate(() => R.stop());
    await start(page);
    await go(page, '/page/next');
    await arrived('/page/next');
    assert.deepEqual(names(), ['/page', '/page/next']);
  });

  it('and ends while its page loads has told of that', async () => {
    const page = await open();
    await start(page);
    await page.evaluate(() => R.stop());
    await arrived('/page');
    await start(page);
    await go(page, '/page/next');
    await arrived('/page/next');
    assert.deepEqual(names(), ['/page', '/page/next']);
  });

  it('is timed as it was said last', async () => {
    const page = await open();
    const isOwn = () => page.evaluate(() => history.pushState === own);
    await start(page, { load: false, navigation: false });
    assert.equal(await isOwn(), true);
    await start(page, { navigation: false });
    await arrived('/page');
    await go(page, '/page/unseen');
    await start(page);
    assert.equal(await isOwn(), false);
    await go(page, '/page/seen');
    await arrived('/page/seen');
    await start(page, { load: false, navigation: false });
    assert.equal(await isOwn(), true);
    await go(page, '/page/unseen/again');
    await ask(page);
    await arrived('outer');
    assert.deepEqual(names(), ['/page', '/page/seen', 'outer']);
    await start(page, { load: false, navigation: false, requests: false });
    const left = await page.evaluate(() => [
      globalThis[Symbol.for('throughline')].tracer,
      history.pushState === own,
    ]);
    assert.deepEqual(left, [undefined, true]);
  });

  it('sends headers as it was said last', async () => {
    const page = await open();
    const url = `${api.url}/echo`;
    await start(page, { load: false, target: 'elsewhere.test' });
    assert.equal((await ask(page, url))['sentry-trace'], undefined);
    await start(page, { load: false, target: api.url, rate: 0 });
    assert.match((await ask(page, url))['sentry-trace'], /-0$/);
    await start(page, { load: false, target: api.url });
    assert.match((await ask(page, url))['sentry-trace'], /-1$/);
    await start(page, { load: false, target: 'elsewhere.test' });
    assert.equal((await ask(page, url))['sentry-trace'], undefined);
    await arrived('outer', 3);
    assert.deepEqual(names(), ['outer', 'outer', 'outer']);
  });

  it('without a DSN sends headers, and nothing else until it has one', async () => {
    const page = await open();
    await start(page, { dsn: '', load: false });
    assert.match((await ask(page))['sentry-trace'], /-1$/);
    await start(page, { load: false });
    await go(page, '/page/next');
    await arrived('/page/next');
    assert.deepEqual(names(), ['/page/next']);
  });

  it('is traced on when the stack of its page has ended wherever it may', async () => {
    const page = await open();
    await start(page);
    await arrived('/page');
    const heard = await page.evaluate(() => {
      const heard = [];
      addEventListener('error', ({ message, filename }) => heard.push(`${message} ${filename}`));
      // As deep as it goes, and so many frames back, the page does what we listen to.
      const dive = (back) => {
        let left = -1;
        const go = () => {
          try {
            go();
          } catch {
            left = back;
          }
          if (left-- === 0) {
            try {
              dispatchEvent(new Event('click'));
              history.replaceState(null, '', `/page/deep/${back}`);
              dispatchEvent(new Event('popstate'));
            } catch {}
          }
        };
        go();
      };
      for (let back = 0; back < 600; back += 1) dive(back);
      return heard;
    });
    assert.deepEqual(heard, []);
    await page.evaluate(() => document.documentElement.click());
    await go(page, '/page/next');
    await arrived('/page/next');
    const next = transactions().find(({ transaction }) => transaction === '/page/next');
    assert.equal(next.request.url, `${server.url}/page/next`);
  });

  it('does so whatever the page has named like a member of its document', async () => {
    const members = ['readyState', 'prerendering', 'visibilityState', 'hidden', 'referrer', 'baseURI'];
    const page = await open(members.map((name) => `<img name="${name}" alt="">`).join(''));
    await page.evaluate(() => Object.assign(globalThis, { origin: {}, performance: 5 }));
    await start(page);
    await arrived('/page');
    assert.equal(transactions()[0].request.headers.Referer, undefined);
    assert.match((await ask(page, '/echo'))['sentry-trace'], /-1$/);
    await go(page, '/page/next');
    await arrived('/page/next');
    assert.deepEqual(page.said, []);
  });
});
