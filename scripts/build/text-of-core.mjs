// The core as a text that survives every tool and every charset, and that compresses better than its bytes.
//
// A compressor knows nothing of WebAssembly: it sees instructions, numbers of locals, constants and addresses in turn.
// So the instructions stand in one row here, and what follows each kind of them in a row of its own, from which decoder.wat
// makes the module again: after brotli 12 % less than the module, and 15 % less than the same bytes as a text. Constants and
// locals stand apart by the instruction that comes next, which mostly says what they are for. How an access to the memory
// is aligned is left out (the module says 0 then, which promises nothing): that is a hint, and processors do without.
//
// Only characters are used that all charsets of the web have in one place (a script tag on a page in windows-1252 or
// Shift_JIS reads the same text), and none that a minifier would write as an escape.
import { Problem } from '../lib/say.mjs';
import { CONST, kindOf, LOCAL, RAW, readCode } from './instructions.mjs';

/** Characters that are not used: what ends or escapes a literal, what tools escape, what switches charsets. */
const UNSAFE = new Set([0, 7, 8, 10, 11, 12, 13, 14, 15, 27, 34, 36, 39, 92, 96, 127]);
const CHARACTERS = Array.from({ length: 128 }, (_, code) => code)
  .filter((code) => !UNSAFE.has(code))
  .map((code) => String.fromCharCode(code));

/** Smaller numbers are one character. In larger ones, the last character is one of the first LAST. */
const SMALL = 96;
const LAST = 64;

/** What is not code has so much taken off each byte (modulo 256), so that letters are one character. */
const SHIFT = 32;

/** @param {number} number @returns {string} */
export function textOfNumber(number) {
  if (number < SMALL) return CHARACTERS[number];
  let high = Math.floor((number - SMALL) / LAST);
  let text = CHARACTERS[(number - SMALL) % LAST];
  const base = CHARACTERS.length - LAST;
  for (; high >= CHARACTERS.length - SMALL; high = Math.floor(high / base))
    text = CHARACTERS[LAST + (high % base)] + text;
  return CHARACTERS[SMALL + high] + text;
}

const textOfNumbers = (numbers) => numbers.map(textOfNumber).join('');

/**
 * @param {Uint8Array} bytes a module
 * @returns {string}
 */
export function textOfCore(bytes) {
  const { start, end, functions } = readCode(bytes);
  const ops = instructionsOf(functions);
  const characters = new Map(ops.map((op, index) => [op, CHARACTERS[index]]));
  const rows = new Map();
  /** The row for each instruction, for constants before it, and for locals before it. */
  const rowOf = (op, which) => {
    const name = `${which} ${op}`;
    if (!rows.has(name)) rows.set(name, []);
    return rows.get(name);
  };
  let instructions = '';
  const shapes = [];
  for (const { locals, code } of functions) {
    shapes.push(locals.length, ...locals.flatMap(([count, type]) => [count, 128 - type]));
    for (const [index, { op, kind, numbers }] of code.entries()) {
      instructions += characters.get(op);
      const next = code[index + 1]?.op;
      if (kind === CONST)
        rowOf(next, 'const').push(...numbers.map((value) => (value < 0 ? -2 * value - 1 : 2 * value)));
      else if (kind === LOCAL) rowOf(next, 'local').push(...numbers);
      else rowOf(op, 'own').push(...(kind === RAW ? [numbers.length] : []), ...numbers);
    }
  }
  const texts = ['own', 'const', 'local'].flatMap((which) =>
    CHARACTERS.map((_, index) => textOfNumbers(rows.get(`${which} ${ops[index]}`) ?? [])),
  );
  const outside = (part) => [part.length, ...Array.from(part, (byte) => (byte - SHIFT) & 255)];
  const first = textOfNumbers([
    ...CHARACTERS.map((_, index) => ops[index] ?? 0),
    ...CHARACTERS.map((_, index) => kindOf(ops[index] ?? 0)),
    ...texts.map((text) => text.length),
    ...outside(bytes.subarray(0, start + 1)),
    functions.length,
    ...shapes,
    ...outside(bytes.subarray(end)),
  ]);
  return [textOfNumber(first.length), first, ...texts, instructions].join('');
}

/** The instructions in use: the first is written as the first of CHARACTERS, and so on. */
function instructionsOf(functions) {
  const used = new Set(functions.flatMap(({ code }) => code.map(({ op }) => op)));
  if (used.size > CHARACTERS.length)
    throw new Problem(
      `The core has ${used.size} kinds of instructions, more than scripts/build/text-of-core.mjs has characters.`,
    );
  return [...used].sort((a, b) => a - b);
}
