// The package where there is no browser, or none that is whole: Node, the DOMs that tests of applications run in, and any global
// missing. There it does nothing or what can be done, and never fails.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { JSDOM, VirtualConsole } from 'jsdom';
import { root } from '../../scripts/lib/project.mjs';
import { built, isWebAssembly } from '../support/built.mjs';
import { callEverything } from '../support/everything.mjs';

const file = (name) => join(root, 'dist', name);
const OPTIONS = { dsn: 'http://public@localhost:1/1', transport: () => ({ send: async () => ({}) }) };

/** Runs everything in a program of Node's own; answers with what came of it, and with what was said. */
async function inNode(load, type = 'module') {
  const program = `${callEverything};
    const options = { dsn: 'http://public@localhost:1/1', transport: () => ({ send: async () => ({}) }) };
    process.on('uncaughtException', (error) => console.log(JSON.stringify({ thrown: ['uncaught: ' + error.stack] })));
    (async () => {
      const before = Object.getOwnPropertyNames(globalThis);
      ${load}
      const seen = await callEverything(T, options);
      seen.added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
      console.log(JSON.stringify(seen));
      process.exit();
    })()`;
  const args = [`--input-type=${type}`, '--eval', program];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return { ...JSON.parse(stdout), said: stderr };
}

/** Runs everything in a realm, as Jest does: the package, a CommonJS module, by a function of that realm. */
async function inRealm(common, evaluate) {
  const exports = evaluate(`(() => { const module = {};${common}; return module.exports; })()`);
  return evaluate(`(${callEverything})`)(exports, OPTIONS);
}

function assertUnhurt({ thrown, calls, answer }) {
  // Copied: of another realm.
  assert.deepEqual([...thrown], []);
  assert.equal(answer, 'ran');
  assert.ok(calls > 1000, `${calls} calls`);
}

/** A page of jsdom, whose own complaints are nobody's business. */
function page() {
  const url = 'http://localhost/page?a=1';
  const said = [];
  const virtualConsole = new VirtualConsole();
  virtualConsole.on('warn', (sentence) => said.push(sentence));
  const { window } = new JSDOM('', {
    url,
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    virtualConsole,
  });
  return { window, said };
}

/** Whether a file has such a word. */
const isNamed = (name, text) =>
  new RegExp(`(?<![\\w$.])${name}(?![\\w$:])|globalThis\\.${name}\\b`).test(text);

/** The entries, and what a realm must have for tracing beside the encoders. */
const ENTRIES = [
  { entry: 'throughline', name: 'index.js', needs: 'WebAssembly' },
  { entry: 'throughline/js', name: 'js.js' },
];

for (const { entry, name, needs } of ENTRIES) {
  const common = readFileSync(file(`cjs/${name}`), 'utf8');

  describe(`${entry} elsewhere`, { timeout: 300_000 }, () => {
    for (const [how, load, type] of [
      ['a module', `const T = await import(${JSON.stringify(`file://${file(name)}`)});`, 'module'],
      ['CommonJS', `const T = require(${JSON.stringify(file(`cjs/${name}`))});`, 'commonjs'],
    ]) {
      it(`does nothing in Node, and says nothing (${how})`, async () => {
        const seen = await inNode(load, type);
        assertUnhurt(seen);
        assert.equal(seen.isOn, false);
        assert.deepEqual(seen.added, []);
        assert.equal(seen.said, '');
      });
    }

    it('is found by require and by import under its name, with the same exports', async () => {
      const program = `const { createRequire } = require('node:module');
        const required = createRequire(${JSON.stringify(join(root, 'package.json'))})('${entry}');
        import('${entry}').then((module) =>
          console.log(JSON.stringify([Object.keys(required).sort(), Object.keys(module).sort()])))`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=commonjs', '--eval', program],
        { cwd: root },
      );
      const [required, imported] = JSON.parse(stdout);
      assert.deepEqual(imported, Object.keys(await import('throughline')).sort());
      assert.deepEqual(required, imported);
    });

    it('says why under debug, where nothing of a browser is there, or only the names that servers share with workers', async () => {
      const sentence = 'init was ignored: this is no page, and no worker of one';
      const { said } = await inNode(`
        globalThis.WorkerGlobalScope = Object;
        const T = await import(${JSON.stringify(`file://${file(name)}`)});
        options.debug = true;`);
      assert.ok(said.includes(sentence), said);
    });

    it('works in jsdom', async () => {
      const { window, said } = page();
      if (!needs) delete window.WebAssembly;
      const seen = await inRealm(common, (code) => window.eval(code));
      assertUnhurt(seen);
      assert.equal(seen.isOn, true);
      assert.deepEqual(said, []);
      window.close();
    });

    it('does nothing in a jsdom without encoders, as older ones and Jest have it, and says nothing', async () => {
      const { window, said } = page();
      for (const name of ['TextEncoder', 'TextDecoder']) delete window[name];
      const seen = await inRealm(common, (code) => window.eval(code));
      assertUnhurt(seen);
      assert.equal(seen.isOn, false);
      assert.deepEqual(said, []);
      window.close();
    });

    it('does not fail among the globals of happy-dom', async () => {
      const seen = await inNode(`
        const { Window } = await import('happy-dom');
        const window = new Window({ url: 'http://localhost/page' });
        for (const name of Object.getOwnPropertyNames(window)) {
          if (name in globalThis && name !== 'fetch') continue;
          Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
        }
        const T = await import(${JSON.stringify(`file://${file(name)}`)});`);
      assertUnhurt(seen);
      assert.equal(seen.isOn, true);
    });

    it('does not fail in a realm that has the language and nothing else', async () => {
      const realm = vm.createContext({});
      const seen = await inRealm(common, (code) => vm.runInContext(code, realm));
      assertUnhurt(seen);
      assert.equal(seen.isOn, false);
    });
  });
}

it('the package does not fail in a jsdom that lacks any one of its globals', {
  timeout: 300_000,
}, async () => {
  const common = readFileSync(file(join('cjs', basename(built.module))), 'utf8');
  const ofLanguage = new Set(vm.runInNewContext('Object.getOwnPropertyNames(globalThis)'));
  const { window } = page();
  const names = Object.getOwnPropertyNames(window).filter(
    (name) => isNamed(name, common) && (!ofLanguage.has(name) || name === 'WebAssembly'),
  );
  const missing = [];
  const hurt = {};
  for (const name of names) {
    const { window } = page();
    const { close } = window;
    // The window itself and its document stay.
    if (!Reflect.deleteProperty(window, name)) continue;
    missing.push(name);
    const { thrown, answer } = await inRealm(common, (code) => window.eval(code));
    if (answer !== 'ran' || thrown.length) hurt[name] = [answer, ...new Set(thrown)];
    close.call(window);
  }
  assert.deepEqual(hurt, {});
  assert.ok(missing.length > 20, missing.join());
  assert.equal(missing.includes('WebAssembly'), isWebAssembly);
});
