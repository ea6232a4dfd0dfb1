// The headers of the W3C: what a page goes on with that its server has named by them, and what it sends.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openPackage, startTag, useBrowser, useServer } from '../support/browser.mjs';
import { openSlim } from '../support/slim.mjs';

const A = '771a43a4192642f0b136d5159a501700';
const B = '0123456789abcdef0123456789abcdef';
const SPAN = 'b0e6f15b45c36b12';
const parentOf = (id, flags = '01') => `00-${id}-${SPAN}-${flags}`;
/** With characters that would end an attribute. */
const STATE = 'rojo=00f067aa0ba902b7,congo=a<b>&c';
const meta = (name, content) => `<meta name="${name}" content="${content.replaceAll('&', '&amp;')}">`;
const PROPAGATES = { propagateTraceparent: true };

describe('the headers of the W3C on a page', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());

  /** A page that has begun with this head and these headers, in a browser that may be given. */
  async function open(head, { headers = {}, options = PROPAGATES, page } = {}) {
    const pageHead = ({ url }) => (url.startsWith('/page') ? head + startTag(server, {}, options) : '');
    Object.assign(server, { head: pageHead, headers });
    const opened = page ?? (await browser.page());
    await opened.goto(`${server.url}/page`);
    return opened;
  }

  const close = (page) => page.context().close();

  /** The headers of a `fetch`, and of an `XMLHttpRequest`. */
  const requests = (page) =>
    page.evaluate(async () => {
      const { 'sentry-trace': trace, baggage, traceparent, tracestate } = await (await fetch('/echo')).json();
      const xhr = await new Promise((resolve) => {
        const asked = new XMLHttpRequest();
        asked.open('GET', '/echo');
        asked.onload = () => resolve(JSON.parse(asked.responseText));
        asked.send();
      });
      return { trace, baggage, traceparent, tracestate, xhr: [xhr.traceparent, xhr.tracestate] };
    });

  /** The trace of the page load that arrived, and of the envelope. */
  async function load() {
    const [{ header, payload }] = await server.transactions(1);
    const { trace_id, parent_span_id, links } = payload.contexts.trace;
    return { trace: trace_id, parent: parent_span_id, links, envelope: header.trace };
  }

  it('continue a trace by meta tags, and tracestate is passed on untouched', async () => {
    const page = await open(meta('traceparent', parentOf(A)) + meta('tracestate', STATE));
    const sent = await requests(page);
    const { trace, parent, envelope } = await load();
    assert.deepEqual([trace, parent], [A, SPAN]);
    // Another service heads the trace: nothing is invented about it.
    assert.deepEqual(
      [envelope.trace_id, envelope.public_key, envelope.release],
      [undefined, undefined, undefined],
    );
    assert.match(sent.trace, new RegExp(`^${A}-[\\da-f]{16}-1$`));
    assert.doesNotMatch(sent.trace, new RegExp(SPAN));
    assert.equal(sent.traceparent, `00-${sent.trace.slice(0, -1)}01`);
    assert.equal(sent.tracestate, STATE);
    assert.deepEqual([sent.xhr[0].slice(0, 35), sent.xhr[1]], [`00-${A}`, STATE]);
    assert.deepEqual(page.said, []);
    await close(page);
  });

  it('continue a trace by Server-Timing', async () => {
    const headers = {
      'server-timing': `db;dur=1, traceparent;desc="${parentOf(A)}", tracestate;desc="a=1,b=2"`,
    };
    const page = await open('', { headers });
    const sent = await requests(page);
    assert.deepEqual([sent.trace.slice(0, 32), sent.tracestate], [A, 'a=1,b=2']);
    assert.deepEqual((await load()).parent, SPAN);
    await close(page);
  });

  it('say nothing beside a valid sentry-trace, whose trace has the tracestate only if traceparent names it', async () => {
    const ours = meta('sentry-trace', `${A}-${SPAN}-1`);
    for (const [head, state] of [
      [ours + meta('traceparent', parentOf(A, '00')) + meta('tracestate', 'a=1'), 'a=1'],
      [ours + meta('traceparent', parentOf(B)) + meta('tracestate', 'a=1'), undefined],
      [ours + meta('traceparent', 'nonsense') + meta('tracestate', 'a=1'), undefined],
      [ours + meta('tracestate', 'a=1'), undefined],
    ]) {
      const page = await open(head);
      const sent = await requests(page);
      assert.deepEqual([sent.trace.slice(0, 32), sent.trace.at(-1), sent.tracestate], [A, '1', state], head);
      await close(page);
    }
  });

  it('count where sentry-trace is none, as the first that is valid, or that the baggage agrees with', async () => {
    const baggage = meta('baggage', `sentry-trace_id=${B},sentry-release=theirs`);
    for (const [head, trace] of [
      [meta('sentry-trace', 'garbage') + meta('traceparent', parentOf(A)), A],
      [meta('sentry-trace', `${B.toUpperCase()}-${SPAN}-1`) + meta('traceparent', parentOf(A)), A],
      [meta('sentry-trace', parentOf(B)) + meta('traceparent', parentOf(A)), A],
      [meta('traceparent', '') + meta('traceparent', 'ff-x') + meta('traceparent', parentOf(A)), A],
      [meta('traceparent', parentOf(A)) + meta('traceparent', parentOf(B)), A],
      [meta('traceparent', parentOf(A)) + meta('traceparent', parentOf(B)) + baggage, B],
      [meta('traceparent', ` cc-${A}-${SPAN}-01-what-comes `), A],
    ]) {
      const page = await open(head);
      const sent = await requests(page);
      assert.equal(sent.trace.slice(0, 32), trace, head);
      if (head.includes(baggage)) assert.match(sent.baggage, /sentry-release=theirs/);
      await close(page);
    }
  });

  it('of which none is valid begin a new trace, without tracestate', async () => {
    for (const wrong of [
      `00-${A}-${SPAN}-01-`,
      parentOf(A).toUpperCase(),
      parentOf('0'.repeat(32)),
      `${A}-${SPAN}-1`,
    ]) {
      const page = await open(meta('traceparent', wrong) + meta('tracestate', 'a=1'));
      const sent = await requests(page);
      assert.notEqual(sent.trace.slice(0, 32), A, wrong);
      assert.equal(sent.tracestate, undefined, wrong);
      await close(page);
    }
  });

  it('whose tracestate is none keep their traceparent', async () => {
    for (const [state, kept] of [
      ['A=1', undefined],
      ['a=1,b', undefined],
      [Array.from({ length: 33 }, (_, at) => `k${at}=1`).join(), undefined],
      [`a=1,b=${'x'.repeat(250)},c=${'y'.repeat(256)}`, `a=1,b=${'x'.repeat(250)}`],
    ]) {
      const page = await open(meta('traceparent', parentOf(A)) + meta('tracestate', state));
      const sent = await requests(page);
      assert.deepEqual([sent.traceparent.slice(3, 35), sent.tracestate], [A, kept], state);
      await close(page);
    }
  });

  it('that say it is not recorded are believed', async () => {
    const page = await open(meta('traceparent', parentOf(A, '00')));
    const sent = await requests(page);
    assert.match(sent.trace, new RegExp(`^${A}-.{16}-0$`));
    assert.equal(sent.traceparent.slice(-2), '00');
    await page.evaluate(() => Throughline.flush());
    assert.deepEqual(
      server.envelopes.filter(({ item }) => item.type === 'transaction'),
      [],
    );
    await close(page);
  });

  it('of a stale page are only linked to, tracestate and all', async () => {
    const old = String(Date.now() / 1000 - 3600);
    const tags = meta('traceparent', parentOf(A)) + meta('tracestate', 'a=1');
    const page = await open(tags + meta('sentry-trace-time', old));
    const sent = await requests(page);
    const { trace, parent, links } = await load();
    assert.deepEqual([trace === A, parent, sent.trace.startsWith(trace)], [false, undefined, true]);
    assert.equal(sent.tracestate, undefined);
    assert.deepEqual(
      links.map(({ trace_id, span_id, sampled, attributes }) => [
        trace_id,
        span_id,
        sampled,
        attributes['sentry.link.type'],
      ]),
      [[A, SPAN, true, 'stale_trace']],
    );
    await close(page);
  });

  it('that this browser has gone on with are only linked to', async () => {
    const tags = meta('traceparent', parentOf(A));
    const page = await open(tags);
    assert.equal((await load()).trace, A);
    server.reset();
    await open(tags, { page });
    const again = await load();
    assert.deepEqual([again.trace === A, again.links[0].trace_id], [false, A]);
    await close(page);
  });

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

  it('are gone on with before the core of throughline/slim has come, if there is no doubt', async () => {
    for (const [traceparent, isSure] of [
      [parentOf(A), true],
      ['nonsense', true],
    ]) {
      const head = meta('traceparent', traceparent) + meta('tracestate', 'a=1');
      const page = await openSlim(browser, server, { head, file: { held: true } });
      const early = await page.evaluate(async () => {
        start({ propagateTraceparent: true });
        globalThis.brought = T.initCore('/core.wasm');
        const { 'sentry-trace': trace, traceparent, tracestate } = await (await fetch('/echo')).json();
        return { trace, traceparent, tracestate };
      });
      page.release();
      const late = await page.evaluate(async () => {
        await brought;
        const { 'sentry-trace': trace, tracestate } = await (await fetch('/echo')).json();
        return { trace, tracestate };
      });
      const goesOn = traceparent === parentOf(A);
      assert.equal(early.trace !== undefined, isSure);
      assert.equal(early.trace.slice(0, 32) === A, goesOn);
      assert.equal(early.trace.slice(0, 32), late.trace.slice(0, 32));
      assert.deepEqual([early.tracestate, late.tracestate], goesOn ? ['a=1', 'a=1'] : [undefined, undefined]);
      await close(page);
    }
  });
});
