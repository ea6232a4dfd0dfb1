// `registerOpenTelemetry` on a page: OpenTelemetry's own instrumentations of `fetch` and `XMLHttpRequest`, and what a context that is
// in force means where nobody can follow an `await`. With each entry of the package.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/project.mjs';
import { useBrowser, useServer } from '../support/browser.mjs';

/** The entries, and the files that are beside them. */
const ENTRIES = [
  ['index.js', 'opentelemetry.js'],
  ['js.js', 'opentelemetry-js.js'],
  ['slim.js', 'opentelemetry-slim.js'],
];

/** A page's own code: the package, what is beside it and libraries that know the API alone. */
async function bundled([sdk, beside]) {
  const contents = `
    export * as T from './dist/${sdk}';
    export { registerOpenTelemetry } from './dist/${beside}';
    export * as api from '@opentelemetry/api';
    export { registerInstrumentations } from '@opentelemetry/instrumentation';
    export { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
    export { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';`;
  const settings = { bundle: true, write: false, format: 'iife', globalName: 'Shop', logLevel: 'error' };
  const { outputFiles } = await build({ ...settings, stdin: { contents, resolveDir: root } });
  return outputFiles[0].text;
}

for (const entry of ENTRIES) {
  describe(`OpenTelemetry on a page with ${entry[0]}`, { timeout: 180_000 }, () => {
    const browser = useBrowser();
    const server = useServer();

    /** Opens a page with the SDK and OpenTelemetry's instrumentations, which come first, as on most pages. */
    async function open(options = {}, hasCore = true) {
      server.reset();
      const body = await readFile(join(root, 'dist', 'core.wasm'));
      server.files['/core.wasm'] = { type: 'application/wasm', body };
      const page = await browser.page();
      await page.goto(`${server.url}/page`);
      await page.addScriptTag({ content: await bundled(entry) });
      await page.evaluate(
        async ([tunnel, options, hasCore]) => {
          const { T, api, registerOpenTelemetry } = Shop;
          Shop.registerInstrumentations({
            instrumentations: [new Shop.FetchInstrumentation(), new Shop.XMLHttpRequestInstrumentation()],
          });
          globalThis.tracer = api.trace.getTracer('shop');
          if (T.initCore && hasCore) await T.initCore('/core.wasm');
          T.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, ...options });
          globalThis.unregister = registerOpenTelemetry();
        },
        [server.tunnel, options, hasCore],
      );
      return page;
    }

    it('has the requests of instrumentations in the trace, with headers, and sends no envelope about envelopes', async () => {
      const page = await open();
      const [seen, recorded] = await page.evaluate(async () => {
        const { T, api } = Shop;
        let recorded = 0;
        T.getClient().on('spanStart', (span) => {
          recorded += Number(span.isRecording());
        });
        const root = T.startInactiveSpan({ name: 'root' });
        const given = api.trace.setSpan(api.context.active(), root);
        const ask = () =>
          new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            xhr.open('GET', '/echo/xhr');
            xhr.onload = () => resolve(JSON.parse(xhr.responseText));
            xhr.send();
          });
        const fetched = await (await api.context.with(given, () => fetch('/echo/fetch'))).json();
        const asked = await api.context.with(given, ask);
        // Both instrumentations end their spans a while later.
        const ends = new Promise((resolve) => {
          let left = 2;
          T.getClient().on('spanEnd', (span) => {
            if (T.spanToJSON(span).attributes['http.url'] || T.spanToJSON(span).attributes['url.full'])
              left--;
            if (left === 0) resolve();
          });
        });
        await ends;
        root.end();
        await T.flush();
        return [[fetched, asked], recorded];
      });
      const [{ payload }] = await server.received(1);
      assert.equal(payload.transaction, 'root');
      const { trace_id, span_id } = payload.contexts.trace;
      assert.deepEqual(
        payload.spans.map(({ op, origin, parent_span_id }) => [op, origin, parent_span_id]),
        [
          ['http.client', 'auto.otel.fetch', span_id],
          ['http.client', 'auto.otel.xml_http_request', span_id],
        ],
      );
      assert.deepEqual(
        seen.map((headers) => [headers['sentry-trace'], headers.traceparent]),
        payload.spans.map((span) => [`${trace_id}-${span.span_id}-1`, `00-${trace_id}-${span.span_id}-01`]),
      );
      assert.ok(seen.every(({ baggage }) => baggage.includes(`sentry-trace_id=${trace_id}`)));
      // The request with the envelope among them would end, and be sent, later.
      assert.equal(recorded, 3);
      assert.deepEqual(
        page.said.filter((line) => line.includes('uncaught')),
        [],
      );
    });

    it('has a context in force until its callback returns, and leaves what that answers alone', async () => {
      const page = await open();
      const said = await page.evaluate(async () => {
        const { T, api } = Shop;
        const { context, trace } = api;
        const KEY = api.createContextKey('tenant');
        const promise = new Promise((resolve) => setTimeout(resolve, 1));
        let same;
        let after;
        const answer = tracer.startActiveSpan('root', (span) => {
          same = [trace.getActiveSpan() === span, T.getActiveSpan() === span];
          const inner = context.with(context.active().setValue(KEY, 1), () => context.active().getValue(KEY));
          tracer.startActiveSpan('child', (child) => {
            T.startSpan({ name: 'grandchild' }, () => {});
            child.end();
          });
          same.push(inner === 1);
          after = promise.then(() => tracer.startSpan('apart').end());
          after.then(() => span.end());
          return promise;
        });
        same.push(answer === promise, trace.getActiveSpan() === undefined);
        await after;
        await T.flush();
        return same;
      });
      assert.deepEqual(said, [true, true, true, true, true]);
      const transactions = await server.transactions(2);
      const [apart, root] = transactions
        .map(({ payload }) => payload)
        .sort((one, other) => (one.transaction < other.transaction ? -1 : 1));
      assert.deepEqual([apart.transaction, root.transaction], ['apart', 'root']);
      const [child, grandchild] = root.spans;
      assert.deepEqual(
        [child, grandchild].map(({ description, parent_span_id }) => [description, parent_span_id]),
        [
          ['child', root.contexts.trace.span_id],
          ['grandchild', child.span_id],
        ],
      );
      // A page is in one trace.
      assert.equal(apart.contexts.trace.trace_id, root.contexts.trace.trace_id);
    });

    it('sees what the SDK has active, until its promise settles', async () => {
      const page = await open();
      const said = await page.evaluate(async () => {
        const { T, api } = Shop;
        const same = [];
        await T.startSpan({ name: 'ours' }, async (span) => {
          same.push(api.trace.getActiveSpan() === span);
          await new Promise((resolve) => setTimeout(resolve, 1));
          same.push(api.trace.getActiveSpan() === span);
          tracer.startSpan('theirs').end();
        });
        same.push(api.trace.getActiveSpan() === undefined);
        await T.flush();
        return same;
      });
      assert.deepEqual(said, [true, true, true]);
      const [{ payload }] = await server.received(1);
      assert.deepEqual(
        payload.spans.map(({ description, parent_span_id }) => [description, parent_span_id]),
        [['theirs', payload.contexts.trace.span_id]],
      );
    });

    it('is taken back, by its function and by `close`', async () => {
      const page = await open();
      const said = await page.evaluate(async () => {
        const { T, api, registerOpenTelemetry } = Shop;
        const records = () => tracer.startSpan('x').isRecording();
        const said = [records(), registerOpenTelemetry() === unregister];
        unregister();
        unregister();
        said.push(records(), registerOpenTelemetry() === unregister, records());
        await T.close();
        said.push(records(), api.propagation.fields().length);
        return said;
      });
      assert.deepEqual(said, [true, true, false, true, true, false, 0]);
    });

    if (entry[0] === 'slim.js') {
      it('records what begins before the core has come', async () => {
        const page = await open({}, false);
        await page.evaluate(async () => {
          const { T } = Shop;
          tracer.startActiveSpan('early', (span) => {
            tracer.startSpan('below').end();
            span.end();
          });
          await T.initCore('/core.wasm');
          await T.flush();
        });
        const [{ payload }] = await server.received(1);
        assert.equal(payload.transaction, 'early');
        assert.deepEqual(
          payload.spans.map(({ description, parent_span_id }) => [description, parent_span_id]),
          [['below', payload.contexts.trace.span_id]],
        );
      });
    }
  });
}
