// The headers of the W3C: which a page sends, and who is told; and its functions that read and write them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPackage } from '../support/browser.mjs';
import { A, B, meta, PROPAGATES, parentOf, SPAN, usePages } from '../support/w3c-pages.mjs';

describe('the headers of the W3C that a page sends', { timeout: 120_000 }, () => {
  const { browser, server, open, close, requests } = usePages();

  it('are left out of traces that are not recorded, if asked for', async () => {
    const tags = (flags) => meta('traceparent', parentOf(A, flags)) + meta('tracestate', 'a=1');
    const omit = { propagateTraceparent: { unsampled: 'omit' } };
    for (const [flags, options, carries] of [
      ['01', omit, true],
      ['00', omit, false],
      ['00', PROPAGATES, true],
      ['01', {}, false],
      // Nobody has decided: a 00 would be taken for a no.
      ['', { ...omit, tracesSampleRate: null }, false],
      ['', { ...PROPAGATES, tracesSampleRate: null }, true],
    ]) {
      const page = await open(flags ? tags(flags) : '', { options });
      const sent = await requests(page);
      const where = JSON.stringify([flags, options]);
      assert.equal(sent.traceparent !== undefined, carries, where);
      assert.equal(sent.xhr[0] !== undefined, carries, where);
      assert.equal(sent.tracestate, carries && flags ? 'a=1' : undefined, where);
      assert.ok(sent.trace, where);
      await close(page);
    }
  });

  it('of the page itself are never overwritten, and have no tracestate of ours beside them', async () => {
    const page = await open(meta('traceparent', parentOf(A)) + meta('tracestate', 'a=1'));
    const seen = await page.evaluate(async (own) => {
      const pick = ({ traceparent, tracestate }) => [traceparent, tracestate];
      const fetched = async (headers) => pick(await (await fetch('/echo', { headers })).json());
      const sent = (headers) =>
        new Promise((resolve) => {
          const asked = new XMLHttpRequest();
          asked.open('GET', '/echo');
          for (const [name, value] of Object.entries(headers)) asked.setRequestHeader(name, value);
          asked.onload = () => resolve(pick(JSON.parse(asked.responseText)));
          asked.send();
        });
      const answers = [];
      for (const headers of [{ Traceparent: own }, { TraceState: 'own=1' }]) {
        for (const send of [fetched, sent]) answers.push(await send(headers));
      }
      return answers;
    }, parentOf(B));
    const [fetched, sent, ...others] = seen;
    for (const one of [fetched, sent]) assert.deepEqual(one, [parentOf(B), undefined]);
    for (const [traceparent, tracestate] of others) {
      assert.deepEqual([traceparent.slice(3, 35), tracestate], [A, 'own=1']);
    }
    await close(page);
  });

  it('are kept by scopes, and what a page writes there is sent only if it is a tracestate', async () => {
    const page = await openPackage(browser, server);
    const seen = await page.evaluate(
      async ([traceparent, traceId]) => {
        const tracing = T.browserTracingIntegration({ instrumentPageLoad: false });
        T.init({ ...options, propagateTraceparent: true, integrations: [tracing] });
        const fail = () => {
          throw new Error('a mistake of the page');
        };
        const odd = [7, {}, null, Symbol('odd'), { toString: fail }];
        const own = (data = T.getTraceData({ propagateTraceparent: true })) => data.tracestate;
        const seen = [];
        await T.continueTrace(
          { sentryTrace: '', baggage: '', traceparent, tracestate: ['a=1', 'b=2'] },
          async () => {
            seen.push(T.getCurrentScope().getPropagationContext().tracestate, own());
            seen.push(T.withScope((scope) => scope.clone().getPropagationContext().tracestate));
            T.startSpan({ name: 'root' }, () => {
              seen.push(
                own(),
                T.startSpan({ name: 'child' }, () => own()),
              );
              seen.push(T.startNewTrace(() => own()));
            });
          },
        );
        for (const tracestate of ['c=3', 'C=3', '\u00e9', 'a=1\r\nx: y', 'x'.repeat(1000), ...odd]) {
          T.withScope((scope) => {
            scope.setPropagationContext({ traceId, sampleRand: 0.5, tracestate });
            seen.push(own());
            scope.getPropagationContext().tracestate = tracestate;
            seen.push(own());
          });
        }
        const echo = await T.withScope((scope) => {
          scope.setPropagationContext({ traceId, sampleRand: 0.5, tracestate: '\u00e9=1' });
          return fetch('/echo').then((answer) => answer.json());
        });
        seen.push(echo.traceparent?.slice(3, 35), echo.tracestate);
        return seen.map((one) => one ?? null);
      },
      [parentOf(A), B],
    );
    const [context, data, clone, root, child, fresh, ...written] = seen;
    assert.deepEqual([context, data, clone, root, child, fresh], [...Array(5).fill('a=1,b=2'), null]);
    assert.deepEqual(written, ['c=3', 'c=3', ...Array(18).fill(null), B, null]);
    await close(page);
  });

  it('are read by continueTrace where sentryTrace is none, and what is none begins a trace', async () => {
    const page = await openPackage(browser, server);
    const seen = await page.evaluate(
      ([a, ofA, ofB]) => {
        T.init({ ...options, debug: true });
        const trace = (given) => T.continueTrace(given, () => T.getTraceData()['sentry-trace']);
        return [
          { sentryTrace: undefined, baggage: undefined, traceparent: ofA },
          { sentryTrace: a, baggage: '', traceparent: ofB },
          { 'sentry-trace': null, traceparent: ofA },
          { sentryTrace: 'nonsense', baggage: '', traceparent: [ofA] },
          { sentryTrace: '', baggage: '', traceparent: [ofA, ofA] },
          { sentryTrace: '', baggage: '', traceparent: 7 },
          { sentryTrace: ofA, baggage: '' },
        ].map((given) => trace(given).slice(0, 32));
      },
      [`${A}-${SPAN}-1`, parentOf(A), parentOf(B)],
    );
    assert.deepEqual(
      seen.map((id) => id === A),
      [true, true, true, true, false, false, false],
    );
    assert.equal(page.said.filter((line) => line.includes('continueTrace began a new trace')).length, 2);
    await close(page);
  });

  it('are escaped in tags', async () => {
    const page = await openPackage(browser, server);
    const seen = await page.evaluate(() => {
      const data = { tracestate: 'a="><script>x=1</script>&' };
      const template = document.createElement('template');
      template.innerHTML = T.getTraceMetaTags(data);
      return [template.content.childElementCount, template.content.firstChild.content];
    });
    assert.deepEqual(seen, [1, 'a="><script>x=1</script>&']);
    await close(page);
  });

  it('are named to whoever must allow them, as far as they are sent', async () => {
    const page = await open(meta('traceparent', parentOf(A)) + meta('tracestate', 'a=1'));
    const fixes = await page.evaluate(async () => {
      const client = Throughline.getClient();
      const fix = () => Throughline.explainPropagation('https://api.example.com/').fix;
      const fixes = [fix()];
      for (const asked of [{ unsampled: 'omit' }, false]) {
        client.getOptions().propagateTraceparent = asked;
        fixes.push(fix());
      }
      client.getOptions().propagateTraceparent = true;
      fixes.push(Throughline.startNewTrace(fix));
      // Nobody listens there.
      await fetch('http://localhost:9/x').catch(() => {});
      return fixes;
    });
    const all = 'Allow-Headers: sentry-trace, baggage, traceparent, tracestate"';
    const names = fixes.map((fix) => /Allow-Headers: (.*)"/.exec(fix)[1].split(', ').slice(2));
    assert.deepEqual(names, [
      ['traceparent', 'tracestate'],
      ['traceparent', 'tracestate'],
      [],
      ['traceparent'],
    ]);
    assert.ok(
      page.said.some((line) => line.includes(all)),
      page.said.join('\n'),
    );
    const details = await page.evaluate(() =>
      [true, { unsampled: 'omit' }].map((asked) => {
        Throughline.getClient().getOptions().propagateTraceparent = asked;
        return Throughline.explainPropagation('/echo').detail;
      }),
    );
    assert.deepEqual(
      details.map((detail) => detail.endsWith(' traceparent is left out while the trace is not recorded.')),
      [false, true],
    );
    await close(page);
  });

  it('an option that is none is named', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(() => {
      for (const wrong of [1, {}, { unsampled: true }, 'omit'])
        T.init({ ...options, propagateTraceparent: wrong });
      T.init({ ...options, propagateTraceparent: { unsampled: 'omit' } });
    });
    const said = page.said.filter((line) => line.includes('propagateTraceparent was ignored'));
    assert.equal(said.length, 4);
    assert.match(said[0], /must be true, false or \{ unsampled: "omit" \}/);
    await close(page);
  });
});
