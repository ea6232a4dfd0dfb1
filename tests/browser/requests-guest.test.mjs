// We are a guest: what others see of `fetch` and `XMLHttpRequest` while we are there, and what is left when we go.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTraced, useApi } from '../support/api.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

describe('a guest', { timeout: 180_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  const api = useApi();

  const open = async (options, tracing) => openTraced(await openPackage(browser, server), options, tracing);

  it('cannot be seen in what it wrapped', async () => {
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
          value.toString(),
          value.toString.name,
          Reflect.ownKeys(value),
          Object.getPrototypeOf(value) === Function.prototype,
          /\[native code\]/.test(Function.prototype.toString.call(value)),
          'prototype' in value,
          Object.isExtensible(value),
        ]);
        try {
          new value();
        } catch ({ name: error }) {
          seen.push(error);
        }
      }
      return [seen, Object.keys(globalThis).length, Reflect.ownKeys(methods).length];
    };
    const plain = await openPackage(browser, server);
    const expected = await plain.evaluate(look);
    const page = await open();
    assert.deepEqual(await page.evaluate(look), expected);
  });

  it('passes on the very same arguments where there is nothing to add', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(() => {
      globalThis.calls = [];
      const native = fetch;
      globalThis.fetch = function (...args) {
        calls.push({ self: this, args });
        return native.apply(this, args);
      };
    });
    await openTraced(page, { tracePropagationTargets: [] });
    const told = await page.evaluate(async () => {
      const same = [];
      const request = new Request('/echo', { method: 'POST', body: 'x' });
      const init = { headers: new Map([['a', 'b']]).entries() };
      for (const args of [
        ['/echo', init],
        [new URL('/echo', location.href)],
        [request, undefined],
        [
          '/echo',
          {
            get headers() {
              throw new Error('read');
            },
          },
          'a third',
        ],
        [],
        ['/echo', null],
        ['/echo', 5],
        [Symbol.iterator],
      ]) {
        const answer = fetch(...args);
        const { args: passed } = calls.at(-1);
        same.push(passed.length === args.length && passed.every((one, at) => Object.is(one, args[at])));
        await answer.catch(() => {});
      }
      return [same, request.bodyUsed];
    });
    assert.deepEqual(told, [Array(8).fill(true), true]);
  });

  it('never writes to what the page gave, and prints it once', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(() => {
      globalThis.calls = [];
      const native = fetch;
      globalThis.fetch = (...args) => {
        calls.push(args);
        return native(...args);
      };
    });
    await openTraced(page);
    const told = await page.evaluate(async () => {
      const request = new Request('/echo', { method: 'POST', body: 'x', headers: { a: '1' } });
      const headers = new Headers({ a: '1' });
      const init = { headers, method: 'PUT', signal: new AbortController().signal };
      const entries = [...Object.entries(init)];
      const answers = [await (await fetch(request)).json(), await (await fetch('/echo', init)).json()];
      const count = { toString: 0, headers: 0, method: 0 };
      const counted = {
        get headers() {
          count.headers += 1;
          return { a: '1' };
        },
      };
      const printed = {
        toString() {
          count.toString += 1;
          return '/echo';
        },
      };
      await fetch(printed, counted);
      const error = new Error('mine');
      const broken = {
        toString: () => {
          count.broken = (count.broken ?? 0) + 1;
          throw error;
        },
      };
      const rejected = await fetch(broken).catch((caught) => caught === error);
      return {
        // Another request, in which the names of headers are as the page has written them.
        used: [calls[0][0] instanceof Request, request.bodyUsed],
        requestHeaders: [...request.headers],
        headers: [...headers],
        init: Object.entries(init).every(
          ([name, value], at) => entries[at][1] === value && entries[at][0] === name,
        ),
        added: answers.map((answer) => Boolean(answer['sentry-trace'])),
        count,
        rejected,
      };
    });
    assert.deepEqual(told, {
      used: [true, true],
      requestHeaders: [
        ['a', '1'],
        ['content-type', 'text/plain;charset=UTF-8'],
      ],
      headers: [['a', '1']],
      init: true,
      added: [true, true],
      count: { toString: 1, headers: 1, method: 0, broken: 1 },
      rejected: true,
    });
  });

  it('reads each member of options once, by its name, as fetch does', async () => {
    const read = async () => {
      const told = {};
      const proxy = (given) => {
        const names = [];
        const get = (_, name) => {
          names.push(name);
          return given[name];
        };
        return { init: new Proxy({}, { get }), names };
      };
      const ways = {
        post: { method: 'POST', body: 'x', headers: { 'X-Mine': '1' } },
        'headers that are read once': { headers: new Map([['x-mine', '2']]).entries() },
        nothing: {},
        'no cors': { mode: 'no-cors' },
      };
      for (const [name, given] of Object.entries(ways)) {
        for (const input of ['/echo', new Request('/echo')]) {
          const { init, names } = proxy(given);
          const response = await fetch(input, init);
          const mine = response.ok ? (await response.json())['x-mine'] : 'opaque';
          told[`${name} ${typeof input}`] = [names, mine];
        }
      }
      const error = new Error('mine');
      const failing = {
        method: 'POST',
        get headers() {
          throw error;
        },
      };
      told.failing = await fetch('/echo', failing).catch((caught) => caught === error);
      return told;
    };
    const expected = await (await openPackage(browser, server)).evaluate(read);
    assert.ok(expected['post string'][0].includes('method'));
    for (const options of [{}, { tracePropagationTargets: [] }]) {
      const page = await open(options);
      assert.deepEqual(await page.evaluate(read), expected);
      const inSpan = await page.evaluate(
        (source) => T.startSpan({ name: 'root' }, new Function(`return (${source})()`)),
        read.toString(),
      );
      assert.deepEqual(inSpan, expected);
      const sent = await server.received(1);
      const methods = sent[0].payload.spans.map(({ data }) => data['http.request.method']);
      assert.deepEqual(methods.slice(0, 3), ['POST', 'POST', 'GET']);
    }
  });

  it('changes no error, and keeps what a promise has beside then', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(() => {
      globalThis.answers = [];
      const native = fetch;
      globalThis.fetch = (...args) => (answers.length ? answers.shift()() : native(...args));
    });
    await openTraced(page);
    const told = await page.evaluate(async () => {
      const error = new TypeError('Failed to fetch');
      const abort = () => 'aborted';
      answers.push(
        () => Promise.reject(error),
        () => Object.assign(Promise.resolve(new Response()), { abort }),
        () => {
          throw error;
        },
        () => 'no promise',
        () => ({
          // biome-ignore lint/suspicious/noThenProperty: it is what a page may answer with
          then() {
            throw error;
          },
          mark: 7,
        }),
        // biome-ignore lint/suspicious/noThenProperty: it is what a page may answer with
        () => ({ then: 5 }),
      );
      return T.startSpan({ name: 'root' }, async () => {
        const first = await fetch('/a').catch((caught) => [caught === error, caught.message]);
        const second = fetch('/b');
        let third;
        try {
          fetch('/c');
        } catch (caught) {
          third = caught === error;
        }
        return [first, second.abort === abort, third, fetch('/d'), fetch('/f').mark, fetch('/e').then];
      });
    });
    assert.deepEqual(told, [[true, 'Failed to fetch'], true, true, 'no promise', 7, 5]);
  });

  it('goes without a trace, unless somebody has wrapped it since', async () => {
    const page = await openPackage(browser, server);
    const told = await page.evaluate(async () => {
      const originals = [fetch, XMLHttpRequest.prototype.send, XMLHttpRequest.prototype.open];
      const now = () => [fetch, XMLHttpRequest.prototype.send, XMLHttpRequest.prototype.open];
      const start = () =>
        T.init({ ...options, integrations: [T.browserTracingIntegration({ instrumentPageLoad: false })] });
      start();
      const wrapped = now().map((one, at) => one !== originals[at]);
      await T.close();
      const restored = now().map((one, at) => one === originals[at]);
      start();
      const ours = fetch;
      const theirs = (...args) => ours(...args);
      globalThis.fetch = theirs;
      await T.close();
      const kept = fetch === theirs;
      const answer = await (await fetch('/echo')).json();
      start();
      const again = await (await fetch('/echo')).json();
      return [wrapped, restored, kept, 'sentry-trace' in answer, 'sentry-trace' in again];
    });
    assert.deepEqual(told, [Array(3).fill(true), Array(3).fill(true), true, false, true]);
  });

  it('keeps no observer once everything was measured, and no more than one meanwhile', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(() => {
      const live = new Set();
      globalThis.most = 0;
      globalThis.PerformanceObserver = class extends PerformanceObserver {
        observe(options) {
          // Those of the web vitals watch as long as the page lives.
          if (options.type === 'resource') live.add(this);
          globalThis.most = Math.max(most, live.size);
          super.observe(options);
        }
        disconnect() {
          super.disconnect();
          if (live.delete(this) && !live.size) globalThis.quiet?.();
        }
      };
      globalThis.watchers = live;
    });
    await openTraced(page);
    const told = await page.evaluate(async () => {
      for (let round = 0; round < 5; round += 1) {
        const done = new Promise((resolve) => {
          globalThis.quiet = resolve;
        });
        await T.startSpan({ name: 'root' }, () =>
          Promise.all(Array.from({ length: 20 }, async (_, at) => (await fetch(`/echo/${at}`)).text())),
        );
        await done;
      }
      return [most, watchers.size];
    });
    assert.deepEqual(told, [1, 0]);
  });

  it('knows its origin where a page has a variable of that name', async () => {
    for (const origin of ['SFO', { lat: 1, lng: 2 }]) {
      const page = await openTraced(await openPackage(browser, server));
      const carried = await page.evaluate(async (given) => {
        globalThis.origin = given;
        const answers = [await fetch('/echo/1'), await fetch('/echo/2')];
        return Promise.all(answers.map(async (answer) => 'sentry-trace' in (await answer.json())));
      }, origin);
      assert.deepEqual(carried, [true, true]);
      await page.context().close();
    }
  });

  it('survives what is no client', async () => {
    const page = await openPackage(browser, server);
    const told = await page.evaluate(async () => {
      for (const odd of [undefined, null, 5, {}, Object.freeze([])]) T.instrumentOutgoingRequests(odd, odd);
      return (await fetch('/echo')).status;
    });
    assert.deepEqual([told, page.said], [200, []]);
  });

  it('keeps away from a page that has locked its methods', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(() => {
      Object.freeze(XMLHttpRequest.prototype);
      Object.defineProperty(globalThis, 'fetch', { value: fetch, writable: false, configurable: false });
    });
    await openTraced(page);
    const told = await page.evaluate(async (api) => {
      const { status } = await fetch(`${api}/echo`);
      const text = await new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.open('GET', '/echo');
        xhr.onload = () => resolve(xhr.status);
        xhr.send();
      });
      return [status, text];
    }, api.url);
    assert.deepEqual(told, [200, 200]);
    assert.deepEqual(page.said, []);
  });
});
