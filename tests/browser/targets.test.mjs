// `tracePropagationTargets` as pages write them, and what the console says of those that can never match.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

describe('tracePropagationTargets', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  const open = async (tracePropagationTargets) =>
    openTraced(await openPackage(browser, server), { tracePropagationTargets });

  /** Which of the URLs get headers. */
  const attached = (page, urls) =>
    page.evaluate((urls) => urls.filter((url) => T.explainPropagation(url).attach), urls);
  const warnings = (page) => page.said.filter((line) => line.includes('tracePropagationTargets'));

  it('finds hosts and paths that are written in other letters than those of URLs', async () => {
    const yes = {
      'münchen.de': ['https://münchen.de/x', 'https://xn--mnchen-3ya.de/x', 'https://www.münchen.de/'],
      'MÜNCHEN.de/straße': ['https://münchen.de/straße/1'],
      '*.köln.de': ['https://a.köln.de/'],
      'https://bücher.de:8443/v1': ['https://bücher.de:8443/v1/x'],
      'https://*.дом.рф': ['https://a.дом.рф/'],
      '//例え.jp': ['http://例え.jp/', 'https://例え.jp/'],
      '/größe': [`${server.url}/api/größe`],
      größe: ['https://other.test/größe/1'],
    };
    const no = [
      'https://munchen.de/',
      'https://münchen.de.evil.io/',
      'https://evil.io/münchen.de',
      'https://köln.de/',
    ];
    for (const [target, urls] of Object.entries(yes)) {
      const page = await open([target]);
      assert.deepEqual(await attached(page, [...urls, ...no]), urls, target);
      assert.deepEqual(page.said, [], target);
      await page.context().close();
    }
  });

  it('takes regular expressions of a frame', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(() => {
      const { contentWindow } = document.body.appendChild(document.createElement('iframe'));
      const pattern = new contentWindow.RegExp('api\\.test', 'g');
      const proxied = Proxy.revocable({}, {});
      proxied.revoke();
      const lookalike = { source: 'other', flags: '', test: () => true };
      options.tracePropagationTargets = [pattern, lookalike];
      options.ignoreSpans = [new contentWindow.RegExp('unwanted'), proxied.proxy];
    });
    await openTraced(page);
    const urls = ['https://api.test/', 'https://api.test/2', 'https://other.test/'];
    assert.deepEqual(await attached(page, urls), urls.slice(0, 2));
    await page.evaluate(() =>
      T.startSpan({ name: 'root' }, () => {
        T.startSpan({ name: 'unwanted' }, () => {});
        T.startSpan({ name: 'wanted' }, () => {});
      }),
    );
    const [{ payload }] = await server.received(1);
    assert.deepEqual(
      payload.spans.map(({ description }) => description),
      ['wanted'],
    );
  });

  it('says once what can never match, when it is set', async () => {
    const useless = ['https://api.example.com/*', 'ftp://files.test', 'api.test?x=1', '*'];
    const page = await open([...useless, 'api.test', '//b.test', '*.c.test', /d/, '/api', 'part']);
    assert.equal(warnings(page).length, useless.length, page.said.join('\n'));
    for (const text of useless) {
      assert.ok(
        warnings(page).some(
          (line) => line.includes(JSON.stringify(text)) && line.includes('matches no request'),
        ),
        text,
      );
    }
    await page.evaluate(async () => {
      await fetch('/echo');
      // The page's own list, as it may change while it runs.
      T.getClient().getOptions().tracePropagationTargets = ['*', 'wss://late.test'];
      await fetch('/echo');
      await fetch('/echo');
    });
    assert.equal(warnings(page).length, useless.length + 1);
    assert.match(warnings(page).at(-1), /"wss:\/\/late\.test"/);
  });

  it('knows the own origin in a frame without an address', async () => {
    const page = await openPackage(browser, server);
    const codes = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      frame.srcdoc = '<!doctype html><title>t</title>';
      await new Promise((resolve) => {
        frame.onload = resolve;
        document.body.append(frame);
      });
      const inside = frame.contentWindow;
      const script = inside.document.createElement('script');
      script.src = '/throughline.min.js';
      await new Promise((resolve) => {
        script.onload = resolve;
        inside.document.head.append(script);
      });
      const { init, browserTracingIntegration, explainPropagation } = inside.Throughline;
      init({ integrations: [browserTracingIntegration()] });
      const answer = await (await inside.fetch('/echo')).json();
      return [
        explainPropagation('/echo').code,
        explainPropagation('https://other.test/').code,
        'sentry-trace' in answer,
      ];
    });
    assert.deepEqual(codes, ['same-origin', 'cross-origin', true]);
  });
});
