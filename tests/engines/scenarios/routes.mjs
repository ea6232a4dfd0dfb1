// The load of the page, and its navigations.
import assert from 'node:assert/strict';
import { assertSilent, open, pageWith, roots, serve } from '../pages.mjs';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>';
const FILES = {
  '/style.css': { type: 'text/css', body: 'body { margin: 0 }' },
  '/script.js': { type: 'text/javascript', body: 'globalThis.ran = true;' },
  '/image.svg': { type: 'image/svg+xml', body: SVG },
};

/** Phases of a page load by the members of the navigation timing that they end with. */
const PHASES = {
  'browser.request': 'responseEnd',
  'browser.response': 'responseEnd',
  'browser.dom_content_loaded_event': 'domContentLoadedEventEnd',
  'browser.load_event': 'loadEventEnd',
};

/** What the engine says of a page that has loaded. */
async function measured() {
  if (document.readyState !== 'complete') await new Promise((resolve) => addEventListener('load', resolve));
  // The end of the load event is not known in its listeners.
  await new Promise((resolve) => setTimeout(resolve));
  const [load] = performance.getEntriesByType('navigation');
  const resources = performance.getEntriesByType('resource');
  return {
    load: load.toJSON(),
    paints: performance.getEntriesByType('paint').map(({ name }) => name),
    resources: resources.map(({ name, initiatorType }) => [new URL(name).pathname, initiatorType]),
  };
}

async function load({ server, window }) {
  server.reset();
  server.files = FILES;
  const content = `<link rel="stylesheet" href="/style.css"><script src="/script.js"></script>
    </head><body><img src="/image.svg?token=1" alt="">text`;
  serve(server, pageWith(server, { idleTimeout: 500 }) + content);
  await window.goto(`${server.url}/page?token=1#f`);
  const engine = await window.evaluate(measured);
  const [root] = await roots(server, 1);
  assert.deepEqual(
    [root.name, root.op, root.origin, root.data['sentry.idle_span_finish_reason']],
    ['/page', 'pageload', 'auto.pageload.browser', 'idleTimeout'],
  );
  assert.equal(root.data['url.full'], `${server.url}/page?token=[Filtered]#f`);
  const ops = root.spans.map(({ op }) => op);
  for (const [op, member] of Object.entries(PHASES)) {
    assert.ok(engine.load[member] > 0, `${member} was not measured`);
    assert.equal(ops.filter((one) => one === op).length, 1, `${op} of ${ops.join()}`);
  }
  const resources = root.spans.filter(({ op }) => op.startsWith('resource.'));
  assert.deepEqual(resources.map(({ description }) => description).sort(), [
    '/image.svg?token=[Filtered]',
    '/script.js',
    '/style.css',
    '/throughline.min.js',
  ]);
  for (const { op, description, data } of resources) {
    const [, initiator] = engine.resources.find(([path]) => path === description.split('?')[0]);
    assert.equal(op, `resource.${initiator}`);
    assert.equal(data['url.full'], server.url + description);
  }
  // Those that were known then are there; others may have come until it ended, or after.
  const paints = root.spans.filter(({ op }) => op === 'browser.paint').map(({ description }) => description);
  const { paints: later } = await window.evaluate(measured);
  for (const paint of engine.paints) assert.ok(paints.includes(paint), paint);
  for (const paint of paints) assert.ok(later.includes(paint), paint);
  for (const { description, start_timestamp: from, timestamp: to } of root.spans) {
    assert.ok(from >= root.start && to >= from && to <= root.end, description);
  }
  const begin = engine.load.startTime + (await window.evaluate(() => performance.timeOrigin));
  assert.ok(Math.abs(root.start - begin / 1000) < 1, 'it begins with the page');
  await assertSilent(window);
}

/** The root that began last: a page is busy for the idle time of its page load, which ends with the next navigation. */
const TIMES = { instrumentPageLoad: true, idleTimeout: 20 };

