// What the translated core stands on: its memory, and the instructions that are more than an operator.

/**
 * What code may call, of which it has what it calls. An address may come with a sign, or too large for an i32; the offset is added
 * to what it is in WebAssembly, where it has no sign and nothing is lost of the sum.
 */
const FUNCTIONS = `
  function fail() { throw new RangeError(); }

  function pages() { return memory.length >> 16; }
  function grow(more) {
    const old = memory;
    use(new Uint8Array(old.length + (more << 16)));
    memory.set(old);
    return old.length >> 16;
  }
  function copy(to, from, length) {
    if ((to | from | length) < 0 || Math.max(to, from) + length > memory.length) fail();
    memory.copyWithin(to, from, from + length);
  }

  function readInt(at, offset = 0) { return view.getInt32((at >>> 0) + offset, true); }
  function readByte(at, offset = 0) { return view.getUint8((at >>> 0) + offset); }
  function readSignedByte(at, offset = 0) { return view.getInt8((at >>> 0) + offset); }
  function readShort(at, offset = 0) { return view.getUint16((at >>> 0) + offset, true); }
  function readBig(at, offset = 0) { return view.getBigUint64((at >>> 0) + offset, true); }
  function readFloat(at, offset = 0) { return view.getFloat64((at >>> 0) + offset, true); }
  function writeInt(at, value, offset = 0) { view.setInt32((at >>> 0) + offset, value, true); }
  function writeByte(at, value, offset = 0) { view.setInt8((at >>> 0) + offset, value); }
  function writeShort(at, value, offset = 0) { view.setInt16((at >>> 0) + offset, value, true); }
  function writeBig(at, value, offset = 0) { view.setBigUint64((at >>> 0) + offset, value, true); }
  function writeFloat(at, value, offset = 0) { view.setFloat64((at >>> 0) + offset, value, true); }

  function choose(first, second, isFirst) { return isFirst ? first : second; }
  function divide(by, value) { return value ? (by / value) >>> 0 : fail(); }
  function wrap(value) { return BigInt.asUintN(64, value); }
  function whole(value) { return value > 0 ? (value < 2 ** 64 ? BigInt(Math.trunc(value)) : wrap(-1n)) : 0n; }
  function bits(value) {
    const number = new DataView(new ArrayBuffer(8));
    number.setFloat64(0, value);
    return number.getBigUint64(0);
  }
  function nearest(value) {
    const size = Math.abs(value);
    if (!(size < 2 ** 52)) return value;
    // Sums that large have no fractions.
    const even = size + 2 ** 52 - 2 ** 52;
    return 1 / value < 0 ? -even : even;
  }
`
  .split(/\n(?= {2}function )/)
  .slice(1);

const nameOf = (text) => /function (\w+)/.exec(text)[1];

/** Whether code calls a function. */
const calls = (code, name) => new RegExp(`\\b(?<!function )${name}\\(`).test(code);

/** The functions that code calls, and those that they call in turn. @param {string} code @returns {string} */
function calledBy(code) {
  const found = new Set();
  const find = (within) => {
    for (const text of FUNCTIONS) {
      if (found.has(text) || !calls(within, nameOf(text))) continue;
      found.add(text);
      find(text);
    }
  };
  find(code);
  return [...found].join('\n');
}

/**
 * The beginning of the function that makes a core. Each has a memory of its own, which fails where WebAssembly's does: a DataView
 * throws where an address lies outside of it.
 *
 * @param {number} pages of 64 KiB, how large the memory is at first
 * @param {number} at where the constants lie
 * @param {string} constants a literal, a character for each byte
 * @param {string} code what follows
 */
export const runtime = (pages, at, constants, code) => `
  let memory, view;
  function use(bytes) {
    memory = bytes;
    view = new DataView(bytes.buffer);
  }
  use(new Uint8Array(${pages} << 16));
  for (let constants = ${constants}, at = constants.length; at--; ) memory[${at} + at] = constants.charCodeAt(at);
  ${calledBy(code)}
`;
