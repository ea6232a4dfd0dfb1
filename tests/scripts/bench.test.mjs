// What the bench's figures rest on: medians, ratios, and whose a function of the core is.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ownerOf } from '../../bench/bytes/owner.mjs';
import { readModule } from '../../bench/bytes/sections.mjs';
import { chart } from '../../bench/report/chart.mjs';
import { tablesOf } from '../../bench/report/tables.mjs';
import { median, spread } from '../../bench/statistics.mjs';
import { SUBJECTS } from '../../bench/subjects.mjs';
import { summary } from '../../bench/summary.mjs';
import { root } from '../../scripts/lib/project.mjs';

const ROW = { title: 'a child span', unit: 'µs', less: true, chart: 'child span', mark: 0.15 };

/** Two rounds; a page without an SDK costs 1, then 3. */
function result(ours) {
  const values = { none: [1, 3], again: [1, 3], throughline: ours, sentry: [21, 23] };
  for (const name of ['sentry-stream', 'opentelemetry', 'elastic']) values[name] = [11, 13];
  const parts = { c: { title: 'Spans', rows: { child: ROW } } };
  return summary({ figures: { c: { child: values } }, parts, subjects: SUBJECTS, rounds: 2, version: '1' });
}

describe('the bench', () => {
  it('takes the middle of the rounds, and how far their middle half reaches', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([1, 2, 3, 4]), 2.5);
    assert.equal(spread([5, 1, 2, 3, 4]), 2);
  });

  it('takes off what a page without an SDK costs in the same round, and compares the rest', () => {
    const { value, ratio } = result([3, 5]).tables[0].rows[0].cells.throughline;
    assert.equal(value, 2);
    assert.equal(ratio, 0.1);
  });

  it('says of each mark whether it is met', () => {
    const page = (ours) => tablesOf({ ...result(ours), cores: 2 });
    assert.match(page([3, 5]), /\| Spans: a child span \| ≤ 0\.15× \| 0\.10× \| met \|/);
    assert.match(page([11, 13]), /\| Spans: a child span \| ≤ 0\.15× \| 0\.50× \| \*\*missed\*\* \|/);
  });

  it('draws a bar for each that is compared', () => {
    assert.equal(
      chart(result([3, 5])).match(/<rect class="bar\d" x="\d+" y="\d+" width="[\d.]+" height="9"/g).length,
      6,
    );
  });

  it('reads how large each section and function of the core is', async () => {
    const bytes = await readFile(join(root, 'pkg', 'throughline_bg.wasm'));
    const { sections, functions } = readModule(bytes);
    assert.ok(functions.length > 100);
    const inFunctions = functions.reduce((sum, { size }) => sum + size, 0);
    assert.ok(inFunctions <= sections.code && inFunctions > sections.code * 0.95);
    assert.ok(Object.values(sections).reduce((sum, size) => sum + size) <= bytes.length);
  });

  for (const [name, owner] of [
    [
      'throughline::trace::start::<impl throughline::trace::tracer::Tracer>::start::hdf59f522a3ed6ff9',
      'src/trace/start.rs',
    ],
    [
      '<throughline::api::hooks::FaceSender as throughline::host::Sender>::send::h57d70a3ced934d25',
      'src/api/hooks.rs',
    ],
    ['throughline::sdk::Sdk::pass::hfb950d3b7da9f7ad', 'src/sdk.rs'],
    ['<char as core[c5930c85a12de822]::fmt::Debug>::fmt', 'core::fmt'],
    ['core[c5930c85a12de822]::str::slice_error_fail', 'core'],
    ['<dlmalloc[e24a27700634d609]::dlmalloc::Dlmalloc<dlmalloc::sys::System>>::malloc', 'dlmalloc'],
    ['span_start', 'src/api (exports, with what is inlined into them)'],
    ['memcpy', 'compiler_builtins'],
  ]) {
    it(`${name.slice(0, 60)} is of ${owner}`, () => assert.equal(ownerOf(name), owner));
  }
});
