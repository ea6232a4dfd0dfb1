// The text that carries the core inside the package: the decoder makes the same module of it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { decoder } from '../../scripts/build/decoder.mjs';
import { textOfCore } from '../../scripts/build/text-of-core.mjs';
import { root } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';

const compiled = await WebAssembly.compile(await decoder());

/** What js/entry/inline.ts does. */
async function coreOf(text) {
  const { memory, decode } = (await WebAssembly.instantiate(compiled)).exports;
  memory.grow(Math.ceil((text.length * 3) / 65536));
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, 65536));
  const length = decode(text.length);
  return Buffer.from(memory.buffer, 65536 + text.length, length);
}

/** A module in text form as bytes. */
async function assembled(name, text) {
  const folder = join(root, 'target', 'text-of-core');
  mkdirSync(folder, { recursive: true });
  const [from, to] = [`${name}.wat`, `${name}.wasm`].map((file) => join(folder, file));
  writeFileSync(from, text);
  await run('wasm-as', ['--all-features', from, '-o', to]);
  return readFileSync(to);
}

/** Whatever the core might have one day. Accesses are not aligned, as all are afterwards. */
const ODD = `(module
  (type $pair (func (param i32 i64) (result i32 i64)))
  (memory 1 10)
  (table $calls 2 2 funcref)
  (table $things 3 externref)
  (global $g (mut f64) (f64.const -0.1))
  (elem $calls (i32.const 0) func $empty $pair)
  (elem declare func $empty)
  (func $empty)
  (func $pair (type $pair) (local f32 f32 f64 funcref externref i32) (local.get 0) (local.get 1))
  (func $branches (param i32) (result i32)
    (block $a (block $b (block $c (loop $d
      (br_if $d (i32.eqz (local.get 0)))
      (br_table $a $b $c $d $b (local.get 0)))
      (unreachable)) (return (i32.const 1))) (return (i32.const -64)))
    (if (result i32) (local.get 0) (then (i32.const 63)) (else (i32.const 64))))
  (func $numbers (param i64)
    ${[0, 1, -1, 47, 48, 95, 96, -65, 127, 128, 8191, 8192, 1_000_000, 2 ** 31 - 1, -(2 ** 31)].map((n) => `(drop (i32.const ${n}))`).join('')}
    (drop (i64.const -9223372036854775808)) (drop (i64.const 9223372036854775807)) (drop (i64.const 63))
    (drop (f32.const nan:0x200000)) (drop (f64.const -inf)) (drop (f64.const 123456.789))
    (drop (i32.trunc_sat_f64_u (global.get $g))) (global.set $g (f64.const 0)))
  (func $memory (param i32) (local ${'i32 i64 '.repeat(100)})
    ${[0, 95, 96, 1119, 1120, 65_535, 2 ** 31, 2 ** 32 - 1].map((n) => `(i64.store8 offset=${n} (local.get 0) (i64.load32_u offset=${n} align=1 (local.tee 199 (local.get 197)))) `).join('')}
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 2)) (memory.copy (i32.const 0) (i32.const 1) (i32.const 2))
    (drop (memory.grow (memory.size))))
  (func $others (param externref) (local i32)
    (drop (table.grow $things (ref.null noextern) (table.size $things)))
    (table.set $things (i32.const 0) (table.get $things (i32.const 1)))
    (drop (ref.is_null (ref.func $empty)))
    (drop (select (result externref) (local.get 0) (ref.null noextern) (i32.const 1)))
    (call_indirect $calls (i32.const 0)) (call $empty))
  (data (i32.const 0) "\\00\\01\\7f\\80\\ff text"))`;

describe('the core as a text', () => {
  it('becomes the core again, but for the alignment of accesses', async () => {
    const core = readFileSync(join(root, 'pkg', 'throughline_bg.wasm'));
    const again = await coreOf(textOfCore(core));
    assert.equal(again.length, core.length);
    for (const [index, byte] of again.entries()) {
      if (byte !== core[index]) assert.ok(byte === 0 && core[index] <= 3, `byte ${index}`);
    }
    assert.ok(WebAssembly.validate(again));
  });

  it('can have whatever a module can have', async () => {
    const odd = await assembled('odd', ODD);
    assert.deepEqual(await coreOf(textOfCore(odd)), odd);
  });

  it('is refused where nobody knows what follows an instruction', async () => {
    const tail = await assembled('tail', '(module (func $f (return_call $f)))');
    assert.throws(() => textOfCore(tail), /The core has the instruction 0x12: let /);
    const empty = await assembled('empty', '(module (memory 1))');
    assert.throws(() => textOfCore(empty), /The core has no code/);
  });

  it('uses no character that a charset, a literal or a minifier changes, and stands in the package as it is', () => {
    const text = textOfCore(readFileSync(join(root, 'pkg', 'throughline_bg.wasm')));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
    assert.match(text, /^[\x01-\x06\x09\x10-\x1a\x1c-\x7e]*$/);
    assert.doesNotMatch(text, /["'`\\$]/);
    for (const file of ['index.js', 'throughline.min.js'])
      assert.ok(readFileSync(join(root, 'dist', file), 'latin1').includes(`"${text}"`));
  });
});
