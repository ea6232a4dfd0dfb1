// The demo's collector draws the same waterfall from OTLP as from envelopes.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import express from 'express';
import * as Throughline from '../../dist/node.js';
import { otlpExporter } from '../../dist/otlp.js';
import { collector } from '../../www/server/collector.mjs';
import { parseEnvelope, spansOf as spansOfEnvelope } from '../../www/server/envelopes.mjs';
import { parsePayload, spansOf } from '../../www/server/otlp-payloads.mjs';

describe("the demo's collector", { timeout: 60_000 }, () => {
  let server;
  let url;
  const envelopes = [];
  before(async () => {
    server = createServer(express().use(collector()));
    await new Promise((resolve) => server.listen(0, 'localhost', resolve));
    url = `http://localhost:${server.address().port}`;
    Throughline.init({
      dsn: 'http://public@localhost:1/1',
      tracesSampleRate: 1,
      transport: () => ({
        send: async ([header, items]) => {
          envelopes.push([header, ...items.flat()].map((line) => JSON.stringify(line)).join('\n'));
          return { statusCode: 200 };
        },
        flush: async () => true,
      }),
      integrations: [otlpExporter({ url, serviceName: 'orders' })],
    });
  });
  after(async () => {
    await Throughline.close();
    server.closeAllConnections();
    server.close();
  });

  it('has the same spans of both', async () => {
    const traceId = Throughline.startSpan({ name: 'POST /api/orders', op: 'http.server' }, (root) => {
      const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
      root.addLink({ context, attributes: { 'sentry.link.type': 'previous_trace' } });
      Throughline.startSpan({ name: 'SELECT', op: 'db.query' }, () => {});
      Throughline.startSpan({ name: 'POST /api/charges', op: 'http.client' }, (span) =>
        Throughline.setHttpStatus(span, 502),
      );
      return root.spanContext().traceId;
    });
    assert.ok(await Throughline.flush());
    const expected = envelopes.flatMap((text) => spansOfEnvelope(parseEnvelope(Buffer.from(text)), 'orders'));
    const { spans } = await (await fetch(`${url}/api/traces/${traceId}`)).json();
    assert.equal(spans.length, 3);
    const byStart = (one, other) => one.start - other.start;
    assert.deepEqual(spans, expected.sort(byStart));
  });

  it('lets pages ask, and refuses what is no request of OTLP', async () => {
    const preflight = await fetch(`${url}/v1/traces`, { method: 'OPTIONS' });
    assert.match(preflight.headers.get('access-control-allow-headers'), /content-type/);
    for (const body of ['', 'tea', '{}', '[]', '{"resourceSpans":{}}']) {
      const { status } = await fetch(`${url}/v1/traces`, { method: 'POST', body });
      assert.equal(status, 400, body);
    }
    const odd = { resourceSpans: [null, {}, { scopeSpans: [null, { spans: [null, { traceId: 1 }, 7] }] }] };
    assert.deepEqual(spansOf(parsePayload(Buffer.from(JSON.stringify(odd)))), []);
  });
});
