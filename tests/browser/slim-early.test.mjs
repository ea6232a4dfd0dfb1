// `throughline/slim` before the core has come: what is said of statuses then, and what becomes of that.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { openSlim } from '../support/slim.mjs';

describe('before the core has come', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());

  /** A page whose tracing has begun, without a root, and that has in `bring` how to get the core. */
  async function begun() {
    const page = await openSlim(browser, server);
    await page.evaluate(() => {
      start({}, { instrumentPageLoad: false });
      globalThis.bring = () => T.initCore('/core.wasm');
    });
    return page;
  }

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
});
