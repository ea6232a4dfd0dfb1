// What has ended is forgotten: the garbage collector can take it, whichever way it ended.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

const SPANS = 300;
/** The collector may leave a few that it has just seen. */
const FEW = 50;

describe('memory', { timeout: 120_000 }, () => {
  const browser = useBrowser('--js-flags=--expose-gc');
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    await page.evaluate(() => {
      /** Makes spans, and answers with how many of them are still held after whatever they wait for. */
      globalThis.held = async (count, make, done = () => T.flush(1000)) => {
        const spans = [];
        for (let made = 0; made < count; made++) spans.push(new WeakRef(make(made)));
        // What waits to be sent is held until it has been.
        await done();
        // A reference that was just looked at lives until the task ends.
        for (let turn = 0; turn < 5; turn++) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          gc();
        }
        return spans.filter((span) => span.deref()).length;
      };
    });
  });

  for (const [what, given, make] of [
    ['roots', {}, () => T.startSpan({ name: 'root' }, (span) => span)],
    [
      'roots that are not sampled',
      { tracesSampleRate: 0 },
      () => T.startSpan({ name: 'root' }, (span) => span),
    ],
    [
      'roots that are streamed',
      { traceLifecycle: 'stream' },
      () => T.startSpan({ name: 'root' }, (span) => span),
    ],
    [
      'children of roots that have ended',
      {},
      () => T.startSpan({ name: 'root' }, () => T.startSpan({ name: 'child' }, (span) => span)),
    ],
    [
      'spans that are sent alone',
      {},
      () => T.startSpan({ name: 'alone', experimental: { standalone: true } }, (span) => span),
    ],
    [
      'roots that somebody listens to',
      {},
      () => {
        globalThis.stop ??= T.getClient().on('spanEnd', () => {});
        return T.startSpan({ name: 'root' }, (span) => span);
      },
    ],
  ]) {
    it(`${what} are let go of`, async () => {
      const alive = await page.evaluate(
        async ({ given, make, count }) => {
          T.init({ ...options, ...given });
          // biome-ignore lint/security/noGlobalEval: a function of this file
          return held(count, eval(make));
        },
        { given, make: String(make), count: SPANS },
      );
      assert.ok(alive <= FEW, `${alive} of ${SPANS} are held`);
    });
  }

  it('roots that end after close are let go of', async () => {
    const alive = await page.evaluate(async (count) => {
      const client = T.init(options);
      const open = [];
      const spans = await held(count, () => {
        open.push(T.startInactiveSpan({ name: 'root' }));
        return open.at(-1);
      });
      await client.close();
      const refs = open.map((span) => new WeakRef(span));
      for (const span of open.splice(0)) span.end();
      for (let turn = 0; turn < 5; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        gc();
      }
      return [spans, refs.filter((span) => span.deref()).length];
    }, SPANS);
    assert.equal(alive[0], SPANS);
    assert.ok(alive[1] <= FEW, `${alive[1]} of ${SPANS} are held`);
  });

  it('roots that never end, and that nobody holds, are let go of', async () => {
    const alive = await page.evaluate(async (count) => {
      T.init(options);
      return held(count, () => {
        const root = T.startInactiveSpan({ name: 'root' });
        T.startInactiveSpan({ name: 'child', parentSpan: root });
        return root;
      });
    }, SPANS);
    assert.ok(alive <= FEW, `${alive} of ${SPANS} are held`);
  });

  for (const [what, make] of [
    ['bodies', () => new Blob(['x'])],
    ['requests', () => new Request('/echo', { method: 'POST', body: 'x' })],
  ]) {
    it(`${what} of a fetch are let go of, also if the core never comes`, async () => {
      const alive = await page.evaluate(async (make) => {
        const { init, instrumentOutgoingRequests, startSpan } = await import('/slim.js');
        instrumentOutgoingRequests(init(options));
        // biome-ignore lint/security/noGlobalEval: a function of this file
        const given = eval(make);
        const answers = [];
        const send = () => {
          const one = given();
          const args = one.url ? [one] : ['/echo', { method: 'POST', body: one }];
          answers.push(startSpan({ name: 'root' }, () => fetch(...args)));
          return one;
        };
        return held(200, send, () => Promise.all(answers));
      }, String(make));
      assert.ok(alive <= FEW, `${alive} of 200 are held`);
    });
  }

  it('callbacks whose promise never settles do not pile up', async () => {
    const alive = await page.evaluate(async () => {
      T.init(options);
      return held(3000, () => {
        let scope;
        T.withScope((used) => {
          scope = used;
          return new Promise(() => {});
        });
        return scope;
      });
    });
    assert.ok(alive <= 1005, `${alive} scopes are held`);
  });
});
