// The two cores that are built, as programs of Node: what js/core/ asks them, byte by byte.
import { readFileSync } from 'node:fs';
import { CORE, TRANSLATED } from '../../scripts/build/core.mjs';

const LEAST_ROOM = 16_384;

/** What makes the core that is WebAssembly, and the one that is JavaScript. */
export async function makersOfCores() {
  const module = new WebAssembly.Module(readFileSync(CORE));
  const { make } = await import(`file://${TRANSLATED}`);
  return [() => new WebAssembly.Instance(module).exports, make];
}

/** Questions that are answered by a number. */
const NUMBERS = ['decide', 'limited', 'retry', 'backoff', 'spacing'];

/** A core that is asked as js/core/abi.ts asks it; a fault answers `fault`, and the next question goes to a new core. */
export function asked(make) {
  let core;
  let size = 0;
  const encoder = new TextEncoder();

  function roomFor(length) {
    if (length > size) {
      size = Math.max(LEAST_ROOM, 2 * length);
      core.room(size);
    }
    return core.room(size);
  }

  const guarded = (question) => {
    core ??= make();
    try {
      return question();
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
      core = undefined;
      size = 0;
      return 'fault';
    }
  };

  return {
    /** The text of an answer, a character for each byte, or its number; undefined where there is none. */
    ask: (name, texts, numbers) =>
      guarded(() => {
        const encoded = texts.map((text) => encoder.encode(text));
        const all = Buffer.concat(encoded);
        const room = roomFor(all.length);
        new Uint8Array(core.memory.buffer, room, all.length).set(all);
        const at = core[name](...encoded.map(({ length }) => length), ...numbers);
        if (NUMBERS.includes(name)) return at;
        if (at === 0) return undefined;
        const { buffer } = core.memory;
        return Buffer.from(buffer, at, new DataView(buffer).getUint32(at - 4, true)).toString('latin1');
      }),
    /** When a root ends, and the numbers that are there afterwards. */
    idleEnd: (head, children) =>
      guarded(() => {
        const given = [...head, ...children.flat()];
        const room = roomFor(8 * given.length);
        new Float64Array(core.memory.buffer, room, given.length).set(given);
        const end = core.idle_end(children.length);
        return [end, ...new Float64Array(core.memory.buffer, room, given.length)];
      }),
  };
}
