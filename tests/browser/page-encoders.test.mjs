// Encoders of the page in the place of the browser's own: texts that go into the core pass through them, and whatever they answer,
// the page works, headers are right or missing, and tracing goes on where it can.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';

/** What stands in for `TextEncoder.prototype.encodeInto`; `real` is the browser's own. */
const ENCODERS = {
  throws: () => null.encode,
  'answers nothing': () => undefined,
  'answers with no number': () => ({ read: 1, written: 'many' }),
  'has written more than there is room': (text, bytes) => ({ ...real(text, bytes), written: 1e9 }),
  'has written more than there is memory': (text, bytes) => ({ ...real(text, bytes), written: 2 ** 32 + 5 }),
  'has written less than nothing': (text, bytes) => ({ ...real(text, bytes), written: -7 }),
  'has written a part of a byte': (text, bytes) => ({ ...real(text, bytes), written: 1.5 }),
  'has written no number at all': (text, bytes) => ({ ...real(text, bytes), written: Number.NaN }),
  'has written a symbol': (text, bytes) => ({ ...real(text, bytes), written: Symbol('many') }),
  'writes what is no UTF-8': (text, bytes) => {
    const answer = real(text, bytes);
    bytes.fill(0xff, 0, answer.written);
    return answer;
  },
  'writes the half of a character': (text, bytes) => {
    bytes[0] = 0xf0;
    return { read: text.length, written: 1 };
  },
  'begins spans of its own': (text, bytes) => {
    if (!globalThis.inside) {
      globalThis.inside = true;
      T?.startNewTrace(() => T.startSpan({ name: `${'inside é'.repeat(5000)}` }, () => T.getTraceData()));
      globalThis.inside = false;
    }
    return real(text, bytes);
  },
};

/** What stands in for `TextDecoder.prototype.decode`, by which the core's answers are read. */
const DECODERS = {
  throws: () => null.decode,
  'answers nothing': () => undefined,
  'answers with a number': () => 5,
  'answers with what it was given': (bytes) => bytes,
  'begins spans of its own': (bytes) => {
    if (!globalThis.inside) {
      globalThis.inside = true;
      T?.startNewTrace(() => T.startSpan({ name: 'inside' }, () => T.getTraceData()));
      globalThis.inside = false;
    }
    return real(bytes);
  },
};

