// Values of the page that are nested deeper than any stack, and code of the page that recurses without end through the package:
// nothing is thrown into the page that was not its own, what can be sent is sent, and tracing goes on.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

/** Where a page may put a value; `deep` is the value, `root` a span that is recorded. */
const PLACES = {
  'attributes of a span that begins': () =>
    T.startInactiveSpan({ name: 'x', attributes: { deep, list: [deep] } }).end(),
  'all options of a span': () =>
    T.startSpan(
      { name: deep, op: deep, attributes: deep, links: deep, startTime: deep, scope: deep, parentSpan: deep },
      () => {},
    ),
  'an attribute': () => root.setAttribute('deep', deep).setAttribute(deep, deep),
  attributes: () => root.setAttributes({ deep }).setAttributes(deep),
  'a status': () => root.setStatus({ code: 2, message: deep }).setStatus(deep).setStatus({ code: 1 }),
  'a name': () => {
    T.updateSpanName(root, deep);
    root.updateName(deep).updateName('root');
  },
  'a link': () => {
    const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, deep };
    root.addLink({ context, attributes: { deep } }).addLink(deep).addLinks([deep]).addLinks(deep);
  },
  'an event': () =>
    root
      .addEvent('x', { 'sentry.measurement_value': deep, 'sentry.measurement_unit': deep })
      .addEvent(deep, deep),
  'a measurement': () => T.setMeasurement(deep, deep, deep),
  times: () => {
    T.startInactiveSpan({ name: 'x', startTime: [deep, deep] }).end(deep);
    root.updateStartTime(deep);
  },
  'a scope': () =>
    T.withScope((scope) => {
      scope
        .setTag('deep', deep)
        .setTags(deep)
        .setExtra('deep', deep)
        .setExtras(deep)
        .setContext('deep', { deep });
      scope.setUser(deep).setUser({ id: deep }).setAttribute('deep', deep).setAttributes(deep).setLevel(deep);
      scope
        .setFingerprint([deep])
        .setTransactionName(deep)
        .update(deep)
        .update({ tags: deep, extra: { deep } });
      scope
        .setPropagationContext(deep)
        .setPropagationContext({ traceId: 'a'.repeat(32), sampleRand: 0.5, dsc: { release: deep } });
      scope.setSDKProcessingMetadata({ deep });
      T.getTraceData();
      T.startSpan({ name: 'x' }, () => {});
      scope.clone().getScopeData();
    }),
  'the scope of everything': () => {
    T.getGlobalScope().setExtra('deep', deep).setContext('deep', { deep }).setUser({ deep });
    T.getIsolationScope().setAttributes({ deep }).setTags({ deep });
  },
  'traces that came': () => {
    T.continueTrace({ sentryTrace: deep, baggage: deep }, () => T.getTraceData());
    T.continueTrace(deep, () => T.getTraceMetaTags(deep));
    T.dynamicSamplingContextToSentryBaggageHeader({ release: deep, deep });
  },
  'a request': () => {
    T.explainPropagation(deep);
    const asked = fetch('/echo', { headers: { 'x-deep': 'a' }, deep }).catch(() => {});
    return asked;
  },
  'what a client is told': () => {
    const client = T.getClient();
    client.recordDroppedEvent(deep, deep, deep);
    client.emit(deep, deep);
    client.on(deep, deep);
    client.addEventProcessor(deep);
    client.addIntegration(deep);
    T.addIntegration({ name: deep });
    T.instrumentOutgoingRequests(deep, deep);
    T.setCurrentClient(deep);
  },
  'what callbacks answer': () => {
    const options = T.getClient().getOptions();
    options.beforeSendTransaction = (event) => ({
      ...event,
      extra: { deep },
      contexts: { ...event.contexts, deep },
    });
    options.beforeSendSpan = (span) => ({ ...span, data: { ...span.data, deep } });
    T.startSpan({ name: 'changed', parentSpan: null }, () => T.startSpan({ name: 'below' }, () => {}));
  },
  options: () => {
    Object.assign(T.getClient().getOptions(), {
      ...{
        release: deep,
        environment: deep,
        dist: deep,
        orgId: deep,
        sensitiveParams: [deep],
        ignoreSpans: [deep],
      },
      ...{ ignoreTransactions: [deep], tracePropagationTargets: [deep], tracesSampler: () => deep },
    });
    T.startSpan({ name: 'x', parentSpan: null }, () => {});
    T.getTraceData();
  },
};

