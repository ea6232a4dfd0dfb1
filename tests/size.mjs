// `npm test -- size`: what every visitor of a page downloads stays within a budget. The budgets stand here and
// nowhere else. A change that needs more says in its commit what the bytes are for; one that needs less lowers them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bundleExports, bundleForSwc } from '../bench/bundles.mjs';
import { exporting, FEW, PACKAGE, SPAN_API } from '../bench/subjects.mjs';
import { CORE } from '../scripts/build/core.mjs';
import { root } from '../scripts/lib/project.mjs';
import { sizesOf } from '../scripts/lib/sizes.mjs';

const shipped = (file) => () => readFile(join(root, file));
const bundled = (names) => () => bundleExports(exporting(names, PACKAGE));

/** The most bytes, after brotli, of what a page may load: JavaScript with the core inside; and of the core as a module. */
const BUDGETS = [
  { what: 'dist/index.js', budget: 56_450, load: shipped('dist/index.js') },
  { what: 'dist/throughline.min.js', budget: 56_600, load: shipped('dist/throughline.min.js') },
  { what: 'dist/slim.js, without a core', budget: 46_850, load: shipped('dist/slim.js') },
  { what: 'dist/core.wasm', budget: 11_650, load: shipped('dist/core.wasm') },
  { what: 'dist/js.js', budget: 57_450, load: shipped('dist/js.js') },
  { what: 'dist/otlp.js', budget: 6_350, load: shipped('dist/otlp.js') },
  { what: 'dist/opentelemetry.js', budget: 4_850, load: shipped('dist/opentelemetry.js') },
  {
    what: 'dist/throughline.no-wasm.min.js',
    budget: 57_550,
    load: shipped('dist/throughline.no-wasm.min.js'),
  },
  { what: 'a bundle with the whole span API', budget: 51_700, load: bundled(SPAN_API) },
  {
    what: 'the same minified by SWC',
    budget: 50_100,
    load: () => bundleForSwc(exporting(SPAN_API, PACKAGE)),
  },
  { what: `a bundle with ${FEW.join(', ')}`, budget: 33_550, load: bundled(FEW) },
  { what: 'the core', budget: 11_600, load: () => readFile(CORE) },
];

/** What an application may leave out, and then does not download. */
const OPTIONAL = [
  'bfcacheMetricsIntegration',
  'elementTimingIntegration',
  'explainPropagation',
  'fetchStreamPerformanceIntegration',
  'interactionsIntegration',
  'userTimingIntegration',
];

/** A name alone adds some 60 bytes to a bundle that has its code already; the smallest of their code has 1,285. */
const LEAST = 1200;

/** Words of what the page load, requests and `explainPropagation` have, and spans alone do not need. */
const FURTHER = [
  'Access-Control-Allow-Headers',
  'secureConnectionStart',
  'largest-contentful-paint',
  'XMLHttpRequest',
];

for (const { what, budget, load } of BUDGETS) {
  it(`${what} has at most ${budget.toLocaleString('en')} bytes after brotli`, async () => {
    const { brotli } = sizesOf(await load());
    assert.ok(
      brotli <= budget,
      `${what} has ${brotli.toLocaleString('en')} bytes after brotli, ${(brotli - budget).toLocaleString('en')} more than its budget in tests/size.mjs: find out by \`npm run bytes\` what grew`,
    );
  });
}

describe('a bundle that does not name it has nothing of', () => {
  for (const name of OPTIONAL) {
    it(name, async () => {
      const [without, having] = await Promise.all([bundled(SPAN_API)(), bundled([...SPAN_API, name])()]);
      const more = having.length - without.length;
      assert.ok(more >= LEAST, `naming ${name} adds only ${more} bytes: its code is there without it`);
    });
  }

  for (const word of FURTHER) {
    it(`"${word}"`, async () => {
      const [few, all] = [await bundled(FEW)(), await shipped('dist/index.js')()];
      assert.ok(all.includes(word), 'the package has it');
      assert.ok(!few.includes(word), `a bundle with ${FEW.join(', ')} has it`);
    });
  }
});
