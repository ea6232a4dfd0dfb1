// Servers of every kind: those that refuse our headers, that lead elsewhere, that answer bit by bit, and a service
// worker in the way.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { usePages } from '../support/api.mjs';
import { openPackage } from '../support/browser.mjs';
import { pathOf } from '../support/built.mjs';

describe('a request', { timeout: 120_000 }, () => {
  const { browser, server, api, open } = usePages();

  /** Sends a request either way; answers with its status, or with how it failed. */
  const SEND = `globalThis.send = (kind, url) =>
    kind === 'fetch'
      ? fetch(url).then(({ status }) => status, ({ name }) => name)
      : new Promise((resolve) => {
          const xhr = new XMLHttpRequest();
          xhr.open('GET', url);
          xhr.onloadend = () => resolve(xhr.status || 'error');
          xhr.send();
        });`;

  for (const kind of ['fetch', 'XMLHttpRequest']) {
    it(`of ${kind} works again after a server has refused our headers, and one warning says why`, async () => {
      const page = await open();
      await page.addScriptTag({ content: SEND });
      const told = await page.evaluate(
        async ([kind, api]) => {
          const told = [];
          for (let at = 0; at < 3; at += 1) told.push(await send(kind, `${api}/forbid`));
          return told;
        },
        [kind, api.url],
      );
      assert.deepEqual(told, [kind === 'fetch' ? 'TypeError' : 'error', 200, 200]);
      assert.ok(api.seen.every(({ headers }) => !headers['sentry-trace']));
      const warnings = page.said.filter((line) => line.includes('Access-Control-Allow-Headers'));
      assert.equal(warnings.filter((line) => line.includes('throughline')).length, 1, page.said.join('\n'));
    });

    it(`of ${kind} that was redirected to another origin is the last one with headers`, async () => {
      const page = await open();
      await page.addScriptTag({ content: SEND });
      await page.evaluate(
        async ([kind, api, to]) => {
          await send(kind, `${api}/echo`);
          await send(kind, `${api}/redirect?to=${encodeURIComponent(to)}`);
          await send(kind, `${api}/echo`);
        },
        [kind, api.url, `${server.url}/echo`],
      );
      assert.deepEqual(
        api.seen.map(({ headers }) => Boolean(headers['sentry-trace'])),
        [true, true, false],
      );
    });

    it(`of ${kind} that the page has given up breaks nothing`, async () => {
      const page = await open();
      await page.addScriptTag({ content: SEND });
      await page.evaluate(
        async ([kind, api]) => {
          if (kind === 'fetch') {
            const controller = new AbortController();
            const answer = fetch(`${api}/hang`, { signal: controller.signal });
            controller.abort(new TypeError('mine'));
            await answer.catch(() => {});
          } else {
            await new Promise((resolve) => {
              const xhr = new XMLHttpRequest();
              xhr.open('GET', `${api}/hang`);
              xhr.onloadend = resolve;
              xhr.send();
              setTimeout(() => xhr.abort());
            });
          }
          await send(kind, `${api}/echo`);
        },
        [kind, api.url],
      );
      assert.ok(api.seen.at(-1).headers['sentry-trace']);
      assert.deepEqual(page.said, []);
    });
  }

  it('of a page that is offline fails, and is traced again afterwards', async () => {
    const page = await open();
    await page.addScriptTag({ content: SEND });
    const ask = (kind) => page.evaluate(([kind, api]) => send(kind, `${api}/echo`), [kind, api.url]);
    await page.context().setOffline(true);
    const offline = [await ask('fetch'), await ask('XMLHttpRequest')];
    await page.context().setOffline(false);
    const online = [await ask('fetch'), await ask('XMLHttpRequest')];
    assert.deepEqual(
      [offline, online],
      [
        ['TypeError', 'error'],
        [200, 200],
      ],
    );
    assert.ok(api.seen.every(({ headers }) => headers['sentry-trace']));
    assert.deepEqual(
      page.said.filter((line) => line.includes('throughline')),
      [],
    );
  });

  it('of the own origin that leads to a server which refuses our headers fails once', async () => {
    const page = await open();
    await page.addScriptTag({ content: SEND });
    const told = await page.evaluate(async (api) => {
      const url = `/redirect?to=${encodeURIComponent(`${api}/forbid`)}`;
      const told = [await send('fetch', url), await send('fetch', url), await send('fetch', '/echo')];
      return [...told, T.explainPropagation(url).code, T.explainPropagation('/echo').code];
    }, api.url);
    assert.deepEqual(told, ['TypeError', 200, 200, 'broken', 'same-origin']);
  });

  it('passes through a service worker', async () => {
    server.reset();
    const page = await browser.page();
    await page.goto(`${api.url}/page`);
    await page.evaluate(async () => {
      const controlled = new Promise((resolve) => {
        navigator.serviceWorker.oncontrollerchange = resolve;
      });
      await navigator.serviceWorker.register('/sw.js');
      await controlled;
    });
    await page.addScriptTag({ path: pathOf('script') });
    const told = await page.evaluate(async (tunnel) => {
      globalThis.T = globalThis.Throughline;
      const integrations = [T.browserTracingIntegration({ instrumentPageLoad: false })];
      T.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, integrations });
      return T.startSpan({ name: 'root' }, async () => {
        const echoed = await (await fetch(new Request('/echo', { method: 'POST', body: 'x' }))).json();
        return [echoed.body, echoed['sentry-trace']];
      });
    }, `${server.url}${server.tunnel}`);
    await page.evaluate(() => T.flush());
    const [{ payload }] = await server.received(1);
    const [span] = payload.spans;
    assert.deepEqual(told, ['x', `${span.trace_id}-${span.span_id}-1`]);
  });

  it('of a frame is the frame’s own', async () => {
    const page = await open();
    const told = await page.evaluate(async () => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const echoed = await (await frame.contentWindow.fetch(`${location.origin}/echo`)).json();
      return 'sentry-trace' in echoed;
    });
    assert.equal(told, false);
  });

  it('is timed to its end by readers that take turns', async () => {
    const page = await openPackage(browser, server);
    await page.exposeFunction('go', () => void api.go());
    const told = await page.evaluate(async (api) => {
      const integrations = [
        T.fetchStreamPerformanceIntegration(),
        T.browserTracingIntegration({ instrumentPageLoad: false }),
      ];
      T.init({ ...options, integrations });
      return T.startSpan({ name: 'root' }, async (root) => {
        const { body } = await fetch(`${api}/stream`);
        const ended = () => {
          const spans = T.getSpanDescendants(root).map((span) => T.spanToJSON(span));
          return Boolean(
            spans.find(({ attributes }) => attributes['sentry.op'] === 'http.client.stream').end_timestamp,
          );
        };
        let reader = body.getReader();
        await reader.read();
        reader.releaseLock();
        reader = body.getReader();
        await new Promise((resolve) => setTimeout(resolve));
        const seen = [ended()];
        await go();
        while (!(await reader.read()).done);
        seen.push(ended());
        return seen;
      });
    }, api.url);
    assert.deepEqual(told, [false, true]);
  });

  it('that the browser refuses to send is no failure of its server', async () => {
    const page = await open();
    const told = await page.evaluate(async (api) => {
      const request = new Request(`${api}/echo`, { method: 'POST', body: 'x' });
      await request.text();
      const outcomes = [];
      for (const args of [
        [`${api}/echo`, { body: 'a GET has none' }],
        [`${api}/echo`, { mode: 'odd' }],
        [`${api}/echo`, { mode: 'same-origin' }],
        [request],
      ]) {
        outcomes.push(
          await fetch(...args).then(
            () => 'sent',
            ({ name }) => name,
          ),
        );
      }
      return [outcomes, 'sentry-trace' in (await (await fetch(`${api}/echo`)).json())];
    }, api.url);
    assert.deepEqual(told, [Array(4).fill('TypeError'), true]);
    assert.deepEqual(
      page.said.filter((line) => line.includes('get no trace headers')),
      [],
    );
  });

  it('of a sandboxed page is a request to another origin', async () => {
    server.reset('', { 'content-security-policy': 'sandbox allow-scripts' });
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.addScriptTag({ path: pathOf('script') });
    const told = await page.evaluate(async () => {
      const { init, browserTracingIntegration, explainPropagation } = globalThis.Throughline;
      init({ dsn: 'http://public@o1.invalid/1', integrations: [browserTracingIntegration()] });
      const url = location.href.replace('localhost', '127.0.0.1').replace('/page', '/echo');
      return [self.origin, explainPropagation(url).code, explainPropagation('/echo').code];
    });
    // Without targets `localhost` is wanted, whoever asks.
    assert.deepEqual(told, ['null', 'cross-origin', 'localhost']);
  });

  it('is timed while the page reads it, whichever way that is', async () => {
    const page = await openPackage(browser, server);
    await page.exposeFunction('go', () => void api.go());
    const told = await page.evaluate(async (api) => {
      const integrations = [
        T.fetchStreamPerformanceIntegration(),
        T.browserTracingIntegration({
          instrumentPageLoad: false,
          enableLongTask: false,
          enableLongAnimationFrame: false,
        }),
      ];
      T.init({ ...options, integrations });
      const decoded = (chunks) =>
        new TextDecoder().decode(Uint8Array.from(chunks.flatMap((one) => [...one])));
      const ways = {
        text: (response) => response.text(),
        reader: async ({ body }) => {
          const chunks = [];
          let reader = body.getReader();
          for (;;) {
            const { done, value } = await reader.read();
            if (done) return decoded(chunks);
            chunks.push(value);
            reader.releaseLock();
            reader = body.getReader();
          }
        },
        loop: async ({ body }) => {
          const chunks = [];
          for await (const chunk of body) chunks.push(chunk);
          return decoded(chunks);
        },
        through: async ({ body }) => {
          let text = '';
          for await (const part of body.pipeThrough(new TextDecoderStream())) text += part;
          return text;
        },
        to: async ({ body }) => {
          const chunks = [];
          await body.pipeTo(new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
          return decoded(chunks);
        },
        tee: async ({ body }) => {
          const [a, b] = body.tee();
          await new Response(b).text();
          return new Response(a).text();
        },
        never: async () => 'unread',
      };
      const seen = [];
      for (const [way, read] of Object.entries(ways)) {
        await T.startSpan({ name: way }, async (root) => {
          const response = await fetch(
            `${api}/stream?type=${way === 'to' ? 'application/x-ndjson' : 'text/event-stream'}`,
          );
          seen.push(response instanceof Response, Object.keys(response).length, response.bodyUsed);
          const text = read(response);
          await go();
          seen.push(await text);
          const streamed = T.getSpanDescendants(root).find(
            (span) => T.spanToJSON(span).attributes['sentry.op'] === 'http.client.stream',
          );
          seen.push(Boolean(T.spanToJSON(streamed).end_timestamp));
        });
      }
      await T.startSpan({ name: 'short' }, async () => (await fetch(`${api}/size`)).text());
      return seen;
    }, api.url);
    const read = [true, 0, false, 'one\ntwo\n', true];
    // Of branches of a body nothing is known that the browser reads by itself.
    const expected = [
      ...Array(5).fill(read),
      [true, 0, false, 'one\ntwo\n', false],
      [true, 0, false, 'unread', false],
    ];
    assert.deepEqual(told, expected.flat());
    const envelopes = await server.received(8);
    const spans = envelopes.map(({ payload }) => payload.spans.map(({ op }) => op));
    assert.deepEqual(spans, [
      ...Array(5).fill(['http.client', 'http.client.stream']),
      ...Array(3).fill(['http.client']),
    ]);
    const [, streamed] = envelopes[0].payload.spans;
    assert.equal(streamed.origin, 'auto.http.browser.stream');
    assert.equal(streamed.description, `GET ${api.url}/stream`);
    assert.equal(streamed.data['url.full'], `${api.url}/stream?type=text/event-stream`);
  });

  it('of a page that is left are streamed without waiting for what the browser measured', async () => {
    const page = await open({ traceLifecycle: 'stream' });
    await page.evaluate(async (api) => {
      const root = T.startInactiveSpan({ name: 'root' });
      // Its body is never read, so that nothing is measured.
      await T.withActiveSpan(root, () => fetch(`${api}/stream`));
      root.end();
    }, api.url);
    await page.goto('about:blank');
    const sent = await server.received(2);
    const ops = sent.flatMap(({ payload }) =>
      payload.items.map(({ attributes }) => attributes['sentry.op']?.value),
    );
    assert.ok(ops.includes('http.client'), JSON.stringify(ops));
  });
});
