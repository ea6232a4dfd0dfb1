// Chromium, by Playwright, with its back/forward cache.
import { chromium } from 'playwright-core';
import { browserArgs, browserPath } from '../../../scripts/toolchain.mjs';
import { call } from './call.mjs';
import { TIMEOUTS } from './webdriver.mjs';

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
        reload: () => page.reload(),
        click: (selector) => page.click(selector),
        evaluate: (does, ...args) => inTime(page.evaluate(call(does, args))),
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}

/** What a promise of a page answers: Playwright alone would wait for it for ever. */
async function inTime(answer) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, TIMEOUTS.script, new Error('a script of the test did not end'));
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
