// What leaves, byte by byte: with us it differs from what leaves without us by our headers only, whatever form the page's have.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useBrowser } from '../support/browser.mjs';
import { pathOf } from '../support/built.mjs';
import { useRaw } from '../support/raw.mjs';

/** Requests in every form that a page may write them in. */
const FORMS = {
  nothing: () => fetch('/x'),
  object: () => fetch('/x', { headers: { 'X-My-Case': '1', 'x-low': '2', ACCEPT: 'text/x' } }),
  'object with baggage': () => fetch('/x', { headers: { BaGGage: 'a=1', 'X-My-Case': '1' } }),
  'object with baggage twice': () => fetch('/x', { headers: { BaGGage: 'a=1', baggage: 'b=2' } }),
  'object of a sentry-trace': () => fetch('/x', { headers: { 'Sentry-Trace': 'mine', 'X-My-Case': '1' } }),
  'object with values that are printed': () =>
    fetch('/x', { headers: { 'X-My-Case': { toString: () => 'printed' }, 'X-Number': 7, 'X-Empty': '' } }),
  'object without prototype': () =>
    fetch('/x', { headers: Object.assign(Object.create(null), { 'X-My-Case': '1' }) }),
  'object with names of what objects inherit': () =>
    fetch('/x', { headers: { Constructor: '1', 'X-My-Case': '2', toString: '3' } }),
  'inherited headers object': () =>
    fetch('/x', {
      headers: Object.create({ 'X-Not-Own': '1' }, { 'X-Own': { value: '2', enumerable: true } }),
    }),
  proxy: () => fetch('/x', { headers: new Proxy({ 'X-My-Case': '1' }, {}) }),
  getters: () =>
    fetch('/x', {
      headers: {
        get 'X-My-Case'() {
          this.times = (this.times ?? 0) + 1;
          return `read ${this.times}`;
        },
      },
    }),
  pairs: () =>
    fetch('/x', {
      headers: [
        ['X-My-Case', '1'],
        ['X-Twice', '1'],
        ['x-twice', '2'],
        ['Baggage', 'a=1'],
      ],
    }),
  map: () => fetch('/x', { headers: new Map([['X-My-Case', '1']]) }),
  entries: () => fetch('/x', { headers: new Map([['X-My-Case', '1']]).entries() }),
  generator: () =>
    fetch('/x', {
      headers: (function* () {
        yield ['X-My-Case', '1'];
        yield new Set(['X-Of-Set', '2']);
      })(),
    }),
  Headers: () => fetch('/x', { headers: new Headers({ 'X-My-Case': '1', Baggage: 'a=1' }) }),
  'Headers of a frame': () => {
    const frame = document.documentElement.appendChild(document.createElement('iframe'));
    return fetch('/x', { headers: new frame.contentWindow.Headers({ 'X-My-Case': '1' }) });
  },
  request: () => fetch(new Request('/x', { headers: { 'X-My-Case': '1', Baggage: 'a=1' } })),
  'request with a body': () =>
    fetch(
      new Request('/x', {
        method: 'POST',
        headers: { 'X-My-Case': '1' },
        body: new Blob(['b'], { type: 'a/b' }),
      }),
    ),
  'request with a sentry-trace': () =>
    fetch(new Request('/x', { headers: { 'Sentry-Trace': 'mine', 'X-My-Case': '1' } })),
  'request with options': () =>
    fetch(new Request('/x', { headers: { 'X-My-Case': '1' } }), { method: 'PUT', body: 'y' }),
  'request with other headers': () =>
    fetch(new Request('/x', { headers: { 'X-Gone': '1' } }), { headers: { 'X-My-Case': '2' } }),
  'request with a referrer': () =>
    fetch(
      new Request('/x', { referrer: '/from', referrerPolicy: 'same-origin', headers: { 'X-My-Case': '1' } }),
    ),
  'request of a frame': () => {
    const frame = document.documentElement.appendChild(document.createElement('iframe'));
    const { Request } = frame.contentWindow;
    return fetch(new Request(`${location.origin}/x`, { headers: { 'X-My-Case': '1' } }));
  },
  'request of a class': () => {
    class Mine extends Request {}
    return fetch(new Mine('/x', { method: 'POST', body: 'z', headers: { 'X-My-Case': '1' } }));
  },
  'request that says another address': () => {
    class Mine extends Request {
      get url() {
        return `${super.url}?mine`;
      }
    }
    return fetch(new Mine('/x', { method: 'POST', body: 'z', headers: { 'X-My-Case': '1' } }));
  },
  'a body of every kind': async () => {
    for (const body of ['text', new URLSearchParams('q=1'), new Uint8Array([65, 66]), new Blob(['c'])]) {
      await fetch('/x', { method: 'POST', body, headers: { 'X-My-Case': '1' } });
    }
  },
  'options of a class': () => {
    class Options {
      get method() {
        return 'POST';
      }
      get body() {
        return 'of a getter';
      }
      get headers() {
        return { 'X-My-Case': '1' };
      }
    }
    return fetch('/x', new Options());
  },
  'options that are inherited': () =>
    fetch('/x', Object.create({ method: 'POST', body: 'i', headers: { 'X-My-Case': '1' } })),
  'options that are a proxy': () =>
    fetch(
      '/x',
      new Proxy(
        {},
        { get: (_, name) => ({ method: 'POST', body: 'p', headers: { 'X-My-Case': '1' } })[name] },
      ),
    ),
  XMLHttpRequest: () =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open('POST', '/x');
      xhr.setRequestHeader('X-My-Case', '1');
      xhr.setRequestHeader('Baggage', 'a=1');
      xhr.setRequestHeader('x-my-case', '2');
      xhr.onload = resolve;
      xhr.send('x');
    }),
};

