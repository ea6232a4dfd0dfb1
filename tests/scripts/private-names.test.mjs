// The names that the build makes shorter: nobody but the package's own code uses them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PRIVATE_NAMES } from '../../scripts/build/private-names.mjs';
import { root } from '../../scripts/lib/project.mjs';

/** The text of files below a folder, without comments. */
function textsIn(folder, wanted) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => wanted.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''));
}

const found = (texts, pattern) => new Set(texts.flatMap((text) => text.match(pattern) ?? []));

/**
 * Names that objects of others have too, and that are written as texts for those, so that they stay: a method of OpenTelemetry's
 * propagators (js/opentelemetry/propagator.ts, of which tests/node/opentelemetry-headers.test.mjs asks for it).
 */
const ALSO_THEIRS = ['fields'];

describe('private names', () => {
  it('are used by our sources, and none is listed twice', () => {
    const words = found(textsIn(join(root, 'js'), /\.ts$/), /[\w$]+/g);
    assert.deepEqual(
      PRIVATE_NAMES.filter((name) => !words.has(name)),
      [],
    );
    assert.equal(new Set(PRIVATE_NAMES).size, PRIVATE_NAMES.length);
  });

  it('are no members of what the platform has', () => {
    const library = join(root, 'node_modules', '@typescript');
    const members = found(
      textsIn(library, /lib\.(dom|es)[^/]*\.d\.ts$/),
      /^\s+(?:readonly |get |set )?[\w$]+(?=\??[:(<])/gm,
    );
    const names = new Set([...members].map((member) => member.trim().split(' ').at(-1)));
    assert.ok(names.has('addEventListener') && names.has('padStart') && names.has('encodeInto'));
    assert.deepEqual(
      PRIVATE_NAMES.filter((name) => names.has(name)),
      [],
    );
  });

  it('are no members of what a page passes in or gets, and are not read as texts', () => {
    const types = textsIn(join(root, 'js', 'types'), /\.ts$/);
    const api = ['api', 'node'].flatMap((room) =>
      textsIn(join(root, 'js', room), /\.ts$/).map(
        (text) => text.match(/^export interface [\s\S]*?^}/gm)?.join('\n') ?? '',
      ),
    );
    const members = found([...types, ...api], /[\w$]+(?=\??:)/g);
    assert.ok(members.has('tracesSampleRate') && members.has('onlyIfParent'));
    const texts = found(textsIn(join(root, 'js'), /\.ts$/), /(?<=['"])[\w$]+(?=['"])/g);
    assert.deepEqual(
      PRIVATE_NAMES.filter((name) => members.has(name) || (texts.has(name) && !ALSO_THEIRS.includes(name))),
      [],
    );
  });
});
