// The text that carries the core inside the package: the decoder makes the same module of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { transformSync } from 'esbuild';
import { CORE } from '../../scripts/build/core.mjs';
import { decode, textOfCore } from '../../scripts/build/text-of-core.mjs';
import { root } from '../../scripts/lib/project.mjs';

describe('the core as a text', () => {
  it('becomes the same bytes again, whatever they are', () => {
    const pairs = Uint8Array.from({ length: 65_536 * 2 }, (_, at) => (at % 2 ? at >> 1 : at >> 9));
    for (const bytes of [pairs, Uint8Array.of(), Uint8Array.of(0), Uint8Array.of(255, 80)]) {
      assert.deepEqual(Buffer.from(decode(textOfCore(bytes))), Buffer.from(bytes));
    }
    const core = readFileSync(CORE);
    const again = decode(textOfCore(core));
    assert.deepEqual(Buffer.from(again), core);
    assert.ok(WebAssembly.validate(again));
  });

  it('is read by the package as it is here', async () => {
    const source = readFileSync(join(root, 'js', 'core', 'decode.ts'), 'utf8');
    const { code } = transformSync(source, { loader: 'ts' });
    const twin = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const bytes = Uint8Array.from({ length: 1024 }, (_, at) => at);
    assert.deepEqual(twin.decode(textOfCore(bytes)), decode(textOfCore(bytes)));
  });

  it('uses no character that a charset, a literal or a minifier changes, and stands in the package as it is', () => {
    const text = textOfCore(readFileSync(CORE));
    assert.match(text, /^[ -~]*$/);
    assert.doesNotMatch(text, /["'`\\$<]/);
    for (const file of ['index.js', 'throughline.min.js']) {
      assert.ok(readFileSync(join(root, 'dist', file), 'latin1').includes(`"${text}"`), file);
    }
  });
});
