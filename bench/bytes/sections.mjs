// What a WebAssembly module is made of: the size of its sections, and of each function by its name.
// https://webassembly.github.io/spec/core/binary/modules.html

const [CUSTOM, IMPORT, CODE] = [0, 2, 10];
const SECTIONS = [
  'custom',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'global',
  'export',
  'start',
].concat(['element', 'code', 'data', 'data count', 'tag']);

/**
 * @param {Uint8Array} bytes
 * @returns {{ sections: Record<string, number>, functions: { name: string, size: number }[] }} bytes, names without
 *   those of imports
 */
export function readModule(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return Buffer.from(bytes.subarray(at - length, at)).toString();
  };
  const limits = () => {
    const flags = bytes[at++];
    number();
    if (flags & 1) number();
  };
  // Only functions are numbered with the code; the others are passed over.
  const importKinds = [
    () => number(),
    () => {
      at += 1;
      limits();
    },
    limits,
    () => {
      at += 2;
    },
    () => {
      at += 1;
      number();
    },
  ];

  const sections = {};
  const sizes = [];
  const names = new Map();
  let imported = 0;
  while (at < bytes.length) {
    const id = bytes[at++];
    const length = number();
    const end = at + length;
    const section = SECTIONS[id] ?? `section ${id}`;
    const custom = id === CUSTOM ? text() : undefined;
    // What names add is not in the module that is shipped.
    if (custom === undefined) sections[section] = (sections[section] ?? 0) + length;
    if (id === IMPORT) {
      for (let left = number(); left > 0; left--) {
        text();
        text();
        const kind = bytes[at++];
        if (kind === 0) imported += 1;
        importKinds[kind]();
      }
    } else if (id === CODE) {
      for (let left = number(); left > 0; left--) {
        const size = number();
        sizes.push(size);
        at += size;
      }
    } else if (custom === 'name') {
      while (at < end) {
        const [kind, size] = [bytes[at++], number()];
        const next = at + size;
        if (kind === 1) for (let left = number(); left > 0; left--) names.set(number(), text());
        at = next;
      }
    }
    at = end;
  }
  const functions = sizes.map((size, index) => ({ size, name: names.get(index + imported) ?? '' }));
  return { sections, functions };
}
