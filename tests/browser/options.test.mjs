// Options that a page changes after `init`, in `getClient().getOptions()`: each counts from then on. And options that several
// payloads name, which say the same of them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { usePages } from '../support/api.mjs';
import { reportedLosses } from '../support/browser.mjs';

describe('options that the page changes', { timeout: 120_000 }, () => {
  const { server, api, open: openTraced } = usePages();
  let page;

  async function open(options, tracing) {
    page = await openTraced(options, tracing);
    await page.evaluate(() => {
      globalThis.set = (options) => Object.assign(T.getClient().getOptions(), options);
      globalThis.flag = () => T.startInactiveSpan({ name: 'root' }).spanContext().traceFlags;
      globalThis.dsc = () =>
        T.startNewTrace(() => T.getDynamicSamplingContextFromSpan(T.startInactiveSpan({ name: 'root' })));
      /** The headers that a request carries. */
      globalThis.carried = async (url) => {
        const answer = await (await fetch(url)).json();
        const { 'sentry-trace': trace, baggage, traceparent } = answer;
        return { trace, baggage, traceparent };
      };
    });
  }

  /** Lets the page send a root, and answers with the envelope. */
  async function send() {
    const { length } = server.envelopes;
    await page.evaluate(() => {
      T.startNewTrace(() => T.startSpan({ name: 'root' }, () => T.startSpan({ name: 'child' }, () => {})));
      return T.flush();
    });
    return server.envelopes[length];
  }

  it('tracesSampleRate: 0 ends recording, 1 begins it again, undefined leaves headers alone', async () => {
    await open({ tracesSampleRate: 1 });
    const seen = await page.evaluate(() => {
      const seen = [flag()];
      for (const rate of [0, 1, '0', true, 2, undefined, null, 1]) {
        set({ tracesSampleRate: rate });
        const { 'sentry-trace': header } = T.startNewTrace(() => T.getTraceData());
        seen.push([rate, flag(), T.startNewTrace(flag), header.split('-').length]);
      }
      return seen;
    });
    assert.deepEqual(seen, [
      1,
      [0, 0, 0, 2],
      [1, 1, 1, 2],
      ['0', 0, 0, 2],
      [true, 1, 1, 2],
      [2, 0, 0, 2],
      [undefined, 0, 0, 2],
      [null, 0, 0, 2],
      [1, 1, 1, 2],
    ]);
  });

  it('tracesSampleRate counts for what is sent, and what is lost by it is reported', async () => {
    await open({ tracesSampleRate: 0 });
    await send();
    await page.evaluate(() => set({ tracesSampleRate: 1 }));
    await send();
    await page.evaluate(() => set({ tracesSampleRate: 0 }));
    await send();
    assert.deepEqual(
      server.envelopes.map(({ header, payload }) => [payload.transaction, header.trace.sample_rate]),
      [['root', '1']],
    );
    const lost = await reportedLosses(page, server);
    assert.deepEqual(lost, { 'sample_rate transaction': 2, 'sample_rate span': 4 });
  });

  it('tracesSampleRate counts for navigations, and tracesSampler before it', async () => {
    await open({ tracesSampleRate: 1 });
    const flags = await page.evaluate(() => {
      const navigate = (path) => {
        T.getActiveSpan()?.end();
        history.pushState({}, '', path);
        return T.getActiveSpan()?.spanContext().traceFlags;
      };
      const flags = [navigate('/a')];
      set({ tracesSampleRate: 0 });
      flags.push(navigate('/b'));
      set({ tracesSampler: ({ name }) => name === '/c' });
      flags.push(navigate('/c'), navigate('/d'));
      set({ tracesSampler: undefined, tracesSampleRate: 1 });
      flags.push(navigate('/e'));
      return flags;
    });
    assert.deepEqual(flags, [1, 0, 1, 0, 1]);
  });

  it('release, environment and dist are in headers, sampling contexts and transactions', async () => {
    await open({ release: 'a@1', environment: 'first', dist: '1' });
    const before = await send();
    const [first, second] = await page.evaluate(async () => {
      const first = dsc();
      set({ release: 'b@2', environment: 'second', dist: '2' });
      return [first, dsc()];
    });
    const { baggage } = await page.evaluate(() => carried('/echo'));
    const after = await send();
    assert.deepEqual([first.release, first.environment], ['a@1', 'first']);
    assert.deepEqual([second.release, second.environment], ['b@2', 'second']);
    assert.match(baggage, /sentry-environment=second,sentry-release=b%402/);
    for (const [{ header, payload }, release, environment, dist] of [
      [before, 'a@1', 'first', '1'],
      [after, 'b@2', 'second', '2'],
    ]) {
      assert.deepEqual([header.trace.release, header.trace.environment], [release, environment]);
      assert.deepEqual([payload.release, payload.environment, payload.dist], [release, environment, dist]);
    }
    await page.evaluate(() => {
      const options = T.getClient().getOptions();
      delete options.release;
      options.environment = undefined;
    });
    const { header, payload } = await send();
    assert.deepEqual([header.trace.release, header.trace.environment], [undefined, 'production']);
    assert.deepEqual([payload.release, payload.environment], [undefined, 'production']);
  });

  it('release counts for a root that is under way, and not for a trace that came', async () => {
    await open({ release: 'a@1' });
    const releases = await page.evaluate(() => {
      const root = T.startInactiveSpan({ name: 'root' });
      const of = (span) => T.getDynamicSamplingContextFromSpan(span).release;
      const releases = [of(root)];
      const came = { sentryTrace: `${'a'.repeat(32)}-${'b'.repeat(16)}-1`, baggage: 'sentry-release=came' };
      const continued = T.continueTrace(came, () => T.startInactiveSpan({ name: 'continued' }));
      set({ release: 'b@2' });
      releases.push(of(root), of(continued));
      return releases;
    });
    assert.deepEqual(releases, ['a@1', 'b@2', 'came']);
  });

  it('parentSpanIsAlwaysRootSpan says where the next child is attached', async () => {
    await open({});
    const parents = await page.evaluate(() =>
      T.startSpan({ name: 'root' }, () =>
        T.startSpan({ name: 'child' }, (child) => {
          const isBelow = () =>
            T.spanToJSON(T.startInactiveSpan({ name: 'below' })).parent_span_id ===
            child.spanContext().spanId;
          return [undefined, false, true, undefined].map((parentSpanIsAlwaysRootSpan) => {
            set({ parentSpanIsAlwaysRootSpan });
            return isBelow();
          });
        }),
      ),
    );
    assert.deepEqual(parents, [false, true, false, false]);
  });

  it('tracePropagationTargets may be set, replaced, taken away, and pushed into', async () => {
    await open({});
    const seen = await page.evaluate(async (other) => {
      const has = async () => {
        const own = await carried('/echo');
        const there = await carried(other);
        // XMLHttpRequest is judged by the same targets.
        const xhr = await new Promise((resolve) => {
          const request = new XMLHttpRequest();
          request.open('GET', '/echo');
          request.onload = () => resolve(JSON.parse(request.response)['sentry-trace']);
          request.send();
        });
        const { attach, code } = T.explainPropagation('/echo');
        return [own.trace, there.trace, xhr, attach].map(Boolean).concat(code);
      };
      const seen = { unset: await has() };
      set({ tracePropagationTargets: [] });
      seen.none = await has();
      const targets = [/\/nothing$/];
      set({ tracePropagationTargets: targets });
      seen.nothing = await has();
      targets.push('/echo');
      seen.pushed = await has();
      targets[0] = /\/anything$/;
      seen.written = await has();
      targets.length = 0;
      seen.emptied = await has();
      targets.push(new URL(other).host, /^\/echo/);
      seen.pattern = await has();
      set({ tracePropagationTargets: undefined });
      seen.taken = await has();
      return seen;
    }, `${api.url}/anything`);
    // A server of localhost is as good as the own origin while nothing is set.
    const byDefault = [true, true, true, true, 'same-origin'];
    assert.deepEqual(seen, {
      unset: byDefault,
      none: [false, false, false, false, 'no-targets'],
      nothing: [false, false, false, false, 'no-match'],
      pushed: [true, false, true, true, 'target'],
      written: [true, true, true, true, 'target'],
      emptied: [false, false, false, false, 'no-targets'],
      pattern: [true, true, true, true, 'target'],
      taken: byDefault,
    });
  });

  it('propagateTraceparent adds the header of the W3C, and takes it away', async () => {
    await open({});
    const seen = await page.evaluate(async () => {
      const seen = [await carried('/echo')];
      set({ propagateTraceparent: true });
      seen.push(await carried('/echo'));
      seen.push(await T.startSpan({ name: 'root' }, (root) => root.run(() => carried('/echo'))));
      set({ propagateTraceparent: false });
      seen.push(await carried('/echo'));
      return seen;
    });
    assert.deepEqual(
      seen.map(({ traceparent }) => Boolean(traceparent)),
      [false, true, true, false],
    );
    const [, , { trace, traceparent }] = seen;
    assert.equal(traceparent, `00-${trace.replace(/-1$/, '')}-01`);
  });

  it('orgId and strictTraceContinuation say whose traces are continued, and orgId stands in headers', async () => {
    await open({ orgId: 1 });
    const { continued, orgs } = await page.evaluate(() => {
      const traceId = 'a'.repeat(32);
      const continues = (org) =>
        T.continueTrace(
          { sentryTrace: `${traceId}-${'b'.repeat(16)}-1`, baggage: `sentry-org_id=${org}` },
          () => T.getTraceData()['sentry-trace'].startsWith(traceId),
        );
      const continued = [];
      const orgs = [];
      for (const orgId of [1, 2, '3', 1]) {
        set({ orgId });
        continued.push([1, 2, 3].filter(continues));
        orgs.push(dsc().org_id);
      }
      set({ strictTraceContinuation: true, orgId: undefined });
      continued.push([1, 2, 3].filter(continues));
      return { continued, orgs };
    });
    assert.deepEqual(continued, [[1], [2], [3], [1], []]);
    assert.deepEqual(orgs, ['1', '2', '3', '1']);
  });

  it('enabled: false ends headers, spans and what is sent; true begins them again', async () => {
    await open({});
    const seen = await page.evaluate(async () => {
      const see = async () => {
        const span = T.startSpan({ name: 'root' }, (span) => span);
        return [
          Boolean((await carried('/echo')).trace),
          span.spanContext().traceFlags,
          'sentry-trace' in T.getTraceData(),
          T.isEnabled(),
          T.explainPropagation('/echo').code,
        ];
      };
      const seen = [await see()];
      set({ enabled: false });
      seen.push(await see());
      await T.flush();
      set({ enabled: true });
      seen.push(await see());
      await T.flush();
      return seen;
    });
    assert.deepEqual(seen, [
      [true, 1, true, true, 'same-origin'],
      [false, 0, false, false, 'disabled'],
      [true, 1, true, true, 'same-origin'],
    ]);
    assert.equal(server.envelopes.length, 2);
  });

  it('dsn and tunnel say where the next envelope goes', async () => {
    await open({});
    const tunnel = `${server.tunnel}/moved`;
    await send();
    const keys = await page.evaluate((tunnel) => {
      const keys = [dsc().public_key];
      set({ dsn: 'http://other@localhost:1/2', tunnel });
      return [...keys, dsc().public_key, T.getClient().getDsn().projectId];
    }, tunnel);
    assert.deepEqual(keys, ['public', 'other', '2']);
    const moved = page.waitForRequest((request) => request.url().endsWith(tunnel));
    await page.evaluate(() => T.startSpan({ name: 'moved' }, () => {}));
    const [header] = (await moved).postData().split('\n');
    assert.equal(JSON.parse(header).dsn, 'http://other@localhost:1/2');
    await page.evaluate(() => set({ dsn: undefined }));
    const enabled = await page.evaluate(() => [T.isEnabled(), dsc().public_key]);
    assert.deepEqual(enabled, [false, undefined]);
  });

  it('that are frozen do not keep a client open that was closed', async () => {
    await open({});
    const seen = await page.evaluate(async () => {
      Object.freeze(T.getClient().getOptions());
      await T.close();
      await T.close();
      T.startSpan({ name: 'after close' }, () => {});
      await T.flush();
      return [T.isEnabled(), T.startSpan({ name: 'after close' }, (span) => span.isRecording())];
    });
    assert.deepEqual(seen, [false, false]);
    assert.deepEqual(server.envelopes, []);
  });

  it('that cannot be read cost nothing but themselves', async () => {
    await open({});
    const flags = await page.evaluate(async () => {
      const fail = () => {
        throw new Error('of the page');
      };
      const flags = [];
      const names = [
        'release',
        'environment',
        'dist',
        'tracePropagationTargets',
        'orgId',
        'propagateTraceparent',
      ];
      for (const name of [
        ...names,
        'tracesSampleRate',
        'enabled',
        'parentSpanIsAlwaysRootSpan',
        'ignoreSpans',
      ]) {
        T.init(options);
        Object.defineProperty(T.getClient().getOptions(), name, { get: fail });
        const answer = T.startSpan({ name }, () => T.startSpan({ name: 'child' }, () => 'answer'));
        const response = await fetch('/echo');
        flags.push([name, answer, response.status]);
      }
      return flags;
    });
    assert.equal(flags.length, 10);
    assert.ok(flags.every(([, answer, status]) => answer === 'answer' && status === 200));
  });
});

