// The core inside the package: compiled on the spot, so that `init` is synchronous.

import { decoder, text } from 'throughline:wasm';
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
  decode(length: number): number;
}

/** Where it takes the text from, and puts the core behind it. */
const START = 65536;

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const module = new WebAssembly.Module(Uint8Array.from(atob(decoder), (byte) => byte.charCodeAt(0)));
  const { memory, decode } = new WebAssembly.Instance(module).exports as unknown as Decoder;
  // Two characters can become three bytes, and there is no more that they can become.
  memory.grow(Math.ceil((text.length * 3) / START));
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, START));
  return new Uint8Array(memory.buffer, START + text.length, decode(text.length));
}
