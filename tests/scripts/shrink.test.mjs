// Places of the core's table that nobody can call through are given away, and no others.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mangling, withShortNames } from '../../scripts/build/names.mjs';
import { withoutDescribed, withoutGlue } from '../../scripts/build/shrink.mjs';

const module = (names) => `(module
 (table $0 4 4 funcref)
 (elem $0 (i32.const 1) ${names.join(' ')})
 (export "js::closures::_::invoke" (func $"js::closures::_::invoke::<(), true>"))
)`;

it('gives the places of described closures to a function that traps', () => {
  const described = '$"wasm_bindgen[1]::convert::closures::_::invoke::<\\"x\\", true>"';
  const before = module([described, '$"a \\"quoted\\" name"', '$"b"', described]);
  const after = module(['$gone', '$"a \\"quoted\\" name"', '$"b"', '$gone']);
  const stub = '\n (func $gone (unreachable))';
  assert.equal(withoutDescribed(before), after.replace(/(elem .*)/, `$1${stub}`));
});

it('says so where a table has no such place: the names are others then', () => {
  for (const names of [['$"a"', '$"closures::_::invoker"'], ['$plain']]) {
    assert.throws(() => withoutDescribed(module(names)), /by another name/);
  }
});

it('takes away what only the JavaScript of wasm-bindgen would call', () => {
  const own = '(module\n (export "memory" (memory $0))\n (export "tick" (func $1))\n';
  assert.equal(withoutGlue(`${own} (export "__wbindgen_start" (func $2))\n)`), `${own})`);
});

it('gives short names to what has an underscore, on both sides', () => {
  const { text, names } = withShortNames(`(module
 (import "face" "face_now" (func $face_now))
 (export "memory" (memory $0))
 (export "span_end" (func $span_end))
)`);
  assert.deepEqual(names, { face_now: 'a', span_end: 'b' });
  for (const line of [
    '(import "face" "a" (func $face_now))',
    '(export "memory" (memory',
    '(export "b" (func $span_end))',
  ])
    assert.ok(text.includes(line), line);
  const { mangleProps, mangleCache } = mangling(names);
  assert.ok(mangleProps.test('span_end') && !mangleProps.test('span_ended'));
  assert.equal(mangleCache, names);
});

it('has more short names than letters', () => {
  const many = Array.from({ length: 200 }, (_, at) => ` (export "f_${at}" (func $${at}))`);
  const { names } = withShortNames(many.join('\n'));
  assert.equal(new Set(Object.values(names)).size, 200);
  assert.ok(Object.values(names).every((name) => /^[a-zA-Z]{1,2}$/.test(name)));
});
