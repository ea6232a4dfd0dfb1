// A guest on the page: whatever fails in us, and whatever the page forbids or extends, it behaves as without us.
import assert from 'node:assert/strict';
import { assertSilent, LISTEN, open, pageWith, QUIET, roots, script, serve } from '../pages.mjs';

/** The page's own work, told in everything that it can see (tests/browser/pages/workload.mjs). */
async function observe({ guests, browser }, options) {
  // A history of its own.
  const window = await browser.open();
  await window.goto(`${guests.own.url}/page`);
  const urls = Object.fromEntries(Object.entries(guests).map(([name, { url }]) => [name, url]));
  const seen = await window.evaluate(
    async (options, urls) => {
      const said = [];
      for (const level of ['log', 'info', 'debug', 'warn', 'error']) {
        console[level] = (...given) => said.push(given.map(String).join(' '));
      }
      addEventListener('error', ({ message }) => said.push(`uncaught: ${message}`));
      addEventListener('unhandledrejection', ({ reason }) => said.push(`unhandled: ${reason}`));
      const T = options && (await import('/index.js'));
      T?.init({ ...options, integrations: [T.browserTracingIntegration({ idleTimeout: 100 })] });
      const { work } = await import('/workload.mjs');
      const seen = await work(urls);
      // A page load that is under way would be sent later.
      await T?.startSpan({ name: 'work', parentSpan: null }, () => fetch('/plain'));
      await T?.flush(10_000);
      return [seen, said];
    },
    options ?? null,
    urls,
  );
  await window.close();
  return seen;
}

async function sameWork(use) {
  const without = await observe(use, undefined);
  assert.ok(Object.keys(without[0]).length > 60, 'the page has worked');
  const { envelopes } = use.guests.own;
  for (const traceLifecycle of ['static', 'stream']) {
    const sent = envelopes.length;
    const dsn = 'http://public@localhost:1/1';
    const options = { dsn, tunnel: '/tunnel', tracesSampleRate: 1, traceLifecycle };
    assert.deepEqual(await observe(use, options), without, traceLifecycle);
    assert.ok(envelopes.length > sent, 'nothing was traced');
  }
}

async function identity({ server, window }) {
  const above = script(() => {
    const native = fetch;
    globalThis.answers = [];
    globalThis.calls = [];
    globalThis.fetch = (...given) => {
      calls.push(given);
      return answers.length ? answers.shift()() : native(...given);
    };
  });
  await open({ server, window }, {}, above);
  const seen = await window.evaluate(async () => {
    const error = new TypeError('the reason');
    const response = new Response('body');
    answers.push(
      () => response,
      () => Promise.resolve(response),
      () => Promise.reject(error),
      () => {
        throw error;
      },
    );
    const same = await T.startSpan({ name: 'root' }, async () => {
      const odd = fetch('/echo') === response;
      const given = (await fetch('/echo')) === response;
      const rejected = await fetch('/echo').catch((caught) => caught === error);
      let thrown = false;
      try {
        fetch('/echo');
      } catch (caught) {
        thrown = caught === error;
      }
      return [odd, given, response.bodyUsed, rejected, thrown];
    });
    const reasons = [];
    const reported = new Promise((resolve) => {
      addEventListener('unhandledrejection', (event) => {
        event.preventDefault();
        reasons.push(event.reason === error);
        resolve();
      });
    });
    answers.push(() => Promise.reject(error));
    T.startSpan({ name: 'root' }, () => {
      fetch('/echo');
    });
    await reported;
    T.getClient().getOptions().tracePropagationTargets = [];
    const init = { headers: { a: '1' } };
    const url = new URL('/echo', location.href);
    await fetch(url, init, 'a third');
    const [first, , third] = calls.at(-1);
    const told = said.splice(0);
    return [same, reasons, first === url, third, told];
  });
  assert.deepEqual(seen, [
    [true, true, false, true, true],
    [true],
    true,
    'a third',
    ['unhandled: TypeError: the reason'],
  ]);
}

