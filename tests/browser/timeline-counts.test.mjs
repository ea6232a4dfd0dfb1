// What the browser measures of a page whose trace is not recorded: it is counted, and told of, as if it were.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPackage, reportedLosses, useBrowser, useServer } from '../support/browser.mjs';

describe('what the browser measures of a page load', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Loads a page, waits for its root, and answers with what was heard and with what the browser knows of. */
  async function load(given) {
    const page = await openPackage(browser, server);
    const heard = await page.evaluate(async (given) => {
      const heard = { started: 0, recording: 0, ended: 0 };
      const ended = new Promise((resolve) => {
        const setup = (client) => {
          client.on('spanStart', (span) => {
            heard.started += 1;
            heard.recording += Number(span.isRecording());
            span.setAttribute('heard', true);
          });
          client.on('spanEnd', (span) => {
            heard.ended += 1;
            if (T.getRootSpan(span) === span) resolve();
          });
        };
        const tracing = T.browserTracingIntegration({ idleTimeout: 50 });
        T.init({ ...options, ...given, integrations: [tracing, { name: 'listener', setup }] });
      });
      await ended;
      await T.flush();
      return heard;
    }, given);
    return { page, heard };
  }

  for (const traceLifecycle of ['static', 'stream']) {
    it(`is told of and sent where it is recorded: ${traceLifecycle}`, async () => {
      const { heard } = await load({ traceLifecycle });
      const [{ payload }] = await server.received(1);
      const spans = payload.items ?? payload.spans;
      const isHeard = ({ data, attributes }) => (data ?? attributes).heard;
      const children = spans.filter((span) => !span.is_segment);
      assert.ok(children.length > 5, `${children.length}`);
      assert.ok(children.every(isHeard), 'each was heard of, and may be changed');
      assert.equal(heard.started, children.length + 1);
      assert.deepEqual([heard.recording, heard.ended], [heard.started, heard.started]);
    });

    it(`is told of and counted where it is not: ${traceLifecycle}`, async () => {
      const { page, heard } = await load({ traceLifecycle, tracesSampleRate: 0 });
      assert.ok(heard.started > 6, `${heard.started}`);
      assert.deepEqual([heard.recording, heard.ended], [0, 1]);
      const lost = await reportedLosses(page, server);
      assert.equal(lost['sample_rate span'], heard.started);
      assert.equal(lost['sample_rate transaction'], traceLifecycle === 'static' ? 1 : undefined);
    });
  }

  it('is counted as ignored in stream mode, where the page ignores it, also of a page that is not recorded', async () => {
    for (const tracesSampleRate of [0, 1]) {
      const ignoreSpans = [{ attributes: { 'sentry.op': 'browser.request' } }, { op: 'browser.response' }];
      const { page } = await load({ traceLifecycle: 'stream', tracesSampleRate, ignoreSpans });
      assert.equal((await reportedLosses(page, server))['ignored span'], 2);
    }
  });
});
