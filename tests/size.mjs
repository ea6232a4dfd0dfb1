// `npm test -- size`: what every visitor of a page downloads stays within a budget. The budgets stand here and
// nowhere else. A change that needs more says in its commit what the bytes are for; one that needs less lowers them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bundleExports } from '../bench/bundles.mjs';
import { exporting, FEW, PACKAGE, SPAN_API } from '../bench/subjects.mjs';
import { root } from '../scripts/lib/project.mjs';
import { sizesOf } from '../scripts/lib/sizes.mjs';

const shipped = (file) => () => readFile(join(root, file));
const bundled = (names) => () => bundleExports(exporting(names, PACKAGE));

/** The most bytes, after brotli, of what a page may load: JavaScript with the core inside. */
const BUDGETS = [
  { what: 'dist/index.js', budget: 50_700, load: shipped('dist/index.js') },
  { what: 'dist/throughline.min.js', budget: 51_200, load: shipped('dist/throughline.min.js') },
  { what: 'a bundle with the whole span API', budget: 47_400, load: bundled(SPAN_API) },
  { what: `a bundle with ${FEW.join(', ')}`, budget: 30_850, load: bundled(FEW) },
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

/** A name alone adds some 60 bytes to a bundle that has its code already; the smallest of their code has a thousand. */
const LEAST = 400;

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
});
