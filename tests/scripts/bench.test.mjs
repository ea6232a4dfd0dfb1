// What the bench's figures rest on: medians, ratios, marks, options, and whose a function of the core is.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { longestText } from '../../bench/bytes/longest-text.mjs';
import { ownerOf } from '../../bench/bytes/owner.mjs';
import { readModule } from '../../bench/bytes/sections.mjs';
import { MARKS } from '../../bench/marks.mjs';
import { optionsOf } from '../../bench/options.mjs';
import { PARTS } from '../../bench/parts/index.mjs';
import { figuresOf, inStates } from '../../bench/parts/states.mjs';
import { chart } from '../../bench/report/chart.mjs';
import { tablesOf } from '../../bench/report/tables.mjs';
import { median, spread } from '../../bench/statistics.mjs';
import { ESSENTIAL, PACKAGE, REFERENCES, SPAN_API, SUBJECTS } from '../../bench/subjects.mjs';
import { summary } from '../../bench/summary.mjs';
import { CORE } from '../../scripts/build/core.mjs';

const ROW = { title: 'a child', unit: 'µs', less: true };
const OTHERS = ['sentry-stream', 'opentelemetry', 'elastic'];

/** Two rounds of a hot child; a page without an SDK costs 1, then 3. */
function result(ours) {
  const values = {
    none: [1, 3],
    again: [1, 3],
    throughline: ours,
    sentry: [21, 23],
    'sentry-tracing': [11, 13],
  };
  for (const name of OTHERS) values[name] = [16, 18];
  const rows = inStates({ child: { ...ROW, chart: 'child' } });
  const figures = { spans: Object.fromEntries(Object.keys(rows).map((name) => [name, values])) };
  return summary({
    ...{ figures, parts: { spans: { title: 'Spans', rows } }, marks: MARKS_OF_TEST },
    ...{ subjects: SUBJECTS, rounds: 2, version: '1' },
  });
}

const MARKS_OF_TEST = [
  { part: 'spans', row: 'child.hot', beside: 'sentry', must: 0.3, aim: 0.1 },
  { part: 'spans', row: 'child.hot', beside: 'sentry-tracing', must: 0.3 },
  { part: 'spans', row: 'child.cold', must: 5 },
];

