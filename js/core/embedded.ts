// The core as WebAssembly that the bundle has inside, as text.

import { takeText } from 'throughline:wasm';
import { decode } from './decode.js';
import type { Exports } from './exports.js';

/** Compiles the core, and answers with what makes one. Throws where WebAssembly may not run. */
export function prepare(): () => Exports {
  const module = new WebAssembly.Module(decode(takeText()));
  return () => new WebAssembly.Instance(module).exports as unknown as Exports;
}
