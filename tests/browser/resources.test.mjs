// A page with 250 resources: what is recorded of each is what the browser says of it, and their number costs no further calls
// of the core.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { useBrowser, useServer } from '../support/browser.mjs';
import { countCrossings } from '../support/crossings.mjs';
import { openMeasured } from '../support/measured.mjs';

const KINDS = [
  ['script', 'js', 'text/javascript', '', (path) => `<script src="${path}"></script>`],
  ['link', 'css', 'text/css', 'p { color: red }', (path) => `<link rel="stylesheet" href="${path}">`],
  [
    'img',
    'svg',
    'image/svg+xml',
    '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>',
    (path) => `<img src="${path}" alt="">`,
  ],
];

/** What a page of so many resources has in its head, and what the server answers. */
function resources(count) {
  const files = {};
  // By default the browser keeps the first 250, and the package is one more.
  let head = '<script>performance.setResourceTimingBufferSize(1000)</script>';
  for (let at = 0; at < count; at++) {
    const [, ending, type, body, tag] = KINDS[at % KINDS.length];
    const path = `/resource/${at}.${ending}`;
    files[path] = { type, body };
    head += tag(`${path}?at=${at}&token=secret`);
  }
  return { head, files };
}

describe('many resources', { timeout: 120_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  before(() => countCrossings(browser));

  /** Loads a page of so many resources; answers with its transaction, the browser's entries, and what crossed. */
  async function load(count, init = {}) {
    // What a busy machine adds has addresses to be judged of its own.
    const options = { enableLongTask: false, enableLongAnimationFrame: false };
    const page = await openMeasured(browser, server, { ...resources(count), options, init });
    await page.evaluate(async () => {
      finish();
      await T.flush();
    });
    const seen = await page.evaluate(() => ({
      crossed,
      origin: performance.timeOrigin,
      entries: performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.includes('/resource/'))
        .map((entry) => entry.toJSON()),
    }));
    await page.context().close();
    return seen;
  }

  it('are all recorded once, in order, with what the browser says of each', async () => {
    const { entries, origin } = await load(250);
    assert.equal(entries.length, 250);
    const [{ payload }] = server.envelopes;
    const spans = payload.spans.filter(({ description }) => description.startsWith('/resource/'));
    assert.equal(spans.length, 250);
    const starts = payload.spans.map(({ start_timestamp }) => start_timestamp);
    assert.deepEqual(
      starts,
      starts.toSorted((a, b) => a - b),
    );
    const { span_id: root, trace_id } = payload.contexts.trace;
    const at = (millis) => (millis ? Math.round((origin + millis) * 1000) / 1e6 : 0);
    const byPath = new Map(spans.map((span) => [span.description, span]));
    assert.equal(byPath.size, 250);
    for (const entry of entries) {
      const { pathname, origin: own, host, hostname } = new URL(entry.name);
      const number = /\d+/.exec(pathname)[0];
      const path = `${pathname}?at=${number}&token=[Filtered]`;
      const span = byPath.get(path);
      assert.ok(span, `${path} in ${[...byPath.keys()].slice(0, 3)}`);
      const { data, op, origin, parent_span_id, trace_id: of } = span;
      assert.deepEqual(
        [op, origin, parent_span_id, of],
        [`resource.${entry.initiatorType}`, 'auto.resource.browser.metrics', root, trace_id],
      );
      for (const [name, expected] of [
        ['url.full', `${own}${path}`],
        ['url.scheme', 'http'],
        ['server.address', host],
        ['url.domain', hostname],
        ['http.request.same_origin', true],
        ['http.response.status_code', entry.responseStatus],
        ['http.response.size', entry.transferSize],
        ['http.response.body.size', entry.encodedBodySize],
        ['http.response.body.decoded_size', entry.decodedBodySize],
        ['resource.render_blocking_status', entry.renderBlockingStatus],
        ['network.protocol.name', 'http'],
        ['network.protocol.version', '1.1'],
      ]) {
        assert.equal(data[name], expected, `${name} of ${path}`);
      }
      // Times of the wire are whole microseconds, and the origin of the page is no whole number of them.
      for (const [name, actual, expected] of [
        ['start', span.start_timestamp, at(entry.startTime)],
        ['end', span.timestamp, at(entry.startTime + entry.duration)],
        ['fetch_start', data['http.request.fetch_start'], at(entry.fetchStart)],
        ['request_start', data['http.request.request_start'], at(entry.requestStart)],
        ['response_start', data['http.request.response_start'], at(entry.responseStart)],
        ['response_end', data['http.request.response_end'], at(entry.responseEnd)],
        ['redirect_start', data['http.request.redirect_start'], 0],
        ['first byte', data['http.request.time_to_first_byte'], entry.responseStart / 1000],
      ]) {
        assert.ok(Math.abs(actual - expected) < 1e-5, `${name} of ${path}: ${actual}, not ${expected}`);
      }
    }
  });

  it('take no further calls of the core', async () => {
    const few = await load(3);
    const many = await load(250);
    assert.deepEqual([few.entries.length, many.entries.length], [3, 250]);
    assert.ok(few.crossed.length > 0, 'the count sees what init asks');
    // One more for the largest paint, which the browser may have reported by then or not.
    const [least, most] = [few, many].map(({ crossed }) => crossed.length);
    assert.ok(most <= least + 1, `${many.crossed} in place of ${few.crossed}`);
  });

  it('are streamed by their hosts, each once', async () => {
    const { entries } = await load(250, { traceLifecycle: 'stream' });
    const items = server.envelopes.flatMap(({ payload }) => payload.items ?? []);
    const recorded = items.filter(({ attributes }) => attributes['url.full']?.value.includes('/resource/'));
    assert.deepEqual([entries.length, recorded.length], [250, 250]);
    assert.equal(new Set(recorded.map(({ attributes }) => attributes['url.full'].value)).size, 250);
    assert.ok(
      recorded.every(({ name }) => name === 'localhost'),
      recorded[0].name,
    );
  });
});