describe('values that are nested too deep', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openPackage(browser, server);
    await page.evaluate(() => {
      const nest = (put) => {
        let value = 'the end';
        for (let depth = 0; depth < 20_000; depth++) value = put(value);
        return value;
      };
      globalThis.values = [
        nest((below) => ({ below })),
        nest((below) => [below]),
        nest((below) => ({ toJSON: () => below })),
      ];
      globalThis.values.push(nest((below) => ({ toString: () => `${below}` })));
      Object.defineProperty(globalThis, 'deep', { get: () => globalThis.values[globalThis.at] });
    });
  });

  for (const init of [{}, { traceLifecycle: 'stream' }, { normalizeDepth: 1e9, debug: true }]) {
    for (const [name, put] of Object.entries(PLACES)) {
      it(`are taken in ${name}, with ${JSON.stringify(init)}`, async () => {
        await openTraced(page, init);
        const thrown = await page.evaluate(async (source) => {
          const put = new Function(`return ${source}`)();
          const thrown = [];
          for (globalThis.at = 0; at < values.length; globalThis.at++) {
            globalThis.root = T.startInactiveSpan({ name: 'root', parentSpan: null });
            try {
              await T.withActiveSpan(root, put);
            } catch (error) {
              thrown.push(`${at}: ${error.stack}`);
            }
            root.end();
          }
          await T.flush();
          Object.assign(T.getClient().getOptions(), {
            beforeSendTransaction: undefined,
            tracesSampler: undefined,
          });
          Object.assign(T.getClient().getOptions(), {
            ignoreTransactions: [],
            ignoreSpans: [],
            beforeSendSpan: undefined,
          });
          T.startNewTrace(() => T.startSpan({ name: 'afterwards', parentSpan: null }, () => {}));
          await T.flush();
          return thrown;
        }, String(put));
        assert.deepEqual(thrown, []);
        const said = server.envelopes.map(({ payload }) => JSON.stringify(payload));
        assert.ok(
          said.some((one) => one.includes('"afterwards"')),
          'what comes afterwards was sent',
        );
        assert.ok(
          said.some((one) => one.includes('"root"')) || name === 'options',
          'the span with the value was sent',
        );
      });
    }
  }
});

/** How deep callbacks of the page are told, one inside of the other: deeper than a core of its own stack would allow. */
const NESTED = 150;

/** Code of the page that begins and ends spans where it is told of spans; `told` counts, and ends it where it is to end. */
const LISTENERS = {
  'listeners of spanEnd': (told) => {
    T.getClient().on(
      'spanEnd',
      told(() => T.startSpan({ name: 'next', parentSpan: null }, () => {})),
    );
  },
  'listeners of spanStart, in traces of their own': (told) => {
    T.getClient().on(
      'spanStart',
      told(() => T.startNewTrace(() => T.startSpan({ name: 'next' }, () => {}))),
    );
  },
  'two listeners of the same spans': (told) => {
    for (const hook of ['spanEnd', 'afterSpanEnd', 'rootStart', 'spanStart']) {
      T.getClient().on(
        hook,
        told(() => T.startSpan({ name: 'next', parentSpan: null }, () => {})),
      );
    }
  },
  beforeSendTransaction: (told) => {
    T.getClient().getOptions().beforeSendTransaction = told((event) => {
      T.startSpan({ name: 'next', parentSpan: null }, () => {});
      return event;
    });
  },
  tracesSampler: (told) => {
    T.getClient().getOptions().tracesSampler = told(() => {
      T.startSpan({ name: 'next', parentSpan: null }, () => {});
      return 1;
    });
  },
  'a route that leads to the next one': (told) => {
    let count = 0;
    T.getClient().on(
      'startNavigationSpan',
      told(() => {
        count += 1;
        history.pushState(null, '', `/page/${count}`);
      }),
    );
  },
  'an attribute that sets itself': (told) => {
    const value = {};
    value.toJSON = told(() => {
      T.startSpan({ name: 'next' }, (span) => span.setAttribute('own', value));
      return 1;
    });
    T.startInactiveSpan({ name: 'first' }).setAttribute('own', value).end();
  },
};

