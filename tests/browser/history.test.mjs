// The history of the page with us in it: it behaves as without us, whoever else wraps it, and each move is heard once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

describe('a history that is listened to', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Runs code in a page with the package; `begin(…)` starts it and answers with the names of all navigations. */
  async function inPage(code) {
    const page = await openPackage(browser, server);
    const answer = await page.evaluate(
      `(async () => {
        const heard = [];
        const begin = (integration = {}) => {
          const all = { instrumentPageLoad: false, detectRedirects: false, ...integration };
          const client = T.init({ ...options, integrations: [T.browserTracingIntegration(all)] });
          client.on('startNavigationSpan', ({ name }) => heard.push(name));
          return client;
        };
        const settled = () => new Promise((resolve) => setTimeout(resolve));
        return (${code})();
      })()`,
    );
    return { answer, said: page.said };
  }

  it('has methods that look and answer as without us', async () => {
    const { answer, said } = await inPage(`() => {
      const look = () => ['pushState', 'replaceState'].map((name) => {
        const method = history[name];
        const { value, ...descriptor } = Object.getOwnPropertyDescriptor(History.prototype, name);
        return [
          Object.hasOwn(history, name), descriptor, method.name, method.length, method.toString(), String(method),
          typeof method, 'prototype' in method, Object.getOwnPropertyNames(method).sort(),
          value === method, history.pushState === history.pushState,
        ];
      });
      const fail = (call) => { try { return String(call()); } catch (error) { return [error.name, error.message]; } };
      const state = { deep: { a: [1] } };
      const use = () => [
        history.pushState(state, '', '/page/a'), location.pathname, history.state, history.length > 1,
        history.replaceState(null, '', '/page/b'), location.pathname, history.state,
        fail(() => history.pushState()), fail(() => history.pushState({}, '', 'http://other.example/')),
        fail(() => history.pushState(() => {}, '')), fail(() => history.pushState.call({}, {}, '', '/page/c')),
        fail(() => history.pushState({}, '', Symbol('x'))),
        fail(() => history.pushState({}, '', { toString() { throw new Error('mine'); } })),
        fail(() => new history.pushState()), location.pathname,
      ];
      const before = [look(), use()];
      begin();
      return [before, [look(), use()], heard];
    }`);
    const [before, after, heard] = answer;
    assert.deepEqual(after, before);
    assert.ok(heard.includes('/page/a') && heard.includes('/page/b'), heard.join());
    assert.deepEqual(said, []);
  });

  it('gets the very arguments of the page', async () => {
    const { answer } = await inPage(`() => {
      const calls = [];
      const native = history.pushState;
      history.pushState = function (...given) {
        calls.push([this === history, ...given]);
        native.apply(this, given);
        return 'odd';
      };
      begin();
      const [state, url] = [{}, { toString: () => '/page/object' }];
      const answered = history.pushState(state, 'title', url, 'more');
      const [[self, ...given]] = calls;
      return [self, answered, given.length, given[0] === state, given[2] === url, given[3], heard];
    }`);
    assert.deepEqual(answer, [true, 'odd', 4, true, true, 'more', ['/page/object']]);
  });

  it('works with others that wrap it, before and after us, and gives back what is ours', async () => {
    const { answer } = await inPage(`async () => {
      const calls = [];
      const wrap = (name) => {
        const original = history.pushState;
        history.pushState = function (...given) { calls.push(name); return original.apply(this, given); };
        return history.pushState;
      };
      const native = History.prototype.pushState;
      const first = wrap('before');
      const client = begin();
      history.pushState({}, '', '/page/a');
      const second = wrap('after');
      history.pushState({}, '', '/page/b');
      await T.close();
      const wrapped = history.pushState === second;
      history.pushState({}, '', '/page/c');
      begin();
      history.pushState({}, '', '/page/d');
      history.replaceState({}, '', '/page/e');
      await T.close();
      // The one who came after us has gone: now what is ours can go as well.
      const state = [calls.join(), heard.join(), wrapped, location.pathname];
      delete history.pushState;
      return [...state, history.pushState === native, history.replaceState.toString()];
    }`);
    assert.deepEqual(answer, [
      'before,after,before,after,before,after,before',
      '/page/a,/page/b,/page/d,/page/e',
      true,
      '/page/e',
      true,
      'function replaceState() { [native code] }',
    ]);
  });

  it('is given back when the client is closed, and listened to again by the next one', async () => {
    const { answer } = await inPage(`async () => {
      const { pushState, replaceState } = History.prototype;
      const seen = [];
      for (let at = 0; at < 3; at += 1) {
        const client = begin();
        seen.push(history.pushState !== pushState);
        history.pushState({}, '', '/page/' + at);
        await client.close();
        seen.push(history.pushState === pushState && history.replaceState === replaceState);
        history.pushState({}, '', '/page/unheard');
        dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      }
      return [seen, heard];
    }`);
    assert.deepEqual(answer, [Array(6).fill(true), ['/page/0', '/page/1', '/page/2']]);
  });

  it('is heard once, however often init is called', async () => {
    const { answer } = await inPage(`async () => {
      const added = [];
      const { addEventListener: native } = EventTarget.prototype;
      EventTarget.prototype.addEventListener = function (...given) {
        added.push(given[0]);
        return native.apply(this, given);
      };
      begin();
      const { pushState } = history;
      const first = added.length;
      for (let at = 0; at < 5; at += 1) begin();
      const later = added.slice(first);
      history.pushState({}, '', '/page/once');
      return [heard, history.pushState === pushState, later];
    }`);
    assert.deepEqual(answer, [['/page/once'], true, []]);
  });

  it('is left alone once init is called without it, and while a page is prepared', async () => {
    const { answer } = await inPage(`() => {
      const native = history.pushState;
      begin();
      history.pushState({}, '', '/page/heard');
      begin({ instrumentNavigation: false });
      history.pushState({}, '', '/page/unheard');
      const left = history.pushState === native;
      begin();
      Object.defineProperty(document, 'prerendering', { value: true, configurable: true });
      history.pushState({}, '', '/page/prepared');
      delete document.prerendering;
      history.pushState({}, '', '/page/shown');
      return [heard, left];
    }`);
    assert.deepEqual(answer, [['/page/heard', '/page/shown'], true]);
  });

  it('stays as it is where the page has locked it, and what it does is heard from the Navigation API', async () => {
    const { answer, said } = await inPage(`() => {
      Object.defineProperty(History.prototype, 'pushState', { writable: false, configurable: false });
      Object.freeze(history);
      begin();
      history.pushState({}, '', '/page/locked');
      history.replaceState({}, '', '/page/replaced');
      return [location.pathname, heard];
    }`);
    assert.deepEqual(answer, ['/page/replaced', ['/page/locked', '/page/replaced']]);
    assert.deepEqual(said, []);
  });

  it('does not grow with navigations', async () => {
    const page = await openPackage(browser, server);
    const session = await page.context().newCDPSession(page);
    const count = async () => {
      await session.send('HeapProfiler.collectGarbage');
      const { jsEventListeners } = await session.send('Memory.getDOMCounters');
      return jsEventListeners;
    };
    await page.evaluate(() => {
      const integrations = [T.browserTracingIntegration({ detectRedirects: false })];
      T.init({ ...options, tracesSampleRate: 0, integrations });
      globalThis.move = (from, to) => {
        for (let at = from; at < to; at += 1) history.replaceState({}, '', `/page/${at}`);
      };
      move(0, 50);
    });
    const before = await count();
    // A browser allows 200 calls in ten seconds.
    await page.evaluate(() => move(50, 150));
    assert.equal(await count(), before);
  });
});
