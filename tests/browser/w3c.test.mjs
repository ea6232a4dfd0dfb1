// The headers of the W3C: what a page goes on with that its server has named by them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openSlim } from '../support/slim.mjs';
import { A, B, meta, parentOf, SPAN, usePages } from '../support/w3c-pages.mjs';

/** With characters that would end an attribute. */
const STATE = 'rojo=00f067aa0ba902b7,congo=a<b>&c';

describe('the headers of the W3C on a page', { timeout: 120_000 }, () => {
  const { browser, server, open, close, requests } = usePages();

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
