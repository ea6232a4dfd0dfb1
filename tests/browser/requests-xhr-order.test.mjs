// The order in which an `XMLHttpRequest` calls what a page has added, event by event, with the package and without it; and
// pages that send again inside of such code.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage } from '../support/browser.mjs';
import { useXhr } from '../support/xhr.mjs';

/** Ways to add code, to open and to send. `log(name)` makes code that tells its name, and `done` awaits the end. */
const ORDERS = {
  'handler, listener, open': async ({ xhr, log, done }) => {
    xhr.onreadystatechange = log('a');
    xhr.addEventListener('readystatechange', log('b'));
    xhr.open('GET', '/echo');
    xhr.addEventListener('readystatechange', log('c'));
    await done();
  },
  'listener, handler, open': async ({ xhr, log, done }) => {
    xhr.addEventListener('readystatechange', log('a'));
    xhr.onreadystatechange = log('b');
    xhr.open('GET', '/echo');
    await done();
  },
  'listener, open, handler': async ({ xhr, log, done }) => {
    xhr.addEventListener('readystatechange', log('a'));
    xhr.open('GET', '/echo');
    xhr.onreadystatechange = log('b');
    xhr.addEventListener('readystatechange', log('c'));
    await done();
  },
  'handler that is replaced, taken away and set again': async ({ xhr, log, done }) => {
    xhr.onreadystatechange = log('a');
    xhr.addEventListener('readystatechange', log('b'));
    xhr.onreadystatechange = log('c');
    xhr.open('GET', '/echo');
    xhr.onreadystatechange = null;
    xhr.onreadystatechange = log('d');
    await done();
  },
  'what captures, and what hears once': async ({ xhr, log, done }) => {
    xhr.onreadystatechange = log('a');
    xhr.addEventListener('readystatechange', log('b'), true);
    xhr.addEventListener('readystatechange', { handleEvent: log('c') }, { once: true });
    xhr.open('GET', '/echo');
    xhr.addEventListener('readystatechange', log('d'), true);
    await done();
  },
  'every event': async ({ xhr, log, done }) => {
    for (const type of ['loadstart', 'progress', 'load', 'error', 'abort', 'timeout', 'loadend']) {
      xhr[`on${type}`] = log(`on${type}`);
      xhr.addEventListener(type, log(type));
    }
    xhr.onreadystatechange = log('a');
    xhr.open('GET', '/echo');
    for (const type of ['loadstart', 'load', 'error', 'loadend'])
      xhr.addEventListener(type, log(`late ${type}`));
    await done();
  },
  'what is used again': async ({ xhr, log, done }) => {
    xhr.onreadystatechange = log('a');
    xhr.addEventListener('readystatechange', log('b'));
    xhr.open('GET', '/echo');
    await done();
    xhr.addEventListener('readystatechange', log('c'));
    xhr.onreadystatechange = log('d');
    xhr.open('GET', '/echo');
    await done();
    xhr.onreadystatechange = null;
    xhr.onreadystatechange = log('e');
    xhr.open('GET', '/echo');
    await done();
  },
  'what is opened again while it is under way': async ({ xhr, log, done }) => {
    xhr.addEventListener('readystatechange', log('a'));
    xhr.onreadystatechange = log('b');
    xhr.open('GET', '/hang');
    xhr.send();
    xhr.open('GET', '/echo');
    await done();
  },
  'what is given up': async ({ xhr, log }) => {
    xhr.onreadystatechange = log('a');
    xhr.addEventListener('readystatechange', log('b'));
    xhr.onabort = log('onabort');
    xhr.open('GET', '/hang');
    xhr.addEventListener('abort', log('abort'));
    xhr.send();
    xhr.abort();
  },
  'what fails': async ({ xhr, log, done }) => {
    xhr.onerror = log('onerror');
    xhr.onreadystatechange = log('a');
    xhr.addEventListener('error', log('error'));
    xhr.open('GET', '/drop');
    xhr.addEventListener('error', log('late'));
    await done();
  },
  'a listener that stops the others': async ({ xhr, log, done }) => {
    xhr.addEventListener('readystatechange', (event) => {
      log('a')(event);
      if (xhr.readyState === 4) event.stopImmediatePropagation();
    });
    xhr.onreadystatechange = log('b');
    xhr.open('GET', '/echo');
    await done();
  },
  'an opening that fails': async ({ xhr, log, done }) => {
    xhr.onreadystatechange = log('a');
    try {
      xhr.open('GET', 'http://');
    } catch {}
    xhr.addEventListener('readystatechange', log('b'));
    xhr.open('GET', '/echo');
    await done();
  },
  synchronous: async ({ xhr, log }) => {
    xhr.onreadystatechange = log('a');
    xhr.addEventListener('readystatechange', log('b'));
    xhr.open('GET', '/echo', false);
    xhr.send();
  },
};