const OURS = /^(?:sentry-trace|baggage): /i;

/** The lines of a request without ours. Of a baggage that is merged, what the page's own says. */
function withoutOurs({ line, headers, body }) {
  const theirs = headers
    .filter((one) => !/^sentry-trace: [0-9a-f]{32}-/.test(one) && !/^baggage: sentry-/.test(one))
    .map((one) => (OURS.test(one) ? one.replace(/, ?sentry-.*/, '') : one));
  // The browser writes them in the order of its own table, which has more places where there are more headers.
  return [line, ...theirs.sort(), body];
}

describe('a request as it is written', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const raw = useRaw();

  /** What each form sends on a page with the package, or without it. */
  async function send(withUs) {
    const page = await browser.page();
    await page.goto(`${raw.url}/page`);
    if (withUs) {
      await page.addScriptTag({ path: pathOf('script') });
      await page.evaluate(() => {
        const { init, browserTracingIntegration, startInactiveSpan } = globalThis.Throughline;
        init({
          tracesSampleRate: 1,
          integrations: [browserTracingIntegration({ instrumentPageLoad: false })],
        });
        globalThis.active = startInactiveSpan({ name: 'root' });
      });
    }
    const sent = {};
    for (const [name, form] of Object.entries(FORMS)) {
      raw.seen = [];
      await page.evaluate((source) => {
        const code = new Function(`return (${source})()`);
        return globalThis.active ? Throughline.withActiveSpan(active, code) : code();
      }, form.toString());
      sent[name] = raw.seen;
    }
    await page.context().close();
    return sent;
  }

  it('has the headers of the page as the page has written them, and ours beside them', async () => {
    const without = await send(false);
    const withUs = await send(true);
    for (const name of Object.keys(FORMS)) {
      assert.ok(without[name].length > 0, name);
      assert.deepEqual(withUs[name].map(withoutOurs), without[name].map(withoutOurs), name);
      for (const { headers } of withUs[name]) {
        const ours = headers.filter((one) => /^sentry-trace: /i.test(one));
        // The browser sends it elsewhere than it says: nobody has judged that address.
        if (name === 'request that says another address') {
          assert.deepEqual(ours, []);
          continue;
        }
        assert.equal(ours.length, 1, name);
        const merged = headers.filter((one) => /^baggage: /i.test(one));
        if (!/mine/.test(ours[0])) assert.match(merged.join(), /^baggage: (?:[ab]=\d, ?)*sentry-/i, name);
      }
    }
  });
});
