// Which trace a page goes on with: meta tags, `Server-Timing`, and HTML that is stale.
import assert from 'node:assert/strict';
import { assertSilent, FLUSH_TIME, newMeta, pageWith, roots, serve, tag, tags } from '../pages.mjs';

const FRESH = { 'cache-control': 'no-store' };
const CACHED = { 'cache-control': 'max-age=600' };

/** Meta tags are continued by the page load, and its requests get headers where they may. */
async function basics({ server, api, window }) {
  server.reset();
  const meta = newMeta();
  const requests = (urls) => {
    globalThis.answers = Promise.all(urls.map(async (url) => (await fetch(url)).json()));
  };
  const tracing = { idleTimeout: 1000, options: { tracePropagationTargets: [server.url] } };
  serve(server, tags(meta) + pageWith(server, tracing, requests, [`${server.url}/echo`, `${api.url}/echo`]));
  await window.goto(`${server.url}/page`);
  const [same, other] = await window.evaluate(() => globalThis.answers);
  assert.match(same['sentry-trace'], new RegExp(`^${meta.trace}-[0-9a-f]{16}-1$`));
  assert.equal(same.baggage, meta.baggage);
  assert.equal(other['sentry-trace'], undefined);
  assert.equal(other.baggage, undefined);

  const [root] = await roots(server, 1);
  assert.deepEqual([root.name, root.op], ['/page', 'pageload']);
  assert.deepEqual([root.trace_id, root.parent_span_id], [meta.trace, meta.parent]);
  const { trace_id, sample_rand, sample_rate } = root.header.trace;
  assert.deepEqual([trace_id, sample_rand, sample_rate], [meta.trace, '0.25', '0.5']);
  const clients = root.spans.filter(({ op }) => op === 'http.client');
  assert.deepEqual(
    clients.map(({ span_id }) => same['sentry-trace'].includes(span_id)),
    [true, false],
  );
  await assertSilent(window);
}

/** Which trace a page load is in, and which the headers of a request in it speak of. */
async function spokenOf({ server, window }, head, headers = FRESH) {
  server.reset();
  serve(server, head + pageWith(server, { idleTimeout: 100 }));
  server.headers = headers;
  await window.goto(`${server.url}/page`);
  const sent = await window.evaluate(async () => (await fetch('/echo')).json());
  const [{ trace_id, parent_span_id, header, links = [] }] = await roots(server, 1);
  await assertSilent(window);
  assert.equal(header.trace.trace_id, trace_id);
  assert.match(sent['sentry-trace'], new RegExp(`^${trace_id}-[0-9a-f]{16}(-[01])?$`));
  assert.ok(sent.baggage.includes(`sentry-trace_id=${trace_id}`), sent.baggage);
  return { trace: trace_id, parent: parent_span_id, sent, links };
}

async function malformed(use) {
  const { trace, parent, baggage } = newMeta();
  const zeros = '0'.repeat(32);
  for (const [sentryTrace, bag] of [
    ['', ''],
    ['garbage', 'garbage'],
    [`${zeros}-${parent}-1`, `sentry-trace_id=${zeros}`],
    [trace.slice(1), ''],
    [`${trace.slice(1)}g-${parent}-1`, 'ключ=значение,=,;,%%%'],
    ['x'.repeat(100_000), 'a=b,'.repeat(25_000)],
  ]) {
    const spoken = await spokenOf(use, tags({ sentryTrace, baggage: bag }));
    assert.match(spoken.trace, /^(?!0{32})[0-9a-f]{32}$/);
    assert.equal(spoken.parent, undefined);
    assert.notEqual(spoken.trace, trace);
  }
  // The one without the other.
  const onlyBaggage = await spokenOf(use, tag('baggage', baggage));
  assert.notEqual(onlyBaggage.trace, trace);
}

async function several(use) {
  const pairs = () => [newMeta(), newMeta()];
  {
    const [first, second] = pairs();
    const spoken = await spokenOf(use, tags(first) + tags(second));
    assert.equal(spoken.trace, first.trace);
  }
  {
    const [first, second] = pairs();
    const spoken = await spokenOf(use, tag('sentry-trace', first.sentryTrace) + tags(second));
    assert.deepEqual([spoken.trace, spoken.sent.baggage], [second.trace, second.baggage]);
  }
}

/** A trace that its server does not record: the page records nothing of it, and says so to others. */
async function unrecorded({ server, window }) {
  server.reset();
  const meta = newMeta('-0');
  serve(server, tags(meta) + pageWith(server, { idleTimeout: 20 }));
  await window.goto(`${server.url}/page`);
  const seen = await window.evaluate(async (time) => {
    const headers = await T.startSpan({ name: 'root' }, async () => (await fetch('/echo')).json());
    return [headers['sentry-trace'], headers.baggage, await T.flush(time), said];
  }, FLUSH_TIME);
  assert.match(seen[0], new RegExp(`^${meta.trace}-[0-9a-f]{16}-0$`));
  assert.deepEqual(seen.slice(1), [meta.baggage, true, []]);
  assert.deepEqual(
    server.envelopes.filter(({ item }) => item.type !== 'client_report'),
    [],
  );
}

