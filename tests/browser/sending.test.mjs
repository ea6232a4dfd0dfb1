// When what has ended arrives: `flush`, and what a server forbids; in a real browser, as a real server got it.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

describe('sending', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let page;

  beforeEach(async () => {
    page = await openTraced(await openPackage(browser, server));
  });

  it('waits in flush until the envelope has been answered', async () => {
    const flushed = await page.evaluate(async () => {
      T.startSpan({ name: 'x' }, () => {});
      return [await T.flush(5000), await T.flush()];
    });
    assert.deepEqual(flushed, [true, true]);
    assert.equal(server.envelopes.length, 1);
  });

  it('gives up in flush when time runs out', async () => {
    server.answer = { never: true };
    const flushed = await page.evaluate(async () => {
      T.startSpan({ name: 'x' }, () => {});
      return T.flush(50);
    });
    assert.equal(flushed, false);
  });

  it('obeys a rate limit', async () => {
    server.answer = { status: 429, headers: { 'x-sentry-rate-limits': '60:transaction:key' } };
    await page.evaluate(async () => {
      T.startSpan({ name: 'first' }, () => {});
      await T.flush();
      T.startSpan({ name: 'second' }, () => {});
      await T.flush();
    });
    assert.deepEqual(
      server.envelopes.map(({ payload }) => payload.transaction),
      ['first'],
    );
  });
});
