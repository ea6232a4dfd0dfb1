// What must hold in every engine: each scenario is given a browser, a window of it, and servers. Its names are what the
// tests are called.
import assert from 'node:assert/strict';
import { losses, reportedLosses, startTag } from '../support/browser.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const PARENT = 'b0e6f15b45c36b12';

/** Trips away from a page and back: more than there are places for requests. */
const TRIPS = 45;
/** An engine may throw a page out of its cache now and then, and it begins anew; past so many trips it has none. */
const MOST_TRIPS = 200;

/** `fetch` refuses keepalive bodies past 64 KiB in all; a little less is ours. */
const MAX_BYTES = 60_000;

/** How long all trips together may take, on a machine that has other things to do as well, in milliseconds. */
const TRAVEL_TIME = 300_000;

/** How long `flush` may take in a page that came back, in milliseconds. */
const FLUSH_TIME = 10_000;

/** Only what a test does itself: no spans that depend on how busy the machine is. */
const QUIET = { instrumentPageLoad: false, enableLongTask: false, enableLongAnimationFrame: false };

/** How a page goes away. */
const LEAVE = (path) => {
  setTimeout(() => location.assign(path));
};

/** A page with the package, and with a function that runs in it. */
function pageWith(server, { options, ...tracing }, does = () => {}, ...args) {
  const own = `(${does})(...${JSON.stringify(args)})`;
  return `${startTag(server, tracing, options)}<script>globalThis.T = Throughline; ${own};</script>`;
}

/** Serves this head at `/page`, and pages with nothing, or with `others`, at every other path. */
function serve(server, head, others = '') {
  server.head = ({ url }) => (url.startsWith('/page') ? head : others);
}

/** The transactions that arrived, by name. */
function arrived(server) {
  const events = server.envelopes.filter(({ item }) => item.type === 'transaction');
  return events.map(({ payload }) => payload.transaction);
}

/** Waits until so many different roots with a name like this have arrived, and answers with all, as often as they came. */
async function rootsLike(server, pattern, count) {
  const names = () => arrived(server).filter((name) => pattern.test(name));
  const different = () => new Set(names()).size;
  await server.until(
    () => different() >= count,
    () => `${different()} of ${count} roots arrived`,
  );
  return names();
}

const numbers = (count) => Array.from({ length: count }, (_, index) => index + 1);

const inOrder = (names) => names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));

/** In a page: goes away and comes back until this document was restored often enough, and says so. */
function travel(enough, most) {
  let restored = 0;
  addEventListener('pagehide', () => {
    const trip = Number(sessionStorage.trips ?? 0) + 1;
    sessionStorage.trips = trip;
    T.startSpan({ name: `trip ${trip}`, parentSpan: null }, () => {});
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) restored += 1;
    globalThis.travelled = { restored, trips: Number(sessionStorage.trips ?? 0) };
    if (restored >= enough || travelled.trips >= most) fetch('/tell/home');
    // Not while it is still being shown: that would replace the page in the history.
    else setTimeout(() => location.assign(`/other/${travelled.trips}`));
  });
}

/** In the other page: says that it is there, and goes back. */
function turn() {
  addEventListener('pageshow', async () => {
    await fetch('/tell/away');
    history.back();
  });
}

async function trips({ server, window }) {
  server.reset();
  // Each envelope is answered while the page that sent it is in the cache.
  const away = () => server.told.filter((said) => said === 'away').length;
  const isHome = () => server.told.includes('home');
  server.answer.after = () => {
    const before = away();
    const answered = () => away() > before || isHome();
    return server.until(answered, () => 'an envelope was not answered', TRAVEL_TIME).catch(() => {});
  };
  const back = `<script>(${turn})()</script>`;
  serve(server, pageWith(server, {}, travel, TRIPS, MOST_TRIPS), back);
  await window.goto(`${server.url}/page`);
  await server.until(
    isHome,
    () => `${arrived(server).length} roots arrived, and the page did not come back`,
    TRAVEL_TIME,
  );
  const { trips, restored } = await window.evaluate(() => globalThis.travelled);
  assert.ok(
    restored >= TRIPS,
    `the page was restored ${restored} times in ${trips} trips: no back/forward cache`,
  );

  const flushed = await window.evaluate((time) => T.flush(time), FLUSH_TIME);
  const names = await rootsLike(server, /^trip /, trips);
  assert.deepEqual(
    inOrder(names),
    numbers(trips).map((trip) => `trip ${trip}`),
  );
  assert.ok(flushed, 'everything had arrived, and flush did not end');
}