describe('code of the page that is told of what it does', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Lets it go on so many levels deep; answers with how deep it came, how often it was told, and what it saw thrown. */
  async function nest(page, source, levels) {
    return page.evaluate(
      async ([source, levels]) => {
        const seen = { calls: 0, deepest: 0, thrown: [] };
        let depth = 0;
        const told =
          (code) =>
          (...given) => {
            seen.calls += 1;
            // Longer than this nobody waits.
            if (depth >= levels || seen.calls > 50_000) return given[0];
            depth += 1;
            seen.deepest = Math.max(seen.deepest, depth);
            try {
              return code(...given);
            } finally {
              depth -= 1;
            }
          };
        try {
          new Function(`return ${source}`)()(told);
          history.pushState(null, '', '/page/begin');
          T.getActiveSpan()?.end();
          T.startSpan({ name: 'first', parentSpan: null }, () => {});
        } catch (error) {
          seen.thrown.push(error.stack);
        }
        T.init({ ...options, integrations: [] });
        await T.flush();
        T.startNewTrace(() => T.startSpan({ name: 'afterwards', parentSpan: null }, () => {}));
        await T.flush();
        seen.active = T.getActiveSpan() && T.spanToJSON(T.getActiveSpan()).name;
        return seen;
      },
      [String(source), levels],
    );
  }

  for (const [name, source] of Object.entries(LISTENERS)) {
    // A route that leads to the next one does so twenty times at most, see js/page/history.ts.
    const levels = name.startsWith('a route') ? 20 : NESTED;
    // Two of them on each level would be told more often than anybody waits.
    const single = !name.startsWith('two');
    it(`is told on ${levels} levels: ${name}`, { skip: !single }, async () => {
      const page = await openTraced(await openPackage(browser, server));
      const { deepest, thrown, active } = await nest(page, source, NESTED);
      assert.deepEqual([deepest, thrown, active], [levels, [], undefined]);
      assert.ok(server.envelopes.some(({ payload }) => payload.transaction === 'afterwards'));
    });

    it(`ends where the stack ends, sees no error of ours, and is traced afterwards: ${name}`, async () => {
      const page = await openTraced(await openPackage(browser, server));
      const { calls, deepest, thrown, active } = await nest(page, source, Number.POSITIVE_INFINITY);
      assert.deepEqual([thrown, active], [[], undefined]);
      assert.ok(
        (deepest > NESTED || deepest === levels) && calls < 50_000,
        `${deepest} levels, ${calls} calls`,
      );
      assert.ok(server.envelopes.some(({ payload }) => payload.transaction === 'afterwards'));
    });
  }

  it('has everything sent or counted that ended on those levels', async () => {
    const page = await openTraced(await openPackage(browser, server));
    await nest(page, LISTENERS['listeners of spanEnd'], NESTED);
    const lost = await reportedLosses(page, server);
    const sent = server.envelopes.filter(({ payload }) => payload.transaction === 'next').length;
    const { 'queue_overflow transaction': waited = 0, ...others } = lost;
    assert.ok(sent + waited >= NESTED, `${sent} sent, ${waited} lost`);
    assert.deepEqual(
      Object.keys(others).filter((name) => !name.startsWith('queue_overflow')),
      [],
    );
  });

  it('does not wait for values of which each part refers to all others', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(async () => {
      const parts = Array.from({ length: 30 }, () => ({}));
      for (const part of parts) for (const [at, other] of parts.entries()) part[at] = other;
      const beforeSendTransaction = (event) => ({ ...event, extra: { parts } });
      T.init({ ...options, beforeSendTransaction });
      T.startSpan({ name: 'root' }, () => {});
      await T.flush();
    });
    assert.equal((await server.transactions(1))[0].payload.transaction, 'root');
    await page.context().close();
  });
});
