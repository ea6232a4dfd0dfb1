// The package where there is no browser, or none that is whole: Node, the DOMs that tests of applications run in, and any global
// missing. There it does nothing or what can be done, and never fails.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { JSDOM, VirtualConsole } from 'jsdom';
import { root } from '../../scripts/lib/project.mjs';
import { callEverything } from '../support/everything.mjs';

const file = (name) => join(root, 'dist', name);
const COMMON = readFileSync(file('cjs/index.js'), 'utf8');

/** What can be imported and required. */
const { exports: entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const ENTRIES = Object.keys(entries)
  .filter((entry) => entries[entry].require)
  .map((entry) => `throughline${entry.slice(1)}`);

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

/** Runs everything in a realm, as Jest does: the package by a function of that realm. */
async function inRealm(evaluate) {
  const exports = evaluate(`(() => { const module = {};${COMMON}; return module.exports; })()`);
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

/** Whether the package has such a word. */
const isNamed = (name) => new RegExp(`(?<![\\w$.])${name}(?![\\w$:])|globalThis\\.${name}\\b`).test(COMMON);

describe('the package elsewhere', { timeout: 300_000 }, () => {
  for (const [how, load, type] of [
    ['a module', `const T = await import(${JSON.stringify(`file://${file('index.js')}`)});`, 'module'],
    ['CommonJS', `const T = require(${JSON.stringify(file('cjs/index.js'))});`, 'commonjs'],
  ]) {
    it(`does nothing in Node, and says nothing (${how})`, async () => {
      const seen = await inNode(load, type);
      assertUnhurt(seen);
      assert.equal(seen.isOn, false);
      assert.deepEqual(seen.added, []);
      assert.equal(seen.said, '');
    });
  }

  it('says why under debug, where nothing of a browser is there, or only the names that servers share with workers', async () => {
    const sentence = 'init was ignored: this is no page, and no worker of one';
    const { said } = await inNode(`
      globalThis.WorkerGlobalScope = Object;
      const T = await import(${JSON.stringify(`file://${file('index.js')}`)});
      options.debug = true;`);
    assert.ok(said.includes(sentence), said);
  });

  for (const entry of ENTRIES) {
    it(`is found by require and by import as ${entry}, with the same exports`, async () => {
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
      assert.ok(required.length > 50);
      assert.deepEqual(required, imported);
    });
  }

  it('works in jsdom', async () => {
    const { window, said } = page();
    const seen = await inRealm((code) => window.eval(code));
    assertUnhurt(seen);
    assert.equal(seen.isOn, true);
    assert.deepEqual(said, []);
    window.close();
  });

  it('does nothing in a jsdom without encoders, as older ones and Jest have it, and says nothing', async () => {
    const { window, said } = page();
    for (const name of ['TextEncoder', 'TextDecoder']) delete window[name];
    const seen = await inRealm((code) => window.eval(code));
    assertUnhurt(seen);
    assert.equal(seen.isOn, false);
    assert.deepEqual(said, []);
    window.close();
  });

  it('does not fail in a jsdom that lacks any one of its globals', async () => {
    const ofLanguage = new Set(vm.runInNewContext('Object.getOwnPropertyNames(globalThis)'));
    const { window } = page();
    const names = Object.getOwnPropertyNames(window).filter(
      (name) => isNamed(name) && (!ofLanguage.has(name) || name === 'WebAssembly'),
    );
    const missing = [];
    const hurt = {};
    for (const name of names) {
      const { window } = page();
      const { close } = window;
      // The window itself and its document stay.
      if (!Reflect.deleteProperty(window, name)) continue;
      missing.push(name);
      const { thrown, answer } = await inRealm((code) => window.eval(code));
      if (answer !== 'ran' || thrown.length) hurt[name] = [answer, ...new Set(thrown)];
      close.call(window);
    }
    assert.deepEqual(hurt, {});
    assert.ok(missing.length > 20, missing.join());
  });

  it('does not fail among the globals of happy-dom', async () => {
    const seen = await inNode(`
      const { Window } = await import('happy-dom');
      const window = new Window({ url: 'http://localhost/page' });
      for (const name of Object.getOwnPropertyNames(window)) {
        if (name in globalThis && name !== 'fetch') continue;
        Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
      }
      const T = await import(${JSON.stringify(`file://${file('index.js')}`)});`);
    assertUnhurt(seen);
    assert.equal(seen.isOn, true);
  });

  it('does not fail in a realm that has the language and nothing else', async () => {
    const realm = vm.createContext({});
    const seen = await inRealm((code) => vm.runInContext(code, realm));
    assertUnhurt(seen);
    assert.equal(seen.isOn, false);
  });
});
