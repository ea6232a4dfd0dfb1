// A browser extension that has the package, in its content script and in its service worker, on a page that has it too: each in its
// own world, and none in the way of another.
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { chromium } from 'playwright-core';
import { root } from '../../scripts/lib/project.mjs';
import { browserArgs, browserPath } from '../../scripts/toolchain.mjs';
import { startTag, useServer } from '../support/browser.mjs';

/** What the extension does in its content script, on a page of the server, and for it in its service worker. */
const CONTENT = (tunnel) => `
  const { browserTracingIntegration, explainPropagation, flush, init, startSpan, getTraceData } = Throughline;
  const integrations = [browserTracingIntegration({ instrumentPageLoad: false, instrumentNavigation: false })];
  const [other] = location.origin.split('localhost').map((scheme) => scheme + 'api.localhost');
  init({ dsn: 'http://extension@localhost:1/1', tunnel: '${tunnel}', tracesSampleRate: 1, integrations });
  startSpan({ name: 'content' }, async () => {
    const { 'sentry-trace': heard } = await (await fetch('/echo')).json();
    const inWorker = await chrome.runtime.sendMessage({ ...getTraceData() });
    document.documentElement.dataset.told = JSON.stringify({ heard, inWorker, code: explainPropagation(other).code });
  });`;
const BACKGROUND = (tunnel) => `
  importScripts('throughline.min.js');
  const T = Throughline;
  T.init({ dsn: 'http://extension@localhost:1/1', tunnel: '${tunnel}', tracesSampleRate: 1 });
  chrome.runtime.onMessage.addListener((trace, sender, answer) => {
    answer(T.continueTrace(trace, () => T.startSpan({ name: 'background' }, () => T.explainPropagation('/x').code)));
  });`;

describe('an extension', { timeout: 120_000 }, () => {
  const server = useServer();

  it('is traced beside its page, in one trace from its content script to its service worker', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'throughline-'));
    const [extension, user] = ['extension', 'user'].map((name) => join(folder, name));
    let context;
    try {
      server.reset();
      server.head = startTag(server);
      server.answer = { headers: { 'access-control-allow-origin': '*' } };
      const tunnel = server.url + server.tunnel;
      const files = {
        'manifest.json': JSON.stringify({
          manifest_version: 3,
          name: 'traced',
          version: '1',
          host_permissions: ['http://localhost/*'],
          content_scripts: [{ matches: ['http://localhost/*'], js: ['throughline.min.js', 'content.js'] }],
          background: { service_worker: 'background.js' },
          content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'" },
        }),
        'content.js': CONTENT(tunnel),
        'background.js': BACKGROUND(tunnel),
      };
      await mkdir(extension);
      for (const [name, text] of Object.entries(files)) await writeFile(join(extension, name), text);
      await copyFile(join(root, 'dist', 'throughline.min.js'), join(extension, 'throughline.min.js'));
      context = await chromium.launchPersistentContext(user, {
        executablePath: browserPath(),
        ignoreDefaultArgs: ['--disable-extensions'],
        args: [...browserArgs, `--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
      });
      const page = await context.newPage();
      const said = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      await page.goto(`${server.url}/page`);
      const element = await page.waitForSelector('html[data-told]');
      const { heard, inWorker, code } = JSON.parse(await element.getAttribute('data-told'));
      const transactions = await server.transactions(3);
      const named = (name) => transactions.find(({ payload }) => payload.transaction === name);
      const [load, content, background] = ['/page', 'content', 'background'].map(
        (name) => (named(name) ?? assert.fail(`no ${name}`)).payload.contexts.trace,
      );
      // The script speaks for the page's origin, with a trace of its own.
      assert.equal(heard.split('-')[0], content.trace_id);
      assert.equal(code, 'cross-origin');
      assert.notEqual(content.trace_id, load.trace_id);
      assert.equal(background.trace_id, content.trace_id);
      assert.equal(background.parent_span_id, content.span_id);
      assert.equal(inWorker, 'not-instrumented');
      assert.equal(named('content').header.trace.public_key, 'extension');
      assert.deepEqual(said, []);
    } finally {
      await context?.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
