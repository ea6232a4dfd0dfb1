// The sizes that README.md tells are those of what is built, to a kilobyte.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { bundleExports } from '../../bench/bundles.mjs';
import { exporting, FEW, PACKAGE } from '../../bench/subjects.mjs';
import { root } from '../../scripts/lib/project.mjs';
import { sizesOf } from '../../scripts/lib/sizes.mjs';
import { textOf } from './documents.mjs';

/** In either direction, in kilobytes: nobody reads more of it. */
const OFF = 1.5;

const shipped = (file) => readFileSync(join(root, 'dist', file));

/** What a row of the table is about, by its first words. */
const ROWS = {
  'a bundle that imports': () => bundleExports(exporting(FEW, PACKAGE)),
  '`throughline`': () => shipped('index.js'),
  '`throughline/js`': () => shipped('js.js'),
  '`throughline/slim`': () => shipped('slim.js'),
  'its core': () => shipped('core.wasm'),
  '`throughline/otlp`': () => shipped('otlp.js'),
  '`throughline/node`': () => shipped('node.js'),
};

it('README.md tells what is so of sizes', async () => {
  const [, table] = /^## Size\n(.*?)^## /ms.exec(textOf('README.md'));
  const rows = [...table.matchAll(/^\| (\S.*?) \| (\d+) kB \| (\d+) kB \| (\d+) kB \|$/gm)];
  assert.equal(rows.length, Object.keys(ROWS).length);
  for (const [, what, ...said] of rows) {
    const [, load] = Object.entries(ROWS).find(([begin]) => what.startsWith(begin)) ?? assert.fail(what);
    const sizes = Object.values(sizesOf(await load())).map((bytes) => bytes / 1000);
    for (const [at, size] of sizes.entries()) {
      assert.ok(Math.abs(size - Number(said[at])) <= OFF, `${what} has ${sizes.join(', ')} kB`);
    }
  }
});
