// `throughline/otlp` on a server: without a DSN and beside one, what collectors may answer, and how a process ends.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterEach, describe, it, mock } from 'node:test';
import { promisify } from 'node:util';
import vm from 'node:vm';
import * as Throughline from '../../dist/node.js';
import * as Otlp from '../../dist/otlp.js';
import { spansOf, useCollector } from '../support/otlp/collector.mjs';
import { useIngest } from './support.mjs';

const { startSpan } = Throughline;

describe('an exporter on a server', { timeout: 120_000 }, () => {
  const collector = useCollector();
  const ingest = useIngest();
  afterEach(async () => {
    await Throughline.close();
    collector.answers = [];
    collector.asked = [];
    ingest.take();
    mock.restoreAll();
  });

  /** Starts the SDK with an exporter; what it says stands in the answer. */
  function start(options = {}, exporter = {}) {
    const said = [];
    mock.method(console, 'warn', (sentence) => said.push(sentence));
    const integrations = [Otlp.otlpExporter({ url: collector.url, delay: 20, ...exporter })];
    Throughline.init({ tracesSampleRate: 1, ...options, integrations });
    return said;
  }

  const names = () => spansOf(collector.asked).map(({ name }) => name);

  it('sends without a DSN, and says nothing', async () => {
    const said = start({ debug: true }, { serviceName: 'tea', headers: { 'x-key': 'secret' } });
    startSpan({ name: 'root', op: 'http.server' }, () => startSpan({ name: 'child' }, () => {}));
    const [{ path, headers, payload }] = await collector.take(1);
    assert.equal(path, '/v1/traces');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['x-key'], 'secret');
    const [{ resource, scopeSpans }] = payload.resourceSpans;
    assert.deepEqual(resource.attributes[0], { key: 'service.name', value: { stringValue: 'tea' } });
    const [root, child] = scopeSpans[0].spans;
    assert.deepEqual([root.name, root.kind, child.name, child.kind], ['root', 2, 'child', 1]);
    assert.equal(child.parentSpanId, root.spanId);
    assert.deepEqual(
      said.filter((sentence) => !/sampled|dsn/.test(sentence)),
      [],
    );
    assert.ok(!said.some((sentence) => sentence.includes('a trace was not sent')), said.join('\n'));
  });

  it('says itself what its bodies are, whatever the options say, in whatever letters', async () => {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Encoding': 'br',
      'X-Key': 'secret',
      'x-unset': undefined,
    };
    for (const compression of ['none', 'gzip']) {
      start({}, { compression, headers });
      startSpan({ name: 'root', attributes: { long: 'x'.repeat(2000) } }, () => {});
      assert.ok(await Throughline.flush());
      await Throughline.close();
    }
    assert.deepEqual(
      collector.asked.map(({ headers }) =>
        ['content-type', 'content-encoding', 'x-key', 'x-unset'].map((name) => headers[name]),
      ),
      [
        ['application/json', undefined, 'secret', undefined],
        ['application/json', 'gzip', 'secret', undefined],
      ],
    );
  });

  it('leaves out headers that no request can have, and says which', async () => {
    const said = start(
      { debug: true },
      {
        headers: {
          'x bad': '1',
          'x-broken': 'Bearer a\nb',
          'x-dots': 'tea\u2026',
          'x-odd': Symbol('odd'),
          'x-key': 'secret',
        },
      },
    );
    startSpan({ name: 'root' }, () => {});
    assert.ok(await Throughline.flush());
    const [{ headers }] = collector.asked;
    assert.equal(headers['x-key'], 'secret');
    for (const name of ['x-broken', 'x-dots', 'x-odd']) assert.equal(headers[name], undefined, name);
    assert.deepEqual(
      said.filter((one) => one.includes('sends no header')).map((one) => /x[ -]\w+/.exec(one)[0]),
      ['x bad', 'x-broken', 'x-dots', 'x-odd'],
    );
    assert.ok(!said.some((one) => one.includes('Bearer')));
  });

  it('sends beside a DSN what the DSN gets', async () => {
    start({ dsn: ingest.dsn() });
    startSpan({ name: 'root' }, () => startSpan({ name: 'child' }, () => {}));
    assert.ok(await Throughline.flush());
    const [[, , { contexts, spans }]] = ingest.take();
    assert.deepEqual(
      spansOf(collector.asked).map(({ traceId, spanId }) => [traceId, spanId]),
      [contexts.trace, ...spans].map(({ trace_id, span_id }) => [trace_id, span_id]),
    );
  });

  it('sends while the server of the DSN asks for a pause', async () => {
    start({ dsn: ingest.dsn(), transport: () => ({ send, flush: async () => true }) });
    async function send() {
      return { statusCode: 429, headers: { 'retry-after': '60' } };
    }
    startSpan({ name: 'first' }, () => {});
    await Throughline.flush();
    startSpan({ name: 'second' }, () => {});
    await Throughline.flush();
    assert.deepEqual(names(), ['first', 'second']);
  });

  it('sends what filters leave, as they leave it', async () => {
    start({
      ignoreTransactions: ['health'],
      ignoreSpans: ['noise'],
      beforeSendSpan: (span) => ({ ...span, data: { ...span.data, seen: true } }),
      beforeSendTransaction: (event) => (event.transaction === 'secret' ? null : event),
    });
    for (const name of ['health', 'secret', 'kept'])
      startSpan({ name }, () => {
        for (const name of ['noise', 'child']) startSpan({ name }, () => {});
      });
    await Throughline.flush();
    assert.deepEqual(names(), ['kept', 'child']);
    for (const { attributes } of spansOf(collector.asked))
      assert.deepEqual(
        attributes.find(({ key }) => key === 'seen'),
        { key: 'seen', value: { boolValue: true } },
      );
  });

  it('sends nothing of what is not sampled, and nothing once all is switched off', async () => {
    start({ tracesSampler: ({ name }) => name !== 'unsampled' }, { delay: 60_000 });
    startSpan({ name: 'unsampled' }, () => {});
    await Throughline.flush();
    startSpan({ name: 'sampled' }, () => {});
    Throughline.getClient().getOptions().enabled = false;
    await Throughline.flush();
    assert.deepEqual(names(), []);
  });

  it('sends spans of stream mode', async () => {
    start({ traceLifecycle: 'stream' });
    startSpan({ name: 'root' }, () =>
      startSpan({ name: 'child' }, (span) => span.setStatus({ code: 2, message: 'aborted' })),
    );
    assert.ok(await Throughline.flush());
    const [child, root] = spansOf(collector.asked);
    assert.deepEqual(child.status, { code: 2, message: 'aborted' });
    assert.equal(child.parentSpanId, root.spanId);
  });

  it('sends again what a collector did not take, after the pause that it asks for', async () => {
    start();
    collector.answers = [{ status: 429, headers: { 'retry-after': '1' } }];
    startSpan({ name: 'root' }, () => {});
    const [first] = await collector.take(1);
    const since = performance.now();
    const [second] = await collector.take(1);
    assert.ok(performance.now() - since > 900);
    assert.deepEqual(second.payload, first.payload);
  });

  for (const answer of [
    { status: 502 },
    { status: 503, headers: { 'retry-after': new Date().toUTCString() } },
    { drop: true },
  ])
    it(`sends again after a pause of its own: ${JSON.stringify(answer)}`, async () => {
      start();
      collector.answers = [answer];
      startSpan({ name: 'root' }, () => {});
      const [first, second] = await collector.take(2);
      assert.deepEqual(second.payload, first.payload);
    });

  it('gives up what a collector does not take for long, and keeps what it did not hear of', async () => {
    const said = start({ debug: true }, { delay: 60_000 });
    collector.answers = Array.from({ length: 6 }, () => ({ drop: true }));
    startSpan({ name: 'unheard' }, () => {});
    while (collector.answers.length) assert.equal(await Throughline.flush(), false);
    assert.ok(await Throughline.flush());
    collector.answers = Array.from({ length: 5 }, () => ({ status: 503 }));
    startSpan({ name: 'unwanted' }, () => {});
    while (collector.answers.length > 1) assert.equal(await Throughline.flush(), false);
    assert.ok(await Throughline.flush());
    assert.equal(names().filter((name) => name === 'unwanted').length, 5);
    assert.equal(said.filter((one) => one.includes('takes no spans now')).length, 2, said.join('\n'));
    assert.equal(said.filter((one) => one.includes('1 spans did not reach')).length, 1);
  });

  it('does not wait for a pause where somebody flushes, but for one that was asked for', async () => {
    start({}, { delay: 60_000 });
    collector.answers = [{ status: 503 }, {}, { status: 503, headers: { 'retry-after': '3600' } }];
    startSpan({ name: 'root' }, () => {});
    assert.equal(await Throughline.flush(), false);
    assert.equal(await Throughline.flush(), true);
    startSpan({ name: 'other' }, () => {});
    assert.equal(await Throughline.flush(), false);
    assert.equal(await Throughline.flush(), false);
    assert.deepEqual(names(), ['root', 'root', 'other']);
  });

  it('gives up what a collector does not want, and says so to whoever wants to hear', async () => {
    for (const debug of [true, false]) {
      const said = start({ debug });
      collector.answers = [{ status: 400, body: '{"message":"no tea"}' }];
      startSpan({ name: 'root' }, () => {});
      assert.ok(await Throughline.flush());
      await Throughline.close();
      assert.equal(
        said.some((one) => one.includes('1 spans did not reach') && one.includes('400')),
        debug,
      );
    }
    assert.equal(collector.asked.length, 2);
  });

  it('tells of partial success under debug only', async () => {
    for (const debug of [true, false]) {
      const said = start({ debug });
      const body = '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}';
      collector.answers = [{ body }];
      startSpan({ name: 'root' }, () => {});
      await Throughline.flush();
      // It is read after all that somebody waits for.
      for (let turn = 0; debug && turn < 1000 && !said.some((one) => one.includes('too old')); turn++)
        await new Promise((resolve) => setImmediate(resolve));
      await Throughline.close();
      assert.equal(
        said.includes('[throughline] the collector refused 1 spans: too old'),
        debug,
        said.join('\n'),
      );
    }
  });

  it('forgets the oldest where too much waits', async () => {
    const said = start({ debug: true, traceLifecycle: 'stream' }, { delay: 60_000 });
    collector.answers = [{ status: 503, headers: { 'retry-after': '1' } }];
    startSpan({ name: 'first' }, () => {});
    await Throughline.flush();
    for (let at = 0; at < 6000; at++) startSpan({ name: `span ${at}` }, () => {});
    await Throughline.flush();
    await collector.until(
      (asked) => spansOf(asked).some(({ name }) => name === 'span 5999'),
      'the last span',
    );
    const arrived = names();
    assert.ok(arrived.length > 4000 && arrived.length <= 5001, String(arrived.length));
    assert.ok(said.some((one) => one.includes('too many wait')));
  });

  it('sends many spans in some requests, compressed', async () => {
    start({}, { delay: 60_000 });
    for (let at = 0; at < 3; at++)
      startSpan({ name: `root ${at}` }, () => {
        for (let child = 0; child < 400; child++) startSpan({ name: `child ${child}` }, () => {});
      });
    assert.ok(await Throughline.flush());
    assert.equal(names().length, 1203);
    assert.deepEqual(
      collector.asked.map((asked) => [spansOf([asked]).length, asked.isCompressed]),
      [
        [512, true],
        [512, true],
        [179, true],
      ],
    );
  });

  it('keeps its own requests out of traces, wherever the collector is', async () => {
    const seen = [];
    const look = ({ request: { path, headers } }) =>
      seen.push([
        path,
        Throughline.startInactiveSpan({ name: 'request' }).isRecording(),
        String(headers).includes('sentry-trace'),
      ]);
    start({}, { url: `${collector.url}/elsewhere?key=1` });
    Throughline.addIntegration(Throughline.httpIntegration({ incoming: false }));
    diagnostics.subscribe('undici:request:create', look);
    try {
      await startSpan({ name: 'root' }, () => fetch(ingest.dsn().replace('public@', '')));
      await Throughline.flush();
      // One more, should the first have been recorded.
      await Throughline.flush();
    } finally {
      diagnostics.unsubscribe('undici:request:create', look);
    }
    assert.deepEqual(seen, [
      ['/1', true, true],
      ['/elsewhere?key=1', false, false],
    ]);
    assert.deepEqual(
      spansOf(collector.asked).map(({ kind }) => kind),
      [1, 3],
    );
  });

  it('does not flush for ever where each request to the collector makes a span', async () => {
    start({}, { url: `${collector.url}/elsewhere` });
    Throughline.addIntegration(Throughline.httpIntegration({ outgoing: false }));
    startSpan({ name: 'root' }, () => {});
    assert.ok(await Throughline.flush());
    assert.equal(names()[0], 'root');
    // What its last request has made would be sent by the next test's.
    Throughline.getClient().getOptions().enabled = false;
  });

  it('sends what is left when the client is closed', async () => {
    start({}, { delay: 60_000 });
    startSpan({ name: 'root' }, () => {});
    assert.ok(await Throughline.close());
    assert.deepEqual(names(), ['root']);
  });

  it('sends what is left when a process has nothing else to do, and does not keep it alive', async () => {
    const program = `
      import { init, startSpan } from './dist/node.js';
      import { otlpExporter } from './dist/otlp.js';
      init({ tracesSampleRate: 1, integrations: [otlpExporter({ url: ${JSON.stringify(collector.url)}, delay: 600_000 })] });
      startSpan({ name: 'last' }, () => {});`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: new URL('../..', import.meta.url),
    });
    assert.deepEqual(names(), ['last']);
  });

  it('is ignored with a sentence where it has no address', async () => {
    for (const options of [undefined, {}, { url: 'tea' }, { url: 'ftp://localhost' }]) {
      const said = [];
      mock.method(console, 'warn', (sentence) => said.push(sentence));
      Throughline.init({ debug: true, tracesSampleRate: 1, integrations: [Otlp.otlpExporter(options)] });
      assert.ok(
        said.some((one) => one.includes('otlpExporter was ignored')),
        String(options),
      );
      await Throughline.close();
    }
  });
});

it('does not fail in a realm that has the language and no more than addresses', async () => {
  const code = await readFile(new URL('../../dist/cjs/otlp.js', import.meta.url), 'utf8');
  for (const globals of [{}, { URL }]) {
    const module = { exports: {} };
    vm.runInNewContext(code, { ...globals, module });
    const listeners = {};
    const client = {
      on: (hook, listener) => {
        listeners[hook] = listener;
      },
      emit: () => {},
      getOptions: () => ({}),
      flush: async () => true,
    };
    module.exports.otlpExporter({ url: 'https://collector.example.com' }).setup(client);
    const trace = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) };
    listeners.beforeEnvelope?.([{}, [[{ type: 'transaction' }, { contexts: { trace } }]]]);
    assert.equal(await client.flush(), !globals.URL);
    listeners.close?.();
  }
});

it('`require` gives the same functions', () => {
  const required = createRequire(import.meta.url)('../../dist/cjs/otlp.js');
  assert.deepEqual(Object.keys(required), Object.keys(Otlp));
});