/** Ways to send again when the network has failed. `again(how)` does it, once. */
const RETRIES = {
  'onerror, set before open': (xhr, again, open) => {
    xhr.onerror = again;
    open();
  },
  'onerror, set after open': (xhr, again, open) => {
    open();
    xhr.onerror = again;
  },
  'an error listener, added before open': (xhr, again, open) => {
    xhr.addEventListener('error', again);
    open();
  },
  'an error listener, added before send': (xhr, again, open) => {
    open();
    xhr.addEventListener('error', again);
  },
  'onreadystatechange, set before open': (xhr, again, open) => {
    xhr.onreadystatechange = () => xhr.readyState === 4 && again();
    open();
  },
  'onreadystatechange, set after open': (xhr, again, open) => {
    open();
    xhr.onreadystatechange = () => xhr.readyState === 4 && again();
  },
  'a readystatechange listener, added before open': (xhr, again, open) => {
    xhr.addEventListener('readystatechange', () => xhr.readyState === 4 && again());
    open();
  },
  'a readystatechange listener that captures': (xhr, again, open) => {
    xhr.addEventListener('readystatechange', () => xhr.readyState === 4 && again(), true);
    open();
  },
  'onloadend, set before open': (xhr, again, open) => {
    xhr.onloadend = again;
    open();
  },
};

