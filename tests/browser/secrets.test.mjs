// Secrets in addresses: no way in which a URL reaches an envelope carries one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTag, useBrowser, useServer } from '../support/browser.mjs';

/** What stands for a secret wherever there is one; as text it stands in no name of ours. */
const HIDDEN = 'hidd3n';

/** Names of parameters that are secret, `patient` because the page says so. */
const NAMES = [
  ...['sig', 'signature', 'X-Amz-Signature', 'x-amz-credential', 'x-amz-security-token', 'x-goog-signature'],
  ...[
    'code',
    'otp',
    'smsOtp',
    'PIN',
    'credential',
    'id_token',
    'client_secret',
    'clientSecret',
    'patient_id',
  ],
];
const QUERY = `${NAMES.map((name) => `${name}=${HIDDEN}`).join('&')}&next=%2Fx%3Ftoken%3D${HIDDEN}&q=1`;
const FILTERED = `${[...NAMES, 'next'].map((name) => `${name}=[Filtered]`).join('&')}&q=1`;
/** An address with all of them, and what may be recorded of it. */
const withSecrets = (path) => `${path};jsessionid=${HIDDEN}?${QUERY}#${QUERY}`;
const without = (path) => `${path};jsessionid=[Filtered]?${FILTERED}#${FILTERED}`;

/** As many bytes as an image with content has: a browser takes no plain colour for the largest paint. */
const IMAGE = `<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"><!--${'x'.repeat(9000)}-->
  <rect width="500" height="500"/></svg>`;

