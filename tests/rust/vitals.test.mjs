// What an application in Rust with the feature `vitals` measures of its pages, and one without it does not.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { buildVisit, visitTag } from '../support/visit.mjs';

/** An image with so much in it that browsers take it for content: a bitmap of 60 × 60 points. */
function bitmap() {
  const points = 60 * 60 * 3;
  const image = Buffer.alloc(54 + points);
  image.write('BM');
  image.writeUInt32LE(image.length, 2);
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, 60],
    [22, 60],
    [26, 1],
  ])
    image.writeUInt32LE(value, at);
  image.writeUInt16LE(24, 28);
  for (let at = 54; at < image.length; at += 1) image[at] = (at * 7919) % 251;
  return image;
}

describe('the vitals of a page', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  let files;
  before(async () => {
    files = { ...(await buildVisit('vitals')), '/image.bmp': { type: 'image/bmp', body: bitmap() } };
  });

  /** Opens a page with something to see and to click. */
  async function open(idle = 400) {
    const style = '<style>img { width: 300px; height: 300px }</style>';
    const body =
      '<img id="hero" src="/image.bmp?token=secret"><button id="buy" title="a\tb" onclick="busy()">Buy</button>';
    const script = `<script>
      addEventListener('DOMContentLoaded', () => document.body.insertAdjacentHTML('beforeend', \`${body}\`));
      // Longer than what a browser takes for nothing.
      function busy() { const end = performance.now() + 120; while (performance.now() < end); }
    </script>`;
    server.reset(({ url }) => (url.startsWith('/page') ? style + script + visitTag(server, idle) : ''));
    server.files = files;
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    await page.locator('[data-started=yes]').waitFor({ state: 'attached' });
    return page;
  }

  it('are measurements of the page load, with its resources and the device', async () => {
    await open();
    const [{ payload }] = await server.transactions(1);
    const { measurements, spans, contexts } = payload;
    for (const name of ['ttfb', 'ttfb.requestTime', 'fcp', 'fp', 'lcp']) {
      assert.ok(measurements[name]?.value >= 0, name);
      assert.equal(measurements[name].unit, 'millisecond');
    }
    const { data } = contexts.trace;
    assert.equal(data['browser.navigation.type'], 'navigate');
    assert.equal(data['performance.activationStart'], 0);
    assert.ok(Math.abs(data['performance.timeOrigin'] - payload.start_timestamp) < 0.01);
    assert.match(data['lcp.element'], /img#hero$/);
    assert.equal(data['lcp.url'], `${server.url}/image.bmp?token=[Filtered]`);
    assert.match(data.hardwareConcurrency, /^\d+$/);
    const ops = spans.map(({ op }) => op);
    for (const op of ['browser.request', 'browser.paint', 'resource.img', 'resource.script'])
      assert.ok(ops.includes(op), `${op} among ${ops}`);
    assert.equal(ops.filter((op) => op === 'browser.request').length, 1, 'phases are added once');
    const image = spans.find(({ op }) => op === 'resource.img');
    assert.equal(image.description, '/image.bmp?token=[Filtered]');
    assert.equal(image.data['http.response.status_code'], 200);
    assert.ok(!JSON.stringify(payload).includes('secret'));
  });

  it('of a navigation are the resources that it took', async () => {
    const page = await open();
    await server.transactions(1);
    await page.click('#buy');
    await page.evaluate(async () => {
      history.pushState(null, '', '/page/next');
      await new Promise((resolve) => {
        const image = new Image();
        image.onload = resolve;
        image.src = '/image.bmp?next';
      });
    });
    const { payload } = (await server.transactions(2))[1];
    assert.deepEqual(
      payload.spans.map(({ op, description }) => [op, description]),
      [['resource.img', '/image.bmp?next']],
    );
    assert.equal(payload.measurements?.lcp, undefined);
  });

  it('tell of the slowest interaction when the page is left, of the root that was under way', async () => {
    for (const idle of [60_000, 400]) {
      const page = await open(idle);
      const isUnderWay = idle > 1000;
      await page.evaluate(() => {
        app.user('42');
        app.route('/page');
      });
      if (!isUnderWay) await server.transactions(1);
      await page.click('#buy');
      // The browser tells of it once the next frame is painted.
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      await page.goto(`${server.url}/echo`);
      const spans = () => server.envelopes.filter(({ item }) => item.type === 'span');
      while (!spans().length) await server.received(server.envelopes.length + 1);
      const [span] = spans()[0].payload.items;
      const [{ payload: load }] = await server.transactions(1);
      const { trace } = load.contexts;
      const value = (name) => span.attributes[name]?.value;
      assert.equal(span.trace_id, trace.trace_id);
      assert.equal(value('sentry.op'), 'ui.interaction.click');
      assert.equal(value('sentry.origin'), 'auto.ui.browser.inp');
      assert.equal(span.name, 'body > button#buy[title="a\tb"]');
      assert.ok(value('browser.web_vital.inp.value') >= 100);
      assert.equal(value('browser.web_vital.inp.interaction_type'), 'click');
      assert.deepEqual([value('sentry.transaction'), value('user.id')], ['/page', '42']);
      const parent = isUnderWay ? trace.span_id : undefined;
      assert.deepEqual([span.parent_span_id, value('sentry.pageload.span_id')], [parent, parent]);
      assert.ok(
        Math.abs((span.end_timestamp - span.start_timestamp) * 1000 - value('browser.web_vital.inp.value')) <
          1,
      );
      await page.context().close();
    }
  });

  it('are not in the module without the feature', async () => {
    const has = (all) =>
      Object.values(all).some(({ body }) => body.toString('latin1').includes('largest-contentful-paint'));
    assert.equal(has(files), true);
    const without = await buildVisit();
    assert.equal(has(without), false);
    assert.ok(!Object.keys(without).some((path) => path.includes('vitals.js')));
  });
});
