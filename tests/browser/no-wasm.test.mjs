// Pages where WebAssembly may not run: because their policy forbids it, or because the browser has none (as with Safari's Lockdown
// Mode). There the default entry is off and says what to do, and `throughline/js` and its script trace as everywhere.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { useBrowser, useServer } from '../support/browser.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const META = `<meta name="sentry-trace" content="${TRACE}-b0e6f15b45c36b12-1">`;

const script = (file) => ({ type: 'text/javascript', body: readFileSync(join(root, 'dist', file)) });

describe('a page without WebAssembly', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** What a browser is told, and what it does before the page. */
  const PLACES = {
    'whose policy forbids it': {
      headers: { 'content-security-policy': "script-src 'self'" },
      error: 'CompileError',
    },
    'in a browser that has none': { missing: true, error: 'ReferenceError' },
  };

  for (const [place, { headers = {}, missing, error }] of Object.entries(PLACES)) {
    const open = async (tags) => {
      server.reset('', headers);
      server.head = META + tags();
      Object.assign(server.files, {
        '/default.js': script('throughline.min.js'),
        '/no-wasm.js': script('throughline.no-wasm.min.js'),
        '/js.js': script('js.js'),
        '/start.js': {
          type: 'text/javascript',
          body: `import * as Throughline from '/js.js';
            Object.assign(globalThis, { Throughline });
            Throughline.init({ dsn: 'http://public@localhost:1/1', tunnel: '${server.tunnel}', tracesSampleRate: 1,
              integrations: [Throughline.browserTracingIntegration()] });`,
        },
      });
      const page = await browser.page();
      await page.addInitScript((missing) => {
        globalThis.violations = [];
        addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective }) => {
          violations.push(`${violatedDirective} ${blockedURI}`);
        });
        if (missing) delete globalThis.WebAssembly;
      }, missing);
      await page.goto(`${server.url}/page`);
      return page;
    };
    const tag = (file) => () =>
      `<script src="${file}" data-dsn="http://public@localhost:1/1" data-tunnel="${server.tunnel}"
        data-traces-sample-rate="1" data-trace-propagation-targets="localhost"></script>`;

    it(`${place} works, and the default entry says what to do, once`, async () => {
      const page = await open(tag('/default.js'));
      const status = await page.evaluate(async () =>
        Throughline.startSpan({ name: 'x' }, async () => (await fetch('/echo')).status),
      );
      assert.equal(status, 200);
      const [sentence, ...others] = page.said.filter((line) => line.includes('[throughline]'));
      assert.match(
        sentence,
        /tracing is off on this page \(.*script-src allow 'wasm-unsafe-eval', or use throughline\/js$/,
      );
      assert.ok(sentence.includes(error), sentence);
      assert.deepEqual(others, []);
      // So the browser tells of what a policy forbids.
      assert.equal((await page.evaluate('violations')).length, missing ? 0 : 1);
      // What the page passes on by hand must not make all its visitors one trace.
      const header = await page.evaluate(() =>
        Throughline.startSpan({ name: 'x' }, Throughline.spanToTraceHeader),
      );
      assert.match(header, /^(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0$/);
    });

    it(`${place} is traced by throughline/js, though the default entry was there first`, async () => {
      const page = await open(() => `${tag('/default.js')()}<script type="module" src="/start.js"></script>`);
      const [{ payload }] = await server.transactions(1);
      assert.equal(payload.contexts.trace.trace_id, TRACE);
      assert.equal(page.said.filter((line) => line.includes('[throughline]')).length, 1, page.said.join());
    });

    for (const [what, tags] of [
      ['throughline/js', () => '<script type="module" src="/start.js"></script>'],
      ['throughline.no-wasm.min.js', tag('/no-wasm.js')],
    ]) {
      it(`${place} is traced by ${what}, which breaks no policy and says nothing`, async () => {
        const page = await open(tags);
        const echoed = await page.evaluate(async () =>
          Throughline.startSpan({ name: 'work' }, async () => (await fetch('/echo')).json()),
        );
        assert.ok(echoed['sentry-trace'].startsWith(TRACE), JSON.stringify(echoed));
        const [{ payload }] = await server.transactions(1);
        assert.equal(payload.contexts.trace.trace_id, TRACE);
        assert.equal(payload.contexts.trace.op, 'pageload');
        assert.ok(payload.spans.some(({ op }) => op === 'http.client'));
        assert.equal(await page.evaluate('typeof WebAssembly'), missing ? 'undefined' : 'object');
        assert.deepEqual(await page.evaluate('violations'), []);
        assert.deepEqual(page.said, []);
      });
    }
  }
});
