// Values of the page that are far larger than anything that is sent on purpose: they are cut, the developer hears of it, what
// they belong to is sent, and the tab keeps nothing of them.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

/** See MAX_TEXT in js/values/cut.ts. */
const MAX_TEXT = 200_000;
const LARGE = 50_000_000;
/** What the tab may keep, in bytes: what was measured is less than a tenth of it. */
const KEPT = 10_000_000;

/** Where a page may put a text. The root is sent, and what `read` finds in it is the text. */
const PLACES = {
  'an attribute': [
    (root, text) => root.setAttribute('large', text),
    ({ contexts }) => contexts.trace.data.large,
  ],
  attributes: [
    (root, text) => root.setAttributes({ large: text }),
    ({ contexts }) => contexts.trace.data.large,
  ],
  'an attribute that is a list': [
    (root, text) => root.setAttribute('large', ['small', text]),
    ({ contexts }) => contexts.trace.data.large[1],
  ],
  'a child': [
    (root, text) =>
      T.withActiveSpan(root, () => T.startSpan({ name: 'x', attributes: { large: text } }, () => {})),
    ({ spans }) => spans[0].data.large,
  ],
  'the name of a child': [
    (root, text) => T.withActiveSpan(root, () => T.startSpan({ name: text }, () => {})),
    ({ spans }) => spans[0].description,
  ],
  'the name of a root': [(root, text) => root.updateName(text), ({ transaction }) => transaction],
  'the message of a status': [
    (root, text) => root.setStatus({ code: 2, message: text }).setAttribute('large', text),
    ({ contexts }) => contexts.trace.data.large,
  ],
  'a link': [
    (root, text) => {
      const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
      root.addLink({ context, attributes: { large: text } });
    },
    ({ contexts }) => contexts.trace.links[0].attributes.large,
  ],
  'extra data': [
    (_, text) => T.getIsolationScope().setExtra('large', { text }),
    ({ extra }) => extra.large.text,
  ],
  'the release': [
    (_, text) => {
      T.getClient().getOptions().release = text;
    },
    ({ release }) => release,
  ],
};

describe('large values', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;
  let cdp;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    await page.evaluate((large) => {
      T.init({ ...options, debug: true });
      /** Sends a root with a text of so many characters; a text of one piece, and another one each time. */
      globalThis.send = async (put, length) => {
        const root = T.startInactiveSpan({ name: 'root', parentSpan: null });
        put(root, ['x'.repeat(length - 1), 'é'].join(''));
        root.end();
        T.getIsolationScope().setExtra('large', '');
        T.getClient().getOptions().release = '';
        await T.flush();
      };
      globalThis.LARGE = large;
    }, LARGE);
  });

  /** How many bytes the heap of the page has, and all buffers of it. */
  async function heap() {
    await cdp.send('HeapProfiler.collectGarbage');
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
  }

  for (const [name, [put, read]] of Object.entries(PLACES)) {
    it(`of ${LARGE.toLocaleString('en')} characters are cut: ${name}`, async () => {
      const turn = (length) =>
        page.evaluate(
          ([source, length]) => send(new Function(`return ${source}`)(), length),
          [String(put), length],
        );
      await turn(10);
      const before = await heap();
      for (const _ of [1, 2]) await turn(LARGE);
      const after = await heap();
      assert.ok(after - before < KEPT, `${after - before} bytes are kept`);
      const [small, ...large] = server.envelopes.map(({ payload }) => read(payload));
      assert.deepEqual(small, 'xxxxxxxxxé');
      assert.deepEqual(
        large.map(({ length }) => length),
        [MAX_TEXT, MAX_TEXT],
      );
      assert.match(page.said.join('\n'), /49800000 of its 50000000 characters are left out/);
    });
  }

  it('of a length that is sent on purpose arrive whole', async () => {
    await page.evaluate((length) => send((root, text) => root.setAttribute('large', text), length), MAX_TEXT);
    const [{ payload }] = server.envelopes;
    assert.equal(payload.contexts.trace.data.large.length, MAX_TEXT);
    assert.doesNotMatch(page.said.join('\n'), /cut/);
  });
});