describe('an XMLHttpRequest', { timeout: 180_000 }, () => {
  const { browser, server, api, open } = useXhr();

  it('calls handlers and listeners in the order in which it would without us', async () => {
    const run = (page) =>
      page.evaluate(
        async ([orders, api]) => {
          const seen = {};
          for (const [name, source] of orders) {
            const told = [];
            const xhr = new XMLHttpRequest();
            const opens = xhr.open;
            xhr.open = function (method, path, ...rest) {
              const url = path.startsWith('/') ? api + path : path;
              return opens.call(this, method, url, ...rest);
            };
            const log = (who) => (event) => void told.push(`${who} ${event.type} ${xhr.readyState}`);
            const done = () =>
              new Promise((resolve) => {
                xhr.addEventListener('loadend', () => setTimeout(resolve), { once: true });
                xhr.send();
              });
            const run = new Function(`return ${source}`)();
            const going = () => run({ xhr, log, done });
            await (globalThis.T?.isInitialized() ? T.startSpan({ name: 'root' }, going) : going());
            delete xhr.open;
            seen[name] = { told, keys: Object.keys(xhr), handler: typeof xhr.onreadystatechange };
          }
          return seen;
        },
        [Object.entries(ORDERS).map(([name, order]) => [name, order.toString()]), api.url],
      );
    const without = await run(await openPackage(browser, server));
    const withUs = await run(await open());
    for (const name of Object.keys(ORDERS)) {
      assert.ok(without[name].told.length > 1, name);
      assert.deepEqual(withUs[name], without[name], name);
    }
  });

  it('shows the handler that the page has set, and a setter as it was', async () => {
    const look = () => {
      const xhr = new XMLHttpRequest();
      const handler = () => {};
      xhr.onreadystatechange = handler;
      xhr.open('GET', '/echo');
      xhr.send();
      const names = Object.getOwnPropertyNames(XMLHttpRequest.prototype);
      const { set, ...more } = Object.getOwnPropertyDescriptor(
        XMLHttpRequest.prototype,
        'onreadystatechange',
      );
      return [
        xhr.onreadystatechange === handler,
        String(set),
        set.name,
        set.length,
        names,
        JSON.stringify(more),
      ];
    };
    const without = await (await openPackage(browser, server)).evaluate(look);
    assert.ok(without[0]);
    assert.deepEqual(await (await open()).evaluate(look), without);
  });

  for (const same of [true, false]) {
    it(`that is sent again as it fails goes without our headers (${same ? 'the same' : 'another'} object)`, async () => {
      for (const [name, way] of Object.entries(RETRIES)) {
        const page = await open();
        const outcomes = await page.evaluate(
          async ([source, same, url]) => {
            const way = new Function(`return ${source}`)();
            const outcomes = [];
            const again = (first) =>
              new Promise((resolve) => {
                const xhr = same ? first : new XMLHttpRequest();
                xhr.onerror = xhr.onreadystatechange = null;
                xhr.open('GET', url);
                xhr.onload = () => resolve(outcomes.push('ok'));
                // Events of the first request may come when the second was opened.
                xhr.onerror = () => xhr.readyState === 4 && resolve(outcomes.push('error'));
                xhr.send();
              });
            await new Promise((resolve) => {
              const xhr = new XMLHttpRequest();
              let once = false;
              const retry = () => {
                if (once) return;
                once = true;
                outcomes.push(xhr.status ? 'ok' : 'error');
                again(xhr).then(resolve);
              };
              way(xhr, retry, () => xhr.open('GET', url));
              xhr.send();
            });
            return outcomes;
          },
          [way.toString(), same, `${api.url}/forbid`],
        );
        assert.deepEqual(outcomes, ['error', 'ok'], name);
        await page.context().close();
      }
    });
  }

  it('that is sent again by fetch as it fails goes without our headers', async () => {
    const page = await open();
    const told = await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const xhr = new XMLHttpRequest();
          xhr.addEventListener('readystatechange', () => {
            if (xhr.readyState === 4) resolve(fetch(url).then(({ status }) => status, String));
          });
          xhr.open('GET', url);
          xhr.send();
        }),
      `${api.url}/forbid`,
    );
    assert.equal(told, 200);
  });

  it('that is given up, or late, and sent again at once breaks nothing', async () => {
    const page = await open();
    const carried = await page.evaluate(async (api) => {
      const echo = () =>
        new Promise((resolve) => {
          const xhr = new XMLHttpRequest();
          xhr.open('GET', `${api}/echo`);
          xhr.onload = () => resolve('sentry-trace' in JSON.parse(xhr.responseText));
          xhr.send();
        });
      const told = [];
      for (const end of ['abort', 'timeout']) {
        told.push(
          await new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            xhr.onreadystatechange = () => {
              if (xhr.readyState === 4) resolve(echo());
            };
            xhr.open('GET', `${api}/hang`);
            if (end === 'timeout') xhr.timeout = 50;
            xhr.send();
            if (end === 'abort') setTimeout(() => xhr.abort());
          }),
        );
      }
      return told;
    }, api.url);
    assert.deepEqual(carried, [true, true]);
  });

  for (const [title, later] of [
    ['is as before us when we go', ''],
    ['keeps the setter of whoever has wrapped it since, when we go', 'wrap'],
    ['loses nothing else of ours when we go, where its setter is gone', 'remove'],
  ]) {
    it(title, async () => {
      const page = await openPackage(browser, server);
      await page.evaluate(() => {
        globalThis.read = () =>
          Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'onreadystatechange')?.set;
        globalThis.native = [read(), XMLHttpRequest.prototype.open];
      });
      await openTraced(page);
      const told = await page.evaluate(async (later) => {
        const { prototype } = XMLHttpRequest;
        const ours = read();
        const theirs = function (handler) {
          ours.call(this, handler);
        };
        const given = Object.getOwnPropertyDescriptor(prototype, 'onreadystatechange');
        if (later === 'wrap')
          Object.defineProperty(prototype, 'onreadystatechange', { ...given, set: theirs });
        if (later === 'remove') delete prototype.onreadystatechange;
        await T.close();
        const known = new Map([
          [native[0], 'native'],
          [theirs, 'theirs'],
          [undefined, 'none'],
        ]);
        return [ours !== native[0], known.get(read()), prototype.open === native[1]];
      }, later);
      assert.deepEqual(told, [true, { wrap: 'theirs', remove: 'none' }[later] ?? 'native', true]);
    });
  }
});
