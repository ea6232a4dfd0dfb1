// What starting does not do, because it would cost every page view milliseconds.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTag, useBrowser, useServer } from '../support/browser.mjs';

const META = '<meta name="sentry-trace" content="771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1">';
const COUNT = `<script>
  globalThis.asked = 0;
  const { getItem } = Storage.prototype;
  Storage.prototype.getItem = function (key) { asked++; return getItem.call(this, key); };
</script>`;

describe('the start of a page', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  async function open(page, tags = '') {
    server.reset();
    server.head = ({ url }) => (url.startsWith('/page') ? COUNT + tags + startTag(server) : '');
    await page.goto(`${server.url}/page`);
    await server.transactions(1);
  }

  it('throws nothing, not even what is caught: the browser would describe where', async () => {
    const page = await browser.page();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Debugger.enable');
    await devtools.send('Debugger.setPauseOnExceptions', { state: 'all' });
    const thrown = [];
    devtools.on('Debugger.paused', ({ data, callFrames }) => {
      thrown.push(`${data?.description?.split('\n')[0]} in ${callFrames[0]?.functionName}`);
      devtools.send('Debugger.resume').catch(() => {});
    });
    await open(page);
    assert.deepEqual(thrown, []);
    // It hears of what is thrown.
    await page.evaluate(() => {
      try {
        null.member;
      } catch {}
    });
    assert.equal(thrown.length, 1);
  });

  it('asks no storage where the page brought no trace', async () => {
    const page = await browser.page();
    await open(page);
    assert.equal(await page.evaluate('asked'), 0);
    await open(page, META);
    assert.equal(await page.evaluate('asked'), 1);
  });
});
