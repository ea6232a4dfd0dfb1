// `npm test -- size`: what every visitor of a page downloads stays within a budget. The budgets stand here and
// nowhere else. A change that needs more says in its commit what the bytes are for; one that needs less lowers them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { root } from '../scripts/lib/project.mjs';
import { sizesOf } from '../scripts/lib/sizes.mjs';

/** The most bytes, after brotli, of each file that a page may load: JavaScript with the core inside. */
const BUDGETS = {
  'dist/index.js': 83_700,
  'dist/throughline.min.js': 84_000,
};

for (const [file, budget] of Object.entries(BUDGETS)) {
  it(`${file} has at most ${budget.toLocaleString('en')} bytes after brotli`, async () => {
    const { brotli } = sizesOf(await readFile(join(root, file)));
    assert.ok(
      brotli <= budget,
      `${file} has ${brotli.toLocaleString('en')} bytes after brotli, ${(brotli - budget).toLocaleString('en')} more than its budget in tests/size.mjs: find out by \`npm run bytes\` what grew`,
    );
  });
}
