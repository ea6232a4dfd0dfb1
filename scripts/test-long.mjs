// `npm run test:long`: what takes too long for `npm test`, or needs packages that are nobody's but a test's. Names as arguments
// choose some: `npm run test:long -- bundlers`.
import { entryTest, nodeTest, runChecks, testsIn } from './lib/checks.mjs';
import { buildIfStale } from './lib/package.mjs';
import { main } from './lib/say.mjs';

const checks = {
  /** What a page does and sees with the other entries. */
  async entries() {
    await buildIfStale();
    for (const entry of ['js', 'slim']) await entryTest(entry, ...testsIn('browser'));
  },
  /** The packed package in projects of other bundlers and frameworks, which are downloaded once. */
  async bundlers() {
    await buildIfStale();
    await nodeTest('tests/long/bundlers.test.mjs');
  },
  /** The packed package in the tests of an application, by Jest and by Vitest. */
  async runners() {
    await buildIfStale();
    await nodeTest('tests/long/runners.test.mjs');
  },
  /** A service by `throughline/node` that answers many requests, four minutes on two processors that have nothing else to do. */
  async load() {
    await buildIfStale();
    await nodeTest('tests/long/load.test.mjs');
  },
  /** The package built from nothing, in another folder: the same bytes. */
  async reproducible() {
    await buildIfStale();
    await nodeTest('tests/long/same-bytes.test.mjs');
  },
};

await main(() => runChecks(checks, process.argv.slice(2)));
