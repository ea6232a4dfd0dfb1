// Reads the instructions of a WebAssembly module, for text-of-core.mjs: each with the numbers that follow it.
import { Problem } from '../lib/say.mjs';

/** How many plain numbers follow an instruction; other kinds begin at RAW. */
export const [NONE, ONE, TWO, RAW, ACCESS, BLOCK, END, CONST, LOCAL] = Array.from(
  { length: 9 },
  (_, kind) => kind,
);

/** Of the instructions that have anything behind them: `[first, last, kind]`. All others up to LAST have nothing. */
const KINDS = [
  [0x02, 0x04, BLOCK],
  [0x0b, 0x0b, END],
  [0x0c, 0x0d, ONE], // br, br_if
  [0x0e, 0x0e, RAW], // br_table
  [0x10, 0x10, ONE], // call
  [0x11, 0x11, TWO], // call_indirect
  [0x1c, 0x1c, RAW], // select of a type
  [0x20, 0x20, LOCAL],
  [0x21, 0x26, ONE], // local.set, local.tee, global.…, table.…
  [0x28, 0x3e, ACCESS],
  [0x3f, 0x40, ONE], // memory.size, memory.grow
  [0x41, 0x41, CONST],
  [0x42, 0x44, RAW], // i64.const, f32.const, f64.const
  [0xd0, 0xd0, ONE], // ref.null
  [0xd2, 0xd2, ONE], // ref.func
  [0xfc, 0xfc, RAW], // conversions that saturate, memory.copy and its like
];

/** Of exceptions, tail calls and garbage collection: none of them is in a core that every browser can read. */
const UNKNOWN = [
  [0x06, 0x0a],
  [0x12, 0x19],
  [0x1d, 0x1f],
  [0x27, 0x27],
  [0xc5, 0xcf],
  [0xd3, 0xfb],
  [0xfd, 0xff],
];

const within =
  (op) =>
  ([first, last]) =>
    op >= first && op <= last;

/** @param {number} op @returns {number} its kind */
export function kindOf(op) {
  if (UNKNOWN.some(within(op)))
    throw new Problem(
      `The core has the instruction 0x${op.toString(16)}: let scripts/build/instructions.mjs say what follows it.`,
    );
  return KINDS.find(within(op))?.[2] ?? NONE;
}

/**
 * @param {Uint8Array} bytes a module
 * @returns {{ start: number, end: number, functions: { locals: number[][], code: { op: number, kind: number,
 *   numbers: number[] }[] }[] }} where the section of the code lies, and what is in it
 */
export function readCode(bytes) {
  const reader = readerOf(bytes, 8);
  while (reader.at() < bytes.length) {
    const start = reader.at();
    const section = reader.byte();
    const end = reader.unsigned() + reader.at();
    if (section === 10)
      return { start, end, functions: Array.from({ length: reader.unsigned() }, () => readFunction(reader)) };
    reader.go(end);
  }
  throw new Problem('The core has no code: let scripts/build/instructions.mjs look for it otherwise.');
}

function readFunction(reader) {
  const end = reader.unsigned() + reader.at();
  const locals = Array.from({ length: reader.unsigned() }, () => [reader.unsigned(), reader.byte()]);
  const code = [];
  while (reader.at() < end) {
    const op = reader.byte();
    const kind = kindOf(op);
    code.push({ op, kind, numbers: numbersOf(op, kind, reader) });
  }
  return { locals, code };
}

function numbersOf(op, kind, reader) {
  if (kind === ONE || kind === LOCAL) return [reader.unsigned()];
  if (kind === TWO) return [reader.unsigned(), reader.unsigned()];
  if (kind === BLOCK) return [reader.byte()];
  if (kind === CONST) return [reader.signed()];
  if (kind === ACCESS) {
    reader.unsigned(); // How it is aligned is a hint, which the usual processors have no use for.
    return [reader.unsigned()];
  }
  return kind === RAW ? reader.bytes(() => skip(op, reader)) : [];
}

/** Passes by what follows an instruction that is kept as it is. */
function skip(op, reader) {
  const several = (count) => {
    for (let rest = count; rest > 0; rest--) reader.unsigned();
  };
  if (op === 0x0e) several(reader.unsigned() + 1);
  else if (op === 0x1c) several(reader.unsigned());
  else if (op === 0x42) several(1);
  else if (op === 0x43 || op === 0x44) reader.go(reader.at() + (op === 0x43 ? 4 : 8));
  else {
    const operands = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1][reader.unsigned()];
    if (operands === undefined) kindOf(0xfd);
    several(operands);
  }
}

function readerOf(bytes, start) {
  let at = start;
  const reader = {
    at: () => at,
    go: (to) => {
      at = to;
    },
    byte: () => bytes[at++],
    bytes(pass) {
      const from = at;
      pass();
      return [...bytes.subarray(from, at)];
    },
    unsigned() {
      let [value, scale, byte] = [0, 1, 128];
      for (; byte & 128; scale *= 128) {
        byte = bytes[at++];
        value += (byte & 127) * scale;
      }
      return value;
    },
    signed() {
      const from = at;
      const value = reader.unsigned();
      const scale = 128 ** (at - from);
      return value < scale / 2 ? value : value - scale;
    },
  };
  return reader;
}
