// The core inside the package: compiled on the spot, so that `init` is synchronous.

import { core, initSync } from 'throughline:core';
import { decoder, shift, text } from 'throughline:wasm';
import { provide } from '../core.js';
import { hooks } from '../hooks.js';

provide(() => {
  // Small, and needed first: where this may be compiled, the core may be as well.
  const module = new WebAssembly.Module(Uint8Array.from(atob(decoder), (byte) => byte.charCodeAt(0)));
  return () => {
    const { memory } = initSync({ module: bytesOf(text, module) });
    return [core, memory];
  };
}, hooks);

/** What scripts/build/decoder.wat exports. */
interface Decoder {
  memory: WebAssembly.Memory;
  decode(length: number, shift: number): number;
}

function bytesOf(text: string, module: WebAssembly.Module): Uint8Array {
  const { memory, decode } = new WebAssembly.Instance(module).exports as unknown as Decoder;
  memory.grow(Math.ceil(text.length / 65536));
  const { written } = new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer));
  return new Uint8Array(memory.buffer, 0, decode(written, shift));
}
