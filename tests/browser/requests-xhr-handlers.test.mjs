// Handlers of the page on an `XMLHttpRequest`, and ours: who hears first, and what is left of us afterwards.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useXhr } from '../support/xhr.mjs';

describe('handlers of an XMLHttpRequest', { timeout: 120_000 }, () => {
  const { server, api, open, run } = useXhr();

  it('has no property and no listener of ours afterwards', async () => {
    const page = await open();
    const told = await page.evaluate(async (api) => {
      const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
      const left = new Set();
      let most = 0;
      class Counted extends XMLHttpRequest {
        addEventListener(type, ...args) {
          left.add(type);
          most = Math.max(most, left.size);
          return add.call(this, type, ...args);
        }
        removeEventListener(type, ...args) {
          left.delete(type);
          return remove.call(this, type, ...args);
        }
      }
      const ended = (xhr) =>
        new Promise((resolve) => {
          xhr.onloadend = resolve;
        });
      const opened = (xhr, path, sync) => {
        xhr.open('GET', `${api}${path}`, !sync);
        return xhr;
      };
      const sent = (xhr, path) => {
        const end = ended(opened(xhr, path));
        xhr.send();
        return end;
      };
      const ways = {
        answered: (xhr) => sent(xhr, '/echo'),
        'used again': async (xhr) => {
          await sent(xhr, '/echo');
          await sent(Object.assign(xhr, { timeout: 20 }), '/hang');
          await sent(Object.assign(xhr, { timeout: 0 }), '/echo');
        },
        late: (xhr) => sent(Object.assign(xhr, { timeout: 20 }), '/hang'),
        aborted: async (xhr) => {
          const end = sent(xhr, '/hang');
          xhr.abort();
          await end;
        },
        'aborted by its handler': async (xhr) => {
          xhr.onprogress = () => xhr.abort();
          await sent(xhr, '/stream');
        },
        'given up': async (xhr) => {
          sent(xhr, '/hang');
          await sent(xhr, '/echo');
        },
        'given up, then synchronous': (xhr) => {
          sent(xhr, '/hang');
          opened(xhr, '/echo', true).send();
        },
        'opened twice': async (xhr) => {
          opened(xhr, '/hang').abort();
          await sent(xhr, '/echo');
        },
        'opened, then synchronous': (xhr) => {
          opened(xhr, '/hang');
          opened(xhr, '/echo', true).send();
        },
        'sent twice': async (xhr) => {
          const end = sent(xhr, '/echo');
          try {
            xhr.send();
          } catch {}
          await end;
        },
        'never opened': (xhr) => {
          try {
            xhr.open('GET', 'http://');
          } catch {}
        },
        untraced: (xhr) => T.suppressTracing(() => sent(xhr, '/echo')),
        // The last one, because it ends that our headers are sent there.
        failed: (xhr) => sent(xhr, '/drop'),
      };
      const told = [];
      const handler = () => {};
      for (const [way, deed] of Object.entries(ways)) {
        const xhr = new Counted();
        xhr.onreadystatechange = handler;
        await root(() => deed(xhr));
        xhr.onloadend = xhr.onprogress = null;
        if (left.size || Reflect.ownKeys(xhr).length || xhr.onreadystatechange !== handler) {
          told.push(`${way}: ${[...left]}`);
        }
        left.clear();
      }
      return [told, most > 0];
    }, api.url);
    assert.deepEqual(told, [[], true]);
  });

  it('ends before the handlers of the page run, and lets them end the transaction', async () => {
    const page = await open();
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          const span = T.startInactiveSpan({ name: 'root' });
          const xhr = new XMLHttpRequest();
          xhr.onreadystatechange = () => {
            if (xhr.readyState === 4) span.end();
          };
          xhr.onload = resolve;
          xhr.open('GET', '/echo');
          T.withActiveSpan(span, () => xhr.send());
        }),
    );
    const [{ payload }] = await server.received(1);
    assert.equal(payload.spans.length, 1);
  });

  it('does not last as long as what the page did before we heard of its end', async () => {
    const { told, spans } = await run(() =>
      root(async () => {
        const xhr = new XMLHttpRequest();
        let began;
        xhr.onreadystatechange = () => {
          if (xhr.readyState !== 4) return;
          // The same clock as that of the span.
          began = T.spanToJSON(T.startInactiveSpan({ name: 'handler' })).start_timestamp;
          const until = performance.now() + 50;
          while (performance.now() < until);
        };
        // In an object that is used again, handlers keep their places.
        await send('GET', '/echo/1', { xhr });
        await send('GET', '/echo/2', { xhr });
        return began;
      }),
    );
    const second = spans.find(({ description }) => description === 'GET /echo/2');
    assert.ok(second.timestamp <= told, `${second.timestamp} is after ${told}`);
  });

  it('is over when its handler opens the next one', async () => {
    const { spans } = await run(() =>
      root(async () => {
        const xhr = new XMLHttpRequest();
        await send('GET', '/echo/1', { xhr });
        await new Promise((resolve) => {
          xhr.onreadystatechange = () => {
            if (xhr.readyState !== 4) return;
            xhr.onreadystatechange = null;
            xhr.onloadend = resolve;
            xhr.open('GET', '/echo/3');
            xhr.send();
          };
          xhr.open('GET', '/echo/2');
          xhr.send();
        });
      }),
    );
    assert.deepEqual(
      spans.map(({ description, data }) => [description, data['http.response.status_code']]),
      [
        ['GET /echo/1', 200],
        ['GET /echo/2', 200],
        ['GET /echo/3', 200],
      ],
    );
  });

  it('goes on when the page sends it twice', async () => {
    const { spans } = await run(() =>
      root(() =>
        send('GET', '/echo', {
          before: (xhr) => {
            xhr.addEventListener('loadstart', () => {
              try {
                xhr.send();
              } catch {}
            });
          },
        }),
      ),
    );
    assert.deepEqual(
      spans.map(({ data }) => data['http.response.status_code']),
      [200],
    );
  });
});
