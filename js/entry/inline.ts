// The core inside the package: compiled on the spot, so that `init` is synchronous.

import { shift, text } from 'throughline:wasm';
import * as glue from '../../pkg/throughline.js';
import { provide } from '../core.js';
import { hooks } from '../hooks.js';

provide(() => {
  const { memory } = glue.initSync({ module: bytesOf(text, shift) });
  return [glue, memory];
}, hooks);

/** The reverse of scripts/build/text-of-bytes.mjs. */
function bytesOf(text: string, shift: number): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    let byte = text.charCodeAt(at);
    if (byte === 126) byte = text.charCodeAt(++at) + 128;
    else if (byte === 124) byte = text.charCodeAt(++at) * 16 + text.charCodeAt(++at) - 64;
    // Only the lower eight bits are kept.
    bytes[length++] = byte - shift;
  }
  return bytes.subarray(0, length);
}
