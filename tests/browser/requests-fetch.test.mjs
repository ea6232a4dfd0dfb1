// `fetch` of a page that is traced: what the server receives, what the span says, what the page gets back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTraced, usePages } from '../support/api.mjs';
import { openPackage } from '../support/browser.mjs';

describe('fetch', { timeout: 120_000 }, () => {
  const { browser, server, api, open } = usePages();

  /** Runs code in a root span of a page; answers with what it told, and with the spans that arrived. */
  async function inSpan(code, options, tracing) {
    const page = await open(options, tracing);
    const told = await page.evaluate(
      ([source, api]) => {
        const run = new Function('api', `return (${source})(api)`);
        return T.startSpan({ name: 'root' }, () => run(api));
      },
      [code.toString(), api.url],
    );
    const [{ payload }] = await server.received(1);
    return { told, spans: payload.spans, trace: payload.contexts.trace };
  }

  it('gives headers to every form of input, and adds them to every form of headers', async () => {
    const { told, spans } = await inSpan(async () => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const foreign = new frame.contentWindow.Headers({ 'x-mine': '1' });
      const cases = {
        string: () => fetch('/echo'),
        url: () => fetch(new URL('/echo', location.href)),
        request: () => fetch(new Request('/echo', { headers: { 'x-mine': '1' } })),
        'foreign request': () =>
          fetch(new frame.contentWindow.Request(`${location.origin}/echo`, { headers: { 'x-mine': '1' } })),
        override: () =>
          fetch(new Request('/echo', { headers: { 'x-theirs': '0' } }), { headers: { 'x-mine': '1' } }),
        printed: () => fetch({ toString: () => '/echo' }),
        headers: () => fetch('/echo', { headers: new Headers({ 'x-mine': '1' }) }),
        'foreign headers': () => fetch('/echo', { headers: foreign }),
        pairs: () => fetch('/echo', { headers: [['x-mine', '1']] }),
        object: () => fetch('/echo', { headers: { 'X-Mine': '1' } }),
        map: () => fetch('/echo', { headers: new Map([['x-mine', '1']]) }),
        entries: () => fetch('/echo', { headers: new Map([['x-mine', '1']]).entries() }),
        parameters: () => fetch('/echo', { headers: new URLSearchParams('x-mine=1') }),
        inherited: () => fetch('/echo', Object.create({ headers: { 'x-mine': '1' } })),
        frozen: () => fetch('/echo', Object.freeze({ headers: Object.freeze({ 'x-mine': '1' }) })),
      };
      const told = {};
      for (const [name, call] of Object.entries(cases)) told[name] = await (await call()).json();
      return told;
    });
    const plain = ['string', 'url', 'printed'];
    assert.equal(Object.keys(told).length, spans.length);
    for (const [at, [name, headers]] of Object.entries(told).entries()) {
      assert.equal(headers['sentry-trace'], `${spans[at].trace_id}-${spans[at].span_id}-1`, name);
      assert.match(headers.baggage, /^sentry-environment=production,.*sentry-sampled=true/, name);
      assert.equal(headers['x-mine'], plain.includes(name) ? undefined : '1', name);
      assert.equal(headers['x-theirs'], undefined, name);
      const absolute = /request|override|url/.test(name) ? server.url : '';
      assert.equal(spans[at].description, `GET ${absolute}/echo`, name);
    }
  });

  it('says what its own trace knows now, whatever the request before it said', async () => {
    const page = await open({ propagateTraceparent: true });
    const [named, renamed, again, other] = await page.evaluate(async () => {
      const echo = async () => (await fetch('/echo')).json();
      const told = await T.startSpan({ name: 'first' }, async (span) => {
        const told = [await echo()];
        T.updateSpanName(span, 'second');
        return [...told, await echo(), await echo()];
      });
      return [...told, await T.startNewTrace(echo)];
    });
    assert.match(named.baggage, /sentry-transaction=first,/);
    assert.match(renamed.baggage, /sentry-transaction=second,/);
    assert.equal(again.baggage, renamed.baggage);
    assert.doesNotMatch(other.baggage, /transaction/);
    for (const { 'sentry-trace': sentryTrace, baggage, traceparent } of [named, renamed, again, other]) {
      const [traceId, spanId, decision] = sentryTrace.split('-');
      assert.match(baggage, new RegExp(`sentry-trace_id=${traceId}`));
      assert.equal(traceparent, `00-${traceId}-${spanId}-0${decision ?? 0}`);
    }
    assert.match(other['sentry-trace'], /^[0-9a-f]{32}-[0-9a-f]{16}$/);
  });

  it('judges an address again after another init', async () => {
    const page = await open({ tracePropagationTargets: [/nothing/] });
    const carried = (times) =>
      page.evaluate(async (times) => {
        const carried = [];
        for (let time = 0; time < times; time++) {
          carried.push('sentry-trace' in (await (await fetch('/echo')).json()));
        }
        return carried;
      }, times);
    assert.deepEqual(await carried(3), [false, false, false]);
    assert.deepEqual(
      await page.evaluate(async () => {
        const inside = await T.startSpan({ name: 'root' }, () => fetch('/echo'));
        return 'sentry-trace' in (await inside.json());
      }),
      false,
    );
    const [{ payload }] = await server.received(1);
    assert.equal(payload.spans.length, 1, 'inside a span it has one');
    await page.evaluate(() => T.init({ ...options, tracePropagationTargets: ['/echo'] }));
    assert.deepEqual(await carried(2), [true, true]);
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
    const [, ...reports] = await server.received(3);
    const lost = (quantity) => [{ reason: 'no_parent_span', category: 'span', quantity }];
    // Each client tells of its own.
    assert.deepEqual(
      reports.map(({ payload }) => payload.discarded_events),
      [lost(3), lost(2)],
    );
    await page.context().close();
  });

  it('leaves what the application continues by hand alone, and adds to baggage that is not ours', async () => {
    const { told } = await inSpan(async () => {
      const echo = async (headers) => {
        const { 'sentry-trace': trace, baggage } = await (await fetch('/echo', { headers })).json();
        return [trace, baggage];
      };
      const long = `a=${'x'.repeat(8100)}`;
      return {
        byHand: await echo({ 'Sentry-Trace': 'by-hand' }),
        ours: await echo([['Baggage', 'a=1;p=2, sentry-release=theirs']]),
        theirs: await echo({ BAGGAGE: 'a=1;p=2' }),
        long: (await echo({ baggage: long }))[1].length,
        twice: await echo([
          ['baggage', 'a=1'],
          ['Baggage', 'b=2'],
        ]),
      };
    });
    assert.deepEqual(told.byHand, ['by-hand', undefined]);
    assert.equal(told.ours[1], 'a=1;p=2, sentry-release=theirs');
    assert.match(told.theirs[1], /^a=1;p=2,sentry-environment=/);
    assert.match(told.twice[1], /^a=1, b=2,sentry-environment=/);
    assert.ok(told.long <= 8192);
  });

  it('tells by the status how a request went', async () => {
    const { told, spans } = await inSpan(async (api) => {
      const outcomes = [];
      const controller = new AbortController();
      const aborted = fetch(`${api}/hang`, { signal: controller.signal });
      controller.abort();
      for (const call of [
        () => aborted,
        () => fetch('/status/404'),
        () => fetch('/status/500', { method: 'post', body: 'x' }),
        () => fetch(`${api}/drop`),
        () => fetch(`${api}/size`),
        () => fetch('http://'),
        () => fetch('data:text/plain;base64,SGVsbG8gV29ybGQ='),
        () => fetch(URL.createObjectURL(new Blob(['x']))),
        () => fetch(`${api}/forbid`, { mode: 'no-cors' }),
      ]) {
        outcomes.push(
          await call().then(
            ({ status }) => status,
            ({ name }) => name,
          ),
        );
      }
      return outcomes;
    });
    assert.deepEqual(told, ['AbortError', 404, 500, 'TypeError', 200, 'TypeError', 200, 200, 0]);
    const seen = spans.map(({ description, status, data }) => [
      description.replace(/blob:.*/, 'blob'),
      status,
      data['http.response.status_code'],
      data['http.response.body.size'],
    ]);
    assert.deepEqual(seen, [
      [`GET ${api.url}/hang`, 'internal_error', undefined, undefined],
      ['GET /status/404', 'not_found', 404, undefined],
      ['POST /status/500', 'internal_error', 500, undefined],
      [`GET ${api.url}/drop`, 'internal_error', undefined, undefined],
      [`GET ${api.url}/size`, 'ok', 200, 5],
      ['GET data:text/plain,base64,SGVsbG8gV2... [truncated]', 'ok', 200, undefined],
      ['GET blob', 'ok', 200, 1],
      [`GET ${api.url}/forbid`, 'internal_error', 0, undefined],
    ]);
    assert.equal(api.seen.find(({ path }) => path === '/forbid').headers['sentry-trace'], undefined);
  });

  it('names and describes a request by its URL', async () => {
    const { spans } = await inSpan(
      async (api) => {
        history.pushState({}, '', '/page/deep');
        await fetch('rel/x?token=1&q=2#f=1', { method: 'put' });
        await fetch(`${api}/echo?q=1`);
      },
      {},
      { enableHTTPTimings: false, instrumentNavigation: false },
    );
    const host = new URL(server.url).host;
    const common = { 'sentry.op': 'http.client', 'sentry.origin': 'auto.http.browser', type: 'fetch' };
    assert.deepEqual(spans[0].data, {
      ...common,
      'http.request.method': 'PUT',
      'http.response.status_code': 200,
      'server.address': host,
      'url.domain': 'localhost',
      'url.fragment': 'f=1',
      'url.full': `${server.url}/page/rel/x?token=[Filtered]&q=2#f=1`,
      'url.query': 'token=[Filtered]&q=2',
    });
    assert.equal(spans[1].description, `GET ${api.url}/echo`);
    assert.equal(spans[1].data['server.port'], Number(new URL(api.url).port));
  });

  it('sends streams and keepalive requests as they are', async () => {
    const { told } = await inSpan(async () => {
      const kept = await fetch('/echo', { method: 'POST', body: 'x'.repeat(100), keepalive: true });
      const seen = [];
      const before = globalThis.Request;
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(new TextEncoder().encode('chunk'));
          controller.close();
        },
      });
      // HTTP/1.1 cannot stream a body: the browser refuses it for that reason, and no other.
      const streamed = await fetch('/echo', { method: 'POST', body, duplex: 'half' }).catch(String);
      return [(await kept.json())['content-length'], streamed, seen, before === Request];
    });
    assert.deepEqual(told, ['100', 'TypeError: Failed to fetch', [], true]);
  });

  it('asks shouldCreateSpanForRequest once, with the URL as it was written', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(() => {
      globalThis.asked = [];
      globalThis.tracing = {
        shouldCreateSpanForRequest: (url) => {
          asked.push(url);
          return asked.length > 1;
        },
      };
    });
    await openTraced(page);
    const told = await page.evaluate(() =>
      T.startSpan({ name: 'root' }, async (root) => {
        const first = await (await fetch('/echo?a=1#f')).json();
        await fetch(new URL('/echo', location.href));
        return [asked, first['sentry-trace'] === T.spanToTraceHeader(root)];
      }),
    );
    assert.deepEqual(told, [['/echo?a=1#f', `${server.url}/echo`], true]);
    const [{ payload }] = await server.received(1);
    assert.equal(payload.spans.length, 1);
  });

  it('tells callbacks of the page about spans and headers', async () => {
    const page = await openPackage(browser, server);
    await page.evaluate(() => {
      globalThis.told = [];
      globalThis.tracing = {
        onRequestSpanStart: (span, { headers }) => {
          span.setAttribute('asked', headers?.get('x-mine') ?? 'none');
          told.push(['start', headers && [...headers]]);
          throw new Error('a mistake of the page');
        },
        onRequestSpanEnd: (span, { headers, error }) => {
          told.push(['end', span.isRecording(), headers?.get('content-length') ?? null, error?.name ?? null]);
          throw new Error('a mistake of the page');
        },
      };
    });
    await openTraced(page);
    const told = await page.evaluate(
      (api) =>
        T.startSpan({ name: 'root' }, async () => {
          const headers = new Map([['X-Mine', '1']]).entries();
          const echoed = await (await fetch(`${api}/echo`, { headers })).json();
          await fetch(`${api}/drop`).catch(() => {});
          return [echoed['x-mine'], ...globalThis.told];
        }),
      api.url,
    );
    assert.equal(told.shift(), '1');
    assert.deepEqual(told[0], ['start', [['x-mine', '1']]]);
    assert.deepEqual(told[1].slice(0, 2), ['end', false]);
    assert.deepEqual(told.slice(2), [
      ['start', undefined],
      ['end', false, null, 'TypeError'],
    ]);
    const [{ payload }] = await server.received(1);
    assert.deepEqual(
      payload.spans.map(({ data }) => data.asked),
      ['1', 'none'],
    );
    assert.deepEqual(
      page.said.filter((line) => line.includes('uncaught')),
      [],
    );
  });

  it('is handled once, however often it is instrumented, and by the latest options', async () => {
    const page = await open();
    await page.evaluate(() => {
      const client = T.getClient();
      T.instrumentOutgoingRequests(client, { onRequestSpanEnd: (span) => span.setAttribute('late', 1) });
      T.instrumentOutgoingRequests(client, { onRequestSpanStart: (span) => span.setAttribute('latest', 1) });
      return T.startSpan({ name: 'root' }, () => fetch('/echo'));
    });
    const [{ payload }] = await server.received(1);
    assert.deepEqual(
      payload.spans.map(({ data }) => [data.latest, data.late]),
      [[1, undefined]],
    );
  });

  it('is left alone once the latest options say so', async () => {
    const page = await openPackage(browser, server);
    const told = await page.evaluate(async () => {
      const methods = () => [fetch, XMLHttpRequest.prototype.send];
      const before = methods();
      const integrations = [T.browserTracingIntegration({ instrumentPageLoad: false })];
      const client = T.init({ ...options, integrations });
      const same = () => methods().map((method, at) => method === before[at]);
      const seen = [same()];
      T.instrumentOutgoingRequests(client, { traceFetch: false });
      seen.push(same(), T.explainPropagation('/echo').code);
      T.instrumentOutgoingRequests(client, { traceXHR: false });
      seen.push(same(), T.explainPropagation('/echo').code);
      return seen;
    });
    assert.deepEqual(told, [[false, false], [true, false], 'not-instrumented', [false, true], 'same-origin']);
  });

  it('adds what the browser measured, in both lifecycles', async () => {
    for (const traceLifecycle of ['static', 'stream']) {
      const { spans } = await inSpanOrStream(traceLifecycle);
      const [first, second] = spans;
      assert.equal(first['network.protocol.name'], 'http', traceLifecycle);
      assert.equal(first['network.protocol.version'], '1.1');
      assert.ok(first['http.request.response_end'] >= first['http.request.request_start']);
      assert.ok(second['http.request.request_start'] >= first['http.request.response_end']);
      assert.ok(first['http.request.time_to_first_byte'] > 0);
    }
  });

  /** The attributes of two requests for the same URL, one after the other, with their bodies read. */
  async function inSpanOrStream(traceLifecycle) {
    const page = await open({ traceLifecycle });
    await page.evaluate(async () => {
      const root = T.startInactiveSpan({ name: 'root' });
      await T.withActiveSpan(root, async () => {
        await (await fetch('/echo#f')).text();
        await (await fetch('/echo#g')).text();
      });
      // The browser measures when it has time.
      await new Promise((resolve) => {
        new PerformanceObserver((_, observer) => {
          const seen = performance.getEntriesByType('resource').filter(({ name }) => /echo/.test(name));
          if (seen.length < 2) return;
          observer.disconnect();
          setTimeout(resolve);
        }).observe({ type: 'resource', buffered: true });
      });
      root.end();
      await T.flush();
    });
    const [{ payload }] = await server.received(1);
    if (traceLifecycle === 'static') return { spans: payload.spans.map(({ data }) => data) };
    const requests = payload.items.filter(
      ({ attributes }) => attributes['sentry.op']?.value === 'http.client',
    );
    const values = requests.map(({ attributes }) =>
      Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value])),
    );
    // It ended when it was answered, not when its timings were known.
    assert.ok(requests[0].end_timestamp <= requests[1].start_timestamp);
    return { spans: values };
  }
});
