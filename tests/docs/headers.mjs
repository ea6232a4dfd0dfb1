// Lines of headers to copy are sent by real servers: with them it works, and without them it fails as the document says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { root } from '../../scripts/lib/project.mjs';
import { assertAnswer } from './answers.mjs';
import { blocksOf } from './documents.mjs';
import { DSN, INGEST } from './site.mjs';

/** What a block `says` that quotes what is said where a policy forbids WebAssembly. */
export const REFUSED = 'refused';

/** @param {string} code lines of headers */
export async function proveHeaders(code, browser) {
  for (const line of code.trim().split('\n')) {
    const [, name, value] = /^([\w-]+): (.+)$/.exec(line) ?? assert.fail(`"${line}" is no header`);
    const prove = PROOFS[name.toLowerCase()];
    assert.ok(prove, `nothing proves the header ${name}`);
    await prove(value, browser);
  }
}

const PROOFS = {
  /** A page calls a service of another origin, which answers with this line, or without it. */
  async 'access-control-allow-headers'(value, browser) {
    const hasTraceparent = value.includes('traceparent');
    const tryOut = async (allowed) => {
      const seen = [];
      const service = await serve((request, response) => {
        if (request.method !== 'OPTIONS') seen.push(request.headers);
        response.writeHead(200, {
          'access-control-allow-origin': '*',
          ...(allowed && { 'access-control-allow-headers': allowed }),
        });
        response.end('{}');
      });
      const site = await serve(page());
      const tab = await browser.page();
      await tab.goto(site.url);
      const foreign = service.url.replace('localhost', '127.0.0.1');
      const outcomes = await tab.evaluate(
        async ([url, dsn, propagateTraceparent]) => {
          const T = await import('/index.js');
          T.init({
            dsn,
            tracesSampleRate: 1,
            propagateTraceparent,
            tracePropagationTargets: [url],
            integrations: [T.browserTracingIntegration()],
          });
          const call = () =>
            fetch(`${url}/orders`, { headers: { 'content-type': 'text/plain' } }).then(
              () => 'worked',
              () => 'failed',
            );
          return [await call(), await call()];
        },
        [foreign, DSN, hasTraceparent],
      );
      await tab.context().close();
      for (const server of [service, site]) server.stop();
      return { outcomes, seen, said: tab.said.filter((line) => line.startsWith('[throughline]')) };
    };

    const allowed = await tryOut(value);
    assert.deepEqual([allowed.outcomes, allowed.said], [['worked', 'worked'], []]);
    for (const { baggage, traceparent, ...sent } of allowed.seen) {
      assert.match(sent['sentry-trace'], /-1$/);
      assert.deepEqual([Boolean(baggage), Boolean(traceparent)], [true, hasTraceparent]);
    }
    const forbidden = await tryOut();
    // The first request breaks, and from then on that origin gets no headers.
    assert.deepEqual(forbidden.outcomes, ['failed', 'worked']);
    assert.deepEqual(
      forbidden.seen.map((sent) => sent['sentry-trace']),
      [undefined],
    );
    const missing = `Access-Control-Allow-Headers: sentry-trace, baggage${hasTraceparent ? ', traceparent' : ''}"`;
    assert.ok(forbidden.said.join().includes(missing), forbidden.said.join());
  },

  /** A page with this policy is traced, and calls its own site; without what it allows WebAssembly by it is not traced, and works. */
  async 'content-security-policy'(value, browser) {
    const load = async (policy) => {
      const site = await serve(page({ 'content-security-policy': policy }, tag(policy)));
      const tab = await browser.page();
      const arrived = [];
      await tab.context().route(`${INGEST}/**`, (route) => {
        arrived.push(route.request().postData());
        return route.fulfill({ body: '{}', headers: { 'access-control-allow-origin': '*' } });
      });
      await tab.goto(site.url);
      const [isOn, own] = await tab.evaluate(async () => {
        Throughline.startSpan({ name: 'root', forceTransaction: true }, () => {});
        await Throughline.flush(5000);
        const own = await fetch('/api/orders').then((response) => response.status, String);
        return [Throughline.isInitialized(), own];
      });
      await tab.context().close();
      site.stop();
      return { isOn, own, arrived: arrived.length, said: tab.said };
    };
    const needsWebAssembly = value.includes("'wasm-unsafe-eval'");
    assert.ok(needsWebAssembly, 'only policies that allow WebAssembly are proved');
    const with_ = await load(value);
    assert.deepEqual([with_.isOn, with_.own, with_.said], [true, 200, []]);
    assert.ok(with_.arrived > 0);
    const without = await load(value.replace(" 'wasm-unsafe-eval'", ''));
    assert.deepEqual([without.isOn, without.own, without.arrived], [false, 200, 0]);
    const [sentence] = without.said.filter((line) => line.startsWith('[throughline]'));
    const [quoted] = blocksOf('docs/csp-and-engines.md').filter(({ marks }) => marks.says === REFUSED);
    assertAnswer(sentence, quoted.code.trim().replace(/\n/g, ' '));
    const silent = await load(value.replace(/connect-src [^;]*/, "connect-src 'self'"));
    assert.equal(silent.arrived, 0, 'a DSN that connect-src does not name gets nothing');
  },
};

/** A script tag that a policy allows. */
function tag(policy) {
  const [, nonce = ''] = /'nonce-([^']+)'/.exec(policy) ?? [];
  return `<script nonce="${nonce}" src="/throughline.min.js" data-dsn="${DSN}" data-traces-sample-rate="1"></script>`;
}

const FILES = { '/index.js': 'dist/index.js', '/throughline.min.js': 'dist/throughline.min.js' };

/** Answers with a page, and with the files of the package. */
function page(headers = {}, head = '') {
  return (request, response) => {
    const file = FILES[request.url];
    if (file) {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' });
      response.end(readFileSync(join(root, file)));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers });
    response.end(
      `<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,">${head}</head></html>`,
    );
  };
}

/** Starts a server. */
async function serve(answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