/** Leaves a page, or closes its window, while a root is open whose envelope is too large to outlive it. */
async function large({ server, window }, leave) {
  server.reset();
  serve(server, pageWith(server, { ...QUIET, idleTimeout: 600_000, finalTimeout: 600_000 }));
  await window.goto(`${server.url}/page`);
  const begun = await window.evaluate(() => {
    const root = T.startBrowserTracingNavigationSpan(T.getClient(), { name: 'large' });
    for (let child = 0; child < 300; child += 1) {
      const attributes = { text: 'x'.repeat(500) };
      T.startInactiveSpan({ name: `child ${child}`, parentSpan: root, attributes }).end();
    }
    return T.getSpanDescendants(root).length - 1;
  });
  assert.equal(begun, 300);
  await leave(window);
  const [{ payload, bytes }] = await server.transactions(1);
  assert.equal(payload.transaction, 'large');
  const child = JSON.stringify(payload.spans[0]).length;
  assert.ok(bytes <= MAX_BYTES, `an envelope of ${bytes} bytes`);
  assert.ok(
    bytes > MAX_BYTES - 2 * child,
    `another child of ${child} bytes would have fitted beside ${bytes}`,
  );
  await server.until(
    () => 'buffer_overflow span' in losses(server),
    () => `${payload.spans.length} children arrived, and no report of the others`,
  );
  assert.deepEqual(losses(server), { 'buffer_overflow span': begun - payload.spans.length });
}

/** In a page: sends small roots when it is hidden, and says so when it comes out of the cache. */
function lastWords(count) {
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) fetch('/tell/restored');
  });
  // Firefox fires it even where it closes a window so fast that a request of `pagehide` may not leave.
  addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden' || globalThis.spoken) return;
    globalThis.spoken = true;
    for (let word = 1; word <= count; word += 1) {
      T.startSpan({ name: `word ${word}`, parentSpan: null }, () => {});
    }
  });
}

/** Leaves a page, or closes its window, which sends more roots than may be under way with `keepalive` at a time. */
async function many({ server, browser, window }, leave, comeBack) {
  server.reset();
  const count = 20;
  serve(server, pageWith(server, QUIET, lastWords, count));
  await window.goto(`${server.url}/page`);
  await leave(window);
  const names = await rootsLike(server, /^word /, count);
  assert.deepEqual(
    inOrder(names),
    numbers(count).map((word) => `word ${word}`),
  );
  await comeBack({ server, browser, window });
  assert.deepEqual(losses(server), {});
}

/** Comes back to a page that was left, which then reports what it takes for lost. */
async function comeBack({ server, window }) {
  await window.back();
  await server.until(
    () => server.told.includes('restored'),
    () => 'the back/forward cache was not used',
  );
  await window.evaluate((time) => T.flush(time), FLUSH_TIME);
  await reportedLosses(window, server);
}

/** What a closed window still sends is not told apart from silence: another one, opened afterwards, says something. */
async function lookElsewhere({ server, browser }) {
  const other = await browser.open();
  await other.goto(`${server.url}/page`);
  await reportedLosses(other, server);
  await other.close();
}

/** Meta tags are continued by the page load, and its requests get headers where they may. */
async function basics({ server, api, window }) {
  server.reset();
  const meta = `<meta name="sentry-trace" content="${TRACE}-${PARENT}-1">
    <meta name="baggage" content="sentry-trace_id=${TRACE},sentry-sampled=true,sentry-public_key=public">`;
  const requests = (urls) => {
    globalThis.answers = Promise.all(urls.map(async (url) => (await fetch(url)).json()));
  };
  const tracing = { idleTimeout: 1000, options: { tracePropagationTargets: [server.url] } };
  const own = pageWith(server, tracing, requests, [`${server.url}/echo`, `${api.url}/echo`]);
  serve(server, meta + own);
  await window.goto(`${server.url}/page`);
  const [same, other] = await window.evaluate(() => globalThis.answers);
  assert.match(same['sentry-trace'], new RegExp(`^${TRACE}-[0-9a-f]{16}-1$`));
  assert.match(same.baggage, new RegExp(`sentry-trace_id=${TRACE}`));
  assert.equal(other['sentry-trace'], undefined);
  assert.equal(other.baggage, undefined);

  const [{ payload }] = await server.transactions(1);
  const { trace } = payload.contexts;
  assert.deepEqual([payload.transaction, trace.op], ['/page', 'pageload']);
  assert.deepEqual([trace.trace_id, trace.parent_span_id], [TRACE, PARENT]);
  const clients = payload.spans.filter(({ op }) => op === 'http.client');
  assert.deepEqual(
    clients.map(({ span_id }) => same['sentry-trace'].includes(span_id)),
    [true, false],
  );
}

const leaves = (window) => window.evaluate(LEAVE, '/other');
const closes = (window) => window.close();

export const scenarios = {
  'continues meta tags, gives headers to the own origin only, and sends the page load': basics,
  'delivers every root of many trips through the back/forward cache, once each': trips,
  'delivers as much of a large root as may outlive its page, and counts the rest, when the page is left': (
    use,
  ) => large(use, leaves),
  'delivers as much of a large root as may outlive its page, and counts the rest, when the window is closed':
    (use) => large(use, closes),
  'delivers many roots of a page that is left, and reports none as lost': (use) =>
    many(use, leaves, comeBack),
  'delivers many roots of a window that is closed, and reports none as lost': (use) =>
    many(use, closes, lookElsewhere),
};

/** Why an engine cannot do what a scenario asks; false if it can. */
export function isBeyond(engine, scenario) {
  return (
    engine === 'Firefox' &&
    scenario.includes('window') &&
    scenario.includes('closed') &&
    'Firefox, as its driver closes a window, drops requests that began in the last moment: 0 of 1 and 7 of 20 arrive'
  );
}
