// What the translated core stands on: its memory, and the instructions that are more than an operator.

/**
 * The beginning of the function that makes a core. Each has a memory of its own, which fails where WebAssembly's does: a DataView
 * throws where an address lies outside of it. Functions that nothing calls the bundler leaves out.
 *
 * @param {number} pages of 64 KiB, how large the memory is at first
 * @param {number} at where the constants lie
 * @param {string} constants a literal, a character for each byte
 */
export const runtime = (pages, at, constants) => `
  let memory, view;
  function use(bytes) {
    memory = bytes;
    view = new DataView(bytes.buffer);
  }
  use(new Uint8Array(${pages} << 16));
  for (let constants = ${constants}, at = constants.length; at--; ) memory[${at} + at] = constants.charCodeAt(at);

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

  function readInt(at) { return view.getInt32(at, true); }
  function readByte(at) { return view.getUint8(at); }
  function readSignedByte(at) { return view.getInt8(at); }
  function readBig(at) { return view.getBigUint64(at, true); }
  function readFloat(at) { return view.getFloat64(at, true); }
  function writeInt(at, value) { view.setInt32(at, value, true); }
  function writeByte(at, value) { view.setInt8(at, value); }
  function writeBig(at, value) { view.setBigUint64(at, value, true); }
  function writeFloat(at, value) { view.setFloat64(at, value, true); }

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
`;
