// The core inside the package: compiled on the spot, so that `init` is synchronous.

import { core, initSync } from 'throughline:core';
import { decoder, text } from 'throughline:wasm';
import { provide } from '../core.js';
import { hooks } from '../hooks.js';

provide(() => {
  const { memory } = initSync({ module: bytesOf(text) });
  return [core, memory];
}, hooks);

/** What scripts/build/decoder.wat exports. */
interface Decoder {
  memory: WebAssembly.Memory;
  decode(length: number): number;
}

/** Where it takes the text from, and puts the core behind it. */
const START = 65536;

function bytesOf(text: string): Uint8Array {
  const module = new WebAssembly.Module(Uint8Array.from(atob(decoder), (byte) => byte.charCodeAt(0)));
  const { memory, decode } = new WebAssembly.Instance(module).exports as unknown as Decoder;
  // Two characters can become three bytes, and there is no more that they can become.
  memory.grow(Math.ceil((text.length * 3) / START));
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, START));
  return new Uint8Array(memory.buffer, START + text.length, decode(text.length));
}
