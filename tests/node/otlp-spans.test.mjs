// What spans of a server are to collectors of OpenTelemetry beside what their envelopes say: whose failure an answer is.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { otlpExporter } from '../../dist/otlp.js';
import { spansOf, useCollector } from '../support/otlp/collector.mjs';

const { setHttpStatus, startSpan } = Throughline;

for (const traceLifecycle of ['static', 'stream'])
  describe(`spans of a server to a collector (${traceLifecycle})`, { timeout: 60_000 }, () => {
    const collector = useCollector();
    afterEach(async () => {
      await Throughline.close();
      collector.asked = [];
    });

    /** The spans that something makes, by name. */
    async function sent(make) {
      Throughline.init({
        tracesSampleRate: 1,
        traceLifecycle,
        integrations: [otlpExporter({ url: collector.url })],
      });
      make();
      assert.ok(await Throughline.flush());
      return Object.fromEntries(spansOf(collector.asked).map((span) => [span.name, span]));
    }

    describe('the status', () => {
      const CODES = Array.from({ length: 200 }, (_, at) => 400 + at);
      const attribute = ({ attributes }, name) => attributes.find(({ key }) => key === name)?.value;

      it('of a server is unset where its client was wrong, and an error where it was itself', async () => {
        const spans = await sent(() => {
          for (const code of CODES)
            startSpan({ name: `${code}`, op: 'http.server' }, (span) => setHttpStatus(span, code));
        });
        for (const code of CODES) {
          const { kind, status } = spans[code];
          assert.equal(kind, 2);
          assert.equal(status.code === 2, code >= 500, `${code}`);
          assert.equal(Boolean(status.message), code >= 500, `${code}`);
        }
        assert.deepEqual(attribute(spans[409], 'sentry.status'), { stringValue: 'already_exists' });
        assert.deepEqual(attribute(spans[409], 'http.response.status_code'), { intValue: '409' });
      });

      it('of others is an error there', async () => {
        const spans = await sent(() => {
          for (const op of ['http.client', 'rpc'])
            startSpan({ name: op, op }, (span) => setHttpStatus(span, 409));
        });
        for (const op of ['http.client', 'rpc'])
          assert.deepEqual(spans[op].status, { code: 2, message: 'already_exists' });
      });

      it('is what somebody has set', async () => {
        const spans = await sent(() =>
          startSpan({ name: 'answer', op: 'http.server' }, (span) => {
            setHttpStatus(span, 404);
            span.setStatus({ code: 2, message: 'data_loss' });
          }),
        );
        assert.deepEqual(spans.answer.status, { code: 2, message: 'data_loss' });
      });
    });
  });
