// `sentry-trace` and `baggage` belong together: wherever they come from, what leaves a page speaks of one trace.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPackage, startTag, useBrowser, useServer } from '../support/browser.mjs';

const A = '771a43a4192642f0b136d5159a501700';
const B = 'b0e6f15b45c36b12b0e6f15b45c36b12';
const traceOf = (id) => `${id}-b0e6f15b45c36b12-1`;
const baggageOf = (id) => `sentry-trace_id=${id},sentry-release=${id === A ? 'a' : 'b'}`;

describe('pairs of headers', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  const meta = (name, content) => `<meta name="${name}" content="${content}">`;
  const trace = (id) => meta('sentry-trace', traceOf(id));
  const baggage = (id) => meta('baggage', baggageOf(id));
  const timing = (of) =>
    Object.entries(of)
      .map(([name, said]) => `${name};desc="${said}"`)
      .join(',');

  /** Which traces the event, its envelope, and the headers of a request on the page speak of. */
  async function spokenOf(head, headers = {}) {
    server.reset();
    const pageHead = ({ url }) => (url.startsWith('/page') ? head + startTag(server) : '');
    Object.assign(server, { head: pageHead, headers });
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    const sent = await page.evaluate(async () => (await fetch('/echo')).json());
    const [{ header, payload }] = await server.transactions(1);
    assert.deepEqual(page.said, []);
    await page.context().close();
    return {
      event: payload.contexts.trace.trace_id,
      envelope: header.trace,
      trace: sent['sentry-trace']?.slice(0, 32),
      baggage: sent.baggage,
    };
  }

  const one = (id) => ({
    event: id,
    envelope: { trace_id: id, release: id === A ? 'a' : 'b' },
    trace: id,
    baggage: baggageOf(id),
  });

  it('of which a page has several count as the first that agrees', async () => {
    for (const [head, id] of [
      [trace(A) + baggage(A) + trace(B) + baggage(B), A],
      [trace(A) + baggage(B) + trace(B) + baggage(A), A],
      [trace(A) + trace(B) + baggage(B), B],
      [meta('sentry-trace', 'garbage') + baggage(A) + trace(B) + baggage(B), B],
      [meta('sentry-trace', '') + meta('baggage', '') + trace(B) + baggage(B), B],
    ]) {
      const told = await spokenOf(head);
      const { sample_rand, sampled, sample_rate, ...envelope } = told.envelope;
      const { baggage: sent, ...others } = told;
      const { baggage: ours, ...expected } = one(id);
      assert.deepEqual({ ...others, envelope }, expected, head);
      assert.ok(sent.startsWith(ours), sent);
    }
  });

  it('that do not agree lose the baggage', async () => {
    const told = await spokenOf(trace(A) + baggage(B));
    assert.deepEqual([told.event, told.trace], [A, A]);
    for (const said of [told.envelope, told.baggage]) assert.ok(!JSON.stringify(said ?? '').includes(B));
  });

  it('that the server says in two places', async () => {
    const told = await spokenOf(trace(B), {
      'server-timing': timing({ 'sentry-trace': traceOf(A), baggage: baggageOf(A) }),
    });
    assert.deepEqual([told.event, told.envelope.trace_id, told.trace], [A, A, A]);
    const other = await spokenOf(baggage(A), { 'server-timing': timing({ 'sentry-trace': traceOf(B) }) });
    assert.deepEqual([other.event, other.trace], [B, B]);
    assert.ok(!JSON.stringify([other.envelope ?? '', other.baggage ?? '']).includes(A));
  });

  it('that are given by hand', async () => {
    const page = await openPackage(browser, server);
    const told = await page.evaluate(
      ([sentryTrace, baggage]) => {
        const integrations = [T.browserTracingIntegration({ instrumentPageLoad: false })];
        const client = T.init({ ...options, integrations });
        const data = T.continueTrace({ sentryTrace, baggage }, () => T.getTraceData());
        T.startBrowserTracingPageLoadSpan(client, { name: 'load' }, { sentryTrace, baggage });
        return [data, T.getTraceData()].map((one) => [one['sentry-trace'].slice(0, 32), one.baggage ?? '']);
      },
      [traceOf(A), baggageOf(B)],
    );
    assert.deepEqual(page.said, []);
    for (const [id, baggage] of told) assert.deepEqual([id, baggage.includes(B)], [A, false]);
  });
});
