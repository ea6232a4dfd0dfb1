// Frames, and documents and workers whose address is no server's: they are harmless, and traced as far as the browser allows. Nothing
// is on the origin of one that is opaque.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { openTraced, useApi } from '../support/api.mjs';
import { openPackage, startTag, useBrowser, useServer } from '../support/browser.mjs';

const SCRIPT = join(root, 'dist', 'throughline.min.js');
/** Collectors answer everybody so. */
const OPEN = { headers: { 'access-control-allow-origin': '*' } };
const TRACE = '771a43a4192642f0b136d5159a501700';

describe('a frame', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  const api = useApi();

  const named = (transactions, name) =>
    transactions.find(({ payload }) => payload.transaction === name)?.payload ??
    assert.fail(`no ${name} among ${transactions.map(({ payload }) => payload.transaction)}`);
  /** Puts a frame into a page, and answers with it once it has loaded. */
  async function addFrame(page, attributes) {
    const element = await page.evaluateHandle(
      (attributes) =>
        new Promise((resolve) => {
          const frame = document.createElement('iframe');
          for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
          frame.onload = () => resolve(frame);
          document.body.append(frame);
        }),
      attributes,
    );
    return element.asElement().contentFrame();
  }
  /**
   * Starts the package in a document of any kind: answers with its origin, and with why each request carries headers or not. A
   * span is sent, with a request for each of them.
   */
  const start = (place, urls, options = {}) =>
    place.evaluate(
      async ([urls, options]) => {
        const { browserTracingIntegration, explainPropagation, flush, init, startSpan } = Throughline;
        const integrations = [browserTracingIntegration({ idleTimeout: 20 })];
        init({ dsn: 'http://public@localhost:1/1', tracesSampleRate: 1, ...options, integrations });
        const ask = async (url) => (await fetch(url)).json().then((heard) => Boolean(heard['sentry-trace']));
        const carries = await startSpan({ name: 'inside', parentSpan: null }, () =>
          Promise.all(urls.map((url) => ask(url).catch(({ name }) => name))),
        );
        const told = urls.map((url) => explainPropagation(url));
        return { origin, carries, told, isFlushed: await flush(10_000) };
      },
      [urls, options],
    );

  it('of the same origin goes on in the trace that its page hands over by a message', async () => {
    const page = await openTraced(await openPackage(browser, server));
    server.head = `${startTag(server, { instrumentPageLoad: false })}<script>
      onmessage = ({ data, origin, source }) => {
        if (origin !== location.origin) return;
        const { continueTrace, startSpan } = Throughline;
        continueTrace(data, () =>
          startSpan({ name: 'inside' }, async () => {
            const heard = await (await fetch('/echo')).json();
            source.postMessage(heard['sentry-trace'], origin);
          }));
      };
    </script>`;
    await addFrame(page, { src: '/page/frame' });
    const sentryTrace = await page.evaluate(() =>
      T.startSpan({ name: 'click' }, () => {
        frames[0].postMessage({ ...T.getTraceData() }, location.origin);
        return new Promise((resolve) => {
          addEventListener('message', ({ data }) => resolve(data));
        });
      }),
    );
    const transactions = await server.transactions(2);
    const [click, inside] = ['click', 'inside'].map((name) => named(transactions, name));
    const { trace } = inside.contexts;
    assert.equal(trace.trace_id, click.contexts.trace.trace_id);
    assert.equal(trace.parent_span_id, click.contexts.trace.span_id);
    assert.equal(sentryTrace, `${trace.trace_id}-${inside.spans[0].span_id}-1`);
    assert.equal(inside.request.url, `${server.url}/page/frame`);
  });

  it('with the package is a page of its own, unless its HTML says which trace it is in', async () => {
    const page = await openPackage(browser, server);
    await openTraced(page, {}, { instrumentPageLoad: true, idleTimeout: 20 });
    await server.transactions(1);
    server.head = startTag(server);
    await addFrame(page, { src: '/page/frame' });
    await server.transactions(2);
    const tags = await page.evaluate((tag) => {
      const tags = T.getTraceMetaTags();
      const frame = document.createElement('iframe');
      document.body.append(Object.assign(frame, { srcdoc: tags + tag }));
      return tags;
    }, startTag(server));
    const [own, frame, said] = (await server.transactions(3)).map(({ payload }) => payload.contexts.trace);
    for (const { op } of [own, frame, said]) assert.equal(op, 'pageload');
    assert.notEqual(frame.trace_id, own.trace_id);
    assert.ok(tags.includes(`${said.trace_id}-${said.parent_span_id}-1`), tags);
    assert.equal(said.trace_id, own.trace_id);
    await page.context().close();
  });

  it('whose HTML its page wrote is not taken for one out of a cache by an application in Rust either', async () => {
    server.reset();
    for (const name of ['page.js', 'fetch.js']) {
      const body = await readFile(join(root, 'src', 'app', 'browser', 'patch', name));
      server.files[`/${name}`] = { type: 'text/javascript', body };
    }
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    const told = await page.evaluate((trace) => {
      const srcdoc = `<meta name="sentry-trace" content="${trace}-b0e6f15b45c36b12-1"><script type="module">
        import { broughtWithPage } from '/page.js';
        parent.postMessage(broughtWithPage());</script>`;
      return new Promise((resolve) => {
        addEventListener('message', ({ data }) => resolve(data));
        document.body.append(Object.assign(document.createElement('iframe'), { srcdoc }));
      });
    }, TRACE);
    assert.deepEqual(told.split('\n'), ['', `sentry-trace\t${TRACE}-b0e6f15b45c36b12-1`]);
    await page.context().close();
  });

  it('that is sandboxed sends no headers to where it came from, is answered there, and says why', async () => {
    const page = await browser.page();
    server.reset();
    server.answer = OPEN;
    const origin = api.url.replace('localhost', 'shop.localhost');
    await page.goto(`${origin}/page`);
    const frame = await addFrame(page, { src: '/page', sandbox: 'allow-scripts' });
    await frame.addScriptTag({ path: SCRIPT });
    const tunnel = server.url + server.tunnel;
    await frame.evaluate((trace) => {
      document.head.innerHTML = `<meta name="sentry-trace" content="${trace}-b0e6f15b45c36b12-1">`;
    }, TRACE);
    const first = await start(frame, ['/forbid', `${api.url}/echo`], { tunnel });
    const [{ code, attach, detail, fix }] = first.told;
    assert.deepEqual([first.origin, attach, code], ['null', false, 'cross-origin']);
    assert.match(detail, /that of this document is opaque/);
    assert.match(fix, new RegExp(`Add "${origin}"`));
    // Localhost is wanted whoever asks.
    assert.deepEqual(first.carries, [false, true]);
    // Its page load goes on in the trace of its HTML, and it is heard where everybody is.
    const transactions = await server.transactions(2);
    assert.equal(named(transactions, '/page').contexts.trace.trace_id, TRACE);
    assert.equal(named(transactions, 'inside').spans.length, 2);
    const named2 = await start(frame, ['/echo', '/forbid?'], {
      tunnel,
      tracePropagationTargets: [/echo/, '/forbid'],
    });
    assert.deepEqual(named2.carries, [true, false]);
    assert.deepEqual(page.said, []);
    await page.context().close();
  });

  it('or a document without an address of a server works, and traces what has one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'throughline-'));
    try {
      const html = `<!doctype html><script src="${server.url}/throughline.min.js"></script>`;
      await writeFile(join(folder, 'page.html'), html);
      await writeFile(join(folder, 'throughline.min.js'), await readFile(SCRIPT));
      const framed = async (page, src) => {
        await page.goto(`${api.url}/page`);
        const frame = await addFrame(page, { src: await page.evaluate(src, html) });
        if (src('') === 'about:blank') await frame.addScriptTag({ path: SCRIPT });
        return frame;
      };
      // Relative to a file is a file, and relative to some others nothing: so it is without us.
      const kinds = {
        'file:': {
          async open(page) {
            await page.goto(`file://${join(folder, 'page.html')}`);
            return page;
          },
          expected: { 'not-http': 'TypeError', 'cross-origin': false, localhost: true },
        },
        'data:': {
          open: (page) => framed(page, (html) => `data:text/html,${encodeURIComponent(html)}`),
          expected: { invalid: 'TypeError', 'cross-origin': false, localhost: true },
        },
        'about:blank': {
          open: (page) => framed(page, () => 'about:blank'),
          expected: { 'same-origin': true, 'cross-origin': false, 'same-origin ': true },
        },
        'blob:': {
          open: (page) =>
            framed(page, (html) => html && URL.createObjectURL(new Blob([html], { type: 'text/html' }))),
          expected: { invalid: 'TypeError', 'cross-origin': false, 'same-origin': true },
        },
      };
      for (const [kind, { open, expected }] of Object.entries(kinds)) {
        server.reset();
        server.answer = OPEN;
        const page = await browser.page();
        const place = await open(page);
        const elsewhere = `${api.url.replace('localhost', 'api.localhost')}/forbid`;
        const { carries, told, isFlushed } = await start(place, ['/echo', elsewhere, `${api.url}/echo`], {
          tunnel: server.url + server.tunnel,
        });
        assert.deepEqual(carries, Object.values(expected), kind);
        assert.deepEqual(
          told.map(({ code }) => code),
          Object.keys(expected).map((code) => code.trim()),
          kind,
        );
        assert.equal(isFlushed, true, kind);
        const transactions = await server.transactions(2);
        assert.ok(named(transactions, 'inside').spans.length > 1, kind);
        assert.deepEqual(
          page.said.filter((line) => line.startsWith('[throughline]') || line.startsWith('uncaught')),
          [],
          kind,
        );
        await page.context().close();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