async function failingEnvelopes({ server, window }) {
  for (const answer of [{ drop: true }, { status: 500 }, { status: 429 }, { status: 403 }]) {
    await open({ server, window });
    server.answer = answer;
    const status = await window.evaluate(async () => {
      const { status } = await T.startSpan({ name: 'root' }, () => fetch('/echo'));
      await T.flush(1000);
      return status;
    });
    assert.equal(status, 200);
    await server.received(1);
    await assertSilent(window);
  }
}

/** A page that may not ask others: a policy like this reports each envelope that it keeps back, but no error is ours. */
async function forbiddenConnect({ server, window }) {
  server.reset();
  server.headers = { 'content-security-policy': "connect-src 'self'" };
  const dsn = 'http://public@127.0.0.1:1/1';
  serve(server, pageWith(server, { ...QUIET, options: { dsn, tunnel: undefined } }));
  server.head = ({ url }) =>
    url.startsWith('/page')
      ? `${LISTEN}<script src="/throughline.min.js"></script>${script(
          (dsn, tracing) => {
            globalThis.T = Throughline;
            const integrations = [T.browserTracingIntegration(tracing)];
            T.init({ dsn, tracesSampleRate: 1, integrations });
          },
          dsn,
          QUIET,
        )}`
      : '';
  await window.goto(`${server.url}/page`);
  const seen = await window.evaluate(async () => {
    const reported = new Promise((resolve) => {
      addEventListener('securitypolicyviolation', ({ blockedURI }) =>
        resolve(blockedURI.includes('127.0.0.1')),
      );
    });
    const { status, headers } = await T.startSpan({ name: 'root' }, async () => {
      const response = await fetch('/echo');
      return { status: response.status, headers: await response.json() };
    });
    const blocked = await reported;
    await T.flush(100);
    return [status, 'sentry-trace' in headers, blocked];
  });
  assert.deepEqual(seen, [200, true, true]);
  await assertSilent(window);
}

/** What a page has told by a request of `/tell/…`: some pages a driver cannot ask. */
async function toldBy(server) {
  await server.until(
    () => server.told.length,
    () => 'the page told nothing',
  );
  return JSON.parse(decodeURIComponent(server.told[0]));
}

/** A driver's scripts are run by the page's `eval`, which a policy against WebAssembly forbids too: the page tells by itself. */
async function forbiddenCore({ server, window }) {
  server.reset();
  server.headers = { 'content-security-policy': "script-src 'self' 'unsafe-inline'" };
  const tell = async () => {
    const { status } = await Throughline.startSpan({ name: 'root' }, () => fetch('/echo'));
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/echo');
    xhr.onload = async () => {
      const told = {
        status,
        carried: 'sentry-trace' in JSON.parse(xhr.responseText),
        said,
        data: Throughline.getTraceData(),
        client: Throughline.getClient() === undefined,
      };
      await fetch(`/tell/${encodeURIComponent(JSON.stringify(told))}`);
    };
    xhr.send();
  };
  serve(server, pageWith(server, {}, tell));
  await window.goto(`${server.url}/page`);
  const { said, ...told } = await toldBy(server);
  assert.deepEqual(told, { status: 200, carried: false, data: {}, client: true });
  assert.equal(said.length, 1, said.join('\n'));
  assert.match(said[0], /^\[throughline\] .*'wasm-unsafe-eval'/);
  assert.deepEqual(server.envelopes, []);
}

/** WebKit's driver itself stumbles over such prototypes: the page tells by itself. */
async function extended({ server, window }) {
  server.reset();
  const extend = script(() => {
    for (const { prototype } of [Object, Array, String, Function]) {
      prototype.extra = 'theirs';
      prototype.tags = { theirs: 'x' };
      prototype.extend = function () {
        return this;
      };
    }
  });
  const work = async () => {
    const all = await T.startSpan({ name: 'work', attributes: { n: 1 } }, async () => [
      await (await fetch('/echo')).json(),
      await (await fetch('/echo', { headers: { 'x-own': '1' } })).json(),
      await (await fetch(new Request('/echo', { headers: { 'x-own': '1' } }))).json(),
    ]);
    const told = [all.map((headers) => Object.keys(headers).join()), said];
    await fetch(`/tell/${encodeURIComponent(JSON.stringify(told))}`);
  };
  serve(server, extend + pageWith(server, { idleTimeout: 500 }, work));
  await window.goto(`${server.url}/page`);
  const [requests, said] = await toldBy(server);
  assert.equal(requests.length, 3);
  for (const names of requests) {
    assert.ok(names.includes('sentry-trace') && names.includes('baggage'), names);
    assert.doesNotMatch(names, /extra|extend/);
  }
  assert.deepEqual(said, []);
  const [root] = await roots(server, 1);
  assert.ok(root.spans.some(({ description }) => description === 'work'));
  assert.doesNotMatch(JSON.stringify(server.envelopes), /theirs|extend/);
}

