// `npm test`: set-up, then every check from the quickest to the slowest. Names as arguments choose some:
// `npm test -- lints native`.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildExamples } from './examples/build.mjs';
import { nodeTest, runChecks, testsIn } from './lib/checks.mjs';
import { buildIfStale } from './lib/package.mjs';
import { root } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { main, Problem, say } from './lib/say.mjs';
import { checkArrows } from './lint/arrows.mjs';
import { driverPath } from './toolchain.mjs';

const WASM = ['--target', 'wasm32-unknown-unknown'];
/** Formats and decisions are public to the tests, and all integrations are there. */
const INSIDE = ['--features', 'throughline/__internals,throughline/tracing'];
/** The same for applications whose module has no files beside it. */
const ALONE = ['--features', `${INSIDE[1]},throughline/no-modules,throughline/vitals`];
/** The module of the package for JavaScript. */
const MODULE = [...WASM, '--package', 'throughline-module'];
const DENY = ['--', '--deny', 'warnings'];
/** What an application may choose of the crate: each compiles without a warning, in the browser and on a server. */
const CHOICES = [
  [],
  ['--no-default-features'],
  ['--no-default-features', '--features', 'browser'],
  ['--no-default-features', '--features', 'tracing'],
  ['--all-features'],
];

/** How long the tests in headless Chrome may take, in milliseconds; they take less than ten seconds. */
const BROWSER_TIMEOUT = 100_000;
const BROWSER_ATTEMPTS = 3;
const NO_ANSWER = 'the browser did not answer';

const checks = {
  async lints() {
    checkArrows();
    await run('cargo', ['fmt', '--check']);
    await run('cargo', ['fmt', '--check'], { cwd: join(root, 'examples') });
    await run('biome', ['ci', '--error-on-warnings']);
    await run('cargo', ['clippy', '--quiet', '--workspace', '--all-targets', ...INSIDE, ...DENY]);
    await run('cargo', ['clippy', '--quiet', '--all-targets', ...INSIDE, ...WASM, ...DENY]);
    await run('cargo', ['clippy', '--quiet', ...ALONE, ...WASM, ...DENY]);
    await run('cargo', [
      'clippy',
      '--quiet',
      ...WASM,
      '--package',
      'application',
      '--package',
      'visit',
      ...DENY,
    ]);
    await run('cargo', ['clippy', '--quiet', ...MODULE, ...DENY]);
    for (const choice of CHOICES) {
      for (const target of [[], WASM]) {
        await run('cargo', ['clippy', '--quiet', ...choice, ...target, ...DENY]);
        const doc = ['doc', '--quiet', '--no-deps', ...choice, ...target];
        await run('cargo', doc, { env: { RUSTDOCFLAGS: '--deny warnings' } });
      }
    }
  },
  /** The core on this machine: codecs against the vectors, flows, properties. */
  async native() {
    await run('cargo', ['test', '--quiet', '--workspace', ...INSIDE]);
  },
  /** The edge in headless Chrome, as an application in Rust has it: on a page, in a worker, and without modules. */
  async web() {
    // Without files beside the module, of which a page waits for the fifth for ever (see tests/web/stand_ins.js); with them
    // applications are tested, in tests/rust/.
    for (const target of ['web', 'dedicated', 'shared', 'service']) await edgeTests(target, ALONE);
    await edgeTests('dedicated', INSIDE);
  },
  /** The built package in a real browser, with types checked by the build. */
  async browser() {
    await buildIfStale();
    // Node leaves one processor idle; these tests wait more than they compute.
    const files = ['scripts', 'package', 'types', 'browser', 'docs'].flatMap(testsIn);
    await nodeTest(`--test-concurrency=${Math.max(2, availableParallelism())}`, ...files);
  },
  /** The built package in three engines: what must hold in each of them. */
  async engines() {
    await buildIfStale();
    await nodeTests('engines');
  },
  /** The built package within its budgets. */
  async size() {
    await buildIfStale();
    await run(process.execPath, ['--test', '--test-reporter=spec', 'tests/size.mjs']);
  },
  /** The built package beside the reference: the same scripts in the same browser. */
  async differential() {
    await buildIfStale();
    await nodeTests('differential');
  },
  /** Applications in Rust in a real browser, the examples among them. */
  async rust() {
    await buildIfStale();
    await buildExamples({ mishaps: true });
    // One after the other: some build the same applications with other features.
    for (const file of testsIn('rust')) await nodeTest(file);
  },
  /** The running demo: one click through four services. */
  async demo() {
    await buildIfStale();
    await nodeTests('demo');
  },
};

/** Runs tests of the edge in headless Chrome, with these features. */
async function edgeTests(name, features) {
  const driver = ['--chromedriver', driverPath()];
  const args = ['test', '--headless', '--chrome', ...driver, '--', ...features, '--test', name];
  // Compiled before, so that the time below is that of the browser.
  await run('cargo', ['test', '--quiet', ...features, ...WASM, '--test', name, '--no-run']);
  for (let attempt = 1; ; attempt++) {
    try {
      return await run('wasm-pack', args, { timeout: BROWSER_TIMEOUT, late: NO_ANSWER });
    } catch (error) {
      // The server of the runner can leave a connection waiting for ever, see tests/web/stand_ins.js. Tests that
      // fail fail at once.
      const late = error instanceof Problem && error.message === NO_ANSWER;
      if (!late || attempt === BROWSER_ATTEMPTS) throw error;
      say(`${NO_ANSWER}; once more`);
    }
  }
}

/** Runs the tests of folders below tests/. */
async function nodeTests(...folders) {
  await nodeTest(...folders.flatMap(testsIn));
}

await main(() => runChecks(checks, process.argv.slice(2)));
