// Places of the core's table that nobody can call through are given away, and no others.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withoutDescribed } from '../../scripts/build/shrink.mjs';

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
