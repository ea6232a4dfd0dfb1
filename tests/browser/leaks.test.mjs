// A page that lives long: thousands of navigations and requests leave heap, memory, listeners and observers where they
// were.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { isWebAssembly } from '../support/built.mjs';
import { watchCores } from '../support/crossings.mjs';

const NAVIGATIONS = 2000;
/**
 * So often the heap may have grown by more before it counts: a busy machine compiles late, and once. What a navigation keeps, every
 * further thousand of them keeps again.
 */
const ATTEMPTS = 3;
const REQUESTS_EACH = 10;
/** So that what is kept on purpose (the latest thousand of some things) is full, and tables have their size. */
const WARM_UP = 2000;
/** After so many the page is hidden for a moment, so that what may wait for its turn then leaves. */
const UNTIL_HIDDEN = 20;

/** What may be left over, in bytes: compiled code and the tables of the browser's own. */
const HEAP_NOISE = 100_000;
/** A page of WebAssembly: how free memory is divided depends on who came first. */
const WASM_NOISE = 65_536;

/** Counts what is registered, and answers requests without a network. Runs before anything else on the page. */
function instrument() {
  const counts = { listeners: 0, observers: 0, envelopes: 0, requests: 0 };
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const known = new Map();
  const keyed = (target, type, options) => {
    const capture = typeof options === 'object' ? options?.capture : options;
    const key = `${target === document ? 'document' : 'window'}/${type}/${Boolean(capture)}`;
    const listeners = known.get(key) ?? new Set();
    known.set(key, listeners);
    return listeners;
  };
  // Only what outlives a request counts: listeners of the window, the document and the history.
  const lasting = (target) => target === undefined || target === globalThis || target === document;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (lasting(this)) {
      keyed(this, type, options).add(listener);
      if (options?.once) {
        addEventListener.call(
          this ?? globalThis,
          type,
          () => keyed(this, type, options).delete(listener),
          options,
        );
      }
    }
    return addEventListener.call(this ?? globalThis, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    if (lasting(this)) keyed(this, type, options).delete(listener);
    return removeEventListener.call(this ?? globalThis, type, listener, options);
  };
  const observing = new Set();
  const { observe, disconnect } = PerformanceObserver.prototype;
  PerformanceObserver.prototype.observe = function (...given) {
    observing.add(this);
    return observe.apply(this, given);
  };
  PerformanceObserver.prototype.disconnect = function () {
    observing.delete(this);
    return disconnect.call(this);
  };
  globalThis.fetch = async (url, options) => {
    const envelope = String(url).includes('/tunnel');
    counts[envelope ? 'envelopes' : 'requests'] += 1;
    globalThis.carried ??= envelope ? undefined : new Headers(options?.headers).get('sentry-trace');
    return new Response('{}');
  };
  globalThis.onCore = (exports) => {
    globalThis.core = exports;
    return exports;
  };
  globalThis.counted = () => {
    counts.listeners = 0;
    for (const listeners of known.values()) counts.listeners += listeners.size;
    return { ...counts, observers: observing.size };
  };
}

describe('a page that lives long', { timeout: 300_000 }, () => {
  const browser = useBrowser('--js-flags=--expose-gc', '--enable-precise-memory-info');
  const server = useServer();

  for (const [name, given] of [
    ['static', {}],
    ['stream', { traceLifecycle: 'stream' }],
    ['unsampled', { tracesSampleRate: 0 }],
  ]) {
    it(`keeps nothing: ${name}`, async (t) => {
      server.reset();
      const page = await browser.page();
      await page.addInitScript(instrument);
      await watchCores(page);
      await page.goto(`${server.url}/page`);
      const result = await page.evaluate(
        async ({ given, tunnel, navigations, each, warmUp, untilHidden, attempts, noise }) => {
          const { flush, init, browserTracingIntegration } = await import('/index.js');
          // Without a click in between navigations would count as redirects, and be one root.
          const integrations = [browserTracingIntegration({ detectRedirects: false })];
          init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, integrations, ...given });
          const channel = new MessageChannel();
          const turn = () =>
            new Promise((resolve) => {
              channel.port1.onmessage = resolve;
              channel.port2.postMessage(0);
            });
          const xhr = (index) =>
            new Promise((resolve) => {
              const request = new XMLHttpRequest();
              request.open('GET', 'data:,');
              // Most are given up before they were sent.
              if (index % 10) return resolve();
              request.onloadend = resolve;
              request.send();
            });
          const live = async (count) => {
            for (let index = 0; index < count; index++) {
              history.pushState({}, '', `/page/${index}`);
              const requests = Array.from({ length: each }, (_, at) => fetch(`/api/${at}?n=${index}`));
              await Promise.all([...requests, xhr(index)]);
              await turn();
              if (index % untilHidden === 0) dispatchEvent(new PageTransitionEvent('pagehide'));
            }
          };
          const measure = async () => {
            await flush();
            for (let round = 0; round < 10; round++) {
              await turn();
              gc();
            }
            return {
              ...counted(),
              heap: performance.memory.usedJSHeapSize,
              wasm: core.memory.buffer.byteLength,
            };
          };
          await live(warmUp);
          const first = await measure();
          let before;
          let after = first;
          for (let attempt = 0; attempt < attempts; attempt++) {
            before = after;
            await live(navigations);
            after = await measure();
            if (after.heap - before.heap <= noise) break;
          }
          const others = Object.values(core)
            .filter((one) => typeof one !== 'function')
            .map((one) => one.constructor.name);
          return { first, before, after, carried: globalThis.carried, others };
        },
        {
          given,
          tunnel: server.tunnel,
          navigations: NAVIGATIONS,
          each: REQUESTS_EACH,
          warmUp: WARM_UP,
          untilHidden: UNTIL_HIDDEN,
          attempts: ATTEMPTS,
          noise: HEAP_NOISE,
        },
      );
      // Only the heap may be measured again: what is kept of anything else is kept for good.
      const { first, before, after } = result;
      t.diagnostic(`${name}: before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
      assert.match(result.carried ?? '', /^[0-9a-f]{32}-/, 'nothing was traced');
      assert.equal(after.requests - before.requests, NAVIGATIONS * REQUESTS_EACH);
      if (name !== 'unsampled') assert.ok(after.envelopes > before.envelopes, 'nothing was sent');
      assert.equal(after.listeners, first.listeners, 'listeners');
      assert.equal(after.observers, first.observers, 'performance observers');
      // Only numbers cross: without a table the core can hold nothing of JavaScript.
      const others = [...new Set(result.others)].sort();
      // The linker exports where the memory begins.
      const expected = isWebAssembly ? ['Global', 'Memory'] : ['Object'];
      assert.deepEqual(others, expected, 'what the core exports beside functions');
      assert.ok(after.heap - before.heap <= HEAP_NOISE, `the heap grew by ${after.heap - before.heap}`);
      assert.ok(after.wasm - first.wasm <= WASM_NOISE, `the core grew by ${after.wasm - first.wasm}`);
      await page.context().close();
    });
  }
});
