// Whatever a page passes in, nothing is thrown into it: every exported function is called with values of all
// wrong kinds, before `init`, after it, after a second one, and after `close`.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

describe('bad input', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    await page.evaluate(() => {
      const fail = () => {
        throw new Error('a mistake of the page');
      };
      const cyclic = { name: 'cyclic' };
      cyclic.self = cyclic;
      /** Values of all kinds, made anew each time. */
      globalThis.oddities = () => [
        undefined,
        null,
        true,
        0,
        -1,
        Number.NaN,
        1e300,
        10n,
        '',
        'text',
        'a\nb',
        '\ud800',
        Symbol('odd'),
        () => 1,
        [],
        [undefined, null, {}],
        {},
        cyclic,
        { toString: fail, valueOf: fail, toJSON: fail },
        // biome-ignore lint/suspicious/noThenProperty: just such things must not hurt
        Object.defineProperties({}, { name: { get: fail, enumerable: true }, then: { get: fail } }),
        new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail }),
        Object.create(null),
        new Date(Number.NaN),
        new Error('odd'),
        {
          name: Symbol('name'),
          op: 5,
          attributes: 'none',
          startTime: {},
          parentSpan: {},
          scope: 7,
          links: 3,
        },
        {
          name: 'x',
          attributes: {
            cyclic,
            get broken() {
              return fail();
            },
          },
          links: [{}, null, { context: 1 }],
        },
        { spanContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }) },
        { spanContext: fail },
        // biome-ignore lint/suspicious/noThenProperty: as above
        { name: 'x', then: 5 },
        globalThis,
      ];
      // Some of the values throw at any question, and some functions answer with what they were given.
      const isPromise = (answer) => {
        try {
          return answer instanceof Promise;
        } catch {
          return false;
        }
      };
      /** Calls a function and answers with what it threw, a rejection included. */
      globalThis.thrownBy = async (call) => {
        try {
          const answer = call();
          if (isPromise(answer)) await answer;
          return [];
        } catch (error) {
          return [
            String(error?.stack ?? error)
              .split('\n')
              .slice(0, 2)
              .join(' '),
          ];
        }
      };
      /** Calls every export with one and with two odd values; classes with `new`. */
      globalThis.callEverything = async () => {
        const thrown = [];
        // `close` is for the end, and waiting for nothing takes time.
        const names = Object.keys(T).filter(
          (name) => typeof T[name] === 'function' && !/^(close|flush)$/.test(name),
        );
        for (const name of names) {
          const isClass = /^class/.test(Function.prototype.toString.call(T[name]));
          for (const first of oddities()) {
            for (const second of [undefined, () => 'answer', ...oddities().slice(0, 8), {}]) {
              const given = second === undefined ? [first] : [first, second];
              const call = () => (isClass ? new T[name](...given) : T[name](...given));
              for (const error of await thrownBy(call)) thrown.push(`${name}: ${error}`);
            }
          }
        }
        return { thrown: [...new Set(thrown)], names };
      };
    });
  });

  for (const [when, prepare] of [
    ['before init', () => {}],
    ['after init', () => T.init(options)],
    [
      'after a second init',
      () => {
        for (const tracesSampleRate of [1, 0.5]) T.init({ ...options, tracesSampleRate });
      },
    ],
    ['without a rate', () => T.init({ ...options, tracesSampleRate: undefined })],
    ['after close', () => T.init(options).close()],
    ['disabled', () => T.init({ ...options, enabled: false })],
  ]) {
    it(`${when}: no exported function throws, whatever it is given`, async () => {
      await page.evaluate(prepare);
      const { thrown, names } = await page.evaluate(() => callEverything());
      assert.deepEqual(thrown, []);
      assert.ok(names.length >= 49, `${names.length} functions`);
      assert.deepEqual(
        page.said.filter((said) => said.startsWith('uncaught')),
        [],
      );
      // And it works afterwards.
      const answer = await page.evaluate(() => T.startSpan({ name: 'after' }, () => 'works'));
      assert.equal(answer, 'works');
    });
  }

  it('no method of a span or a scope throws, and each answers with its object', async () => {
    const seen = await page.evaluate(async () => {
      T.init(options);
      const thrown = [];
      let calls = 0;
      const chained = /^(set|add|update)/;
      for (const make of [
        () => T.startInactiveSpan({ name: 'span' }),
        () => T.suppressTracing(() => T.startInactiveSpan({ name: 'bare' })),
        () => new T.Scope(),
        () => T.getClient(),
      ]) {
        const { prototype } = make().constructor;
        for (const name of Object.getOwnPropertyNames(prototype)) {
          if (/^(constructor|close|flush|setUp)$/.test(name)) continue;
          for (const first of oddities()) {
            for (const second of oddities().slice(0, 12)) {
              const object = make();
              calls++;
              const errors = await thrownBy(() => {
                const answer = object[name](first, second);
                const answers =
                  chained.test(name) && !('getOptions' in object) && !/Client|StartTime|Listener/.test(name);
                if (answers && answer !== object) throw new Error(`answered ${typeof answer}`);
              });
              for (const error of errors) thrown.push(`${name}: ${error}`);
            }
          }
        }
      }
      return { thrown: [...new Set(thrown)], calls };
    });
    assert.deepEqual(seen.thrown, []);
    assert.ok(seen.calls > 5000);
  });

  it('no option of init makes it fail, and a wrong one does not take the others with it', async () => {
    const thrown = await page.evaluate(async () => {
      const thrown = [];
      const names = [
        ...['dsn', 'tracesSampleRate', 'tracesSampler', 'tracePropagationTargets', 'release', 'environment'],
        ...['dist', 'integrations', 'defaultIntegrations', 'initialScope', 'tunnel', 'transport'],
        ...['transportOptions', 'propagateTraceparent', 'strictTraceContinuation', 'orgId'],
        ...['parentSpanIsAlwaysRootSpan', 'traceLifecycle', 'ignoreTransactions', 'ignoreSpans'],
        ...['beforeSendTransaction', 'beforeSendSpan', 'sendClientReports', 'enabled', 'debug'],
      ];
      for (const name of names) {
        for (const odd of oddities()) {
          const errors = await thrownBy(() => {
            T.init({ ...options, [name]: odd });
            T.startSpan({ name: 'x', attributes: { a: 1 } }, () => T.startInactiveSpan({ name: 'y' }).end());
            T.continueTrace({ sentryTrace: 'x', baggage: 'y' }, () => T.getTraceData());
          });
          for (const error of errors) thrown.push(`${name}: ${error}`);
        }
      }
      return [...new Set(thrown)];
    });
    assert.deepEqual(thrown, []);
    server.reset();
    await page.evaluate((tunnel) => {
      T.init({ ...options, tunnel, release: 5, ignoreSpans: 'x', environment: 'kept' });
      T.startSpan({ name: 'sent' }, () => {});
    }, server.tunnel);
    const sent = (await server.received(1)).map(({ payload }) => payload);
    assert.deepEqual([sent[0].transaction, sent[0].environment], ['sent', 'kept']);
  });

  it('names each wrong option once, with or without debug', async () => {
    const seen = await page.evaluate(() => {
      const { enabled, ...kept } = options;
      const fail = () => {
        throw new Error('a mistake of the page');
      };
      T.init({
        ...kept,
        tunnel: 5,
        release: [],
        environment: Symbol('odd'),
        dist: true,
        enabled: 'yes',
        propagateTraceparent: 1,
        strictTraceContinuation: {},
        parentSpanIsAlwaysRootSpan: '',
        sendClientReports: 0,
        debug: 'no',
        orgId: -1,
        traceLifecycle: 'streamed',
        tracePropagationTargets: ['kept.test', '', 5, null, /kept/, Object.create(RegExp.prototype)],
        integrations: [
          T.browserTracingIntegration({
            markBackgroundSpan: 'yes',
            idleTimeout: -1,
            childSpanTimeout: Number.NaN,
            finalTimeout: '500',
          }),
        ],
      });
      const { code, detail } = T.explainPropagation('https://other.test/kept');
      // What throws counts as not set, and so do null and undefined.
      T.setCurrentClient(
        new (T.getClient().constructor)({
          ...kept,
          environment: undefined,
          tunnel: null,
          get release() {
            return fail();
          },
        }),
      );
      T.init({
        dsn: 'ftp://key@sentry.test/1',
        tracesSampleRate: '1.5',
        tracePropagationTargets: 'kept.test',
      });
      T.init({ dsn: 5, tracesSampleRate: {} });
      return [code, detail];
    });
    assert.deepEqual(seen, ['target', 'https://other.test/kept is matched by the target /kept/.']);
    const entry = 'must be a non-empty string or a regular expression';
    const sentences = [
      ...['tunnel', 'release', 'environment', 'dist', 'dsn'].map((name) => [name, 'a string']),
      ...[
        'enabled',
        'strictTraceContinuation',
        'parentSpanIsAlwaysRootSpan',
        'sendClientReports',
        'debug',
        'markBackgroundSpan',
      ].map((name) => [name, 'true or false']),
      ...['idleTimeout', 'childSpanTimeout', 'finalTimeout'].map((name) => [
        name,
        'a number of milliseconds',
      ]),
      ['propagateTraceparent', 'true, false or { unsampled: "omit" }'],
      ['orgId', 'a number or its text'],
      ['traceLifecycle', '"static" or "stream"'],
      ['tracePropagationTargets', 'an array of strings and regular expressions'],
    ].map(([name, kind]) => `${name} was ignored: it must be ${kind}`);
    sentences.push(
      ...Array(4).fill(`an entry of tracePropagationTargets was ignored: it ${entry}`),
      ...Array(2).fill(
        'tracesSampleRate is invalid and no trace will be sampled: it must be a number from 0 to 1',
      ),
      'the dsn "ftp://key@sentry.test/1" is invalid and nothing will be sent: it must begin with http:// or https://',
    );
    assert.deepEqual(page.said.sort(), sentences.map((sentence) => `[throughline] ${sentence}`).sort());
  });

  it('takes texts as they are, line breaks and percent signs included', async () => {
    await page.evaluate((tunnel) => {
      const [release, environment, dist] = ['100%\n%0A', '%', '\n'];
      T.init({ ...options, tunnel, release, environment, dist, orgId: 7, integrations: [{ name: 'a\n%b' }] });
      T.startSpan({ name: 'sent' }, () => {});
    }, server.tunnel);
    const [{ header, payload }] = await server.received(1);
    assert.deepEqual([payload.release, payload.environment, payload.dist], ['100%\n%0A', '%', '\n']);
    assert.deepEqual(payload.sdk.integrations, ['a\n%b']);
    assert.equal(header.trace.org_id, '7');
  });

  it('with debug: true one sentence says what was ignored, and why', async () => {
    await page.evaluate(() => {
      T.init({ ...options, debug: true });
      T.startSpan({ name: 5 }, () => {});
      T.startSpan({ name: 'no callback' });
      T.startInactiveSpan({ name: 'odd parent', parentSpan: 'parent' });
      T.startInactiveSpan({ name: 'odd scope', scope: {} });
      T.startInactiveSpan({ name: 'odd links', links: 'links' });
      T.startInactiveSpan({ name: 'odd time', startTime: 'yesterday' });
      T.startInactiveSpan({ name: 'odd attributes', attributes: 'a=1' });
      T.getClient().on('spanStart', 'listener');
      T.setActiveSpanInBrowser({});
    });
    for (const sentence of [
      'a span has the name 5: it must be a string',
      'startSpan did nothing: undefined is no function',
      'the option parentSpan of "odd parent" was ignored: "parent" is no span',
      'the option scope of "odd scope" was ignored: [object Object] is no Scope',
      'links were ignored: "links" is no array',
      'a time was ignored: "yesterday" is no number, Date or [seconds, nanoseconds]',
      'attributes were ignored: "a=1" is no object',
      'a listener of "spanStart" was ignored: "listener" is no function',
      'setActiveSpanInBrowser was ignored: [object Object] is no span of this SDK',
    ]) {
      const heard = page.said.filter((said) => said === `[throughline] ${sentence}`);
      assert.equal(heard.length, 1, `${sentence}\nin\n${page.said.join('\n')}`);
    }
  });
});
