// What is said of a trace from elsewhere before the core of `throughline/slim` has come is what the core says of it then: for the
// headers of the vectors, and for others that are put together at random, from pieces about which there are rules.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { bundlePackage } from '../../scripts/build/bundle.mjs';
import { root } from '../../scripts/lib/project.mjs';

const TRACE = '771a43a4192642f0b136d5159a501700';
const SPAN = 'b0e6f15b45c36b12';

/** What the lines of a file of vectors give, without those whose notation would have to be read. */
const given = (name) =>
  readFileSync(join(root, 'tests', 'vectors', name), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split(' => ')[0].replaceAll('{T}', TRACE).replaceAll('{S}', SPAN))
    .map((text) => text.replaceAll('\\s', ' ').replaceAll('\\t', '\t'))
    .filter((text) => !/[{}\\]/.test(text));

/** Pieces of which a `baggage` is made. */
const PIECES = [
  ...[`sentry-trace_id=${TRACE}`, `sentry-trace_id=${TRACE}`, 'sentry-trace_id=other'],
  ...['sentry-sample_rand=0.25', 'sentry-sample_rand=1', 'sentry-sample_rand=.5', 'sentry-sample_rand=0.5x'],
  ...['sentry-sample_rand=0.500000', 'sentry-sample_rand=0.12345678901234567', 'sentry-sample_rand=0'],
  ...['sentry-sample_rate=0.5', 'sentry-sampled=true', 'sentry-sampled=false', 'sentry-org_id=1'],
  ...['sentry-environment=a%20b', 'sentry-environment=', 'sentry-release=a@1', 'sentry-release=a=b'],
  ...[
    'sentry-transaction=%',
    'sentry-transaction=/caf%C3%A9',
    'sentry- =1',
    'sentry-x = y',
    'sentry-',
    'sentry-x',
  ],
  ...['other=1', 'sentry', '', ' ', 'Sentry-a=1', 'sentry-sampled=true ', ' sentry-environment=prod'],
  ...[
    'sentry-__proto__=1',
    'sentry-constructor=1',
    'sentry-a+b=+',
    'sentry-public_key=abc',
    'sentry-a%20b=1',
  ],
];

/** What options would say of a trace that begins here. */
const HEAD = { environment: 'dev', release: '', publicKey: '', orgId: '' };

/** Without members that have no value. */
const plain = (value) => JSON.parse(trimmed(JSON.stringify(value)));

/** A `sample_rand` is the same number with zeros at its end. */
const trimmed = (text) => text.replace(/(sample_rand\W+0\.\d+?)0+\b/, '$1');
const decoded = (baggage) => baggage.split(',').map((member) => trimmed(decodeURIComponent(member)));

/** Numbers from 0 to 1 that are the same in each run. */
function dice() {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('what is said of a trace before the core has come', { timeout: 60_000 }, () => {
  let bundle;
  /** The pairs about which something was said, and what. */
  const said = [];

  before(async () => {
    const { bundled } = await bundlePackage({
      entry: 'tests/support/early.ts',
      file: 'early.js',
      core: 'delivered',
    });
    bundle = await import(`data:text/javascript,${encodeURIComponent(bundled.code)}`);
    const bags = ['', `sentry-trace_id=${TRACE}`, `\tsentry-trace_id=${TRACE}`];
    for (const bag of given('baggage_parse.txt')) bags.push(bag, `${bag},sentry-trace_id=${TRACE}`);
    const next = dice();
    for (let count = 0; count < 3000; count++) {
      const pieces = Array.from({ length: 1 + next() * 5 }, () => PIECES[Math.floor(next() * PIECES.length)]);
      if (next() < 0.7) pieces.unshift(`sentry-trace_id=${TRACE}`);
      bags.push(pieces.join(next() < 0.5 ? ',' : ' , '));
    }
    const headers = given('sentry_trace.txt');
    const pairs = bags.map((bag) => [`${TRACE}-${SPAN}-1`, bag]);
    for (const header of headers) pairs.push([header, ''], [header, `sentry-trace_id=${TRACE}`]);
    for (const [header, bag] of pairs) {
      const early = bundle.earlyTrace(header, bag, () => true);
      if (early) said.push({ header, bag, early, headers: bundle.earlyBaggage(early.traceId) });
    }
    bundle.deliver(new WebAssembly.Module(readFileSync(join(root, 'dist', 'core.wasm'))));
  });

  it('is what the core says', () => {
    assert.ok(said.length > 300, `${said.length} were said`);
    assert.ok(said.some(({ bag }) => bag.startsWith(' ') && bag.includes('sentry-')));
    for (const { header, bag, early, headers } of said) {
      const judged = bundle.receive(header, bag, '', false, 0.125);
      const where = JSON.stringify([header, bag]);
      const isDrawn = !early.dsc.sample_rand;
      if (!isDrawn) {
        const [, baggage] = bundle.samplingContext(judged.traceId, judged.dsc, HEAD);
        assert.deepEqual(decoded(headers), decoded(baggage), where);
      }
      // What nobody has said is drawn by each.
      const { sampleRand, ...rest } = judged;
      const { sample_rand, ...dsc } = judged.dsc;
      const expected = isDrawn ? { ...rest, sampleRand: early.sampleRand, dsc } : judged;
      assert.deepEqual(plain(early), plain(expected), where);
    }
  });
});
