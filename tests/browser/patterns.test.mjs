// Regular expressions and texts of the page that name requests, spans and transactions: each is read once and compiled once, and
// one that fails costs nobody but itself.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

/** Targets of which one fails when it is read a second time: each is followed by two that stand for themselves. */
const FAILING = {
  'an expression whose source can be read once': () => {
    const pattern = /\/never$/;
    Object.defineProperty(pattern, 'source', { get: once('/never$') });
    return [pattern, /\/echo\/a$/, /\/echo\/b$/];
  },
  'an expression whose flags can be read once': () => {
    const pattern = /\/never$/;
    Object.defineProperty(pattern, 'flags', { get: once('') });
    return [pattern, /\/echo\/a$/, /\/echo\/b$/];
  },
  'an expression behind a proxy that answers once': () => {
    const answer = once(true);
    const pattern = new Proxy(/\/never$/, { getPrototypeOf: () => answer() && RegExp.prototype });
    return [pattern, /\/echo\/a$/, /\/echo\/b$/];
  },
  'an expression that cannot be read at all': () => {
    const pattern = /\/never$/;
    Object.defineProperty(pattern, 'source', { get: () => null.source });
    return [pattern, /\/echo\/a$/, /\/echo\/b$/];
  },
  'an entry that can be read once': () => {
    const targets = [/\/never$/, /\/echo\/a$/, /\/echo\/b$/];
    Object.defineProperty(targets, 0, { get: once(/\/never$/), enumerable: true });
    return targets;
  },
  'an array behind a proxy that answers for an entry once': () => {
    const answer = once(/\/never$/);
    return new Proxy([/\/never$/, /\/echo\/a$/, /\/echo\/b$/], {
      get: (array, name) => (name === '0' ? answer() : array[name]),
    });
  },
  'an entry that is another one each time': () => {
    const targets = [/\/never$/, /\/echo\/a$/, /\/echo\/b$/];
    let reads = 0;
    Object.defineProperty(targets, 0, {
      get: () => {
        reads += 1;
        return reads % 2 ? /\/never$/ : 'text';
      },
      enumerable: true,
    });
    return targets;
  },
};

describe('patterns of the page', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    await page.evaluate(() => {
      /** A getter that answers once, and then fails. */
      globalThis.once = (value) => {
        let read = false;
        return () => {
          if (read) throw new Error('of the page');
          read = true;
          return value;
        };
      };
    });
  });

  for (const [name, targets] of Object.entries(FAILING)) {
    it(`${name} does not stand in for the targets after it`, async () => {
      await page.evaluate((source) => {
        options.tracePropagationTargets = new Function(`return ${source}`)()();
      }, String(targets));
      await openTraced(page);
      const seen = await page.evaluate(async () => {
        const seen = {};
        for (const path of ['/echo/a', '/echo/b', '/echo/other', '/echo/never', '/echo/a']) {
          const headers = await (await fetch(path)).json();
          const { attach, detail } = T.explainPropagation(path);
          const named = /matched by the target (.*)\.$/.exec(detail)?.[1];
          seen[path] = ['sentry-trace' in headers, attach, named];
        }
        return seen;
      });
      assert.deepEqual(seen['/echo/a'], [true, true, '/\\/echo\\/a$/']);
      assert.deepEqual(seen['/echo/b'], [true, true, '/\\/echo\\/b$/']);
      assert.deepEqual(seen['/echo/other'], [false, false, undefined]);
    });
  }

  it('that remember where they stopped match each time', async () => {
    await openTraced(page, {});
    const seen = await page.evaluate(async () => {
      Object.assign(T.getClient().getOptions(), { tracePropagationTargets: [/\/echo/g, /\/status/y] });
      const seen = [];
      for (let at = 0; at < 3; at++) seen.push('sentry-trace' in (await (await fetch(`/echo/${at}`)).json()));
      return seen;
    });
    assert.deepEqual(seen, [true, true, true]);
  });

  it('are compiled once, however many spans, requests and transactions they are compared with', async () => {
    const { compiled, before } = await page.evaluate(async () => {
      const integrations = [
        T.browserTracingIntegration({ instrumentPageLoad: false }),
        T.userTimingIntegration({ ignore: [/^internal/g, /^hidden/] }),
      ];
      const { RegExp: own } = globalThis;
      let compiled = 0;
      globalThis.RegExp = new Proxy(own, {
        construct(target, given, by) {
          compiled += 1;
          return Reflect.construct(target, given, by);
        },
      });
      T.init({
        ...options,
        integrations,
        ignoreSpans: [/^left out/, { name: /^nothing/g, op: /^none/ }, { attributes: { a: /^b/ } }],
        ignoreTransactions: [/^left out/],
        tracePropagationTargets: [/\/echo/, /\/other/g],
      });
      let rounds = 0;
      const round = async () => {
        rounds += 1;
        history.pushState({}, '', `/page/${rounds}`);
        for (let at = 0; at < 50; at++) {
          T.startSpan({ name: at % 2 ? 'kept' : 'left out', op: 'none', attributes: { a: 'c' } }, () => {});
          performance.mark(`${at % 2 ? 'internal' : 'mark'} ${at}`);
        }
        for (let at = 0; at < 5; at++) await fetch(`/echo/${at}`);
        T.getActiveSpan().end();
        await T.flush();
      };
      await round();
      const before = compiled;
      for (let times = 0; times < 3; times++) await round();
      return { before, compiled };
    });
    assert.equal(compiled, before);
    assert.ok(before >= 1 && before <= 20, `${before} when each was needed first`);
    const sent = server.envelopes.map(({ payload }) => payload);
    assert.equal(sent.length, 4);
    for (const { spans } of sent) {
      assert.equal(spans.filter(({ description }) => description === 'kept').length, 25);
      assert.equal(spans.filter(({ op }) => op === 'mark').length, 25);
      assert.ok(!spans.some(({ description }) => /^(left out|internal)/.test(description)));
    }
  });

  it('that fail leave out nothing, and the others go on', async () => {
    await page.evaluate(() => {
      const failing = /^kept/;
      Object.defineProperty(failing, 'source', { get: () => null.source });
      const proxy = new Proxy(/^kept/, { get: () => null.any });
      T.init({
        ...options,
        ignoreSpans: [failing, proxy, { name: failing }, null, 5, /^left out/],
        ignoreTransactions: [failing, proxy, null, 5, /^left out/],
      });
      T.startSpan({ name: 'kept' }, () => {
        T.startSpan({ name: 'kept child' }, () => {});
        T.startSpan({ name: 'left out' }, () => {});
      });
      T.startSpan({ name: 'left out' }, () => {});
      return T.flush();
    });
    const sent = server.envelopes.map(({ payload }) => payload);
    assert.deepEqual(
      sent.map(({ transaction, spans }) => [transaction, spans.map(({ description }) => description)]),
      [['kept', ['kept child']]],
    );
  });
});
