// The page around the SDK: meta tags, page load, requests, the script tag, and pages on which we cannot run.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { pathOf } from '../support/built.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const META = `<meta name="sentry-trace" content="${TRACE}-${PARENT}-1">
<meta name="baggage" content="sentry-trace_id=${TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5">`;

describe('a page', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());

  /** Opens a page that imports the package and starts it with browser tracing. */
  async function open(head, options = {}) {
    server.reset(head);
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.evaluate(
      async ([options, tunnel]) => {
        globalThis.T = await import('/index.js');
        const integrations = [T.browserTracingIntegration(options)];
        T.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, integrations });
      },
      [options, server.tunnel],
    );
    return page;
  }

  it('times the page load in the trace of the server', async () => {
    await open(META);
    const [{ header, payload }] = await server.received(1);
    assert.deepEqual(header.trace, { trace_id: TRACE, sample_rand: '0.25', sample_rate: '0.5' });
    const { trace } = payload.contexts;
    assert.deepEqual([trace.trace_id, trace.parent_span_id, trace.op], [TRACE, PARENT, 'pageload']);
    assert.equal(payload.transaction, '/page');
    assert.deepEqual(payload.transaction_info, { source: 'url' });
    assert.equal(trace.data['sentry.idle_span_finish_reason'], 'idleTimeout');
    const ops = payload.spans.map(({ op }) => op);
    assert.ok(ops.includes('browser.request') && ops.includes('browser.load_event'), ops.join(' '));
    // Trimmed to the last thing that happened, not to the timeout.
    const last = Math.max(...payload.spans.map(({ timestamp }) => timestamp));
    assert.equal(payload.timestamp, last);
  });

  it('gives a click a root in the same trace once the page is loaded', async () => {
    const page = await open(META, { idleTimeout: 20 });
    await server.received(1);
    const response = await page.evaluate(() =>
      T.startSpan({ name: 'process_order', op: 'ui.action' }, async () =>
        (await fetch('/echo?token=1#f')).json(),
      ),
    );
    const [, { payload }] = await server.received(2);
    const [request] = payload.spans;
    assert.equal(payload.contexts.trace.trace_id, TRACE);
    assert.equal(payload.contexts.trace.parent_span_id, PARENT);
    assert.equal(response['sentry-trace'], `${TRACE}-${request.span_id}-1`);
    assert.equal(response.baggage, `sentry-trace_id=${TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5`);
    assert.deepEqual(
      [request.op, request.origin, request.description],
      ['http.client', 'auto.http.browser', 'GET /echo'],
    );
    assert.equal(request.data['url.full'], `${server.url}/echo?token=[Filtered]#f`);
    assert.equal(request.data['http.response.status_code'], 200);
  });

  it('names the outcome of a request', async () => {
    const page = await open('', { idleTimeout: 20 });
    await server.received(1);
    const error = await page.evaluate(() =>
      T.startSpan({ name: 'x' }, async () => {
        await fetch('/status/404', { method: 'post' });
        return fetch('http://localhost:1/').catch((error) => `${error.name}: ${error.message}`);
      }),
    );
    assert.equal(error, 'TypeError: Failed to fetch');
    const [, { payload }] = await server.received(2);
    assert.deepEqual(
      payload.spans.map(({ description, status }) => [description, status]),
      [
        ['POST /status/404', 'not_found'],
        ['GET http://localhost:1/', 'internal_error'],
      ],
    );
  });

  it('cuts the page load short when the page is hidden', async () => {
    const page = await open('', { idleTimeout: 30_000 });
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    const [{ payload }] = await server.received(1);
    const { status, data } = payload.contexts.trace;
    assert.deepEqual([status, data['sentry.cancellation_reason']], ['cancelled', 'document.hidden']);
  });

  it('gives a request inside a span back exactly as it was', async () => {
    const stub = `<script>
      const native = fetch;
      globalThis.answers = [];
      globalThis.fetch = (...args) => (answers.length ? answers.shift()() : native(...args));
    </script>`;
    const page = await open(stub, { idleTimeout: 20 });
    await server.received(1);
    const seen = await page.evaluate(async () => {
      const reasons = [];
      const reported = new Promise((resolve) => {
        addEventListener('unhandledrejection', (event) => {
          event.preventDefault();
          reasons.push(event.reason);
          resolve();
        });
      });
      const error = new TypeError('the reason');
      const response = new Response('body');
      answers.push(
        () => response,
        () => Promise.resolve(response),
        () => Promise.reject(error),
        () => Promise.reject(error),
      );
      const same = await T.startSpan({ name: 'x' }, async () => {
        const odd = fetch('/echo');
        const given = await fetch('/echo');
        const rejected = await fetch('/echo').catch((caught) => caught);
        fetch('/echo');
        return [odd === response, given === response, given.bodyUsed, rejected === error];
      });
      await reported;
      return { same, reasons: reasons.map((reason) => reason === error) };
    });
    assert.deepEqual(seen, { same: [true, true, false, true], reasons: [true] });
  });

  it('leaves a fetch that the page has locked alone, and goes on', async () => {
    server.reset(
      '<script>Object.defineProperty(globalThis, "fetch", { value: fetch, writable: false })</script>',
    );
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    const seen = await page.evaluate(async (tunnel) => {
      const T = await import('/index.js');
      const integrations = [T.browserTracingIntegration({ idleTimeout: 20 })];
      T.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, integrations });
      return [(await fetch('/echo')).status, Object.keys(T.getTraceData()).length];
    }, server.tunnel);
    assert.deepEqual(seen, [200, 2]);
    const [{ payload }] = await server.received(1);
    assert.equal(payload.contexts.trace.op, 'pageload');
  });

  it('obeys each option of the integration by itself', async () => {
    const page = await open('', { traceFetch: false, idleTimeout: '500', finalTimeout: undefined });
    const echoed = await page.evaluate(async () => (await fetch('/echo')).json());
    assert.equal(echoed['sentry-trace'], undefined);
    assert.equal(page.said.filter((line) => line.includes('idleTimeout was ignored')).length, 1);
    await server.received(1);
  });

  it('records no secret of a URL', async () => {
    const page = await browser.page();
    server.reset();
    await page.goto(`${server.url}/page`);
    await page.evaluate(() => {
      location.href = '/page?token=SECRET1&q=1#access_token=SECRET2';
    });
    await page.waitForURL(/token/);
    await page.evaluate(
      async ([tunnel]) => {
        const T = await import('/index.js');
        const integrations = [T.browserTracingIntegration({ idleTimeout: 20 })];
        T.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, integrations });
        await T.startSpan({ name: 'x' }, () => fetch('/echo?password=SECRET3#id_token=SECRET4'));
      },
      [server.tunnel],
    );
    const envelopes = JSON.stringify(await server.received(1));
    assert.doesNotMatch(envelopes, /SECRET/);
    assert.match(envelopes, /access_token=\[Filtered\]/);
  });

  it('sends headers to localhost on any port, and to nobody else', async () => {
    const page = await open('');
    const other = server.url.replace('localhost', '127.0.0.1');
    const seen = await page.evaluate(
      async (other) => [await (await fetch('/echo')).json(), await (await fetch(`${other}/echo`)).json()],
      other,
    );
    assert.ok(seen[0]['sentry-trace'] && seen[0].baggage);
    assert.deepEqual([seen[1]['sentry-trace'], seen[1].baggage], [undefined, undefined]);
  });

  it('ends and sends the page load when the page is left', async () => {
    const page = await open('', { idleTimeout: 30_000 });
    await page.goto('about:blank');
    const [{ payload }] = await server.received(1);
    assert.equal(payload.contexts.trace.data['sentry.idle_span_finish_reason'], 'documentHidden');
    assert.ok(payload.spans.some(({ op }) => op === 'browser.request'));
  });

  it('wraps fetch once, and obeys the latest init', async () => {
    const page = await open('');
    const seen = await page.evaluate(async () => {
      const wrapped = globalThis.fetch;
      const headers = [];
      for (const tracePropagationTargets of [[/nowhere/, /echo/], [/nowhere/]]) {
        T.init({
          tracesSampleRate: 1,
          tracePropagationTargets,
          integrations: [T.browserTracingIntegration()],
        });
        const echoed = await (await fetch('/echo')).json();
        headers.push('sentry-trace' in echoed);
      }
      return [wrapped === globalThis.fetch, ...headers];
    });
    assert.deepEqual(seen, [true, true, false]);
  });

  it('starts from a script tag alone', async () => {
    server.reset();
    server.head = `${META}<script src="/throughline.min.js" data-dsn="http://public@localhost:1/1" data-tunnel="${server.tunnel}"
        data-traces-sample-rate="1" data-trace-propagation-targets="localhost" data-environment="test"></script>`;
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    const echoed = await page.evaluate(async () => (await fetch('/echo')).json());
    assert.ok(echoed['sentry-trace'].startsWith(TRACE));
    const [{ payload }] = await server.received(1);
    assert.equal(payload.environment, 'test');
    assert.deepEqual(page.said, []);
  });

  it('waits for the page to call Throughline.init if the tag has no dsn', async () => {
    server.reset('<script src="/throughline.min.js"></script>');
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    const seen = await page.evaluate(() => {
      const before = Throughline.getTraceData();
      Throughline.init({ tracesSampleRate: 1 });
      return [before, Object.keys(Throughline.getTraceData())];
    });
    assert.deepEqual(seen, [{}, ['sentry-trace', 'baggage']]);
  });

  it('reads the same on pages of any charset', async () => {
    for (const charset of ['windows-1252', 'shift_jis', 'gb18030', 'iso-2022-jp', 'koi8-r']) {
      server.reset('<script src="/throughline.min.js"></script>', {
        'content-type': `text/html; charset=${charset}`,
      });
      const page = await browser.page();
      const path = pathOf('script');
      // Without a charset of its own a script has that of its page.
      await page.route('**/throughline.min.js', (route) =>
        route.fulfill({ path, contentType: 'text/javascript' }),
      );
      await page.goto(`${server.url}/page`);
      const seen = await page.evaluate(() => {
        Throughline.init({ tracesSampleRate: 1 });
        return [
          document.characterSet.toLowerCase(),
          Throughline.getActiveSpan(),
          'sentry-trace' in Throughline.getTraceData(),
        ];
      });
      assert.deepEqual(seen, [charset, undefined, true], charset);
    }
  });
});

describe('a server', () => {
  it('can import the package, and nothing happens', async () => {
    const { init, startSpan, getTraceData, flush } = await import('throughline');
    assert.equal(init({ dsn: 'http://public@localhost:1/1', tracesSampleRate: 1 }), undefined);
    assert.equal(
      startSpan({ name: 'x' }, () => 'ran'),
      'ran',
    );
    assert.deepEqual(getTraceData(), {});
    assert.equal(await flush(10), false);
  });
});
