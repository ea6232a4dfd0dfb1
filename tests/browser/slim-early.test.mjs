// `throughline/slim` before the core has come: what is said of traces and statuses then, and what becomes of that.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { reportedLosses, useBrowser, useServer } from '../support/browser.mjs';
import { openSlim } from '../support/slim.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const IDS = `${TRACE}-b0e6f15b45c36b12`;
/** Where the flag begins. */
const FLAG = IDS.length;

describe('before the core has come', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());

  /** A page whose tracing has begun, without a root, and that has in `bring` how to get the core. */
  async function begun() {
    const page = await openSlim(browser, server);
    await page.evaluate((ids) => {
      start({}, { instrumentPageLoad: false });
      globalThis.bring = () => T.initCore('/core.wasm');
      /** Begins a root in a trace that came with a flag, and in one of the page. */
      globalThis.rootsOf = () => {
        const root = () => T.startInactiveSpan({ name: 'root' });
        const below = (flag) => T.continueTrace({ sentryTrace: `${ids}${flag}`, baggage: '' }, root);
        return [below('-1'), below('-0'), below(''), T.startNewTrace(root)];
      };
    }, IDS);
    return page;
  }

  it('headers say the decision that a trace came with, and none that nobody has made', async () => {
    const page = await begun();
    const seen = await page.evaluate(async (at) => {
      const roots = rootsOf();
      const say = () =>
        roots.map((span) => [T.spanToTraceHeader(span).slice(at), span.spanContext().traceFlags]);
      const early = say();
      const child = T.startInactiveSpan({ name: 'child', parentSpan: roots[1] });
      const below = T.spanToTraceHeader(child).slice(at);
      await bring();
      return { early, below, late: say() };
    }, FLAG);
    assert.deepEqual(seen.early, [
      ['-1', 1],
      ['-0', 0],
      ['', 1],
      ['', 1],
    ]);
    assert.equal(seen.below, '-0');
    assert.deepEqual(seen.late, [
      ['-1', 1],
      ['-0', 0],
      ['-1', 1],
      ['-1', 1],
    ]);
  });

  it('no header of a span says an id that may change', async () => {
    const page = await begun();
    const [early, late] = await page.evaluate(async (ids) => {
      const sentryTrace = ` ${ids} `;
      const root = T.continueTrace({ sentryTrace, baggage: '' }, () => T.startInactiveSpan({ name: 'root' }));
      const early = T.spanToTraceHeader(root);
      await bring();
      return [early, T.spanToTraceHeader(root)];
    }, IDS);
    assert.equal(early, '');
    assert.match(late, new RegExp(`^${TRACE}-[\\da-f]{16}-1$`));
  });

  it('roots for which there is no place decide nothing about their traces', async () => {
    const page = await begun();
    const seen = await page.evaluate(async (at) => {
      for (let made = 0; made < 1500; made++) T.startInactiveSpan({ name: 'fills the place' });
      const roots = rootsOf();
      const say = () =>
        roots.map((span) => {
          const { 'sentry-trace': sentryTrace, baggage = '' } = T.getTraceData({ span });
          return [sentryTrace.slice(at), T.spanToTraceHeader(span).slice(at), /sampled/.test(baggage)];
        });
      const flags = roots.map(async (span) => {
        const answer = await span.run(() => fetch('/echo'));
        return (await answer.json())['sentry-trace'].slice(at);
      });
      const early = say();
      const echoed = await Promise.all(flags);
      await bring();
      return { recording: roots.map((span) => span.isRecording()), early, echoed, late: say() };
    }, FLAG);
    const incoming = ['-1', '-0', '', ''];
    assert.deepEqual(seen.recording, [false, false, false, false]);
    assert.deepEqual(seen.echoed, incoming);
    const said = incoming.map((flag) => [flag, flag, false]);
    assert.deepEqual([seen.early, seen.late], [said, said]);
  });

  it('a status has its name later, unless the page has said another one since', async () => {
    const page = await begun();
    await page.evaluate(async () => {
      const named = (name, act) => T.startSpan({ name }, act);
      const answers = (name, ...statuses) =>
        named(name, (span) => {
          for (const status of statuses) T.setHttpStatus(span, status);
        });
      answers('one', 404);
      answers('last', 404, 503);
      answers('good', 404, 204);
      named('corrected', (span) => {
        T.setHttpStatus(span, 500);
        span.setStatus({ code: 1 });
      });
      named('own', (span) => {
        T.setHttpStatus(span, 500);
        span.setStatus({ code: 2, message: 'aborted' });
      });
      const hear = (span) => span.setStatus({ code: 1 });
      const options = { onRequestSpanEnd: hear };
      T.instrumentOutgoingRequests(T.getClient(), options);
      await named('request', () => fetch('/status/404'));
      await bring();
    });
    const events = await server.transactions(6);
    const { request, ...others } = Object.fromEntries(
      events.map(({ payload }) => [payload.transaction, payload]),
    );
    const statuses = Object.entries(others).map(([name, { contexts }]) => [name, contexts.trace.status]);
    assert.deepEqual(Object.fromEntries(statuses), {
      one: 'not_found',
      last: 'unavailable',
      good: 'ok',
      corrected: 'ok',
      own: 'aborted',
    });
    const [{ status, data }] = request.spans.filter(({ op }) => op === 'http.client');
    assert.deepEqual([status, data['http.response.status_code']], ['ok', 404]);
  });

  for (const traceLifecycle of ['static', 'stream']) {
    it(`each span of the ${traceLifecycle} mode for which there is no place is lost once`, async () => {
      const page = await openSlim(browser, server);
      await page.evaluate(async (traceLifecycle) => {
        const root = () => T.startInactiveSpan({ name: 'root', parentSpan: null });
        start({ traceLifecycle, tracesSampleRate: 0 }, { detectRedirects: false, idleTimeout: 60_000 });
        const begun = [T.getActiveSpan(), root()];
        for (const parentSpan of begun) T.startInactiveSpan({ name: 'child', parentSpan }).end();
        for (let made = 0; made < 1500; made++) root();
        for (const one of begun) one.end();
        history.pushState({}, '', '/next');
        T.getActiveSpan().end();
        await T.initCore('/core.wasm');
      }, traceLifecycle);
      const lost = await reportedLosses(page, server);
      const sum = (category) =>
        Object.entries(lost).reduce((all, [name, count]) => all + (name.endsWith(category) ? count : 0), 0);
      assert.equal(sum(' transaction'), traceLifecycle === 'static' ? 1503 : 0, JSON.stringify(lost));
      assert.equal(sum(' span'), 1505, JSON.stringify(lost));
    });
  }
});