describe('secrets in addresses', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Loads a page and does on it all that has an address; answers with all that was sent. */
  async function visit(options) {
    server.reset();
    server.head = startTag(server, { idleTimeout: 20_000 }, { sensitiveParams: ['PATIENT'], ...options });
    server.files = { [`/image.svg;jsessionid=${HIDDEN}`]: { type: 'image/svg+xml', body: IMAGE } };
    const page = await browser.page();
    const url = (path) => `${server.url}${withSecrets(path)}`;
    await page.goto(url('/page/before'));
    server.envelopes = [];
    await Promise.all([
      page.waitForURL('**/page/cart;**'),
      page.evaluate((url) => location.assign(url), url('/page/cart')),
    ]);
    await page.evaluate(
      async ([template, own]) => {
        const T = Throughline;
        const address = (path) => template.replace('PATH', path);
        T.addIntegration(T.elementTimingIntegration());
        const painted = new Promise((resolve) => {
          new PerformanceObserver((list) => {
            if (list.getEntries().some(({ id }) => id === 'hero')) setTimeout(resolve, 50);
          }).observe({ type: 'largest-contentful-paint', buffered: true });
        });
        document.body.innerHTML = `<img id="hero" elementtiming="hero" src="${address('/image.svg')}">`;
        await painted;
        for (const url of [
          address('/echo'),
          `${own}${address('/echo')}`,
          `//${location.host}${address('/echo')}`,
        ]) {
          await (await fetch(url)).text();
          await new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            xhr.onloadend = resolve;
            xhr.open('GET', url);
            xhr.send();
          });
        }
        T.getActiveSpan()?.end();
        history.pushState(null, '', address('/page/orders'));
        T.getActiveSpan()?.end();
        await T.flush();
      },
      [withSecrets('PATH'), server.url],
    );
    // Vitals in stream mode are those of a page that is left.
    await page.goto('about:blank');
    await page.context().close();
    return server.envelopes;
  }

  it('are in no transaction: names, attributes, referrer, resources, largest paint, the request', async () => {
    const envelopes = await visit({});
    assert.ok(!JSON.stringify(envelopes).includes(HIDDEN));
    const url = (path) => `${server.url}${without(path)}`;
    const bare = (path) => `${path};jsessionid=[Filtered]`;
    const sent = (path) => envelopes.find(({ payload }) => payload.transaction === bare(path));
    const [load, navigation] = ['/page/cart', '/page/orders'].map(sent);
    const { request, contexts, spans } = load.payload;
    assert.equal(load.header.trace.transaction, undefined);
    assert.deepEqual(
      [request.url, request.headers.Referer],
      [url('/page/cart'), url('/page/before').split('#')[0]],
    );
    assert.equal(contexts.trace.data['url.path'], bare('/page/cart'));
    assert.equal(contexts.trace.data['lcp.url'], url('/image.svg').slice(0, 200));
    const requests = spans.filter(({ op }) => op === 'http.client');
    assert.deepEqual(
      requests.map(({ description }) => description),
      [
        ...Array(2).fill(`GET ${bare('/echo')}`),
        ...Array(2).fill(`GET ${server.url}${bare('/echo')}`),
        `GET ${url('/echo').slice(5)}`,
        `GET //${new URL(server.url).host}${bare('/echo')}`,
      ],
    );
    for (const { data } of requests) {
      assert.deepEqual(
        [data['url.full'], data['url.query'], data['url.fragment']],
        [url('/echo'), FILTERED, FILTERED],
      );
    }
    const image = spans.find(({ op }) => op === 'resource.img');
    const resource = url('/image.svg');
    assert.deepEqual(
      [image.description, image.data['url.full']],
      [resource.replace(server.url, ''), resource],
    );
    const phase = spans.find(({ op }) => op === 'browser.request');
    assert.deepEqual([phase.description, phase.data['url.full']], [url('/page/cart'), url('/page/cart')]);
    assert.equal(navigation.payload.request.url, url('/page/orders'));
    assert.equal(navigation.payload.contexts.trace.data['url.full'], url('/page/orders'));
    const metrics = envelopes.filter(({ item }) => item.type === 'trace_metric');
    assert.equal(
      metrics[0]?.payload.items[0].attributes['ui.element.url'].value,
      url('/image.svg').slice(0, 200),
    );
  });

  it('are in no streamed span', async () => {
    const envelopes = await visit({ traceLifecycle: 'stream' });
    assert.ok(!JSON.stringify(envelopes).includes(HIDDEN));
    const items = envelopes.flatMap(({ payload }) => payload.items ?? []);
    const said = new Set(
      items.flatMap(({ attributes }) => Object.values(attributes).map(({ value }) => value)),
    );
    for (const path of ['/page/cart', '/page/orders', '/echo']) {
      assert.ok(said.has(`${server.url}${without(path)}`), path);
    }
    assert.ok(items.some(({ attributes }) => attributes['browser.web_vital.lcp.url']));
    assert.ok(items.some(({ attributes }) => attributes['http.request.header.referer']));
  });

  it('are those that the page names from then on', async () => {
    server.reset();
    server.head = startTag(server, { instrumentPageLoad: false });
    const page = await browser.page();
    await page.goto(`${server.url}/page?ssn=1&größe=2`);
    await page.evaluate(async () => {
      const options = Throughline.getClient().getOptions();
      for (const names of [undefined, ['SSN', 'größe', '\ud800', '', 7, Symbol('x')], 'ssn', []]) {
        options.sensitiveParams = names;
        await Throughline.startSpan({ name: 'root' }, () => fetch('/echo?ssn=1&größe=2'));
        await Throughline.flush();
      }
    });
    const query = (payload) => [
      new URL(payload.request.url).search.slice(1),
      payload.spans.find(({ op }) => op === 'http.client').data['url.query'],
    ];
    const [plain, secret] = ['ssn=1&gr%C3%B6%C3%9Fe=2', 'ssn=[Filtered]&gr%C3%B6%C3%9Fe=[Filtered]'];
    assert.deepEqual(
      server.envelopes.map(({ payload }) => query(payload)),
      [plain, secret, plain, plain].map((one) => [one, one]),
    );
    await page.context().close();
  });

  it('stand in no name either where they are encoded parts of a path', async () => {
    server.reset();
    server.head = startTag(server, { idleTimeout: 20_000, detectRedirects: false });
    const page = await browser.page();
    await page.goto(`${server.url}/page/reset/token%3D${HIDDEN}`);
    await page.evaluate(async (hidden) => {
      history.pushState(null, '', `/page/again/code%3D${hidden}`);
      Throughline.getActiveSpan().end();
      await Throughline.flush();
    }, HIDDEN);
    const names = (await server.transactions(2)).map(({ payload }) => payload.transaction);
    assert.deepEqual(names, ['/page/reset/=[Filtered]', '/page/again/=[Filtered]']);
    assert.ok(!JSON.stringify(server.envelopes).includes(HIDDEN));
    await page.context().close();
  });
});
