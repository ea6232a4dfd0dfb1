// `throughline/slim`: pages whose core comes as a file, before `init`, after it, late, or never.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { reportedLosses, useBrowser, useServer } from '../support/browser.mjs';
import { openSlim, WASM } from '../support/slim.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';
const BAGGAGE = `sentry-trace_id=${TRACE},sentry-sample_rand=0.25,sentry-sample_rate=0.5`;
const META = `<meta name="sentry-trace" content="${TRACE}-${PARENT}-1"><meta name="baggage" content="${BAGGAGE}">`;

describe('a page that brings the core', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());

  const open = (given) => openSlim(browser, server, given);

  const ours = ({ said }) => said.filter((line) => line.includes('[throughline]'));

  it('is traced when the core came before init, or comes after it', async () => {
    for (const isFirst of [true, false]) {
      const page = await open({ head: META });
      const answers = await page.evaluate(async (isFirst) => {
        const bring = () => T.initCore('/core.wasm');
        if (isFirst) await bring();
        start();
        const first = await bring();
        return [first, await bring(), T.isEnabled()];
      }, isFirst);
      assert.deepEqual(answers, [true, true, true]);
      const [{ header, payload }] = await server.received(1);
      assert.deepEqual(header.trace, { trace_id: TRACE, sample_rand: '0.25', sample_rate: '0.5' });
      const { trace } = payload.contexts;
      assert.deepEqual([trace.trace_id, trace.parent_span_id, trace.op], [TRACE, PARENT, 'pageload']);
      assert.deepEqual(ours(page), []);
      // It is fetched once, by a request that is none of the page's.
      const fetched = server.heard.filter(({ path }) => path === '/core.wasm');
      assert.deepEqual(
        fetched.map(({ headers }) => headers['sentry-trace']),
        [undefined],
      );
      assert.ok(!payload.spans.some(({ data }) => String(data['url.full']).includes('core.wasm')));
      await page.close();
    }
  });

  it('keeps what happens before, in one trace', async () => {
    const page = await open({ head: META, file: { held: true }, path: '/page?token=1' });
    const seen = await page.evaluate(async () => {
      const before = Date.now() / 1000;
      start();
      globalThis.core = T.initCore(new URL('/core.wasm', location.href));
      const echo = async (path) => (await fetch(path)).json();
      const first = await echo('/echo?secret=1');
      const inside = await T.startSpan({ name: 'work' }, () => echo('/echo/inside'));
      await fetch('/status/404');
      return { before, first, inside, after: Date.now() / 1000, recording: T.getActiveSpan().isRecording() };
    });
    assert.equal(server.envelopes.length, 0);
    for (const one of [seen.first, seen.inside]) assert.equal(one.baggage, BAGGAGE);
    page.release();
    assert.equal(await page.evaluate(() => core), true);
    const [{ header, payload }] = await server.received(1);
    const { trace } = payload.contexts;
    assert.deepEqual(header.trace, { trace_id: TRACE, sample_rand: '0.25', sample_rate: '0.5' });
    assert.deepEqual([trace.trace_id, trace.parent_span_id, trace.op], [TRACE, PARENT, 'pageload']);
    assert.equal(trace.data['url.full'], `${server.url}/page?token=[Filtered]`);
    assert.equal(payload.request.url, `${server.url}/page?token=[Filtered]`);
    const own = payload.spans.filter(({ op }) => !/^(browser|resource|ui)\b/.test(op));
    const [first, work, inside, failed] = own;
    assert.deepEqual(
      own.map(({ description }) => description),
      ['GET /echo', 'work', 'GET /echo/inside', 'GET /status/404'],
    );
    for (const one of own) {
      assert.equal(one.trace_id, TRACE);
      assert.equal(one.parent_span_id, trace.span_id);
      assert.ok(one.start_timestamp >= seen.before - 0.01 && one.timestamp <= seen.after + 0.01);
    }
    assert.equal(first.data['url.full'], `${server.url}/echo?secret=[Filtered]`);
    assert.equal(first.data['http.response.status_code'], 200);
    assert.deepEqual([first.status, failed.status], ['ok', 'not_found']);
    assert.equal(seen.first['sentry-trace'], `${TRACE}-${first.span_id}-1`);
    assert.equal(seen.inside['sentry-trace'], `${TRACE}-${inside.span_id}-1`);
    assert.ok(work.timestamp >= inside.timestamp);
    assert.deepEqual(ours(page), []);
  });

  it('sends nothing of a trace that is not to be recorded, and says so', async () => {
    for (const [head, rate, reason] of [
      [META.replace(`${PARENT}-1`, `${PARENT}-0`), 1, 'sample_rate'],
      ['', 0, 'sample_rate'],
    ]) {
      const page = await open({ head, file: { held: true } });
      const flag = await page.evaluate(async (tracesSampleRate) => {
        start({ tracesSampleRate }, { instrumentPageLoad: Boolean(tracesSampleRate) });
        globalThis.core = T.initCore('/core.wasm');
        return T.startSpan({ name: 'work' }, async () => (await fetch('/echo')).json());
      }, rate);
      assert.equal(flag['sentry-trace']?.slice(50), head ? '0' : '');
      page.release();
      await page.evaluate(() => core);
      const lost = await reportedLosses(page, server);
      assert.ok(lost[`${reason} transaction`] >= 1 && lost[`${reason} span`] >= 2, JSON.stringify(lost));
      assert.equal(server.envelopes.filter(({ item }) => item.type === 'transaction').length, 0);
      await page.close();
    }
  });

  it('says no id of a trace of which it is not sure, and goes on as the core says', async () => {
    const old = '<meta name="sentry-trace-time" content="1700000000">';
    const page = await open({ head: META + old, file: { held: true } });
    const seen = await page.evaluate(async () => {
      start();
      globalThis.core = T.initCore('/core.wasm');
      const own = await T.startSpan({ name: 'work' }, async () => (await fetch('/echo')).json());
      const data = { sentryTrace: 'ABC', baggage: '' };
      await T.continueTrace(data, () => T.startSpan({ name: 'odd' }, () => fetch('/echo/odd')));
      return { own, data: T.getTraceData() };
    });
    assert.deepEqual([seen.own['sentry-trace'], seen.data], [undefined, {}]);
    page.release();
    const [odd, load] = await server.transactions(2);
    assert.equal(odd.payload.transaction, 'odd');
    const { trace } = load.payload.contexts;
    assert.notEqual(trace.trace_id, TRACE);
    assert.deepEqual(
      trace.links.map((link) => [link.trace_id, link.attributes['sentry.link.type']]),
      [[TRACE, 'stale_trace']],
    );
    const work = load.payload.spans.find(({ description }) => description === 'work');
    const request = load.payload.spans.find(({ op }) => op === 'http.client');
    assert.deepEqual([work.trace_id, request.trace_id], [trace.trace_id, trace.trace_id]);
    assert.equal(request.parent_span_id, trace.span_id);
    assert.equal(load.header.trace.trace_id, trace.trace_id);
  });

  it('goes on with a trace that another side hands over', async () => {
    const page = await open({ file: { held: true } });
    const answer = await page.evaluate(
      async ([trace, baggage]) => {
        start({}, { instrumentPageLoad: false });
        globalThis.core = T.initCore('/core.wasm');
        return T.continueTrace({ sentryTrace: trace, baggage }, () =>
          T.startSpan({ name: 'work' }, async () => (await fetch('/echo')).json()),
        );
      },
      [`${TRACE}-${PARENT}-1`, BAGGAGE],
    );
    page.release();
    const [{ header, payload }] = await server.received(1);
    const { trace } = payload.contexts;
    assert.deepEqual([trace.trace_id, trace.parent_span_id], [TRACE, PARENT]);
    assert.equal(header.trace.sample_rate, '0.5');
    assert.equal(answer['sentry-trace'], `${TRACE}-${payload.spans[0].span_id}-1`);
    assert.equal(answer.baggage, BAGGAGE);
  });

  it('ends each route when it ended, and says where that was', async () => {
    const page = await open({ file: { held: true } });
    const times = await page.evaluate(async () => {
      start({}, { detectRedirects: false });
      globalThis.core = T.initCore('/core.wasm');
      const load = T.getActiveSpan();
      history.pushState({}, '', '/next');
      const moved = Date.now() / 1000;
      const next = T.getActiveSpan();
      const ids = [load, next].map((span) => span.spanContext().spanId);
      await fetch('/echo');
      await new Promise((resolve) => setTimeout(resolve, 50));
      const after = T.startSpan({ name: 'after' }, (span) => span.spanContext().spanId);
      return { ids, moved, after, recording: [load, next].map((span) => span.isRecording()) };
    });
    assert.deepEqual(times.recording, [false, false]);
    page.release();
    const events = await server.transactions(3);
    const [load, next, after] = ['/page', '/next', 'after'].map(
      (name) => events.find(({ payload }) => payload.transaction === name).payload,
    );
    assert.deepEqual(
      [load, next].map(({ contexts }) => contexts.trace.span_id),
      times.ids,
    );
    assert.equal(load.contexts.trace.data['sentry.idle_span_finish_reason'], 'cancelled');
    assert.ok(load.timestamp <= times.moved + 0.02);
    assert.ok(load.spans.some(({ op }) => op === 'browser.request'));
    assert.deepEqual([load.request.url, next.request.url], [`${server.url}/page`, `${server.url}/next`]);
    assert.deepEqual(
      next.spans.filter(({ op }) => op === 'http.client').map(({ description }) => description),
      ['GET /echo'],
    );
    assert.equal(next.contexts.trace.links[0].trace_id, load.contexts.trace.trace_id);
    assert.equal(after.contexts.trace.span_id, times.after);
    assert.equal(after.contexts.trace.trace_id, next.contexts.trace.trace_id);
  });

  it('ends what is open when the page is hidden before', async () => {
    const page = await open({ head: META, file: { held: true } });
    await page.evaluate(async () => {
      start({}, { idleTimeout: 30_000 });
      globalThis.core = T.initCore('/core.wasm');
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    page.release();
    const [{ payload }] = await server.received(1);
    const { status, data, trace_id } = payload.contexts.trace;
    assert.deepEqual(
      [status, data['sentry.cancellation_reason'], trace_id],
      ['cancelled', 'document.hidden', TRACE],
    );
    assert.ok(payload.spans.some(({ op }) => op === 'browser.request'));
  });

  it('keeps spans of stream mode', async () => {
    const page = await open({ head: META, file: { held: true } });
    await page.evaluate(async () => {
      start({ traceLifecycle: 'stream' });
      globalThis.core = T.initCore('/core.wasm');
      await T.startSpan({ name: 'work' }, () => fetch('/echo?secret=1'));
    });
    page.release();
    await page.evaluate(() => core);
    await reportedLosses(page, server);
    const spans = server.envelopes.flatMap(({ payload }) => payload.items ?? []);
    const request = spans.find(({ attributes }) => attributes['sentry.op']?.value === 'http.client');
    assert.equal(request.attributes['url.full'].value, `${server.url}/echo?secret=[Filtered]`);
    const page_load = spans.find(({ is_segment }) => is_segment);
    assert.equal(page_load.parent_span_id, PARENT);
    for (const one of spans) assert.equal(one.trace_id, TRACE);
  });

  it('sends headers to its own origin only, and as far as the targets are patterns', async () => {
    const page = await open({ head: META });
    const seen = await page.evaluate(async () => {
      const get = async (path) => 'sentry-trace' in (await (await fetch(path)).json());
      const other = `http://127.0.0.1:${location.port}/echo`;
      const found = [];
      for (const tracePropagationTargets of [undefined, [], ['/echo'], [/echo\/yes/], [/^http:\/\/127/]]) {
        start({ tracePropagationTargets }, { instrumentPageLoad: false });
        found.push([await get('/echo/yes'), await get('/echo/no'), await get(other)]);
      }
      return { found, explained: T.explainPropagation('/echo/no') };
    });
    assert.deepEqual(seen.found, [
      [true, true, false],
      [false, false, false],
      [false, false, false],
      [true, false, false],
      [false, false, true],
    ]);
    assert.deepEqual([seen.explained.attach, seen.explained.code], [false, 'disabled']);
    assert.match(seen.explained.detail, /core has yet to come/);
  });

  const FAILURES = [
    ['is not there', { status: 404, body: 'no' }, {}, /core\.wasm answered 404/],
    ['is a page', { type: 'text/html', body: '<!doctype html>' }, {}, /is no WebAssembly but text\/html/],
    ['is cut off', { body: Buffer.from('\0asm\x01\0\0\0\x01') }, {}, /core\.wasm WebAssembly/],
    ['is of another version', { other: true }, {}, /core of version 0\.0\.9/],
    [
      'may not run',
      {},
      { 'content-security-policy': "script-src 'self' 'unsafe-inline'" },
      /'wasm-unsafe-eval'.*throughline\/js/,
    ],
    ['may not be fetched', {}, { 'content-security-policy': "connect-src 'none'" }, /connect-src/],
  ];
  for (const [what, file, headers, sentence] of FAILURES) {
    it(`works, and says it in one sentence, when the core ${what}`, async () => {
      const body = await readFile(join(root, 'dist', 'core.wasm'));
      if (file.other)
        file.body = Buffer.from(body.toString('latin1').replace(/\d+\.\d+\.\d+$/, '0.0.9'), 'latin1');
      const page = await open({ head: META, file, headers });
      const seen = await page.evaluate(async () => {
        start();
        const came = await T.initCore('/core.wasm');
        const worked = await T.startSpan({ name: 'work' }, async () => 'yes');
        return { came, worked, flushed: await T.flush() };
      });
      assert.deepEqual(seen, { came: false, worked: 'yes', flushed: false });
      const [said, ...others] = ours(page);
      assert.match(said, sentence);
      assert.deepEqual(others, []);
      if (headers['content-security-policy']) return;
      server.files['/core.wasm'] = { type: WASM, body };
      assert.equal(await page.evaluate(() => T.initCore('/core.wasm')), true);
      const work = ({ payload }) =>
        payload.transaction === 'work' || payload.spans.some(({ description }) => description === 'work');
      await server.until(
        () => server.envelopes.some(work),
        () => 'no work arrived',
      );
    });
  }

  it('takes the core from whatever it is', async () => {
    const page = await open();
    const kinds = ['bytes', 'view', 'response', 'request', 'module', 'url'];
    for (const kind of kinds) {
      await page.goto(`${server.url}/page`);
      const answers = await page.evaluate(async (kind) => {
        const T = await import('/slim.js');
        const bytes = async () => (await fetch('/core.wasm')).arrayBuffer();
        const sources = {
          bytes,
          view: async () => new Uint8Array(await bytes()),
          response: () => fetch('/core.wasm'),
          request: () => new Request('/core.wasm'),
          module: () => WebAssembly.compileStreaming(fetch('/core.wasm')),
          url: () => new URL('/core.wasm', location.href),
        };
        const bad = await T.initCore(Promise.reject(new Error('no')));
        return [bad, await T.initCore(sources[kind]())];
      }, kind);
      assert.deepEqual(answers, [false, true], kind);
    }
    assert.equal(ours(page).length, kinds.length);
  });

  // A type with a parameter is none that browsers compile while it arrives.
  for (const type of ['application/octet-stream', 'application/wasm; charset=utf-8']) {
    it(`compiles what is served as ${type} too, and tells whoever debugs`, async () => {
      const page = await open({ file: { type } });
      const came = await page.evaluate(() => {
        start({ debug: true });
        return T.initCore('/core.wasm');
      });
      assert.equal(came, true);
      assert.equal(ours(page).filter((line) => line.includes('served as application/wasm')).length, 1);
    });
  }

  it('keeps so much and no more when the core never comes', async () => {
    const page = await open({ file: { held: true } });
    const seen = await page.evaluate(async () => {
      start({}, { instrumentPageLoad: false });
      for (let at = 0; at < 3000; at++) T.startSpan({ name: `root ${at}` }, () => {});
      const without = await T.flush();
      globalThis.core = T.initCore('/core.wasm');
      return [without, await T.flush(50), T.startSpan({ name: 'last' }, (span) => span.isRecording())];
    });
    assert.deepEqual(seen, [false, false, false]);
    page.release();
    await page.evaluate(() => core);
    const lost = await reportedLosses(page, server);
    const sent = server.envelopes.filter(({ item }) => item.type === 'transaction').length;
    assert.ok(sent > 100, `${sent} were sent`);
    assert.equal(
      lost['queue_overflow transaction'] + sent + (lost['ratelimit_backoff transaction'] ?? 0),
      3001,
    );
    assert.deepEqual(ours(page), []);
  });
});
