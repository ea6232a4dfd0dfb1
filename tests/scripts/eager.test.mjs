// Functions that the build puts into parentheses: which, and that the module does the same as before.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import MagicString from 'magic-string';
import { calledAtStart } from '../../scripts/build/at-start.mjs';
import { bundlePackage } from '../../scripts/build/bundle.mjs';
import { DEFAULT } from '../../scripts/build/bundles.mjs';
import { addParentheses, functionsAtTop } from '../../scripts/build/eager.mjs';
import { root } from '../../scripts/lib/project.mjs';

/** However short they are. */
const ALL = { top: 0, inside: 0 };

function withParentheses(code, ...which) {
  const changed = new MagicString(code);
  addParentheses(changed, ...which);
  return changed.toString();
}

const squeezed = (code) => code.replace(/\s+/g, ' ').trim();

describe('functions in parentheses', () => {
  it('are expressions, and what was declared at the top', () => {
    for (const [before, after] of [
      ['f(function () {}, async (a) => a);', 'f(function () {}, async (a) => a);'],
      [
        'const f = async (a) => g(function () {}), x = 1;',
        'var $=globalThis;const f = (async (a) => g($&&(() =>{}))), x = 1;',
      ],
      ['function f() { return () => 1; }', 'var $=globalThis;var f=$&&(() =>{ return $&&(() => 1); });'],
      ['export async function f() {}', 'export var f=(async function() {});'],
      ['$(); export function f() {}', 'var _=globalThis;export var f=_&&(() =>{});$();'],
      ['function f() { g(); function g() {} }', 'var $=globalThis;var f=$&&(() =>{ g(); function g() {} });'],
      // No arrow functions.
      ['function f() { return this; }', 'var f=(function() { return this; });'],
      [
        'function f() { return () => arguments; }',
        'var $=globalThis;var f=(function() { return $&&(() => arguments); });',
      ],
      [
        'function f() { return { m() { return this; } }; }',
        'var $=globalThis;var f=$&&(() =>{ return { m() { return this; } }; });',
      ],
      ['var f = function* () {}', 'var f = (function* () {})'],
      // Not behind `&&`.
      [
        'function f() { return a ?? function () {}; }',
        'var $=globalThis;var f=$&&(() =>{ return a ?? (function () {}); });',
      ],
      ['function f() { (() => 1)(); }', 'var $=globalThis;var f=$&&(() =>{ ((() => 1))(); });'],
    ]) {
      assert.equal(squeezed(withParentheses(before, undefined, ALL)), after);
    }
  });

  it('are no methods', () => {
    const methods =
      'x({ m() {}, get g() {}, set g(v) {}, async *[k]() {} }, class { m() {} static get g() {} })';
    assert.equal(withParentheses(methods, undefined, ALL), methods);
  });

  it('can be called above their declaration, and by each other', async () => {
    const code = `
      export const doubled = [1, 2].map(double);
      function double(number) { return twice(number) * 2; }
      class Named { constructor(value) { this.value = value; } shown = () => this.value; get none() { return () => {}; } }
      export function twice(number) { const two = () => number + 0; return two(); }
      export const found = doubled.map((number) => new Named(number).shown());
      export const emptied = [forget(), forget];
      function forget() { forget = undefined; return typeof forget; }
    `;
    const load = (text) => import(`data:text/javascript,${encodeURIComponent(text)}`);
    const [before, after] = [await load(code), await load(withParentheses(code, undefined, ALL))];
    for (const name of ['doubled', 'found', 'emptied']) assert.deepEqual(after[name], before[name]);
    assert.equal(after.twice(3), 3);
    assert.deepEqual(after.emptied, ['undefined', undefined]);
  });

  it('are those that are chosen, if they are not short', () => {
    const code = 'function a() { return (x) => x + 1; } function b() {} var c = function () {};';
    assert.equal(withParentheses(code), code);
    const chosen = withParentheses(code, (at) => at === 2, ALL);
    assert.equal(chosen, `var $=globalThis;${code.replace('function () {}', () => '$&&(() =>{})')}`);
    const long = withParentheses(code, undefined, { top: 30, inside: 20 });
    assert.equal(
      squeezed(long),
      squeezed(
        `var $=globalThis;var a=$&&(() =>{ return (x) => x + 1; });${code.slice(code.indexOf(' function b'))}`,
      ),
    );
  });

  it('are in the package the long ones that a start calls', async () => {
    const { code } = (await bundlePackage(DEFAULT)).bundled;
    const isCalled = calledAtStart(code, code, 'dist/index.js');
    const long = functionsAtTop(code).filter(({ node }, at) => isCalled(at) && node.end - node.start > 500);
    assert.ok(long.length > 20, `${long.length}`);
    for (const file of ['index.js', 'throughline.min.js']) {
      const bundle = readFileSync(join(root, 'dist', file), 'utf8');
      const count = bundle.match(/=(\((async )?function|\w+&&\()/g).length;
      assert.ok(count >= long.length * 0.8 && count < functionsAtTop(code).length / 2, `${count}`);
    }
  });
});