describe('options that several payloads name', { timeout: 60_000 }, () => {
  const { server, open } = usePages();

  for (const [what, given, release, environment] of [
    ['an empty environment is the default', { environment: '', release: 'a@1' }, 'a@1', 'production'],
    ['a release that is a number is none', { environment: 'test', release: 5 }, undefined, 'test'],
    ['an empty release is none', { environment: 'test', release: '' }, undefined, 'test'],
    ['neither', {}, undefined, 'production'],
  ]) {
    it(`${what}: in transactions, streamed spans, metrics and headers alike`, async () => {
      const named = [];
      for (const traceLifecycle of ['static', 'stream']) {
        const page = await open({ ...given, traceLifecycle });
        const baggage = await page.evaluate(async () => {
          const element = document.createElement('p');
          element.setAttribute('elementtiming', 'measured');
          element.textContent = 'text';
          T.addIntegration(T.elementTimingIntegration());
          const painted = new Promise((resolve) => {
            new PerformanceObserver(resolve).observe({ type: 'element', buffered: true });
          });
          document.body.append(element);
          await painted;
          // What observes the same has heard of it as well.
          await new Promise((resolve) => setTimeout(resolve));
          T.startSpan({ name: 'root' }, () => {});
          await T.flush();
          return T.getTraceData().baggage;
        });
        const of = (header) => (name) => new RegExp(`sentry-${name}=([^,]*)`).exec(header)?.[1];
        const carried = of(baggage);
        named.push([carried('release') && decodeURIComponent(carried('release')), carried('environment')]);
        for (const { header, item, payload } of server.envelopes) {
          if (header.trace) named.push([header.trace.release, header.trace.environment]);
          if (item.type === 'transaction') named.push([payload.release, payload.environment]);
          for (const { attributes } of payload.items ?? []) {
            named.push([attributes['sentry.release']?.value, attributes['sentry.environment']?.value]);
          }
        }
        const kinds = server.envelopes.map(({ item }) => item.type).sort();
        const kind = traceLifecycle === 'static' ? 'transaction' : 'span';
        assert.deepEqual([...new Set(kinds)], [kind, 'trace_metric'].sort());
        await page.context().close();
      }
      assert.deepEqual(named, Array(named.length).fill([release, environment]));
    });
  }
});
