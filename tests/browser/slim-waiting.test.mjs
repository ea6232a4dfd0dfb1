// `throughline/slim` while its core has yet to come: what is answered, kept and waited for.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { reportedLosses, useBrowser, useServer } from '../support/browser.mjs';
import { openSlim } from '../support/slim.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const META = `<meta name="sentry-trace" content="${TRACE}-${PARENT}-1"><meta name="baggage" content="sentry-trace_id=${TRACE}">`;
/** The core goes on with the trace, but nobody is sure of that before it has come. */
const DOUBTED = META.replace(`${TRACE}-${PARENT}-1`, `${TRACE}${PARENT}1`);

describe('a page that waits for the core', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());
  const open = (options) => openSlim(browser, server, options);
  const ours = ({ said }) => said.filter((line) => line.includes('[throughline]'));

  it('says of what is no source of a core that it is none, and fetches nothing', async () => {
    const page = await open();
    const came = await page.evaluate(async () => {
      start();
      const sources = [undefined, null, 0, {}, () => {}, [], Object.create(null)];
      const came = [];
      for (const source of sources) came.push(await T.initCore(source));
      return [came, await T.initCore('/core.wasm')];
    });
    assert.deepEqual(came, [Array(7).fill(false), true]);
    const said = ours(page);
    assert.equal(said.length, 7);
    for (const line of said)
      assert.match(line, /what initCore was given is .*, which is no address, and no core$/);
    assert.match(said[0], /is undefined,/);
    const asked = server.heard
      .map(({ path }) => path)
      .filter((path) => !/^\/(page|slim\.js|tunnel)/.test(path));
    assert.deepEqual(asked, ['/core.wasm']);
  });

  it('explains by which target a request carries headers', async () => {
    const page = await open({ head: META });
    const explained = await page.evaluate(() => {
      start({ tracePropagationTargets: ['/text', /nowhere/, /^http:\/\/other\.test/, /own/] });
      return [
        T.explainPropagation('http://other.test/x'),
        T.explainPropagation('/own'),
        T.explainPropagation('/own', { mode: 'no-cors' }),
      ];
    });
    assert.deepEqual(
      explained.map(({ attach, code }) => [attach, code]),
      [
        [true, 'target'],
        [true, 'target'],
        // No request of this mode takes them, whoever allows it.
        [false, 'disabled'],
      ],
    );
    assert.match(explained[0].detail, /is matched by the target \/\^http:\\\/\\\/other\\\.test\//);
    assert.match(explained[1].detail, /is matched by the target \/own\//);
  });

  it('stays in one trace when the page asks for the one in force, and in its own when it writes to it', async () => {
    const page = await open({ head: DOUBTED, file: { held: true } });
    const written = await page.evaluate(async () => {
      start();
      globalThis.core = T.initCore('/core.wasm');
      const scope = T.getCurrentScope();
      globalThis.held = scope.getPropagationContext();
      T.startSpan({ name: 'below', parentSpan: null }, () => {});
      T.withScope((other) => {
        other.setPropagationContext(held);
        T.startSpan({ name: 'handed on', parentSpan: null }, () => {});
      });
      T.withScope((other) => {
        const own = other.getPropagationContext();
        own.traceId = 'f'.repeat(32);
        globalThis.own = own;
        T.startSpan({ name: 'own', parentSpan: null }, () => {});
      });
      return T.getTraceData();
    });
    assert.deepEqual(written, {});
    page.release();
    await page.evaluate(() => core);
    const events = await server.transactions(4);
    const idOf = (name) =>
      events.find(({ payload }) => payload.transaction === name).payload.contexts.trace.trace_id;
    const seen = await page.evaluate(() => {
      T.startSpan({ name: 'after', parentSpan: null }, () => {});
      return [held.traceId, own.traceId];
    });
    const ids = ['/page', 'below', 'handed on', 'own'].map(idOf);
    assert.deepEqual(ids, [TRACE, TRACE, TRACE, 'f'.repeat(32)]);
    assert.deepEqual(seen, [TRACE, 'f'.repeat(32)]);
    const [after] = (await server.transactions(5)).filter(({ payload }) => payload.transaction === 'after');
    assert.equal(after.payload.contexts.trace.trace_id, TRACE);
  });

  it('goes on as soon as one of those who bring a core has brought it', async () => {
    const page = await open();
    const flushed = await page.evaluate(async () => {
      start({}, { instrumentPageLoad: false });
      T.startSpan({ name: 'work' }, () => {});
      T.initCore(new Promise(() => {}));
      const flushed = T.flush();
      await T.initCore('/core.wasm');
      return flushed;
    });
    assert.equal(flushed, true);
    const [{ payload }] = await server.received(1);
    assert.equal(payload.transaction, 'work');
  });

  it('keeps so many children of all roots and no more', async () => {
    const page = await open({ file: { held: true } });
    await page.evaluate(() => {
      start({}, { instrumentPageLoad: false });
      globalThis.core = T.initCore('/core.wasm');
      for (let at = 0; at < 40; at++) {
        T.startSpan({ name: `root ${at}` }, () => {
          for (let count = 0; count < 500; count++) T.startSpan({ name: 'child' }, () => {});
        });
      }
    });
    page.release();
    await page.evaluate(() => core);
    const lost = await reportedLosses(page, server);
    const sent = server.envelopes.filter(({ item }) => item.type === 'transaction');
    const spans = sent.reduce((sum, { payload }) => sum + payload.spans.length, 0);
    // The first roots are whole; of the others it is told what they have lost.
    assert.equal(sent.length, 40);
    assert.equal(spans, 10_000);
    assert.equal(lost['buffer_overflow span'], 10_000, JSON.stringify(lost));
    // Later ones are kept again.
    await page.evaluate(() =>
      T.startSpan({ name: 'later' }, () =>
        T.startSpan({ name: 'child' }, () => T.startSpan({ name: 'last' }, () => {})),
      ),
    );
    const later = (await server.transactions(41)).find(({ payload }) => payload.transaction === 'later');
    assert.equal(later.payload.spans.length, 2);
  });
});
