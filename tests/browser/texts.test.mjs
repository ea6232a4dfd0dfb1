// Texts of the page that pass through the core, in sampling contexts and headers: of any length and in any script they arrive
// whole, or cut where they are longer than anything that is sent; and the core keeps no room for them.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';
import { countCrossings } from '../support/crossings.mjs';

/** Longer texts are cut, see MAX_TEXT in js/core/abi.ts. */
const MAX_TEXT = 200_000;

const TEXTS = {
  short: 'short',
  'none at all': '',
  'as long as few': 'x'.repeat(199),
  'a little longer than the room at first': 'x'.repeat(16_385),
  'much longer': 'x'.repeat(100_000),
  'one character of two bytes': 'é',
  'one of them in the middle': `${'x'.repeat(150)}é${'y'.repeat(300)}`,
  'one of them at the end of the room': `${'x'.repeat(16_383)}é`,
  'characters of two bytes': 'é'.repeat(30_000),
  'characters of three and four bytes': '日本語 🙂'.repeat(5000),
  'a mark of the order of bytes': '\ufeffwith a mark',
  'a character of no width, and others of that kind': 'a\0b\u2028c\u007f',
  'lines and tabs': 'a\nb\r\nc\td',
  'what headers mean by themselves': 'a=b,c;d%20"e"\\',
};

