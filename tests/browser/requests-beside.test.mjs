// Another SDK on the page: what it sends is no business of ours, and where both trace a request has one pair of headers.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/project.mjs';
import { openTraced, usePages } from '../support/api.mjs';
import { openPackage } from '../support/browser.mjs';
import { SEND } from '../support/xhr.mjs';

describe('beside @sentry/browser', { timeout: 180_000 }, () => {
  const { browser, server, api } = usePages();
  let peer;

  before(async () => {
    const { outputFiles } = await build({
      stdin: { contents: `export * from '@sentry/browser';`, resolveDir: root },
      bundle: true,
      format: 'iife',
      globalName: 'Sentry',
      logLevel: 'error',
      write: false,
    });
    peer = outputFiles[0].text;
  });

  /** A page with both; the peer's options may hold `traces`, which lets it trace as well. */
  async function openBoth(order, theirs, options = {}) {
    const page = await openPackage(browser, server);
    await page.addScriptTag({ content: peer });
    await page.addScriptTag({ content: SEND });
    const start = () =>
      page.evaluate(({ traces, ...options }) => {
        const integrations = traces
          ? [Sentry.browserTracingIntegration({ instrumentPageLoad: false, instrumentNavigation: false })]
          : [];
        Sentry.init({ ...options, integrations });
      }, theirs);
    if (order === 'after') await start();
    await openTraced(page, options);
    if (order === 'before') await start();
    return page;
  }

  for (const order of ['before', 'after']) {
    it(`lets its envelopes alone, where we start ${order} it`, async () => {
      const host = api.url.replace('http://', '');
      const page = await openBoth(
        order,
        { dsn: `http://public@${host}/1` },
        { tracePropagationTargets: [host, '/'] },
      );
      await page.evaluate(() =>
        T.startSpan({ name: 'root' }, async () => {
          Sentry.captureException(new Error('theirs'));
          await Sentry.flush();
          await fetch('/echo');
        }),
      );
      const [{ payload }] = await server.transactions(1);
      assert.deepEqual(
        payload.spans.map(({ description }) => description),
        ['GET /echo'],
      );
      const sent = api.seen.filter(({ path }) => path.includes('/envelope/'));
      assert.ok(sent.length > 0, 'their envelope has arrived');
      for (const { headers } of sent)
        assert.deepEqual([headers['sentry-trace'], headers.baggage], [undefined, undefined]);
    });

    it(`lets its envelopes through a tunnel alone, where we start ${order} it`, async () => {
      const page = await openBoth(order, { dsn: 'http://public@o1.invalid/1', tunnel: `/echo/errors` });
      const { carried, answered } = await page.evaluate(() =>
        T.startSpan({ name: 'root' }, async () => {
          const carried = [];
          Sentry.getClient().on('beforeEnvelope', () => carried.push('envelope'));
          Sentry.captureException(new Error('theirs'));
          await Sentry.flush();
          await send('POST', '/echo/errors', {
            body: '{"event_id":"1","dsn":"http://public@o1.invalid/1"}\n{"type":"event"}\n{}',
          });
          const bytes = new TextEncoder().encode(
            '{"sent_at":"1","dsn":"http://public@o1.invalid/1"}\n{"type":"replay_recording"}\n',
          );
          const answer = await (await fetch('/echo/errors', { method: 'POST', body: bytes })).json();
          await fetch('/echo', { method: 'POST', body: '{"dsn":"http://public@o1.invalid/1"}' });
          return { carried, answered: [answer['sentry-trace'], answer.baggage] };
        }),
      );
      assert.ok(carried.length > 0, 'it has sent one');
      assert.deepEqual(answered, [undefined, undefined]);
      const [{ payload }] = await server.transactions(1);
      assert.deepEqual(
        payload.spans.map(({ description }) => description),
        ['POST /echo'],
      );
    });

    it(`sends one pair of headers where both trace, and we start ${order} it`, async () => {
      const theirs = {
        dsn: 'http://public@o1.invalid/1',
        tunnel: '/echo/errors',
        tracesSampleRate: 1,
        traces: true,
      };
      const page = await openBoth(order, theirs);
      const told = await page.evaluate(() =>
        T.startSpan({ name: 'root' }, () =>
          Sentry.startSpan({ name: 'theirs' }, async () => {
            const told = [];
            const look = (headers) => told.push([headers['sentry-trace'], headers.baggage]);
            look(await (await fetch('/echo')).json());
            look(await (await fetch('/echo', { headers: { 'X-Mine': '1' } })).json());
            look(await (await fetch(new Request('/echo', { headers: { 'X-Mine': '1' } }))).json());
            look(JSON.parse((await send('GET', '/echo')).responseText));
            look(JSON.parse((await send('GET', '/echo', { headers: { 'X-Mine': '1' } })).responseText));
            return told;
          }),
        ),
      );
      assert.equal(told.length, 5);
      for (const [sentryTrace, baggage] of told) {
        assert.match(sentryTrace, /^[0-9a-f]{32}-[0-9a-f]{16}-1$/);
        assert.equal(baggage.match(/sentry-trace_id=/g).length, 1, baggage);
        assert.ok(baggage.includes(`sentry-trace_id=${sentryTrace.slice(0, 32)}`), 'of one trace');
      }
    });
  }

  it('lets what goes to a collector alone', async () => {
    const page = await openBoth('before', {});
    const told = await page.evaluate(
      (api) =>
        T.startSpan({ name: 'root' }, async () => {
          const { 'sentry-trace': trace } = await (
            await fetch(`${api}/v1/traces`, { method: 'POST', body: '{}' })
          ).json();
          await send('POST', `${api}/otlp/v1/traces`, { body: '{}' });
          return [trace, T.explainPropagation(`${api}/v1/traces`).code];
        }),
      api.url,
    );
    assert.deepEqual(told, [undefined, 'envelope']);
    const [{ payload }] = await server.transactions(1);
    assert.deepEqual(payload.spans, []);
  });
});
