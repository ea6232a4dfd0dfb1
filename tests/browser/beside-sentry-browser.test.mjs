// @sentry/browser keeps the errors of a page, and this package traces it: by the recipe of the documentation, what is reported
// names our trace, and a request has one pair of headers.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/project.mjs';
import { blocksOf } from '../docs/documents.mjs';
import { usePages } from '../support/api.mjs';
import { SEND } from '../support/xhr.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const META = `<meta name="sentry-trace" content="${TRACE}-b0e6f15b45c36b12-1">
<meta name="baggage" content="sentry-trace_id=${TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5,sentry-release=a%20b">`;

/** The recipe, as the documentation has it: between the starts of both, which are this test's own, and its example. */
const [{ code: DOCUMENTED }] = blocksOf('docs/from-sentry-browser.md').filter(
  ({ marks }) => marks.as === 'both',
);
const [RECIPE] = /^Sentry\.addEventProcessor\(.*?^\}\);$/ms.exec(DOCUMENTED);

/** It in an application: both SDKs in one bundle. */
const APPLICATION = `
  import * as Sentry from '@sentry/browser';
  import * as Throughline from 'throughline';
  ${RECIPE}
  export { Sentry };
  export * as T from 'throughline';
`;

describe('errors by @sentry/browser, tracing by us', { timeout: 60_000 }, () => {
  const { browser, server, api } = usePages();
  let application;

  before(async () => {
    const { outputFiles } = await build({
      stdin: { contents: APPLICATION, resolveDir: root },
      bundle: true,
      format: 'esm',
      logLevel: 'error',
      write: false,
    });
    application = outputFiles[0].text;
  });

  /** A page with both, started in this order. */
  async function open(order, head = META) {
    server.reset(head);
    server.files = { '/application.js': { type: 'text/javascript', body: application } };
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.addScriptTag({ content: SEND });
    await page.evaluate(
      async ([order, tunnel, api]) => {
        Object.assign(globalThis, await import('/application.js'));
        const dsn = 'http://public@o1.invalid/1';
        const starts = {
          theirs: () => Sentry.init({ dsn, tunnel, tracePropagationTargets: [] }),
          ours: () => {
            const integrations = [T.browserTracingIntegration({ idleTimeout: 20 })];
            const tracePropagationTargets = [location.origin, api];
            T.init({ dsn, tunnel, tracesSampleRate: 1, tracePropagationTargets, integrations });
          },
        };
        for (const name of order) starts[name]();
        globalThis.button = document.body.appendChild(document.createElement('button'));
      },
      [order, server.tunnel, api.url],
    );
    return page;
  }

  /** Waits for an error with this message; answers with its envelope. */
  async function reported(message) {
    const find = () =>
      server.envelopes.find(({ payload }) => payload?.exception?.values[0].value === message);
    await server.until(find, () => `no error "${message}"`);
    return find();
  }

  for (const order of [
    ['theirs', 'ours'],
    ['ours', 'theirs'],
  ]) {
    const named = order.join(', then ');

    it(`an error of a click is of the trace of its span (${named})`, async () => {
      const page = await open(order);
      await page.evaluate(() => {
        button.addEventListener('click', () =>
          T.startSpan({ name: 'click' }, (span) => {
            globalThis.span = span.spanContext();
            Sentry.captureException(new Error('caught'));
            throw new Error('thrown');
          }),
        );
      });
      await page.click('button');
      const span = await page.evaluate(() => globalThis.span);
      assert.equal(span.traceId, TRACE);
      const caught = await reported('caught');
      assert.deepEqual(caught.payload.contexts.trace, { trace_id: TRACE, span_id: span.spanId });
      const thrown = await reported('thrown');
      assert.equal(thrown.payload.contexts.trace.trace_id, TRACE);
      for (const { header } of [caught, thrown]) {
        assert.deepEqual(header.trace, {
          trace_id: TRACE,
          sample_rand: '0.25',
          sample_rate: '0.5',
          release: 'a b',
        });
      }
      const traces = server.envelopes
        .filter(({ item }) => item.type === 'transaction')
        .map(({ payload }) => payload.contexts.trace.trace_id);
      assert.deepEqual([...new Set(traces)], [TRACE]);
    });

    it(`an error without a span is of the trace of its page (${named})`, async () => {
      const page = await open(order, '');
      await page.evaluate(() => {
        globalThis.trace = T.getTraceData()['sentry-trace'].split('-')[0];
        setTimeout(() => {
          throw new Error('late');
        });
      });
      const { header, payload } = await reported('late');
      const trace = await page.evaluate(() => globalThis.trace);
      assert.equal(payload.contexts.trace.trace_id, trace);
      assert.equal(header.trace.trace_id, trace);
    });

    it(`a request has one pair of headers, ours (${named})`, async () => {
      const page = await open(order);
      const told = await page.evaluate(
        (api) =>
          T.startSpan({ name: 'work' }, async () => {
            const told = [];
            for (const url of ['/echo', `${api}/echo`]) {
              told.push(await (await fetch(url)).json());
              told.push(await (await fetch(new Request(url, { headers: { 'X-Mine': '1' } }))).json());
              told.push(JSON.parse((await send('GET', url)).responseText));
            }
            return told.map(({ 'sentry-trace': sentryTrace, baggage }) => [sentryTrace, baggage]);
          }),
        api.url,
      );
      assert.equal(told.length, 6);
      for (const [sentryTrace, baggage] of told) {
        assert.match(sentryTrace, new RegExp(`^${TRACE}-[0-9a-f]{16}-1$`));
        assert.deepEqual(baggage.match(/sentry-trace_id=[0-9a-f]*/g), [`sentry-trace_id=${TRACE}`]);
      }
    });
  }

  it('before we have started, what it reports is as it was', async () => {
    const page = await open(['theirs']);
    await page.evaluate(() => Sentry.captureException(new Error('early')));
    const { header, payload } = await reported('early');
    assert.match(payload.contexts.trace.trace_id, /^[0-9a-f]{32}$/);
    assert.equal(header.trace.trace_id, payload.contexts.trace.trace_id);
  });
});