async function serverTiming(use) {
  const { trace, parent, sentryTrace, baggage } = newMeta();
  const timing = `cpu;dur=3, sentry-trace;desc="${sentryTrace}", baggage;desc="${baggage}"`;
  const spoken = await spokenOf(use, '', { ...FRESH, 'server-timing': timing });
  assert.deepEqual([spoken.trace, spoken.parent, spoken.sent.baggage], [trace, parent, baggage]);
}

/** Serves documents that say when they were made, if at all, and answers with a function that awaits so many page loads. */
function serveLoads(server, head, headers) {
  server.reset();
  const start = pageWith(server, { idleTimeout: 20 });
  server.head = (request) => (request.url.startsWith('/page') ? head(request) + start : '');
  server.headers = headers;
  return async (count) =>
    (await roots(server, count)).map(({ trace_id, parent_span_id, links = [] }) => ({
      trace: trace_id,
      parent: parent_span_id,
      stale: links
        .filter(({ attributes }) => attributes['sentry.link.type'] === 'stale_trace')
        .map((link) => link.trace_id),
    }));
}

function assertLinked({ trace, parent, stale }, meta) {
  assert.notEqual(trace, meta.trace);
  assert.equal(parent, undefined);
  assert.deepEqual(stale, [meta.trace]);
}

async function old({ server, window }) {
  const meta = newMeta();
  const made = tag('sentry-trace-time', Date.now() / 1000 - 600);
  const loads = serveLoads(server, () => tags(meta) + made, FRESH);
  for (let at = 1; at <= 2; at += 1) {
    await window.goto(`${server.url}/page`);
    for (const load of await loads(at)) assertLinked(load, meta);
  }
}

async function openedAgain({ server, window }) {
  const meta = newMeta();
  const loads = serveLoads(server, () => tags(meta), FRESH);
  await window.goto(`${server.url}/page`);
  await loads(1);
  await window.goto(`${server.url}/page`);
  await loads(2);
  await window.reload();
  const [first, second, third] = await loads(3);
  assert.deepEqual([first.trace, first.parent, first.stale], [meta.trace, meta.parent, []]);
  assertLinked(second, meta);
  assertLinked(third, meta);
}

async function reloaded({ server, window }) {
  const metas = [];
  const fresh = () => {
    metas.push(newMeta());
    return tags(metas.at(-1)) + tag('sentry-trace-time', Date.now() / 1000);
  };
  const loads = serveLoads(server, fresh, FRESH);
  await window.goto(`${server.url}/page`);
  await loads(1);
  for (let at = 2; at <= 3; at += 1) {
    await window.reload();
    await loads(at);
  }
  const seen = await loads(3);
  assert.deepEqual(
    seen.map(({ trace, parent, stale }) => [trace, parent, stale]),
    metas.map(({ trace, parent }) => [trace, parent, []]),
  );
}

/** So many pages away no engine keeps a page alive for a return; WebKit does not mind a listener of `unload`. */
const AWAY = 5;

/**
 * A document that is neither old nor known: only how the browser got it says that it is stale. No other scenario asks for the
 * addresses here: browsers keep what they answered.
 */
async function cached({ server, window }) {
  const meta = newMeta();
  let served = 0;
  const same = ({ url }) => {
    if (url !== '/page/cached') return '';
    served += 1;
    return tags(meta) + tag('sentry-trace-time', Date.now() / 1000);
  };
  const loads = serveLoads(server, same, CACHED);
  await window.goto(`${server.url}/page/cached`);
  const [first] = await loads(1);
  assert.deepEqual([first.trace, first.stale], [meta.trace, []]);
  // Nothing else tells the next one.
  await window.evaluate(() => {
    localStorage.clear();
    addEventListener('unload', () => {});
  });
  for (let at = 1; at <= AWAY; at += 1) await window.goto(`${server.url}/cached/${at}`);
  await window.evaluate((away) => {
    setTimeout(() => history.go(-away));
  }, AWAY);
  const [, back] = await loads(2);
  assert.equal(served, 1, 'it did not come out of the cache');
  assertLinked(back, meta);
}

export const trace = {
  'continues meta tags, gives headers to the own origin only, and sends the page load': basics,
  'begins a trace of its own where meta tags are malformed': malformed,
  'continues the first pair of meta tags that agree': several,
  'continues the trace that Server-Timing names': serverTiming,
  'records nothing of a trace that its server does not record': unrecorded,
  'links to the trace of a document that is old': old,
  'continues a document without a time once, and links to it when it is opened or loaded again': openedAgain,
  'continues each document that is loaded anew': reloaded,
  'links to the trace of a document that comes out of the cache by going back': cached,
};
