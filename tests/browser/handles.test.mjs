// Spans carried exactly: `span.run` and `span.bind` where callbacks overlap, and `AsyncContext` where an
// engine has it. A link may be missing; it is never wrong.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { transform } from 'esbuild';
import { useBrowser, useServer } from '../support/browser.mjs';

describe('carried spans', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    server.reset();
    page = await browser.page();
    await page.goto(`${server.url}/page`);
  });

  const start = (options = {}) =>
    page.evaluate(
      async ({ tunnel, options }) => {
        globalThis.T = await import('/index.js');
        T.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, ...options });
      },
      { tunnel: server.tunnel, options },
    );

  it('have the right parent in 1,000 interleaved asynchronous trees', async () => {
    await start();
    const seen = await page.evaluate(async () => {
      // A generator of its own, so that a failure can be seen again (mulberry32).
      let seed = 7;
      const random = () => {
        seed = (seed + 0x6d2b79f5) | 0;
        let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
      };
      const channel = new MessageChannel();
      const waiting = [];
      channel.port1.onmessage = () => waiting.shift()();
      const turn = () =>
        new Promise((resolve) => {
          if (random() < 0.5) return resolve();
          waiting.push(resolve);
          channel.port2.postMessage(0);
        });
      const pause = async () => {
        for (let left = Math.floor(random() * 4); left > 0; left--) await turn();
      };

      let spans = 0;
      let wrong = 0;
      let overlapping = 0;
      let open = 0;
      const check = (span, parent) => {
        spans++;
        const json = T.spanToJSON(span);
        const { traceId, spanId } = parent.spanContext();
        if (json.parent_span_id !== spanId || json.trace_id !== traceId) wrong++;
      };
      const ways = [
        async (parent, depth) => {
          const span = parent.run(() => T.startInactiveSpan({ name: 'inactive' }));
          check(span, parent);
          await grow(span, depth);
          span.end();
        },
        (parent, depth) =>
          parent.run(() =>
            T.startSpan({ name: 'callback' }, async (span) => {
              check(span, parent);
              await grow(span, depth);
            }),
          ),
        (parent, depth) =>
          new Promise((resolve) => {
            const begin = parent.bind(() => T.startInactiveSpan({ name: 'bound' }));
            waiting.push(() => {
              const span = begin();
              check(span, parent);
              grow(span, depth).then(() => {
                span.end();
                resolve();
              });
            });
            channel.port2.postMessage(0);
          }),
        async (parent) => {
          const span = parent.run(() =>
            T.withScope(() => T.startSpanManual({ name: 'manual' }, (span) => span)),
          );
          check(span, parent);
          await pause();
          span.end();
        },
      ];
      async function grow(parent, depth) {
        await pause();
        const children = depth > 2 ? 0 : Math.floor(random() * 4);
        const branches = [];
        for (let child = 0; child < children; child++) {
          const branch = ways[Math.floor(random() * ways.length)](parent, depth + 1);
          if (random() < 0.5) await branch;
          else branches.push(branch);
          await pause();
        }
        await Promise.all(branches);
      }
      async function tree() {
        open++;
        overlapping = Math.max(overlapping, open);
        const root = T.startNewTrace(() => T.startInactiveSpan({ name: 'root', parentSpan: null }));
        await grow(root, 0);
        root.end();
        open--;
      }
      // Code beside them that uses the plain way, whose spans stay active while it waits.
      let going = true;
      const noise = (async () => {
        while (going) await T.startSpan({ name: 'noise' }, pause);
      })();
      let left = 1000;
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          while (left-- > 0) await tree();
        }),
      );
      going = false;
      await noise;
      return { spans, wrong, overlapping };
    });
    assert.equal(seen.wrong, 0, `${seen.wrong} of ${seen.spans} spans have a wrong parent`);
    assert.ok(seen.spans > 2000 && seen.overlapping > 50, JSON.stringify(seen));
  });

  it('run: active inside, exactly until the callback returns, whatever it answers', async () => {
    await start();
    const seen = await page.evaluate(async () => {
      const span = T.startInactiveSpan({ name: 'span' });
      let settle;
      const inside = [];
      const answer = span.run(() => {
        inside.push(T.getActiveSpan() === span);
        return new Promise((resolve) => {
          settle = resolve;
        });
      });
      const outside = T.getActiveSpan() === undefined;
      settle('value');
      let thrown;
      try {
        span.run(() => {
          throw new TypeError('mine');
        });
      } catch (error) {
        thrown = error.message;
      }
      return { inside, outside, value: await answer, thrown, after: T.getActiveSpan() === undefined };
    });
    assert.deepEqual(seen, { inside: [true], outside: true, value: 'value', thrown: 'mine', after: true });
  });

  it('run: answers with the very promise of its callback, and leaves a rejection to whoever handles it', async () => {
    await start();
    const seen = await page.evaluate(async () => {
      const unhandled = [];
      addEventListener('unhandledrejection', (event) => unhandled.push(String(event.reason)));
      const span = T.startInactiveSpan({ name: 'span' });
      const promise = Promise.reject(new Error('handled by the page'));
      promise.catch(() => {});
      const same = span.run(() => promise) === promise;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { same, unhandled };
    });
    assert.deepEqual(seen, { same: true, unhandled: [] });
  });

  it('run: active again after any depth of callbacks inside', async () => {
    await start();
    const seen = await page.evaluate(async () => {
      const other = T.startInactiveSpan({ name: 'other', parentSpan: null });
      T.setActiveSpanInBrowser(other);
      const span = T.startInactiveSpan({ name: 'span', parentSpan: null });
      const deep = (depth) => depth && T.withScope(() => deep(depth - 1));
      return span.run(() => {
        // Frames of callbacks are large while nothing is compiled yet: not many more have room in a stack.
        deep(1010);
        const child = T.startInactiveSpan({ name: 'child' });
        return T.spanToJSON(child).parent_span_id === span.spanContext().spanId;
      });
    });
    assert.equal(seen, true);
  });

  it('run: a request inside becomes a child of the very span', async () => {
    await start();
    const parent = await page.evaluate(async () => {
      T.addIntegration(T.browserTracingIntegration({ instrumentPageLoad: false }));
      const root = T.startInactiveSpan({ name: 'root' });
      const span = T.startInactiveSpan({ name: 'span', parentSpan: root });
      await span.run(() => fetch('/echo'));
      span.end();
      root.end();
      return span.spanContext().spanId;
    });
    const [{ payload }] = await server.received(1);
    const request = payload.spans.find(({ op }) => op === 'http.client');
    assert.equal(request.parent_span_id, parent);
  });

  it('bind: keeps this, arguments and result, and can run many times', async () => {
    await start();
    const seen = await page.evaluate(() => {
      const span = T.startInactiveSpan({ name: 'span' });
      const object = { factor: 2 };
      object.scaled = span.bind(function (a, b) {
        return [this.factor * (a + b), T.getActiveSpan() === span];
      });
      const refused = span.bind('no function');
      return [object.scaled(1, 2), object.scaled(3, 4), refused, T.getActiveSpan() === undefined];
    });
    assert.deepEqual(seen, [[6, true], [14, true], 'no function', true]);
  });

  it('AsyncContext: the active span follows await by itself', async () => {
    // No engine has it yet. What stands in for it carries its value through `then`; so the program below is
    // compiled to one that awaits by `then`.
    await page.evaluate(() => {
      let current = new Map();
      globalThis.AsyncContext = {
        Variable: class {
          get() {
            return current.get(this);
          }
          run(value, callback) {
            const before = current;
            current = new Map(before).set(this, value);
            try {
              return callback();
            } finally {
              current = before;
            }
          }
        },
      };
      const { then } = Promise.prototype;
      // biome-ignore lint/suspicious/noThenProperty: this is what the proposal does inside of an engine
      Promise.prototype.then = function (...callbacks) {
        const snapshot = current;
        const carried = callbacks.map(
          (callback) =>
            typeof callback === 'function' &&
            ((value) => {
              const before = current;
              current = snapshot;
              try {
                return callback(value);
              } finally {
                current = before;
              }
            }),
        );
        return then.apply(this, carried);
      };
    });
    await start({ parentSpanIsAlwaysRootSpan: false });
    const program = `globalThis.program = async () => {
      const found = { spans: 0, wrong: 0 };
      const turn = (count) => count && Promise.resolve().then(() => turn(count - 1));
      const check = (span, parent) => {
        found.spans++;
        if (T.spanToJSON(span).parent_span_id !== parent.spanContext().spanId) found.wrong++;
      };
      const level = async (parent, depth, number) => {
        await turn((number * 7 + depth) % 5);
        if (T.getActiveSpan() !== parent) found.wrong++;
        const below = T.startInactiveSpan({ name: 'inactive' });
        check(below, parent);
        below.end();
        if (depth < 3) {
          await Promise.all([0, 1].map((child) => T.startSpan({ name: 'child' }, async (span) => {
            check(span, parent);
            await level(span, depth + 1, number + child);
          })));
        }
        await turn((number + depth) % 3);
        if (T.getActiveSpan() !== parent) found.wrong++;
      };
      await Promise.all(Array.from({ length: 50 }, (_, number) =>
        T.startSpan({ name: 'root', parentSpan: null }, (root) => level(root, 0, number))));
      found.left = T.getActiveSpan() === undefined;
      return found;
    };`;
    const { code } = await transform(program, { target: 'es2016' });
    const seen = await page.evaluate(`${code}; program()`);
    assert.deepEqual(seen, { spans: 50 * (15 + 14), wrong: 0, left: true });
  });
});
