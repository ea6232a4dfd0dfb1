// The translation of WebAssembly: each instruction answers in JavaScript what it answers in WebAssembly, and fails where that traps.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FLAT, translated } from '../../scripts/build/translation/index.mjs';
import { withoutPairs } from '../../scripts/build/translation/pairs.mjs';
import { toolEnv } from '../../scripts/toolchain.mjs';

const FEATURES = ['--enable-bulk-memory', '--enable-multivalue', '--enable-nontrapping-float-to-int'];

const INTS = [
  0,
  1,
  -1,
  2,
  3,
  7,
  10,
  31,
  32,
  255,
  256,
  65_535,
  65_536,
  0x12345678,
  2 ** 31 - 1,
  -(2 ** 31),
  -48,
];
const BIGS = [
  0n,
  1n,
  -1n,
  2n,
  10n,
  63n,
  64n,
  65n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const FLOATS = [
  0,
  -0,
  0.2,
  -0.2,
  0.5,
  -0.5,
  1,
  1.5,
  -1.5,
  2.5,
  -2.5,
  0.49999999999999994,
  1e-300,
  2 ** 31,
  2 ** 32 + 0.5,
];
FLOATS.push(
  2 ** 52 + 1,
  2 ** 53,
  2 ** 63,
  2 ** 64 - 2048,
  2 ** 64,
  1e300,
  -1e300,
  Number.NaN,
  Infinity,
  -Infinity,
);
const VALUES = { i32: INTS, i64: BIGS, f64: FLOATS };

const INT = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u add sub mul and or xor shl shr_s shr_u div_u';
const BIG = 'eq ne lt_s lt_u gt_u le_u ge_u add sub mul and or shr_u div_u rem_u';
const FLOAT = 'eq ne lt gt le ge add sub mul div';

/** Instruction, types of its operands, type of its answer. */
const INSTRUCTIONS = [
  ...INT.split(' ').map((name) => [`i32.${name}`, ['i32', 'i32'], 'i32']),
  ...BIG.split(' ').map((name) => [
    `i64.${name}`,
    ['i64', 'i64'],
    /^(eq|ne|[lg][te]_)/.test(name) ? 'i32' : 'i64',
  ]),
  ...FLOAT.split(' ').map((name) => [
    `f64.${name}`,
    ['f64', 'f64'],
    /^(eq|ne|[lg][te])$/.test(name) ? 'i32' : 'f64',
  ]),
  ['i32.eqz', ['i32'], 'i32'],
  ['i32.clz', ['i32'], 'i32'],
  ['i32.wrap_i64', ['i64'], 'i32'],
  ['i64.eqz', ['i64'], 'i32'],
  ['i64.extend_i32_u', ['i32'], 'i64'],
  ['i64.trunc_sat_f64_u', ['f64'], 'i64'],
  ['i64.reinterpret_f64', ['f64'], 'i64'],
  ['f64.neg', ['f64'], 'f64'],
  ['f64.nearest', ['f64'], 'f64'],
  ['f64.convert_i32_u', ['i32'], 'f64'],
  ['f64.convert_i64_u', ['i64'], 'f64'],
];

/** Where an i32 may stand. */
const IN = {
  condition: (value) => `(if (result i32) ${value} (then (i32.const 5)) (else (i32.const 6)))`,
  contrary: (value) => `(if (result i32) (i32.eqz ${value}) (then (i32.const 5)) (else (i32.const 6)))`,
  sum: (value) => `(i32.sub (i32.add ${value} ${value}) (i32.const 7))`,
  range: (value) => `(i32.lt_u (i32.sub ${value} (i32.const 48)) (i32.const 10))`,
  address: (value) => `(i32.load8_u (i32.and ${value} (i32.const 127)))`,
  choice: (value) =>
    `(select ${value} (i32.add (local.get $0) (local.get $0)) (i32.lt_s (local.get $0) (i32.const 3)))`,
};

/** Functions of an instruction: it alone, and in each such place. */
function functionsOf([name, types, answer], at) {
  const value = `(${name} ${types.map((_, at) => `(local.get $${at})`).join(' ')})`;
  const given = types.map((type, at) => `(param $${at} ${type})`).join(' ');
  const func = (called, code) => `(func (export "${called}") ${given} (result ${answer}) ${code})`;
  if (answer !== 'i32') return func(at, value);
  const uses = usesOf(types).map((use) => func(`${at} ${use}`, IN[use](value)));
  return [func(at, value), ...uses].join('\n');
}

/** One of two values is an i32 only if the first operand is. */
const usesOf = ([type]) => Object.keys(IN).filter((use) => type === 'i32' || use !== 'choice');

/** Programs of several instructions. */
const REST = `
  (global $seen (mut i32) (i32.const 0))
  (func $note (param $digit i32) (result i32)
    (global.set $seen (i32.add (i32.mul (global.get $seen) (i32.const 10)) (local.get $digit)))
    (local.get $digit))
  (func $pair (param $0 i32) (param $1 i32) (result i32 i32)
    (if (i32.lt_s (local.get $0) (local.get $1))
      (then (return (tuple.make 2 (local.get $1) (local.get $0)))))
    (tuple.make 2 (call $note (local.get $0)) (call $note (i32.const 3))))
  (func (export "pairs") (param $0 i32) (param $1 i32) (result i32) (local $both (tuple i32 i32))
    (global.set $seen (i32.const 0))
    (local.set $both (call $pair (local.get $0) (local.get $1)))
    (i32.add
      (i32.mul (tuple.extract 2 0 (local.get $both)) (i32.const 1000))
      (i32.add (tuple.extract 2 1 (local.get $both)) (global.get $seen))))
  (func (export "order") (param $0 i32) (param $1 i32) (result i32)
    (global.set $seen (i32.const 0))
    (i32.add
      (i32.mul (i32.const 100000)
        (select (call $note (i32.const 1)) (call $note (i32.const 2)) (call $note (local.get $0))))
      (global.get $seen)))
  (func (export "set before") (param $0 i32) (param $1 i32) (result i32)
    (i32.add (local.get $0) (select (local.get $0) (local.get $1) (local.tee $0 (i32.sub (local.get $1) (i32.const 1))))))
  (func (export "table") (param $0 i32) (param $1 i32) (result i32)
    (block $three (block $two (block $one
      (br_table $one $two $one $three (local.get $0)))
      (return (i32.add (local.get $1) (i32.const 10))))
      (return (i32.add (local.get $1) (i32.const 20))))
    (i32.add (local.get $1) (i32.const 30)))
  (func (export "rounds") (param $0 i32) (param $1 i32) (result i32) (local $sum i32) (local $i i32)
    (local.set $0 (i32.and (local.get $0) (i32.const 31)))
    (block $out
      (loop $outer
        (br_if $out (i32.ge_u (local.get $i) (local.get $0)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $outer (i32.and (local.get $i) (i32.const 1)))
        (local.set $1 (i32.const 5))
        (loop $inner
          (local.set $sum (i32.add (local.get $sum) (local.get $1)))
          (br_if $outer (i32.eq (local.get $sum) (i32.const 35)))
          (br_if $inner (local.tee $1 (i32.sub (local.get $1) (i32.const 1)))))
        (br $outer)))
    (i32.add (local.get $sum) (local.get $i)))
  (func (export "unset") (param $0 i32) (param $1 i32) (result i64) (local $big i64) (local $int i32)
    (if (i32.gt_s (local.get $0) (local.get $1)) (then (local.set $big (i64.const 7)) (local.set $int (i32.const 3))))
    (i64.add (local.get $big) (i64.extend_i32_u (i32.sub (local.get $int) (i32.const 1)))))
  (func (export "bytes") (param $0 i32) (param $1 i32) (result i32)
    (local.set $0 (i32.and (local.get $0) (i32.const 0x7fffffff)))
    (i32.store8 offset=1 (local.get $0) (local.get $1))
    (i32.add (i32.load8_s offset=1 (local.get $0)) (i32.mul (i32.const 3) (i32.load8_u (i32.add (local.get $0) (i32.const 1))))))
  (func (export "sum of addresses") (param $0 i32) (param $1 i32) (result i32)
    (i32.load8_u (i32.add (local.get $0) (local.get $1))))
  (func (export "difference of addresses") (param $0 i32) (param $1 i32) (result i32)
    (i32.load (i32.sub (local.get $0) (local.get $1))))
  (func (export "behind an address") (param $0 i32) (param $1 i32) (result i32)
    (i32.store8 offset=255 (local.get $1) (local.get $0))
    (i32.load8_u offset=50 (local.get $0)))
  (func (export "behind a sum") (param $0 i32) (param $1 i32) (result i64)
    (i64.load8_u offset=16 (i32.add (local.get $0) (local.get $1))))
  (table $functions 5 5 funcref)
  (elem $some (table $functions) (i32.const 1) func $sum $difference)
  (type $two (func (param i32 i32) (result i32)))
  (func $sum (type $two) (i32.add (local.get 0) (local.get 1)))
  (func $difference (type $two) (i32.sub (local.get 0) (local.get 1)))
  (func (export "by number") (param $0 i32) (param $1 i32) (result i32)
    (call_indirect $functions (type $two) (i32.mul (local.get $1) (i32.const 3)) (local.get $1)
      (i32.and (local.get $0) (i32.const 3))))
  (func (export "shorts") (param $0 i32) (param $1 i32) (result i32)
    (i32.store16 offset=4 (i32.const 201) (local.get $1))
    (i32.add (i32.load16_u offset=4 (i32.const 201)) (local.get $0)))
  (func (export "ints") (param $0 i32) (param $1 i32) (result i32)
    (local.set $0 (i32.and (local.get $0) (i32.const 0x7fffffff)))
    (i32.store offset=4 (local.get $0) (i32.add (local.get $1) (local.get $1)))
    (i32.load offset=4 (local.get $0)))
  (func (export "floats") (param $0 f64) (param $1 f64) (result f64)
    (f64.store (i32.const 64) (local.get $0))
    (f64.load (i32.const 64)))
  (func (export "bigs") (param $0 i64) (param $1 i64) (result i64)
    (i64.store (i32.const 67) (i64.sub (local.get $0) (local.get $1)))
    (i64.add (i64.load (i32.const 67)) (i64.load8_u (i32.const 70))))
  (func (export "unreachable") (param $0 i32) (param $1 i32) (result i32)
    (if (i32.lt_s (local.get $0) (local.get $1)) (then (unreachable)))
    (local.get $1))
  (func (export "copies") (param $0 i32) (param $1 i32) (result i32)
    (memory.copy (local.get $0) (local.get $1) (i32.const 300))
    (i32.load (local.get $0)))
  (func (export "grows") (param $0 i32) (param $1 i32) (result i32)
    (i32.add (memory.grow (i32.and (local.get $0) (i32.const 1))) (i32.mul (memory.size) (i32.const 100))))
`;

/** Their names, and of which type what they are given is. */
const PROGRAMS = Array.from(
  REST.matchAll(/\(export "([^"]+)"\) \(param \$0 (\w+)\)/g),
  ([, ...found]) => found,
);

const MODULE = `(module (memory $memory (export "memory") 1)
  (data (i32.const 16) "a\\00\\ff\\"\\\\\\n\\t\\e2")
  (data (i32.const 40) "further on")
  ${INSTRUCTIONS.map(functionsOf).join('\n')} ${REST})`;

/** What a call answers or does, as a text. */
function outcome(call) {
  try {
    const value = call();
    if (Object.is(value, -0)) return '-0';
    return String(typeof value === 'bigint' ? BigInt.asUintN(64, value) : value);
  } catch (error) {
    if (
      error instanceof RangeError ||
      error instanceof TypeError ||
      error instanceof WebAssembly.RuntimeError
    )
      return 'fails';
    throw error;
  }
}

/** An i64 is a BigInt that is not negative, inside. */
const asCore = (value) => (typeof value === 'bigint' ? BigInt.asUintN(64, value) : value);

describe('the translation of WebAssembly', { timeout: 60_000 }, () => {
  let folder;
  const made = {};

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-translation-'));
    const opt = (from, to, ...options) => {
      const args = [...FEATURES, ...options, join(folder, from), '-o', join(folder, to)];
      const { status, stderr } = spawnSync('wasm-opt', args, { env: toolEnv(), encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    };
    writeFileSync(join(folder, 'given.wat'), MODULE);
    opt('given.wat', 'given.wasm');
    writeFileSync(join(folder, 'single.wat'), withoutPairs(MODULE));
    opt('single.wat', 'flat.wat', ...FLAT, '--emit-text');
    writeFileSync(join(folder, 'core.mjs'), translated(readFileSync(join(folder, 'flat.wat'), 'utf8')));
    const { make } = await import(`file://${join(folder, 'core.mjs')}`);
    const module = new WebAssembly.Module(readFileSync(join(folder, 'given.wasm')));
    made.translated = () => make();
    made.original = () => new WebAssembly.Instance(module).exports;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Compares what an export answers to all values of these types; answers with how many different answers there were. */
  function compare(name, types) {
    const [original, translation] = [made.original(), made.translated()];
    const answers = new Set();
    for (const first of VALUES[types[0]]) {
      for (const second of types[1] ? VALUES[types[1]] : [undefined]) {
        const given = [first, second].slice(0, types.length);
        const expected = outcome(() => original[name](...given));
        const answered = outcome(() => translation[name](...given.map(asCore)));
        assert.equal(answered, expected, `${name} of ${given.join(', ')}`);
        answers.add(expected);
      }
    }
    return answers.size;
  }

  for (const [at, [name, types, answer]] of INSTRUCTIONS.entries()) {
    it(name, () => {
      assert.ok(compare(String(at), types) > 1);
      if (answer !== 'i32') return;
      for (const use of usesOf(types)) compare(`${at} ${use}`, types);
    });
  }

  for (const [name, type] of PROGRAMS) {
    it(name, () => assert.ok(compare(name, [type, type]) > 1));
  }

  it('takes a module without globals and functions of a table', async () => {
    const module =
      '(module (memory $0 1) (data $0 (i32.const 0) "a") (export "one" (func $0)) (func $0 (result i32) (i32.const 1)))';
    const { make } = await import(`data:text/javascript,${encodeURIComponent(translated(module))}`);
    assert.equal(make().one(), 1);
  });

  it('says which instruction it does not know', () => {
    const module =
      '(module (memory $0 1) (data $0 (i32.const 0) "a") (func $0 (result i32) (i32.popcnt (i32.const 1))))';
    assert.throws(() => translated(module), /not known: i32\.popcnt/);
  });
});
