// `npm run at-start`: lists the functions that a start of the package calls, for scripts/build/eager.mjs.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { relative } from 'node:path';
import { chromium } from 'playwright-core';
import { AT_START } from '../scripts/build/at-start.mjs';
import { bundlePackage, PLACE } from '../scripts/build/bundle.mjs';
import { DEFAULT } from '../scripts/build/bundles.mjs';
import { buildCore, CORE } from '../scripts/build/core.mjs';
import { functionsAtTop } from '../scripts/build/eager.mjs';
import { textOfCore } from '../scripts/build/text-of-core.mjs';
import { replaceFile, root } from '../scripts/lib/project.mjs';
import { main, say } from '../scripts/lib/say.mjs';
import { setup } from '../scripts/setup/index.mjs';
import { browserArgs, browserPath } from '../scripts/toolchain.mjs';

/** As documented, on a page whose server traces. */
const PAGE = `<!doctype html><html lang="en"><head><title>start</title><link rel="icon" href="data:,">
  <meta name="sentry-trace" content="771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1">
  <meta name="baggage" content="sentry-release=shop%401,sentry-sample_rand=0.25"></head><body></body></html>`;

const START = `import { init, browserTracingIntegration } from '/index.js';
  init({
    dsn: 'https://public@localhost/1',
    tunnel: '/tunnel',
    tracesSampleRate: 1,
    tracePropagationTargets: ['/api'],
    integrations: [browserTracingIntegration()],
  });`;

await main(async () => {
  await setup();
  await buildCore();
  const { code } = (await bundlePackage(DEFAULT)).bundled;
  const called = await calledIn(code);
  const names = functionsAtTop(code)
    .filter(({ start }) => called.has(start))
    .map(({ name }) => name)
    .sort();
  replaceFile(AT_START, `${JSON.stringify(names, undefined, 2)}\n`);
  say(`${relative(root, AT_START)} lists ${names.length} functions`);
});

/** Starts the package on a page. @returns {Promise<Set<number>>} where the functions begin that were called */
async function calledIn(code) {
  const files = {
    '/': ['text/html', PAGE],
    '/index.js': ['text/javascript', code],
    '/start.js': ['text/javascript', START],
  };
  const server = createServer(({ url }, response) => {
    const [type, body] = files[url] ?? ['text/plain', ''];
    response.setHeader('content-type', `${type}; charset=utf-8`).end(body);
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const browser = await chromium.launch({ executablePath: browserPath(), args: browserArgs });
  try {
    const page = await browser.newPage();
    await page.addInitScript(
      ({ place, text }) => {
        // Outside, so that nothing in the code moves.
        globalThis[place] = text;
        // What a slow machine does at the start does not belong to it.
        PerformanceObserver.prototype.observe = () => {};
      },
      { place: PLACE, text: textOfCore(await readFile(CORE)) },
    );
    await page.goto(`http://localhost:${server.address().port}/`);
    await page.coverage.startJSCoverage();
    await page.evaluate(() => import('/start.js'));
    const scripts = await page.coverage.stopJSCoverage();
    const { functions } = scripts.find(({ url }) => url.endsWith('/index.js'));
    const places = functions.map(({ ranges: [{ startOffset, count }] }) => (count ? startOffset : -1));
    return new Set(places);
  } finally {
    await browser.close();
    server.close();
  }
}
