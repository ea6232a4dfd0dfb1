// Pages that end: they are left, hidden, closed, and come back out of the cache.
import assert from 'node:assert/strict';
import { losses, reportedLosses } from '../../support/browser.mjs';
import { FLUSH_TIME, LEAVE, open, pageWith, QUIET, roots, script, serve } from '../pages.mjs';

/** Trips away from a page and back: more than there are places for requests. */
const TRIPS = 45;
/** An engine may throw a page out of its cache now and then, and it begins anew; past so many trips it has none. */
const MOST_TRIPS = 200;

/** `fetch` refuses keepalive bodies past 64 KiB in all; a little less is ours. */
const MAX_BYTES = 60_000;

/** How long all trips together may take, on a machine that has other things to do as well, in milliseconds. */
const TRAVEL_TIME = 300_000;

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
    () =>
      `${arrived(server).length} roots arrived, ${away()} times the page was left, and it did not come back`,
    TRAVEL_TIME,
  );
  // The server may hear of the page that came back before the browser's driver does.
  const read = () => window.evaluate(() => globalThis.travelled);
  const { trips, restored } = await read().catch(read);
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

const leaves = (window) => window.evaluate(LEAVE, '/other');
const closes = (window) => window.close();

/** Hides a page for a moment, as far as it can see: no driver of ours can do it. */
function hide() {
  Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  delete document.visibilityState;
}

async function hidden({ server, window }) {
  await open({ server, window }, { instrumentPageLoad: true, idleTimeout: 60_000 });
  await window.evaluate(hide);
  const [root] = await roots(server, 1);
  assert.deepEqual(
    [root.op, root.status, root.data['sentry.cancellation_reason']],
    ['pageload', 'cancelled', 'document.hidden'],
  );
  assert.deepEqual(await window.evaluate(() => [said, T.getActiveSpan() === undefined]), [[], true]);
}

/** In a page: keeps whether it came back out of the cache, and says so. */
function noteReturn() {
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) fetch('/tell/restored');
  });
}

async function restored({ server, window }) {
  server.reset();
  const away = script(() => addEventListener('pageshow', () => fetch('/tell/away')));
  serve(server, pageWith(server, { ...QUIET, instrumentPageLoad: true }, noteReturn), away);
  await window.goto(`${server.url}/page`);
  await roots(server, 1);
  await window.evaluate(LEAVE, '/other');
  await server.until(
    () => server.told.includes('away'),
    () => 'the page was not left',
  );
  await window.back();
  const [load, back] = await roots(server, 2);
  assert.deepEqual(server.told, ['away', 'restored']);
  assert.deepEqual(
    [back.name, back.op, back.origin, back.data['browser.navigation.type']],
    ['/page', 'navigation', 'auto.navigation.browser.bfcache', 'back-forward-cache'],
  );
  assert.notEqual(back.trace_id, load.trace_id);
  assert.deepEqual(
    back.links.map(({ trace_id, attributes }) => [trace_id, attributes['sentry.link.type']]),
    [[load.trace_id, 'previous_trace']],
  );
  assert.ok(back.start > load.end, 'it begins when the page is shown again');
  const carried = await window.evaluate(async () => {
    const { 'sentry-trace': header } = await (await fetch('/echo')).json();
    return [header.slice(0, 32), said];
  });
  assert.deepEqual(carried, [back.trace_id, []]);
}

/** The page load of a page that is left before it has ended is sent. */
async function cutShort({ server, window }) {
  await open({ server, window }, { instrumentPageLoad: true, idleTimeout: 60_000 });
  await leaves(window);
  const [root] = await roots(server, 1);
  assert.deepEqual([root.op, root.data['sentry.idle_span_finish_reason']], ['pageload', 'documentHidden']);
}

export const life = {
  'ends and sends the page load when the page is hidden': hidden,
  'ends and sends the page load when the page is left': cutShort,
  'times the return out of the back/forward cache in a trace of its own': restored,
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