async function historyMoves({ server, window }) {
  await open({ server, window }, TIMES);
  await roots(server, 1);
  await window.evaluate(async () => {
    document.body.click();
    history.pushState({}, '', '/page/orders?token=1');
    T.startSpan({ name: 'work' }, () => {});
    // Nobody has asked for this one: the click has been used up.
    history.replaceState({}, '', '/page/orders/42');
  });
  await roots(server, 2);
  await window.evaluate(() => {
    location.hash = 'details';
  });
  await roots(server, 3);
  await window.evaluate(() => history.back());
  const all = await roots(server, 4);
  assert.deepEqual(
    all.map(({ op, name }) => `${op} ${name}`),
    ['pageload /page', 'navigation /page/orders', 'navigation /page/orders/42', 'navigation /page/orders/42'],
  );
  const [page, orders] = all;
  assert.equal(orders.data['url.full'], `${server.url}/page/orders?token=[Filtered]`);
  assert.deepEqual(
    orders.spans.map(({ op, description }) => op ?? description),
    ['work', 'navigation.redirect'],
  );
  assert.equal(new Set(all.map(({ trace_id }) => trace_id)).size, 4);
  assert.equal(orders.links[0].trace_id, page.trace_id);
  await assertSilent(window);
}

/** Methods of the history look as the engine made them, and refuse what they refused. */
async function historyAsGuest({ server, window }) {
  const look = () => {
    const seen = [];
    for (const name of ['pushState', 'replaceState']) {
      const { value, ...descriptor } = Object.getOwnPropertyDescriptor(History.prototype, name);
      seen.push(descriptor, value.name, value.length, String(value), Object.hasOwn(history, name));
    }
    const fail = (call) => {
      try {
        return String(call());
      } catch (error) {
        return [error.name, error.message];
      }
    };
    seen.push(
      fail(() => history.pushState()),
      fail(() => history.pushState({}, '', 'http://other.example/')),
      fail(() => history.pushState(() => {}, '')),
      fail(() => history.pushState.call({}, {}, '', '/page/c')),
      fail(() => new history.pushState()),
      location.pathname,
    );
    return seen;
  };
  server.reset();
  await window.goto(`${server.url}/page`);
  const plain = await window.evaluate(look);
  await open({ server, window });
  const ours = await window.evaluate(look);
  assert.deepEqual(ours, plain);
  await assertSilent(window);
}

async function navigationApi({ server, window }) {
  await open({ server, window }, TIMES);
  await roots(server, 1);
  const has = await window.evaluate(async () => {
    if (!globalThis.navigation) return false;
    navigation.addEventListener('navigate', (event) => {
      if (event.canIntercept) event.intercept({ handler: async () => {} });
    });
    await navigation.navigate('/page/by-navigation').finished;
    return true;
  });
  if (!has) {
    // Its absence hurts nobody.
    await window.evaluate(() => history.pushState({}, '', '/page/by-navigation'));
  }
  const [, moved] = await roots(server, 2);
  assert.deepEqual([moved.name, moved.op], ['/page/by-navigation', 'navigation']);
  await assertSilent(window);
}

/** The pages of a site are linked where the page asks for it. */
async function linked({ server, window }) {
  server.reset();
  serve(server, pageWith(server, { idleTimeout: 20, linkPreviousTrace: 'session-storage' }));
  for (const [at, path] of ['/page', '/page/b'].entries()) {
    await window.goto(server.url + path);
    await roots(server, at + 1);
  }
  const [a, b] = await roots(server, 2);
  assert.notEqual(a.trace_id, b.trace_id);
  assert.deepEqual(
    b.links.map(({ trace_id, span_id }) => [trace_id, span_id]),
    [[a.trace_id, a.span_id]],
  );
}

export const routes = {
  'times the load of the page, its phases, resources and paints': load,
  'times navigations by the History API, and takes no redirect for one': historyMoves,
  'leaves the methods of the history as they look and refuse': historyAsGuest,
  'times navigations by the Navigation API where there is one': navigationApi,
  'links the pages of a site where that is wanted': linked,
};