describe('the bench', () => {
  it('takes the middle of the rounds, and how far their middle half reaches', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([1, 2, 3, 4]), 2.5);
    assert.equal(spread([5, 1, 2, 3, 4]), 2);
  });

  it('takes off what a page without an SDK costs in the same round, and compares the rest with both references', () => {
    const { value, ratios } = result([3, 5]).tables[0].rows[0].cells.throughline;
    assert.equal(value, 2);
    assert.deepEqual(ratios, { sentry: 0.1, 'sentry-tracing': 0.2 });
  });

  it('times the first run as cold and the middle of the last ones as hot', () => {
    assert.deepEqual(figuresOf('child', [90, 50, 9, 8, 7], 3), { 'child.cold': 90, 'child.hot': 8 });
  });

  it('has a table for each state of the page', () => {
    const titles = result([3, 5]).tables.map(({ title }) => title);
    assert.deepEqual(titles, ['Spans, cold: the first 200 of a page', 'Spans, hot: after 6,000 spans']);
  });

  it('says of each ratio what it is to', () => {
    const page = tablesOf({ ...result([3, 5]), cores: 2 });
    assert.match(page, /\| {2}\| Throughline \| ÷ as documented \| ÷ tracing only \|/);
    assert.match(page, /\| a child, µs \| 2\.00 \| 0\.10× \| 0\.20× \|/);
  });

  it('says of each mark whether it is met', () => {
    const page = (ours) => tablesOf({ ...result(ours), cores: 2 });
    const hot = 'Spans, hot: a child';
    assert.ok(
      page([3, 5]).includes(`| ${hot} | as documented | ≤ 0.30× | ≤ 0.10× | 0.10× | met, and the aim |`),
    );
    assert.ok(page([5, 7]).includes(`| ${hot} | as documented | ≤ 0.30× | ≤ 0.10× | 0.20× | met |`));
    assert.ok(page([5, 7]).includes(`| ${hot} | tracing only | ≤ 0.30× |  | 0.40× | **missed** |`));
    assert.match(page([3, 5]), /Spans, cold: a child \| {2}\| ≤ 5 µs \| {2}\| 2 µs \| met \|/);
  });

  it('has a dash where a subject has nothing to measure', () => {
    const { tables, ...rest } = result([3, 5]);
    delete tables[1].rows[0].cells.opentelemetry;
    assert.match(tablesOf({ tables, ...rest, cores: 2 }), /\| 15\.0 \| – \| 15\.0 \|/);
    assert.doesNotThrow(() => chart({ tables, ...rest }));
  });

  it('draws a bar for each that is compared', () => {
    assert.equal(
      chart(result([3, 5])).match(/<rect class="bar\d" x="\d+" y="\d+" width="[\d.]+" height="9"/g).length,
      // Cold and hot, and the legend has none of that width.
      8 + 4,
    );
  });

  it('has a row for every mark', () => {
    for (const { part, row, beside } of MARKS) {
      assert.ok(PARTS[part].rows[row], `${part}, ${row}`);
      assert.ok(beside === undefined || beside in REFERENCES, beside);
    }
  });

  it('imports the same names from both that it compares like for like', () => {
    assert.equal(SPAN_API.length, 23);
    const [ours, theirs] = ['throughline', 'sentry'].map((name) => SUBJECTS[name].exports.likeForLike);
    assert.equal(ours.replace(PACKAGE, '@sentry/browser'), theirs);
  });

  it('measures all of it nine times, and one part once', () => {
    const all = optionsOf(PARTS, []);
    assert.deepEqual([all.rounds, all.write, Object.keys(all.parts)], [9, true, Object.keys(PARTS)]);
    const part = optionsOf(PARTS, ['--part', 'spans', '--also', 'elastic']);
    assert.deepEqual([part.rounds, part.write, Object.keys(part.parts)], [1, false, ['spans']]);
    assert.deepEqual(Object.keys(part.subjects), [...ESSENTIAL, 'elastic']);
    assert.throws(
      () => optionsOf(PARTS, ['--part', 'spam']),
      /knows no part "spam"; there are bytes, startup/,
    );
    assert.throws(() => optionsOf(PARTS, ['--rounds', '0']), /no number of rounds/);
    assert.throws(() => optionsOf(PARTS, ['--often']), /the bench takes --part/);
  });

  it('finds the text that the core stands in', () => {
    const source = 'const a = "short", b = /"not a text at all"/, c = `longer`, d = "the longest one";';
    const { start, end } = longestText(source);
    assert.equal(source.slice(start, end), 'the longest one');
  });

  it('reads how large each section and function of the core is', async () => {
    const bytes = await readFile(CORE);
    const { sections, functions } = readModule(bytes);
    assert.ok(functions.length > 50);
    const inFunctions = functions.reduce((sum, { size }) => sum + size, 0);
    assert.ok(inFunctions <= sections.code && inFunctions > sections.code * 0.95);
    assert.ok(Object.values(sections).reduce((sum, size) => sum + size) <= bytes.length);
  });

  for (const [name, owner] of [
    [
      'throughline::codec::baggage::<impl throughline::codec::dsc::Dsc>::to_baggage::hdf59f522a3ed6ff9',
      'src/codec/baggage.rs',
    ],
    [
      '<throughline::codec::text::Items as core::iter::Iterator>::next::h57d70a3ced934d25',
      'src/codec/text.rs',
    ],
    ['throughline::decide::stale::is_stale::hfb950d3b7da9f7ad', 'src/decide/stale.rs'],
    ['<char as core[c5930c85a12de822]::fmt::Debug>::fmt', 'core::fmt'],
    ['core[c5930c85a12de822]::str::slice_error_fail', 'core'],
    ['<dlmalloc[e24a27700634d609]::dlmalloc::Dlmalloc<dlmalloc::sys::System>>::malloc', 'dlmalloc'],
    ['_RNvNtNtCsfVouDM1KRGR_11throughline5codec4text4push', 'src/codec/text.rs'],
    ['_RNvNtCsiGWEnfOH2LI_4core3fmt5write', 'core::fmt'],
    ['page_load', 'crates/module (exports, with what is inlined into them)'],
    ['memcpy', 'compiler_builtins'],
  ]) {
    it(`${name.slice(0, 60)} is of ${owner}`, () => assert.equal(ownerOf(name), owner));
  }
});