/** Methods that the page has locked stay as they are, and it hears nothing of it. */
async function locked({ server, window }) {
  const lock = script(() => {
    Object.freeze(XMLHttpRequest.prototype);
    Object.defineProperty(globalThis, 'fetch', { value: fetch, writable: false, configurable: false });
    Object.freeze(History.prototype);
  });
  await open({ server, window }, {}, lock);
  const seen = await window.evaluate(async () => {
    const { status } = await fetch('/echo');
    history.pushState({}, '', '/page/locked');
    return [status, location.pathname, Object.keys(T.getTraceData()).length];
  });
  assert.deepEqual(seen, [200, '/page/locked', 2]);
  await assertSilent(window);
}

/** Engines that are a little older than those that are promised lack these: what cannot be done there hurts nobody. */
async function older({ server, window }) {
  const lack = script(() => {
    delete Object.hasOwn;
    delete Promise.allSettled;
    delete globalThis.queueMicrotask;
    delete globalThis.requestIdleCallback;
    delete globalThis.navigation;
    delete AbortSignal.any;
    delete PerformanceObserver.supportedEntryTypes;
  });
  await open({ server, window }, { instrumentPageLoad: true, idleTimeout: 500 }, lack);
  const seen = await window.evaluate(async () => {
    T.setMeasurement('mine', 1, 'none', T.getActiveSpan());
    const headers = await T.startSpan({ name: 'work' }, async () => (await fetch('/echo')).json());
    history.replaceState({}, '', '/page/moved');
    return ['sentry-trace' in headers, location.pathname];
  });
  assert.deepEqual(seen, [true, '/page/moved']);
  const [root] = await roots(server, 1);
  assert.deepEqual([root.name, root.op], ['/page', 'pageload']);
  assert.ok(root.spans.some(({ description }) => description === 'work'));
  await assertSilent(window);
}

/** Wrapped methods look as the engine made them. */
async function looks({ server, window }) {
  const look = () => {
    const seen = [];
    const methods = XMLHttpRequest.prototype;
    for (const [owner, name] of [
      [globalThis, 'fetch'],
      [methods, 'open'],
      [methods, 'send'],
      [methods, 'setRequestHeader'],
    ]) {
      const { value, ...descriptor } = Object.getOwnPropertyDescriptor(owner, name);
      seen.push([
        descriptor,
        value.name,
        value.length,
        String(value),
        Reflect.ownKeys(value),
        /\[native code\]/.test(Function.prototype.toString.call(value)),
        'prototype' in value,
      ]);
    }
    return [seen, Reflect.ownKeys(methods).length];
  };
  await window.goto(`${server.url}/status/200`);
  const plain = await window.evaluate(look);
  await open({ server, window });
  assert.deepEqual(await window.evaluate(look), plain);
}

export const guest = {
  'does and sees the same as without us': sameWork,
  'gives value, error, arguments and unhandled rejections of requests back as they were': identity,
  'leaves wrapped methods as they look': looks,
  'says nothing where envelopes fail': failingEnvelopes,
  'works and says nothing under a policy that keeps envelopes back': forbiddenConnect,
  'works and says one sentence under a policy that forbids WebAssembly': forbiddenCore,
  'traces a page that extends the prototypes of the language': extended,
  'keeps away from methods that the page has locked': locked,
  'traces what it can in an engine that is older than it should be': older,
};
