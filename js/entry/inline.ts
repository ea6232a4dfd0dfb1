// The core inside the package: compiled synchronously, when it is first needed.

import { decoder, takeText } from 'throughline:wasm';
import type { Exports } from '../border.js';
import { provide } from '../core.js';
import { hooks } from '../hooks.js';

provide(() => {
  // Small, and needed first: where this may be compiled, the core may be as well.
  const module = new WebAssembly.Module(Uint8Array.from(atob(decoder), (byte) => byte.charCodeAt(0)));
  return (imports) => {
    const core = new WebAssembly.Module(bytesOf(takeText(), module));
    return new WebAssembly.Instance(core, imports).exports as unknown as Exports;
  };
}, hooks);

/** What scripts/build/decoder.wat exports. */
interface Decoder {
  memory: WebAssembly.Memory;
  decode(length: number): number;
}

/** Where it takes the text from, and puts the core behind it. */
const START = 65536;

function bytesOf(text: string, module: WebAssembly.Module): Uint8Array<ArrayBuffer> {
  const { memory, decode } = new WebAssembly.Instance(module).exports as unknown as Decoder;
  // Two characters can become three bytes, and there is no more that they can become.
  memory.grow(Math.ceil((text.length * 3) / START));
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, START));
  return new Uint8Array(memory.buffer, START + text.length, decode(text.length));
}
