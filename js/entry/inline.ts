// The core inside the package: compiled on the spot, so that `init` is synchronous.

import { decoder, shift, text } from 'throughline:wasm';
import type { Exports } from '../border.js';
import { provide } from '../core.js';
import { hooks } from '../hooks.js';

provide((imports) => {
  const module = new WebAssembly.Module(bytesOf(text));
  return new WebAssembly.Instance(module, imports).exports as unknown as Exports;
}, hooks);

/** What scripts/build/decoder.wat exports. */
interface Decoder {
  memory: WebAssembly.Memory;
  decode(length: number, shift: number): number;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const module = new WebAssembly.Module(Uint8Array.from(atob(decoder), (byte) => byte.charCodeAt(0)));
  const { memory, decode } = new WebAssembly.Instance(module).exports as unknown as Decoder;
  memory.grow(Math.ceil(text.length / 65536));
  const { written } = new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer));
  return new Uint8Array(memory.buffer, 0, decode(written, shift));
}
