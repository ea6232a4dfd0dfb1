// What spans of a server are to collectors of OpenTelemetry beside what their envelopes say: whose failure an answer is, whether a
// parent runs elsewhere, and the `tracestate` that came with a trace.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { otlpExporter } from '../../dist/otlp.js';
import { spansOf, useCollector } from '../support/otlp/collector.mjs';

const { continueTrace, setHttpStatus, startSpan } = Throughline;

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const HEADERS = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'ot=th:8,vendor=1' };
const KNOWN = 0x100;
const REMOTE = 0x200;

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

    it('name a server by its host alone', async () => {
      const attributes = { 'server.address': 'orders.internal:8080', 'server.port': 8080 };
      const { request } = await sent(() => startSpan({ name: 'request', attributes }, () => {}));
      const values = Object.fromEntries(request.attributes.map(({ key, value }) => [key, value]));
      assert.deepEqual(values['server.address'], { stringValue: 'orders.internal' });
      assert.deepEqual(values['server.port'], { intValue: '8080' });
    });

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

      it('is unset where nothing failed, whoever says so', async () => {
        const spans = await sent(() => {
          startSpan({ name: 'silent' }, () => {});
          startSpan({ name: 'said' }, (span) => span.setStatus({ code: 1 }));
        });
        for (const name of ['silent', 'said']) assert.equal(spans[name].status.code, undefined);
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

    it('say whether their parent runs elsewhere', async () => {
      const spans = await sent(() => {
        continueTrace(HEADERS, () =>
          startSpan({ name: 'continued' }, () =>
            startSpan({ name: 'child' }, () => {
              startSpan({ name: 'forced', forceTransaction: true }, () =>
                startSpan({ name: 'below' }, () => {}),
              );
            }),
          ),
        );
        startSpan({ name: 'root' }, () => startSpan({ name: 'inner', forceTransaction: true }, () => {}));
      });
      const { continued, child, forced, below, root, inner } = spans;
      assert.deepEqual(
        [continued, child, forced, below, root, inner].map(({ flags }) => flags - 1),
        [KNOWN | REMOTE, KNOWN, KNOWN, KNOWN, KNOWN, KNOWN],
      );
      assert.deepEqual(
        [continued, child, forced, below, root, inner].map(({ parentSpanId }) => parentSpanId),
        [SPAN, continued.spanId, child.spanId, forced.spanId, undefined, root.spanId],
      );
    });

    it('have the tracestate that came with their trace, and no other', async () => {
      const spans = await sent(() => {
        continueTrace(HEADERS, () =>
          startSpan({ name: 'continued' }, () => {
            startSpan({ name: 'child' }, () => {});
            startSpan({ name: 'forced', forceTransaction: true }, () => {});
            Throughline.startNewTrace(() => startSpan({ name: 'new' }, () => {}));
          }),
        );
        startSpan({ name: 'other' }, () => {});
        Throughline.withScope((scope) => {
          scope.setPropagationContext({ traceId: TRACE, sampleRand: 0.5, tracestate: 'NONE\r\n' });
          startSpan({ name: 'odd' }, () => {});
        });
      });
      assert.deepEqual(
        Object.fromEntries(Object.values(spans).map(({ name, traceState }) => [name, traceState])),
        {
          continued: HEADERS.tracestate,
          child: HEADERS.tracestate,
          forced: HEADERS.tracestate,
          new: undefined,
          other: undefined,
          odd: undefined,
        },
      );
    });

    it('are told apart however many begin meanwhile that say nothing of the kind', async () => {
      const spans = await sent(() => {
        continueTrace(HEADERS, () =>
          startSpan({ name: 'continued' }, () => {
            Throughline.startNewTrace(() => {
              for (let count = 0; count < 1500; count++) startSpan({ name: 'many' }, () => {});
            });
          }),
        );
      });
      assert.equal(spans.continued.traceState, HEADERS.tracestate);
    });
  });
