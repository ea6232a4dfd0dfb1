// What `npm test` and `npm run test:long` have in common: checks by name, run one after the other.
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setup } from '../setup/index.mjs';
import { root } from './project.mjs';
import { run } from './run.mjs';
import { Problem, say } from './say.mjs';

const TEST = ['--test', '--test-reporter=spec'];

/**
 * Sets up, and runs those checks whose names are given, or all of them.
 * @param {Record<string, () => Promise<void>>} checks
 * @param {string[]} names
 */
export async function runChecks(checks, names) {
  const unknown = names.find((name) => !(name in checks));
  if (unknown) {
    throw new Problem(`There is no check "${unknown}"; there are ${Object.keys(checks).join(', ')}.`);
  }
  await setup();
  for (const [name, check] of Object.entries(checks)) {
    if (names.length && !names.includes(name)) continue;
    const began = Date.now();
    say(`test: ${name}`);
    await check();
    say(`test: ${name} passed in ${Math.round((Date.now() - began) / 1000)} s`);
  }
}

/** Runs files of tests. @param {...string} files */
export async function nodeTest(...files) {
  await run(process.execPath, [...TEST, ...files]);
}

/**
 * Runs files of tests against an entry of the package, see tests/support/built.mjs. As many at a time as there are processors, of
 * which Node alone would leave one idle: these tests wait more than they compute.
 *
 * @param {'default' | 'js' | 'slim'} entry
 * @param {...string} files
 */
export async function entryTest(entry, ...files) {
  const most = `--test-concurrency=${Math.max(2, availableParallelism())}`;
  await run(process.execPath, [...TEST, most, ...files], { env: { THROUGHLINE_ENTRY: entry } });
}

/** The `*.test.mjs` of a folder below tests/, by name: Node's own search differs between its versions. @param {string} folder */
export function testsIn(folder) {
  return readdirSync(join(root, 'tests', folder))
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => join('tests', folder, name));
}