describe('encoders of the page', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Opens a page on which a method is replaced before the package is there, or after `init`. */
  async function open(kind, method, source, isBefore) {
    server.reset();
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.evaluate(
      async ({ kind, method, source, isBefore, tunnel }) => {
        const { prototype } = globalThis[kind];
        const own = prototype[method];
        globalThis.T = undefined;
        globalThis.restore = () => {
          prototype[method] = own;
        };
        const replace = () => {
          const real = (...given) => own.apply(new globalThis[kind](), given);
          prototype[method] = new Function('real', `return ${source}`)(real);
        };
        if (isBefore) replace();
        globalThis.T = await import('/index.js');
        const tracing = { instrumentPageLoad: false, enableLongTask: false, enableLongAnimationFrame: false };
        T.init({
          dsn: 'http://public@localhost:1/1',
          tunnel,
          tracesSampleRate: 1,
          release: 'shop é',
          environment: 'Prüfung',
          tracePropagationTargets: [location.origin, 'höst.test'],
          integrations: [T.browserTracingIntegration(tracing)],
        });
        if (!isBefore) replace();
      },
      { kind, method, source: String(source), isBefore, tunnel: server.tunnel },
    );
    return page;
  }

  /** Does what a page does, with texts that are not ASCII; answers with what the page sees. */
  const use = (page) =>
    page.evaluate(async () => {
      const answers = [];
      const { ids, carried } = await T.startNewTrace(() =>
        T.startSpan({ name: 'root ö' }, async (root) => {
          answers.push(T.startSpan({ name: 'child ä', attributes: { ü: 'ß' } }, () => 'answer'));
          const response = await root.run(() => fetch('/echo/ö?q=ü', { headers: { baggage: 'mine=é' } }));
          answers.push(response.status);
          return { ids: root.spanContext(), carried: await response.json() };
        }),
      );
      answers.push(typeof T.getTraceMetaTags(), typeof T.explainPropagation('/echo/ö').code);
      const came = { sentryTrace: `${'a'.repeat(32)}-${'b'.repeat(16)}-1`, baggage: 'sentry-release=é' };
      answers.push(T.continueTrace(came, () => T.startSpan({ name: 'continued é' }, () => 'answer')));
      history.pushState({}, '', '/page/ö');
      T.getActiveSpan()?.end();
      await T.flush();
      answers.push(T.getActiveSpan());
      return { answers, ids, carried };
    });

  function check({ answers, ids, carried }) {
    assert.deepEqual(answers, ['answer', 200, 'string', 'string', 'answer', undefined]);
    const { 'sentry-trace': trace, baggage = '' } = carried;
    if (trace !== undefined) assert.match(trace, new RegExp(`^${ids.traceId}-[0-9a-f]{16}-[01]$`));
    // What a header says of the trace is right, and what is the page's own is kept.
    for (const [name, expected] of [
      ['trace_id', ids.traceId],
      ['transaction', 'root ö'],
      ['release', 'shop é'],
      ['environment', 'Prüfung'],
    ]) {
      const value = new RegExp(`sentry-${name}=([^,]*)`).exec(baggage)?.[1];
      if (value !== undefined) assert.equal(decodeURIComponent(value), expected, baggage);
    }
    assert.ok(baggage.includes('mine=é'), baggage);
  }

  async function goesOn(page) {
    await page.evaluate(() => restore());
    const { ids, carried, answers } = await use(page);
    check({ ids, carried, answers });
    assert.ok(carried['sentry-trace'], 'headers again');
    assert.match(carried.baggage, /sentry-release=shop%20%C3%A9.*sentry-transaction=root%20%C3%B6/);
    const { header, payload } = server.envelopes.find(
      ({ payload }) => payload.contexts?.trace.trace_id === ids.traceId,
    );
    assert.deepEqual([payload.transaction, header.trace.transaction], ['root ö', 'root ö']);
    assert.equal(payload.spans[0].data.ü, 'ß');
    assert.deepEqual(
      page.said.filter((said) => said.startsWith('uncaught')),
      [],
    );
  }

  for (const [kind, method, replacements] of [
    ['TextEncoder', 'encodeInto', ENCODERS],
    ['TextDecoder', 'decode', DECODERS],
  ]) {
    for (const [name, replacement] of Object.entries(replacements)) {
      for (const when of ['before the package is there', 'after init']) {
        it(`${method} ${name}, ${when}`, { timeout: 30_000 }, async () => {
          const page = await open(kind, method, replacement, when.startsWith('before'));
          check(await use(page));
          await goesOn(page);
          await page.context().close();
        });
      }
    }
  }

  for (const text of ['', 'nonsense', '{}', '\n'.repeat(20), '1\t2\n3']) {
    it(`decode answers with another text, ${JSON.stringify(text)}: the page works, and nothing is thrown`, async () => {
      const decoder = `() => ${JSON.stringify(text)}`;
      const page = await open('TextDecoder', 'decode', decoder, text === 'nonsense');
      const { answers } = await use(page);
      assert.deepEqual(answers, ['answer', 200, 'string', 'string', 'answer', undefined]);
      const uncaught = page.said.filter((said) => said.startsWith('uncaught'));
      assert.deepEqual(uncaught, []);
    });
  }

  for (const [name, replace] of [
    ['there is no TextEncoder', () => delete globalThis.TextEncoder],
    ['there is no TextDecoder', () => delete globalThis.TextDecoder],
    [
      'neither can be made',
      () => {
        for (const kind of ['TextEncoder', 'TextDecoder']) {
          globalThis[kind] = class {
            constructor() {
              null.encode();
            }
          };
        }
      },
    ],
  ]) {
    it(`${name}: the package can be imported, and the page works`, async () => {
      server.reset();
      const page = await browser.page();
      await page.goto(`${server.url}/page`);
      const { answers, ids, carried } = await page.evaluate(
        async ({ source, tunnel }) => {
          new Function(`return ${source}`)()();
          globalThis.T = await import('/index.js');
          const integrations = [T.browserTracingIntegration({ instrumentPageLoad: false })];
          T.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, integrations });
          const answers = [];
          const { ids, carried } = await T.startSpan({ name: 'root ö' }, async (root) => {
            const response = await root.run(() => fetch('/echo/ö'));
            answers.push(response.status);
            return { ids: root.spanContext(), carried: (await response.json())['sentry-trace'] };
          });
          answers.push(T.getActiveSpan());
          return { answers, ids, carried };
        },
        { source: String(replace), tunnel: server.tunnel },
      );
      assert.deepEqual(answers, [200, undefined]);
      if (carried !== undefined) assert.equal(carried.slice(0, 32), ids.traceId);
    });
  }
});
