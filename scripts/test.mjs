// `npm test`: set-up, then every check from the quickest to the slowest. Names as arguments choose some:
// `npm test -- lints native`.
import { join } from 'node:path';
import { buildExamples } from './examples/build.mjs';
import { entryTest, nodeTest, runChecks, testsIn } from './lib/checks.mjs';
import { buildIfStale } from './lib/package.mjs';
import { root } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { main, Problem, say } from './lib/say.mjs';
import { checkArrows } from './lint/arrows.mjs';
import { driverPath, firefoxPath, geckodriverPath } from './toolchain.mjs';

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

/** What `throughline/js` has to pass here too; `npm run test:long` has the others. */
const PAGES = [
  ...['docs/docs', 'docs/blocks'],
  ...['page', 'requests-fetch', 'requests-xhr', 'spans', 'stack-overflow'].map((name) => `browser/${name}`),
];

/** Where the edge is at work: on a page, and in workers of each kind. */
const TARGETS = ['web', 'dedicated', 'shared', 'service'];

/** The browsers that test it, and the flag that names the driver of each. */
const DRIVERS = {
  chrome: ['--chromedriver', driverPath],
  firefox: ['--geckodriver', geckodriverPath],
};

/**
 * How long the tests in a headless browser may take, in milliseconds; they take less than ten seconds. Its runner alone would
 * wait for twenty seconds, in which Firefox, whose code is slow at first, may not be done on a machine with other work.
 */
const BROWSER_TIMEOUT = 100_000;
const RUNNER = { WASM_BINDGEN_TEST_TIMEOUT: String(0.9 * (BROWSER_TIMEOUT / 1000)) };
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
  /** The edge in headless browsers, as an application in Rust has it: on a page, in a worker, and without modules. */
  async web() {
    // Without files beside the module, of which a page waits for the fifth for ever (see tests/web/stand_ins.js); with them
    // applications are tested, in tests/rust/.
    for (const target of TARGETS) await edgeTests('chrome', target, ALONE);
    await edgeTests('chrome', 'dedicated', INSIDE);
    if (firefoxPath() && geckodriverPath()) {
      for (const target of TARGETS) await edgeTests('firefox', target, ALONE);
    } else say('the edge is not tested in Firefox: firefox-esr and geckodriver would be needed');
  },
  /** The built package in a real browser, with types checked by the build. */
  async browser() {
    await buildIfStale();
    await entryTest('default', ...['scripts', 'package', 'types', 'browser', 'docs'].flatMap(testsIn));
  },
  /** `throughline/node`: servers, and what stands beside them. */
  async node() {
    await buildIfStale();
    await nodeTests('node');
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
  /** `throughline/js`: what pages do most, the documentation and the reference's scripts. That both cores answer alike `browser` tests. */
  async js() {
    await buildIfStale();
    const pages = PAGES.map((name) => join('tests', `${name}.test.mjs`));
    await entryTest('js', ...testsIn('differential'), ...pages);
  },
  /** Applications in Rust in a real browser, the examples among them. */
  async rust() {
    await buildIfStale();
    await buildExamples({ mishaps: true });
    // One after the other: some build the same applications with other features.
    for (const file of testsIn('rust')) await nodeTest(file);
  },
  /** The running demo: one click through the browser and three services. */
  async demo() {
    await buildIfStale();
    await nodeTests('demo');
  },
};

/** Runs tests of the edge in a headless browser, with these features. */
async function edgeTests(browser, name, features) {
  const [flag, find] = DRIVERS[browser];
  const args = ['test', '--headless', `--${browser}`, flag, find(), '--', ...features, '--test', name];
  // Compiled before, so that the time below is that of the browser.
  await run('cargo', ['test', '--quiet', ...features, ...WASM, '--test', name, '--no-run']);
  for (let attempt = 1; ; attempt++) {
    try {
      return await run('wasm-pack', args, { env: RUNNER, timeout: BROWSER_TIMEOUT, late: NO_ANSWER });
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
