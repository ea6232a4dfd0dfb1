// `throughline/otlp` on a page: a collector of another origin gets what happens there, whatever becomes of the page, and the page
// notices nothing.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { useBrowser, useServer } from '../support/browser.mjs';
import { cannotRead, read, spansOf, useCollector } from '../support/otlp/collector.mjs';

const SCRIPT = 'text/javascript; charset=utf-8';

/** What may outlive a page, in bytes, by the standard of `fetch`. */
const KEEPALIVE = 65_536;

describe('an exporter on a page', { timeout: 180_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  const collector = useCollector();
  let files;
  beforeEach(async () => {
    collector.asked = [];
    collector.answers = [];
    collector.headers = 'content-type';
    const body = async (file) => ({ type: SCRIPT, body: await readFile(join(root, 'dist', file), 'utf8') });
    files = { '/otlp.js': await body('otlp.js'), '/js.js': await body('js.js') };
  });

  // What earlier tests' pages still have to send, they would send later.
  afterEach(() => Promise.all(browser.browser.contexts().map((context) => context.close())));

  /**
   * Opens a page that is traced, with an exporter and no DSN. `globalThis.posted` has what it gives the `fetch` that it had before the
   * package came, `globalThis.noticed` what it gives one that was wrapped afterwards.
   */
  async function open({ options = {}, exporter = {}, tracing = {}, entry = '/index.js' } = {}) {
    server.reset(`<script type="module">
      const own = fetch;
      globalThis.posted = [];
      globalThis.fetch = (...given) => {
        posted.push({ url: String(given[0]), ...given[1], signal: undefined });
        return own(...given);
      };
      globalThis.T = await import('${entry}');
      const { otlpExporter } = await import('/otlp.js');
      if (T.initCore) T.initCore('/core.wasm');
      T.init({
        tracesSampleRate: 1,
        ...${JSON.stringify(options)},
        integrations: [
          T.browserTracingIntegration({ idleTimeout: 50, ...${JSON.stringify(tracing)} }),
          otlpExporter({ url: '${collector.url}', delay: 20, ...${JSON.stringify(exporter)} }),
        ],
      });
      const patched = fetch;
      globalThis.noticed = [];
      globalThis.fetch = (...given) => {
        noticed.push(String(given[0]));
        return patched(...given);
      };
      globalThis.ready = true;
    </script>`);
    Object.assign(server.files, files, {
      '/core.wasm': { type: 'application/wasm', body: await readFile(join(root, 'dist', 'core.wasm')) },
    });
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.waitForFunction(() => globalThis.ready);
    return page;
  }

  const arrived = (name) =>
    collector.until((asked) => spansOf(asked).some((span) => span.name === name), `the span ${name}`);
  const find = (name) => spansOf(collector.asked).find((span) => span.name === name);
  const attribute = (span, name) => span.attributes.find(({ key }) => key === name)?.value;

  for (const entry of ['/index.js', '/js.js', '/slim.js'])
    it(`sends page load and requests, beside ${entry}`, async () => {
      const page = await open({ entry, options: { release: 'shop@1.0.0', environment: 'test' } });
      await arrived('/page');
      await page.evaluate(() => T.startSpan({ name: 'click', op: 'ui.click' }, () => fetch('/echo')));
      await arrived('click');
      const { traceId, flags } = find('/page');
      assert.match(traceId, /^[\da-f]{32}$/);
      assert.equal(flags, 0x101);
      const click = find('click');
      const request = spansOf(collector.asked).find(({ parentSpanId }) => parentSpanId === click.spanId);
      assert.equal(request.kind, 3);
      assert.deepEqual(attribute(request, 'http.request.method'), { stringValue: 'GET' });
      assert.deepEqual(attribute(request, 'http.response.status_code'), { intValue: '200' });
      assert.deepEqual(attribute(request, 'url.full'), { stringValue: `${server.url}/echo` });
      const { resource } = collector.asked[0].payload.resourceSpans[0];
      const said = Object.fromEntries(
        resource.attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
      );
      assert.equal(said['service.name'], 'shop');
      assert.equal(said['telemetry.sdk.language'], 'webjs');
      assert.equal(said['browser.mobile'], false);
      assert.ok(said['browser.brands'].values.length > 0);
      // Its own requests are none of the page's, are traced by nobody, and seen by no wrapper.
      assert.deepEqual(await page.evaluate(() => noticed), ['/echo']);
      assert.ok(!spansOf(collector.asked).some((span) => span.name.includes('/v1/traces')));
      assert.ok(collector.asked.every(({ headers }) => !headers['sentry-trace'] && !headers.baggage));
      assert.deepEqual(page.said, []);
    });

  it('sends what OpenTelemetry reads, of transactions and of stream mode', { skip: cannotRead }, async () => {
    for (const traceLifecycle of ['static', 'stream']) {
      const page = await open({ options: { traceLifecycle } });
      await page.evaluate(() => T.startSpan({ name: 'click' }, () => fetch('/echo')));
      await hide(page);
      await arrived('click');
      // Stream mode names it by its host.
      const isLoad = (span) => attribute(span, 'sentry.op')?.stringValue === 'pageload';
      await collector.until((asked) => spansOf(asked).some(isLoad), 'the page load');
      const spans = read(collector.asked.splice(0).map(({ payload }) => payload));
      const load = spans.find(({ attributes }) => attributes['sentry.op']?.string === 'pageload');
      assert.deepEqual(load.attributes['url.full'], { string: `${server.url}/page` });
      assert.ok(BigInt(load.end) > BigInt(load.start));
      assert.ok(Object.keys(load.attributes).some((name) => name === 'browser.web_vital.ttfb.value'));
      assert.ok(
        spans.some(({ traceId, parentSpanId }) => traceId === load.traceId && parentSpanId === load.spanId),
      );
      await page.close();
    }
  });

  /** Hides a page, as far as it sees. */
  const hide = (page) =>
    page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    });

  it('sends what is left when the page is hidden, and at once what ends after that', async () => {
    const page = await open({ exporter: { delay: 600_000 } });
    await page.evaluate(() => T.startSpan({ name: 'before' }, () => {}));
    await hide(page);
    await arrived('before');
    await page.evaluate(() => T.startSpan({ name: 'after' }, () => {}));
    await arrived('after');
    const posted = await page.evaluate(() => posted.filter(({ url }) => url.endsWith('/v1/traces')));
    assert.ok(posted.length >= 2 && posted.every(({ keepalive }) => keepalive));
  });

  for (const traceLifecycle of ['static', 'stream'])
    it(`sends what is left when the page is left for another one: ${traceLifecycle}`, async () => {
      const page = await open({ exporter: { delay: 600_000 }, options: { traceLifecycle } });
      await page.evaluate(() => T.startSpan({ name: 'last' }, () => {}));
      await page.goto('about:blank');
      await arrived('last');
    });

  it('shares with envelopes what may outlive the page', async () => {
    const page = await open({
      exporter: { delay: 600_000 },
      options: { dsn: 'http://public@localhost:1/1', tunnel: server.tunnel, traceLifecycle: 'stream' },
      tracing: { instrumentPageLoad: false },
    });
    Object.assign(server, {
      tunnel: `/tunnel/${await page.evaluate(() => T.getClient().getOptions().tunnel.split('/').at(-1))}`,
    });
    await page.evaluate(() => {
      for (let at = 0; at < 600; at++)
        T.startSpan({ name: `span ${at}`, attributes: { text: 'x'.repeat(500) } }, () => {});
    });
    await hide(page);
    await collector.until((asked) => spansOf(asked).length >= 600, '600 spans');
    await server.received(1);
    const posted = await page.evaluate(() =>
      posted.filter(({ method }) => method === 'POST').map(({ body, keepalive }) => [body.length, keepalive]),
    );
    const kept = posted.filter(([, keepalive]) => keepalive).reduce((sum, [bytes]) => sum + bytes, 0);
    const all = posted.reduce((sum, [bytes]) => sum + bytes, 0);
    assert.ok(kept > 40_000 && kept < KEEPALIVE, `${kept} of ${all} bytes`);
    assert.ok(all > KEEPALIVE, `${all} bytes`);
    const names = spansOf(collector.asked).map(({ name }) => name);
    assert.equal(names.filter((name) => name.startsWith('span ')).length, 600);
    assert.ok(collector.asked.length < 20, `${collector.asked.length} requests`);
    assert.deepEqual(page.said, []);
  });

  it('compresses for its own origin, and for another one where that is wanted', async () => {
    const ask = async (exporter, name) => {
      const page = await open({ exporter, tracing: { instrumentPageLoad: false } });
      await page.evaluate((name) => {
        T.startSpan({ name, attributes: { text: 'tea '.repeat(1000) } }, () => {});
        return T.flush();
      }, name);
      const posted = await page.evaluate(() => posted.filter(({ headers }) => headers?.['content-type']));
      return posted.map(({ url, headers }) => [new URL(url).pathname, headers['content-encoding']]);
    };
    assert.ok(
      (await ask({ url: '/collect/traces' }, 'own')).some((one) => String(one) === '/collect/traces,gzip'),
    );
    assert.ok((await ask({}, 'other')).every(([, encoding]) => encoding === undefined));
    await arrived('other');
    collector.headers = 'content-type, content-encoding';
    await ask({ compression: 'gzip' }, 'wanted');
    await arrived('wanted');
    assert.ok(collector.asked.some(({ isCompressed }) => isCompressed));
  });

  it('leaves a page alone whose collector does not answer, or does not allow it', async () => {
    for (const answer of ['drop', 'forbid']) {
      if (answer === 'drop') collector.answers = Array.from({ length: 20 }, () => ({ drop: true }));
      else collector.headers = 'none';
      const page = await open({ tracing: { instrumentPageLoad: false } });
      const [isFlushed, status] = await page.evaluate(async () => {
        const unhandled = [];
        globalThis.addEventListener('unhandledrejection', ({ reason }) => unhandled.push(String(reason)));
        const { status } = await T.startSpan({ name: 'click' }, () => fetch('/echo'));
        return [await T.flush(), status, unhandled];
      });
      assert.equal(isFlushed, false);
      assert.equal(status, 200);
      // The browser itself says what the network did.
      assert.deepEqual(
        page.said.filter((one) => !/Failed to load resource|CORS policy/.test(one)),
        [],
      );
      await page.close();
    }
  });

  it('sends from a worker, which nobody tells when it ends', async () => {
    const page = await open({ tracing: { instrumentPageLoad: false } });
    server.files['/worker.js'] = {
      type: SCRIPT,
      body: `
        import { init, startSpan } from '/index.js';
        import { otlpExporter } from '/otlp.js';
        init({ tracesSampleRate: 1, integrations: [otlpExporter({ url: '${collector.url}', delay: 600_000 })] });
        startSpan({ name: 'in a worker' }, () => {});`,
    };
    await page.evaluate(() => void new Worker('/worker.js', { type: 'module' }));
    await arrived('in a worker');
  });
});
