// What the browser measures by itself, as spans of page loads and navigations: real files, frames and marks.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { openMeasured, spansOf } from '../support/measured.mjs';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="200" height="200"/></svg>';

describe('what the browser measures', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  const open = (given) => openMeasured(browser, server, given);
  const namesOf = (envelope, op) => spansOf(envelope, op).map(({ description }) => description);

  it('has the files of the page, with how they came', async () => {
    const page = await open({
      head: '<link rel="stylesheet" href="/style.css?token=secret"><script src="/script.js"></script>',
      files: {
        '/style.css': { type: 'text/css', body: 'body{}', delay: 60 },
        '/script.js': { type: 'text/javascript', body: '' },
      },
    });
    await page.evaluate(() => finish());
    const [envelope] = await server.received(1);
    const [style] = spansOf(envelope, 'resource.link');
    assert.equal(style.description, '/style.css?token=[Filtered]');
    assert.ok(style.timestamp - style.start_timestamp >= 0.05, 'the server took its time');
    assert.equal(style.origin, 'auto.resource.browser.metrics');
    const { data } = style;
    assert.equal(data['url.full'], `${server.url}/style.css?token=[Filtered]`);
    assert.equal(data['http.request.same_origin'], true);
    assert.equal(data['http.response.status_code'], 200);
    assert.equal(data['http.response.body.size'], 6);
    assert.equal(data['resource.render_blocking_status'], 'blocking');
    assert.deepEqual([data['network.protocol.name'], data['network.protocol.version']], ['http', '1.1']);
    assert.ok(data['http.request.request_start'] <= data['http.request.response_start']);
    assert.ok(style.start_timestamp <= data['http.request.fetch_start']);
    assert.ok(namesOf(envelope, 'resource.script').includes('/script.js'));
    for (const op of ['request', 'response', 'load_event', 'dom_content_loaded_event']) {
      assert.equal(spansOf(envelope, `browser.${op}`).length, 1, op);
    }
  });

  it('leaves out the resources that are not wanted, and requests, which have spans of their own', async () => {
    const page = await open({ options: { ignoreResourceSpans: ['resource.script'] } });
    await page.evaluate(async () => {
      await fetch('/echo');
      finish();
    });
    const [{ payload }] = await server.received(1);
    const ops = payload.spans.map(({ op }) => op).filter((op) => /resource.(script|fetch)|http/.test(op));
    assert.deepEqual(ops, ['http.client']);
  });

  it('tells of each entry once, whatever ends the root and whatever the page clears', async () => {
    const page = await open({ further: ['userTimingIntegration'] });
    await page.evaluate(async () => {
      const load = (name) =>
        new Promise((resolve) => {
          const image = new Image();
          image.onerror = () => setTimeout(resolve);
          image.src = `/status/404?${name}`;
        });
      const navigate = (name) => T.startBrowserTracingNavigationSpan(T.getClient(), { name });
      await load('first');
      performance.mark('mark first');
      performance.clearResourceTimings();
      await load('second');
      navigate('/a');
      performance.clearResourceTimings();
      performance.clearMarks();
      await load('third');
      performance.mark('mark third');
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
      delete document.visibilityState;
      navigate('/b');
      await load('fourth');
      dispatchEvent(new PageTransitionEvent('pagehide'));
      navigate('/c');
      await load('fifth');
      finish();
    });
    const envelopes = await server.received(4);
    assert.deepEqual(
      envelopes.map((envelope) => [
        envelope.payload.transaction,
        ...namesOf(envelope, 'resource.img').map((name) => name.split('?')[1]),
        ...namesOf(envelope, 'mark'),
      ]),
      [
        ['/page', 'second', 'mark first'],
        ['/a', 'third', 'mark third'],
        ['/b', 'fourth'],
        ['/c', 'fifth'],
      ],
    );
    assert.equal(spansOf(envelopes[1], 'browser.request').length, 0, 'the page was loaded once');
  });

  it('leaves a full buffer of the page alone', async () => {
    const page = await open({ options: { ignoreResourceSpans: ['resource.link'] } });
    const seen = await page.evaluate(async () => {
      let full = 0;
      performance.setResourceTimingBufferSize(performance.getEntriesByType('resource').length + 1);
      performance.addEventListener('resourcetimingbufferfull', () => {
        full += 1;
      });
      const before = performance.getEntriesByType('resource').length;
      for (const name of ['a', 'b', 'c']) {
        await new Promise((resolve) => {
          const image = new Image();
          image.onerror = () => setTimeout(resolve);
          image.src = `/status/404?${name}`;
        });
      }
      finish();
      return [full > 0, performance.getEntriesByType('resource').length - before];
    });
    assert.deepEqual(seen, [true, 1]);
    const [envelope] = await server.received(1);
    assert.deepEqual(namesOf(envelope, 'resource.img'), ['/status/404?a']);
  });

  it('has paints, and of marks and measures what the page noted with them', async () => {
    const page = await open({ further: ['userTimingIntegration'] });
    await page.evaluate(async () => {
      const painted = new Promise((resolve) => {
        new PerformanceObserver(() => setTimeout(resolve)).observe({ type: 'paint', buffered: true });
      });
      document.body.innerHTML = '<h1>content</h1>';
      await painted;
      performance.mark('begin');
      performance.measure('a\tb', { start: 'begin', detail: { tab: 1, 'odd\tname': 2, deep: { a: 1 } } });
      finish();
    });
    const [envelope] = await server.received(1);
    assert.ok(namesOf(envelope, 'browser.paint').includes('first-contentful-paint'));
    const [measure] = spansOf(envelope, 'measure');
    assert.equal(measure.description, 'a\tb');
    assert.equal(measure.origin, 'auto.browser.user_timing.measure');
    assert.equal(measure.data['sentry.browser.measure.detail.tab'], 1);
    assert.equal(measure.data['sentry.browser.measure.detail.deep'], '{"a":1}');
    assert.equal(Object.keys(measure.data).length, 4);
  });

  for (const [type, op, options] of [
    ['long-animation-frame', 'ui.long_animation_frame', {}],
    ['longtask', 'ui.long_task', { enableLongAnimationFrame: false }],
  ]) {
    it(`has a ${type} below what was active`, async () => {
      const page = await open({ options });
      await page.evaluate(async (type) => {
        await block(type);
        finish();
      }, type);
      const [envelope] = await server.received(1);
      const known = (span) =>
        span.data['browser.script.invoker_type'] === (type === 'longtask' ? undefined : 'user-callback');
      // Not that of starting the package.
      const ours = spansOf(envelope, op).find(
        (span) => known(span) && span.timestamp - span.start_timestamp > 0.1,
      );
      assert.equal(ours.description, 'Main UI thread blocked');
      assert.equal(ours.origin, 'auto.ui.browser.metrics');
      assert.equal(ours.parent_span_id, envelope.payload.contexts.trace.span_id);
    });
  }

  it('tells no secret of the scripts of a long frame', async () => {
    const busy =
      'const until = performance.now() + 120; while (performance.now() < until); requestAnimationFrame(() => {});';
    const page = await open({
      files: {
        '/busy.js': { type: 'text/javascript', body: busy },
        '/image.svg': { type: 'image/svg+xml', body: SVG },
      },
    });
    await page.evaluate(async (busy) => {
      const frame = (kind) =>
        new Promise((resolve) => {
          const isIt = ({ invokerType, duration }) => invokerType === kind && duration > 100;
          new PerformanceObserver((list, observer) => {
            if (!list.getEntries().some(({ scripts }) => scripts.some(isIt))) return;
            observer.disconnect();
            setTimeout(resolve);
          }).observe({ type: 'long-animation-frame' });
        });
      const script = document.createElement('script');
      script.src = '/busy.js?token=hidden&v=1';
      let told = frame('classic-script');
      document.body.append(script);
      await told;
      told = frame('event-listener');
      const image = new Image();
      image.onload = new Function(busy);
      image.src = '/image.svg?token=hidden';
      await told;
      finish();
    }, busy);
    const [envelope] = await server.received(1);
    const told = spansOf(envelope, 'ui.long_animation_frame').map(({ data }) => data);
    const url = `${server.url}/busy.js?token=[Filtered]&v=1`;
    const script = told.find((data) => data['browser.script.invoker_type'] === 'classic-script');
    assert.deepEqual([script['browser.script.invoker'], script['code.file.path']], [url, url]);
    const listener = told.find((data) => data['browser.script.invoker_type'] === 'event-listener');
    assert.equal(listener['browser.script.invoker'], 'IMG[src="/image.svg?[Filtered]"].onload');
    assert.ok(!JSON.stringify(envelope.payload.spans).includes('hidden'));
  });

  it('has one span for one frame, however often the SDK is started', async () => {
    const page = await open({});
    await page.evaluate(async () => {
      for (let times = 0; times < 3; times += 1) {
        T.init({
          ...T.getClient().getOptions(),
          integrations: [T.browserTracingIntegration({ idleTimeout: 20_000 })],
        });
      }
      T.startBrowserTracingNavigationSpan(T.getClient(), { name: '/again' });
      await block('long-animation-frame');
      finish();
    });
    const [, envelope] = await server.received(2);
    const frames = spansOf(envelope, 'ui.long_animation_frame');
    assert.equal(new Set(frames.map(({ start_timestamp }) => start_timestamp)).size, frames.length);
  });

  it('leaves out what ignoreSpans names, in stream mode too', async () => {
    for (const traceLifecycle of ['static', 'stream']) {
      const page = await open({
        head: '<script src="/script.js"></script>',
        files: { '/script.js': { type: 'text/javascript', body: '' } },
        init: { traceLifecycle, ignoreSpans: [{ op: 'browser.request' }, { op: 'resource.script' }] },
      });
      await page.evaluate(async () => {
        finish();
        await T.flush(1000);
      });
      const [{ payload }] = await server.received(1);
      const ops = (payload.items ?? payload.spans).map(
        (span) => span.op ?? span.attributes['sentry.op'].value,
      );
      assert.ok(ops.includes('browser.response'), ops.join(' '));
      assert.ok(!ops.includes('browser.request') && !ops.includes('resource.script'), ops.join(' '));
    }
  });

  it('goes on without what it is told by mistake', async () => {
    for (const webVitals of [{ ignore: 1 }, { ignore: {} }, 'lcp', { softNavigations: 'no' }]) {
      const page = await open({ options: { webVitals } });
      await page.evaluate(() => finish());
      const [{ payload }] = await server.received(1);
      assert.equal(payload.contexts.trace.op, 'pageload', JSON.stringify(webVitals));
    }
  });

  it('works where the page has broken or taken away what it asks', async () => {
    const broken = `<script>
      delete globalThis.PerformanceObserver;
      performance.getEntries = () => { throw new Error('mine'); };
      Object.defineProperty(navigator, 'connection', { get() { throw new Error('mine'); } });
      Object.defineProperty(navigator, 'hardwareConcurrency', { get() { throw new Error('mine'); } });
    </script>`;
    const page = await open({ head: broken, further: ['userTimingIntegration', 'interactionsIntegration'] });
    await page.evaluate(() => finish());
    const [{ payload }] = await server.received(1);
    assert.equal(payload.transaction, '/page');
    assert.deepEqual(page.said, []);
  });
});
