// Places of the core's table that nobody can call through are given away, and no others.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withoutDescribed } from '../../scripts/build/shrink.mjs';

const module = (names) => `(module
 (table $0 4 4 funcref)
 (elem $0 (i32.const 1) ${names.join(' ')})
 (export "js::closures::_::invoke" (func $"js::closures::_::invoke::<(), true>"))
)`;

it('gives the places of described closures to a function that is there already', () => {
  const described = '$"wasm_bindgen[1]::convert::closures::_::invoke::<\\"x\\", true>"';
  const before = module([described, '$"a \\"quoted\\" name"', '$"b"', described]);
  const live = '$"a \\"quoted\\" name"';
  assert.equal(withoutDescribed(before), module([live, live, '$"b"', live]));
});

it('leaves a table alone that has no such place, or only such', () => {
  for (const names of [
    ['$"a"', '$"closures::_::invoker"'],
    ['$"x::closures::_::invoke::<()>"'],
    ['$plain'],
  ]) {
    assert.equal(withoutDescribed(module(names)), module(names));
  }
});
