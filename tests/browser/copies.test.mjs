// Several copies of the package on one page: a script tag and a bundle, the same tag twice, micro-frontends, another version.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/project.mjs';
import { reportedLosses, startTag, useBrowser, useServer } from '../support/browser.mjs';
import { built, pathOf } from '../support/built.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const META = `<meta name="sentry-trace" content="${TRACE}-b0e6f15b45c36b12-1">
<meta name="baggage" content="sentry-trace_id=${TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5">`;

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What an application's bundler makes of the package, or of the part that the application names. */
async function bundled(contents) {
  const settings = { bundle: true, minify: true, format: 'esm', write: false, absWorkingDir: root };
  const { outputFiles } = await build({ ...settings, stdin: { contents, resolveDir: root } });
  return { type: 'text/javascript', body: outputFiles[0].text };
}

/** Spans without those of a machine that is busy: long tasks and long animation frames. */
const withoutWaits = (spans) => spans.filter(({ op }) => !op?.startsWith('ui.'));

/** The package as if it were of another version. */
function other() {
  const text = readFileSync(pathOf('module'), 'utf8');
  const body = text.replace(JSON.stringify(version), '"0.0.1"');
  assert.notEqual(body, text);
  return { type: 'text/javascript', body };
}

describe('copies of the package', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());

  /** Opens a page with this head. */
  async function open(head, files = {}) {
    server.reset();
    server.head = typeof head === 'function' ? head() : head;
    server.files = files;
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    return page;
  }

  /** Starts a copy as an application does; answers with whether it is the client of the first that is told. */
  const start = (page, path, options = {}) =>
    page.evaluate(
      async ([path, tunnel, options]) => {
        const copy = await import(path);
        globalThis.clients ??= [];
        const integrations = [copy.browserTracingIntegration({ idleTimeout: 20 })];
        const dsn = 'http://public@localhost:1/1';
        const client = copy.init({ dsn, tunnel, tracesSampleRate: 1, integrations, ...options });
        clients.push(client);
        return client === clients[0];
      },
      [path, server.tunnel, options],
    );

  /** Sends a request in a span of a copy, and answers with the headers that came; sees to it that all was sent. */
  const request = (page, path) =>
    page.evaluate(async (path) => {
      const copy = path ? await import(path) : Throughline;
      const echoed = await copy.startSpan({ name: 'work' }, async () => (await fetch('/echo')).json());
      await copy.flush();
      return echoed;
    }, path);

  /** What has arrived: one page load in the trace of the server, the work and its request, all in that trace. */
  function assertOne(echoed) {
    const events = server.envelopes
      .map(({ payload }) => payload)
      .filter(({ type }) => type === 'transaction');
    assert.deepEqual(events.map(({ transaction }) => transaction).sort(), ['/page', 'work']);
    assert.deepEqual(new Set(events.map(({ contexts }) => contexts.trace.trace_id)), new Set([TRACE]));
    const spans = withoutWaits(events.find(({ transaction }) => transaction === 'work').spans);
    assert.deepEqual(
      spans.map(({ description }) => description),
      ['GET /echo'],
    );
    assert.equal(echoed['sentry-trace'], `${TRACE}-${spans[0].span_id}-1`);
    assert.equal(echoed.baggage.match(/sentry-trace_id/g).length, 1);
  }

  const warnings = (page) => page.said.filter((line) => line.startsWith('[throughline]'));

  for (const [first, second] of [
    ['/index.js?1', '/index.js?2'],
    ['/index.js', '/bundle.js'],
    ['/bundle.js', '/index.js'],
  ]) {
    it(`are one: ${first}, then ${second}`, async () => {
      const page = await open(META, { '/bundle.js': await bundled(`export * from './${built.module}'`) });
      assert.equal(await start(page, first), true);
      assert.equal(await start(page, second), true);
      assert.equal(await start(page, second), true);
      await server.received(1);
      assertOne(await request(page, second));
      assert.equal(warnings(page).length, 1);
      assert.match(warnings(page)[0], /another copy/);
    });
  }

  it('are one: a script tag, then a bundle', async () => {
    const page = await open(() => `${META}${startTag(server)}`);
    await page.evaluate(() => {
      globalThis.clients = [Throughline.getClient()];
    });
    assert.equal(await start(page, '/index.js'), true);
    await server.received(1);
    assertOne(await request(page, '/index.js'));
    assert.equal(warnings(page).length, 1);
  });

  it('are one: a bundle, then a script tag', async () => {
    const page = await open(META);
    await start(page, '/index.js');
    await page.addScriptTag({ url: '/throughline.min.js' });
    const isFirst = await page.evaluate(() => Throughline.init({ tracesSampleRate: 0 }) === clients[0]);
    assert.equal(isFirst, true);
    await server.received(1);
    assertOne(await request(page));
    assert.equal(warnings(page).length, 1);
  });

  it('are one: the same script tag twice', async () => {
    const tag = () =>
      `<script src="/throughline.min.js" data-dsn="http://public@localhost:1/1" data-tunnel="${server.tunnel}" data-traces-sample-rate="1"></script>`;
    const page = await open(() => META + tag() + tag());
    await server.received(1);
    assertOne(await request(page));
    assert.equal(warnings(page).length, 1);
  });

  it('begin anew after the first was closed, and the page loads once', async () => {
    const page = await open(META);
    await start(page, '/index.js?1');
    await server.received(1);
    await page.evaluate(() => clients[0].close());
    assert.equal(await start(page, '/index.js?2'), false);
    await page.evaluate(async () => {
      const { startSpan, flush } = await import('/index.js?1');
      await startSpan({ name: 'work' }, () => fetch('/echo'));
      await flush();
    });
    const names = server.envelopes.map(({ payload }) => payload.transaction).filter(Boolean);
    assert.deepEqual(names, ['/page', 'work']);
    assert.equal(withoutWaits(server.envelopes.at(-1).payload.spans).length, 1);
    assert.deepEqual(warnings(page), []);
  });

  it('share scopes, spans and what is active, whoever was first', async () => {
    const part = await bundled(
      `export { getActiveSpan, getCurrentScope, getIsolationScope, Scope, setTag, startInactiveSpan, startSpan,
        withActiveSpan, withScope, spanToJSON, getRootSpan, setActiveSpanInBrowser } from './${built.module}'`,
    );
    for (const [first, second] of [
      ['/index.js', '/part.js'],
      ['/part.js', '/index.js'],
    ]) {
      const page = await open('', { '/part.js': part });
      const seen = await page.evaluate(
        async ([first, second, tunnel]) => {
          await import(first);
          await import(second);
          const host = await import('/index.js');
          const mfe = await import('/part.js');
          const client = host.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1 });
          host.instrumentOutgoingRequests(client);
          const tags = [];
          client.on('spanStart', () => {
            const { tags: own } = host.getCurrentScope().getScopeData();
            tags.push(own['mfe.name']);
          });
          await host.startSpan({ name: 'root' }, (root) =>
            mfe.withScope((scope) => {
              scope.setTag('mfe.name', 'cart');
              return mfe.startSpan({ name: 'child' }, async (child) => {
                const inner = mfe.startInactiveSpan({ name: 'inner', parentSpan: root });
                inner.end();
                await fetch('/echo');
                globalThis.same = [
                  host.getActiveSpan() === child,
                  host.getRootSpan(child) === root,
                  host.spanToJSON(child).parent_span_id === root.spanContext().spanId,
                  scope instanceof host.Scope,
                  host.withScope(scope, () => mfe.getCurrentScope() === scope),
                  new mfe.Scope() instanceof host.Scope,
                  host.withActiveSpan(root, () => mfe.getActiveSpan() === root),
                  mfe.getIsolationScope() === host.getIsolationScope(),
                ];
              });
            }),
          );
          await host.flush();
          return { same, tags };
        },
        [first, second, server.tunnel],
      );
      assert.deepEqual(seen.same, Array(8).fill(true));
      assert.deepEqual(seen.tags, [undefined, 'cart', 'cart', 'cart']);
      const [{ payload }] = await server.received(1);
      assert.deepEqual(
        payload.spans.map(({ description }) => description),
        ['child', 'inner', 'GET /echo'],
      );
    }
  });

  it('do together what one does: routes, integrations, listeners for requests, explanations', async () => {
    const page = await open('');
    await start(page, '/index.js?1');
    const seen = await page.evaluate(async () => {
      const mfe = await import('/index.js?2');
      const client = mfe.getClient();
      const heard = [];
      mfe.instrumentOutgoingRequests(client, { onRequestSpanStart: () => heard.push('start') });
      mfe.addIntegration(mfe.browserTracingIntegration());
      const child = mfe.startInactiveSpan({ name: 'slow' });
      const root = mfe.startBrowserTracingNavigationSpan(client, { name: '/cart' });
      await mfe.startSpan({ name: 'work' }, () => fetch('/echo'));
      child.end();
      const { code } = mfe.explainPropagation('/echo');
      const isActive = mfe.getActiveSpan() === root;
      root.end();
      await mfe.flush();
      return { heard, code, isActive };
    });
    assert.deepEqual(seen, { heard: ['start'], code: 'same-origin', isActive: true });
    const navigation = server.envelopes.find(({ payload }) => payload.transaction === '/cart');
    assert.deepEqual(
      withoutWaits(navigation.payload.spans).map(({ description }) => description),
      ['work', 'GET /echo'],
    );
  });

  it('let a route end once the work of a micro-frontend has', async () => {
    const page = await open('');
    await page.evaluate(async (tunnel) => {
      const [host, mfe] = [await import('/index.js?1'), await import('/index.js?2')];
      // Nothing but the end of its child makes the root end in time.
      const options = { idleTimeout: 20, childSpanTimeout: 60_000, finalTimeout: 60_000 };
      const integrations = [host.browserTracingIntegration(options)];
      host.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, integrations });
      await mfe.startSpan({ name: 'part' }, () => fetch('/echo'));
    }, server.tunnel);
    const [{ payload }] = await server.received(1);
    const names = payload.spans.map(({ description }) => description);
    assert.ok(names.includes('part') && names.includes('GET /echo'), names.join());
  });

  for (const bringer of [0, 1]) {
    it(`whose core comes later wait for one, whichever brings it: number ${bringer + 1}`, async () => {
      const body = readFileSync(join(root, 'dist', 'core.wasm'));
      const page = await open('', { '/core.wasm': { type: 'application/wasm', body } });
      const seen = await page.evaluate(
        async ([trace, tunnel, bringer]) => {
          const copies = [await import('/slim.js?1'), await import('/slim.js?2')];
          globalThis.T = copies[0];
          T.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 0 });
          const work = (when) =>
            copies.forEach(({ continueTrace, startSpan }, at) => {
              startSpan({ name: `own ${when} ${at}` }, () => {});
              for (const flag of '01') {
                const sentryTrace = `${trace}-b0e6f15b45c36b12-${flag}`;
                const name = `${flag} ${when} ${at}`;
                continueTrace({ sentryTrace, baggage: '' }, () => startSpan({ name }, () => {}));
              }
            });
          work('before');
          const doubted = T.continueTrace({ sentryTrace: 'ABC', baggage: '' }, () =>
            copies[1].getTraceData(),
          );
          const came = await copies[bringer].initCore('/core.wasm');
          work('after');
          const again = copies[1 - bringer].initCore('/not-there');
          return { doubted, came, again: await again, flushed: await copies[1 - bringer].flush() };
        },
        [TRACE, server.tunnel, bringer],
      );
      assert.deepEqual(seen, { doubted: {}, came: true, again: true, flushed: true });
      const lost = await reportedLosses(page, server);
      assert.deepEqual(lost, { 'sample_rate transaction': 8, 'sample_rate span': 8 });
      const names = server.envelopes.map(({ payload }) => payload.transaction).filter(Boolean);
      assert.deepEqual(names, ['1 before 0', '1 before 1', '1 after 0', '1 after 1']);
      assert.deepEqual(warnings(page), []);
    });
  }

  for (const [first, second] of [
    ['/index.js', '/other.js'],
    ['/other.js', '/index.js'],
  ]) {
    it(`of another version leave page and requests to the first: ${first}, then ${second}`, async () => {
      const page = await open(META, { '/other.js': other() });
      await start(page, first);
      assert.equal(await start(page, second), false);
      await page.evaluate(async (second) => {
        const copy = await import(second);
        copy.instrumentOutgoingRequests(copy.getClient());
        copy.startSpan({ name: 'own' }, () => {});
      }, second);
      await server.received(1);
      const echoed = await request(page, first);
      await page.evaluate(async (second) => (await import(second)).flush(), second);
      server.envelopes = server.envelopes.filter(({ payload }) => payload.transaction !== 'own');
      assertOne(echoed);
      assert.equal(warnings(page).length, 1);
      assert.match(warnings(page)[0], /another version/);
    });
  }

  it('that come second go on in the trace of whoever traces the page, whichever that is by then', async () => {
    const page = await open('');
    await page.evaluate(() => {
      const trace = () => ({ 'sentry-trace': `${globalThis.trace}-b0e6f15b45c36b12-1`, baggage: '' });
      globalThis[Symbol.for('throughline')] = { __proto__: null, tracer: 'another', trace };
    });
    await start(page, '/index.js');
    const traces = await page.evaluate(async () => {
      const { continueTrace, getCurrentScope, getTraceData, startInactiveSpan } = await import('/index.js');
      const traceOf = () => {
        const { traceId } = startInactiveSpan({ name: 'own' }).spanContext();
        return [traceId, getTraceData()['sentry-trace'].split('-')[0]];
      };
      const traces = [traceOf()];
      for (const digit of 'ab') {
        globalThis.trace = digit.repeat(32);
        traces.push(traceOf());
      }
      const sentryTrace = `${'c'.repeat(32)}-b0e6f15b45c36b12-1`;
      continueTrace({ sentryTrace }, () => traces.push(traceOf()));
      traces.push(traceOf());
      getCurrentScope().setPropagationContext({ traceId: 'd'.repeat(32), sampleRand: 0.5 });
      traces.push(traceOf());
      return traces;
    });
    const [[own], ...others] = traces;
    assert.match(own, /^[\da-f]{32}$/);
    assert.deepEqual(
      others,
      [...'abcbd'].map((digit) => [digit.repeat(32), digit.repeat(32)]),
    );
  });

  it('of another version trace the page if no other does, whoever was loaded first', async () => {
    const page = await open(META, { '/other.js': other() });
    await page.evaluate(async (tunnel) => {
      const { init } = await import('/other.js');
      init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1 });
    }, server.tunnel);
    await start(page, '/index.js');
    await server.received(1);
    assertOne(await request(page, '/index.js'));
    assert.deepEqual(warnings(page), []);
  });

  it('work alone where the page holds their place', async () => {
    const page = await open(
      `${META}<script>Object.defineProperty(globalThis, Symbol.for('throughline'), { value: Object.freeze(['theirs']) })</script>`,
    );
    await start(page, '/index.js');
    await server.received(1);
    assertOne(await request(page, '/index.js'));
  });
});