describe('texts', { timeout: 240_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  before(() => countCrossings(browser));
  let page;
  beforeEach(async () => {
    page = await openTraced(await openPackage(browser, server));
    await page.evaluate(() => {
      /** What the sampling context of a root of this name says. */
      globalThis.dsc = (name, options = {}) => {
        Object.assign(T.getClient().getOptions(), options);
        const root = T.startNewTrace(() => T.startInactiveSpan({ name }));
        return T.getDynamicSamplingContextFromSpan(root);
      };
    });
  });

  for (const [what, text] of Object.entries(TEXTS)) {
    it(`arrive whole: ${what}`, async () => {
      const { transaction, release, environment, baggage } = await page.evaluate((text) => {
        const { transaction, release, environment } = dsc(text, {
          release: `r${text}`,
          environment: `e${text}`,
        });
        // A header has room for one of them at most.
        Object.assign(T.getClient().getOptions(), { release: undefined, environment: undefined });
        const { baggage } = T.getTraceData({ span: T.startInactiveSpan({ name: text }) });
        return { transaction, release, environment, baggage };
      }, text);
      assert.equal(transaction ?? '', text);
      assert.deepEqual([release, environment], [`r${text}`, `e${text}`]);
      const carried = /sentry-transaction=([^,]*)/.exec(baggage)?.[1];
      if (text.length < 1000) assert.equal(decodeURIComponent(carried ?? ''), text);
      else if (carried !== undefined) assert.equal(decodeURIComponent(carried), text);
      assert.ok(baggage.length <= 8192, `${baggage.length}`);
    });
  }

  it('that are too long are cut, and those after them arrive', async () => {
    const seen = await page.evaluate((max) => {
      const seen = [];
      for (const text of ['x'.repeat(max + 1), 'é'.repeat(1_000_000), `x${'🙂'.repeat(max)}`]) {
        const { transaction, release } = dsc(text, { release: 'short é' });
        // The last character may have been cut in two.
        seen.push([transaction.length, text.startsWith(transaction.slice(0, -1)), release]);
        seen.push(dsc('next ö').transaction);
      }
      return seen;
    }, MAX_TEXT);
    const cut = [MAX_TEXT, true, 'short é'];
    assert.deepEqual(seen, [cut, 'next ö', cut, 'next ö', cut, 'next ö']);
  });

  it('with half a character have one in its place that stands for it', async () => {
    const seen = await page.evaluate(() =>
      ['\ud83d', '\ude42', 'a\ud83db', '\ud83d\ud83d\ude42', 'é\ude42'].map((name) => dsc(name).transaction),
    );
    assert.deepEqual(seen, ['\ufffd', '\ufffd', 'a\ufffdb', '\ufffd🙂', 'é\ufffd']);
  });

  for (const traceLifecycle of ['static', 'stream']) {
    it(`with half a character leave whole, wherever the page puts them: ${traceLifecycle}`, async () => {
      const HALF = 'half \ud83d';
      const carried = await page.evaluate(
        async ([half, traceLifecycle]) => {
          const given = { [half]: half, list: [half], deep: { [half]: half } };
          T.init({ ...options, traceLifecycle, environment: half, release: half, dist: half });
          const scope = T.getCurrentScope();
          scope
            .setTags({ [half]: half })
            .setExtras(given)
            .setContext(half, given)
            .setAttributes(given);
          scope.setUser({ id: half, username: half });
          T.getClient().recordDroppedEvent(half, half);
          const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
          const links = [{ context, attributes: { [half]: half } }];
          const carried = [];
          const root = T.startInactiveSpan({
            name: half,
            op: half,
            attributes: given,
            links,
            parentSpan: null,
          });
          T.withActiveSpan(root, () => {
            T.startSpan({ name: half, op: half, attributes: given, links }, (span) => {
              span.updateName(`${half}!`).setAttribute(half, half).setStatus({ code: 2, message: half });
              T.setMeasurement(half, 1, half, span);
            });
            carried.push(T.getTraceData().baggage, T.getTraceMetaTags());
          });
          root.end();
          const dsc = { trace_id: 'c'.repeat(32), transaction: half, release: half };
          carried.push(T.dynamicSamplingContextToSentryBaggageHeader(dsc));
          T.withScope((inner) => {
            inner.setPropagationContext({ traceId: dsc.trace_id, sampleRand: 0.5, dsc });
            carried.push(T.getTraceData().baggage);
          });
          await T.flush();
          return carried;
        },
        [HALF, traceLifecycle],
      );
      for (const header of carried) {
        assert.match(header, /sentry-transaction=half%20%EF%BF%BD/);
        assert.match(header, /sentry-release=half%20%EF%BF%BD/);
      }
      await reportedLosses(page, server);
      const sent = JSON.stringify(server.envelopes);
      // Read again, half a character would be escaped.
      assert.doesNotMatch(sent, /\\ud[89a-f]/i);
      const types = new Set(server.envelopes.map(({ item }) => item.type));
      assert.deepEqual(
        types,
        new Set([traceLifecycle === 'stream' ? 'span' : 'transaction', 'client_report']),
      );
      assert.ok(sent.split('half \ufffd').length > 20, sent);
    });
  }

  it('of a long address are judged and recorded', async () => {
    const path = `/echo/${'long/'.repeat(1500)}ö?token=secret&q=ü`;
    const carried = await page.evaluate(async (path) => {
      const response = await T.startSpan({ name: 'root' }, (root) => root.run(() => fetch(path)));
      await T.flush();
      return (await response.json())['sentry-trace'];
    }, path);
    const [{ payload }] = server.envelopes;
    const [{ data, span_id, trace_id }] = payload.spans;
    assert.equal(carried, `${trace_id}-${span_id}-1`);
    const recorded = new URL(path.replace('secret', '[Filtered]'), server.url).href;
    assert.equal(decodeURI(data['url.full']), decodeURI(recorded));
  });

  it('take no room of the core for good', async () => {
    const sizes = await page.evaluate(() => {
      const turn = () => dsc('é'.repeat(100_000), { release: 'x'.repeat(150_000) }).transaction.length;
      for (let times = 0; times < 10; times++) turn();
      const before = core.memory.buffer.byteLength;
      let length = 0;
      for (let times = 0; times < 100; times++) length = turn();
      return { length, before, after: core.memory.buffer.byteLength };
    });
    assert.equal(sizes.length, 100_000);
    assert.equal(sizes.after, sizes.before);
    assert.ok(sizes.after < 32_000_000, `${sizes.after}`);
  });
});
