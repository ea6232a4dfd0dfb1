// Where a page moves to within itself: only what the browser did is a navigation, once, under the address that it made of it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

describe('moves of a page', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Runs code in a page with the package; `heard` are names and addresses of all navigations. */
  async function inPage(code) {
    const page = await openPackage(browser, server);
    const answer = await page.evaluate(
      `(async () => {
        const heard = [];
        const integrations = [T.browserTracingIntegration({ instrumentPageLoad: false, detectRedirects: false })];
        const client = T.init({ ...options, integrations });
        client.on('startNavigationSpan', ({ name }, { url }) => heard.push([name, url.replace(location.origin, '')]));
        const at = (path) => { history.replaceState({}, '', path); heard.length = 0; };
        const event = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
        return (${code})();
      })()`,
    );
    assert.deepEqual(page.said, []);
    return answer;
  }

  const both = (path) => [path.split(/[?#]/)[0], path];

  it('are named as the browser resolves them', async () => {
    const heard = await inPage(`() => {
      const all = [];
      for (const to of ['?page=2', '#tab', 'details', '../other', '.', '', '//' + location.host + '/page/x']) {
        at('/page/shop/items');
        history.pushState({}, '', to);
        all.push(heard[0]);
      }
      return all;
    }`);
    assert.deepEqual(heard, [
      both('/page/shop/items?page=2'),
      both('/page/shop/items#tab'),
      both('/page/shop/details'),
      both('/page/other'),
      both('/page/shop/'),
      undefined,
      both('/page/x'),
    ]);
  });

  it('are resolved against the base of the document, as it is then', async () => {
    const heard = await inPage(`() => {
      const base = document.createElement('base');
      base.href = '/page/first/';
      document.head.append(base);
      history.pushState({}, '', 'a?q=1');
      base.href = '/page/second/';
      history.pushState({}, '', 'b');
      T.startBrowserTracingNavigationSpan(client, { name: 'by a router' }, { url: 'c' });
      const full = T.getCurrentScope().getScopeData().transactionName;
      base.remove();
      history.pushState({}, '', 'd');
      return [...heard, full];
    }`);
    assert.deepEqual(heard, [
      both('/page/first/a?q=1'),
      both('/page/second/b'),
      ['by a router', 'c'],
      both('/page/second/d'),
      'by a router',
    ]);
  });

  it('print the address of the page once', async () => {
    const answer = await inPage(`() => {
      let times = 0;
      const url = { toString: () => { times += 1; return '/page/' + times; } };
      history.pushState({}, '', url);
      history.replaceState({}, '', url);
      return [times, location.pathname, heard];
    }`);
    assert.deepEqual(answer, [2, '/page/2', [both('/page/1'), both('/page/2')]]);
  });

  it('that the browser refused are none, and the next one is', async () => {
    const answer = await inPage(`() => {
      const errors = [];
      const refused = [
        () => history.pushState({}, '', 'https://example.com/'),
        () => history.pushState({ f() {} }, '', '/page/unclonable'),
        () => history.replaceState(Symbol(), '', '/page/unclonable'),
        () => history.pushState({}, '', 'http://['),
        () => history.pushState({}, '', { toString() { throw new Error('mine'); } }),
      ];
      for (const call of refused) try { call(); } catch (error) { errors.push(error.name); }
      const under = T.getActiveSpan();
      history.pushState({}, '', '/page/next');
      return [errors, under, heard];
    }`);
    const errors = ['SecurityError', 'DataCloneError', 'DataCloneError', 'SecurityError', 'Error'];
    assert.deepEqual(answer, [errors, undefined, [both('/page/next')]]);
  });

  it('that stay on the same address are none', async () => {
    const heard = await inPage(`() => {
      history.pushState({ a: 1 }, '');
      history.replaceState({ a: 2 }, '', location.href);
      history.pushState({ a: 3 }, '', location.pathname);
      history.pushState({ a: 4 }, '', null);
      dispatchEvent(new PopStateEvent('popstate'));
      history.pushState({}, '', '/page/a');
      history.pushState({}, '', '/page/a');
      history.replaceState({}, '', 'a');
      return heard;
    }`);
    assert.deepEqual(heard, [both('/page/a')]);
  });

  it('through the Navigation API are each one navigation', async () => {
    const heard = await inPage(`async () => {
      navigation.addEventListener('navigate', (event) => {
        const { url } = event.destination;
        if (/\\/x[^#]*$/.test(url)) event.intercept({ async handler() {} });
        if (url.includes('/refused')) event.preventDefault();
      });
      await navigation.navigate('/page/x?1').finished;
      await navigation.navigate('x?2', { history: 'replace' }).finished;
      const refused = navigation.navigate('/page/refused');
      await Promise.allSettled([refused.committed, refused.finished]);
      history.pushState({}, '', '/page/x?3');
      navigation.updateCurrentEntry({ state: { a: 1 } });
      const link = document.createElement('a');
      link.href = '/page/x?4';
      document.body.append(link);
      const followed = event(navigation, 'navigatesuccess');
      link.click();
      await followed;
      await navigation.back().finished;
      const hash = event(globalThis, 'hashchange');
      location.hash = 'there';
      await hash;
      return heard;
    }`);
    assert.deepEqual(
      heard,
      ['/page/x?1', '/page/x?2', '/page/x?3', '/page/x?4', '/page/x?3', '/page/x?3#there'].map(both),
    );
  });

  it('are heard where there is no Navigation API, and where the page has a variable of that name', async () => {
    for (const navigation of ['undefined', '{ mine: true }', '"mine"']) {
      const page = await openPackage(browser, server);
      const heard = await page.evaluate(async (source) => {
        Object.defineProperty(globalThis, 'navigation', { value: new Function(`return ${source}`)() });
        const heard = [];
        const integrations = [
          T.browserTracingIntegration({ instrumentPageLoad: false, detectRedirects: false }),
        ];
        T.init({ ...options, integrations }).on('startNavigationSpan', ({ name }) => heard.push(name));
        history.pushState({}, '', '/page/a');
        history.pushState({}, '', '/page/b');
        const popped = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
        history.back();
        await popped;
        return heard;
      }, navigation);
      assert.deepEqual([heard, page.said], [['/page/a', '/page/b', '/page/a'], []], navigation);
    }
  });

  it('end the root that is under way at the address where it was', async () => {
    await inPage(`async () => {
      history.pushState({}, '', '/page/first');
      T.startSpan({ name: 'child' }, () => {});
      history.replaceState({}, '', '?moved=on');
      history.pushState({}, '', '/page/last');
      T.getActiveSpan().end();
      await T.flush();
    }`);
    const sent = server.envelopes.map(({ payload }) => [
      payload.transaction,
      payload.request.url.replace(server.url, ''),
    ]);
    assert.deepEqual(sent, [
      ['/page/first', '/page/first'],
      ['/page/first', '/page/first?moved=on'],
      ['/page/last', '/page/last'],
    ]);
  });

  it('without end, each from a listener of the one before, do not reach the page', async () => {
    const answer = await inPage(`() => {
      let at = 0;
      const leave = client.on('startNavigationSpan', () => {
        history.replaceState({}, '', '/page/' + (at++ % 2 ? 'a' : 'b'));
      });
      history.pushState({}, '', '/page/redirecting');
      leave();
      history.pushState({}, '', '/page/after');
      return [heard.length < 100, heard.at(-1)[0], T.spanToJSON(T.getActiveSpan()).name];
    }`);
    assert.deepEqual(answer, [true, '/page/after', '/page/after']);
  });
});
