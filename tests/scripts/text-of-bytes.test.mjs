// The text that carries the core inside the package.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { decoder } from '../../scripts/build/decoder.mjs';
import { textOfBytes } from '../../scripts/build/text-of-bytes.mjs';
import { root } from '../../scripts/lib/project.mjs';

const { instance } = await WebAssembly.instantiate(await decoder());

/** What js/entry/inline.ts does. */
function bytesOf({ text, shift }) {
  const { memory, decode } = instance.exports;
  memory.grow(Math.ceil(text.length / 65536));
  const { written } = new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer));
  return Buffer.from(memory.buffer.slice(0, decode(written, shift)));
}

describe('bytes as a text', () => {
  it('come back, whichever of them are frequent', () => {
    for (const frequent of [0, 13, 96, 126, 128, 255]) {
      const bytes = Buffer.from([...Array(256).keys(), ...Array(70_000).fill(frequent)]);
      assert.deepEqual(bytesOf(textOfBytes(bytes)), bytes);
    }
  });

  it('use no character that a charset, a literal or a minifier changes', () => {
    const { text } = textOfBytes(Buffer.from([...Array(256).keys()]));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
    assert.match(text, /^[\x01-\x06\x09\x10-\x1a\x1c-\x7e]*$/);
    assert.doesNotMatch(text, /["'`\\$]/);
  });

  it('stand in the package as they are', () => {
    const bundle = readFileSync(join(root, 'dist', 'index.js'), 'latin1');
    const { text } = textOfBytes(readFileSync(join(root, 'pkg', 'throughline_bg.wasm')));
    assert.ok(bundle.includes(text));
  });
});
