// Chains of services, some of which are traced by `@sentry/node`: one trace, in both directions.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { useIngest } from './support.mjs';

const service = fileURLToPath(new URL('service.mjs', import.meta.url));

const TRACE = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const SPAN = 'b0b0b0b0b0b0b0b0';
const MEMBERS = [
  `sentry-trace_id=${TRACE}`,
  'sentry-public_key=public',
  'sentry-release=shop%401.2.3',
  'sentry-environment=staging',
  'sentry-transaction=%2Fcart%2F%3Aid',
  'sentry-sample_rate=0.25',
  'sentry-sample_rand=0.125',
  'sentry-org_id=7',
];
const OTHERS = ['vendor=one', 'second=%C3%BC'];

const sorted = (baggage = '') => baggage.split(',').sort();

describe('services beside those of @sentry/node', { timeout: 300_000 }, () => {
  const ingest = useIngest();
  const running = [];
  after(() => {
    for (const one of running) one.kill();
  });
  afterEach(() => ingest.take());

  /** Starts a chain of services; answers with the URL of the first. */
  async function chain(...sdks) {
    let url = '';
    for (const sdk of sdks.reverse()) {
      const process = spawn(globalThis.process.execPath, [service, sdk, url, ingest.dsn(), '1'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      running.push(process);
      const [said] = await once(process.stdout, 'data');
      url = String(said).trim();
    }
    return url;
  }

  /** So many transactions, as soon as they have come. */
  async function transactions(count) {
    const events = [];
    while (events.length < count) {
      for (const [header, ...items] of ingest.take()) {
        if (items[0]?.type === 'transaction') events.push({ header, event: items[1] });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return events;
  }

  const ask = async (url, headers) => (await fetch(url, { headers })).json();

  for (const sdks of [
    ['throughline', 'sentry', 'throughline'],
    ['sentry', 'throughline', 'sentry'],
  ]) {
    describe(sdks.join(', '), () => {
      let url;
      const first = async (path) => {
        url ??= await chain(...sdks);
        return url + path;
      };

      for (const path of ['/fetch', '/http']) {
        it(`go on in the trace of a page, with its baggage as it came, by ${path.slice(1)}`, async () => {
          const baggage = [OTHERS[0], ...MEMBERS, 'sentry-sampled=true', OTHERS[1]].join(',');
          const hops = await ask(await first(path), { 'sentry-trace': `${TRACE}-${SPAN}-1`, baggage });
          assert.deepEqual(
            hops.map(({ sdk }) => sdk),
            sdks,
          );
          for (const hop of hops) {
            assert.match(hop.trace, new RegExp(`^${TRACE}-[\\da-f]{16}-1$`));
            assert.deepEqual(sorted(hop.baggage), sorted(baggage));
          }
          const sent = await transactions(3);
          // Each below the request that the one before it has sent.
          const requests = sent.flatMap(({ event }) => event.spans.filter(({ op }) => op === 'http.client'));
          assert.equal(requests.length, 2);
          for (const { header, event } of sent) {
            const { trace_id, parent_span_id, span_id } = event.contexts.trace;
            assert.equal(trace_id, TRACE);
            const hop = hops.find(({ trace }) => trace.includes(parent_span_id));
            assert.ok(hop, `${event.transaction} is below no request`);
            const below = hops[hops.indexOf(hop) + 1];
            const own = event.spans.find(({ op }) => op === 'http.client');
            if (below) assert.equal(below.trace.split('-')[1], own.span_id);
            if (own) assert.equal(own.parent_span_id, span_id);
            const said = Object.entries(header.trace).map(
              ([name, value]) => `sentry-${name}=${encodeURIComponent(value)}`,
            );
            assert.deepEqual(said.sort(), [...MEMBERS, 'sentry-sampled=true'].sort());
          }
        });
      }

      it('record nothing where the page decided so', async () => {
        const baggage = [...MEMBERS, 'sentry-sampled=false'].join(',');
        const hops = await ask(await first('/http'), { 'sentry-trace': `${TRACE}-${SPAN}-0`, baggage });
        for (const hop of hops) {
          assert.match(hop.trace, new RegExp(`^${TRACE}-[\\da-f]{16}-0$`));
          assert.deepEqual(sorted(hop.baggage), sorted(baggage));
        }
        // One that is recorded comes after what was not.
        const other = TRACE.replaceAll('c', 'd');
        await ask(await first('/http'), { 'sentry-trace': `${other}-${SPAN}-1` });
        for (const { event } of await transactions(3)) assert.equal(event.contexts.trace.trace_id, other);
      });

      it('begin one trace where nothing comes in', async () => {
        const [head, ...hops] = await ask(await first('/fetch'), {});
        assert.equal(head.trace, undefined);
        const [id] = hops[0].trace.split('-');
        assert.match(hops[0].baggage, new RegExp(`sentry-trace_id=${id}`));
        for (const hop of hops) {
          assert.match(hop.trace, new RegExp(`^${id}-[\\da-f]{16}-1$`));
          assert.deepEqual(sorted(hop.baggage), sorted(hops[0].baggage));
        }
        const sent = await transactions(3);
        for (const { event } of sent) assert.equal(event.contexts.trace.trace_id, id);
        const roots = sent.filter(({ event }) => !event.contexts.trace.parent_span_id);
        assert.equal(roots.length, 1);
      });
    });
  }
});
