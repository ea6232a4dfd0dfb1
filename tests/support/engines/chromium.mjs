// Chromium, by Playwright, with its back/forward cache.
import { chromium } from 'playwright-core';
import { browserArgs, browserPath } from '../../../scripts/toolchain.mjs';
import { call } from './call.mjs';

export async function launchChromium() {
  const browser = await chromium.launch({
    executablePath: browserPath(),
    args: browserArgs,
    // Playwright switches it off.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  return {
    async open() {
      const page = await (await browser.newContext()).newPage();
      return {
        goto: (url) => page.goto(url),
        // A page out of the cache does not load.
        back: () => page.goBack({ waitUntil: 'commit' }),
        forward: () => page.goForward({ waitUntil: 'commit' }),
        evaluate: (does, ...args) => page.evaluate(call(does, args)),
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
