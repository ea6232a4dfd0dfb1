// Before the core of `throughline/slim` has come, a request carries headers only if the core would allow it: on every line of the
// vectors that the core obeys.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bundlePackage } from '../../scripts/build/bundle.mjs';
import { root } from '../../scripts/lib/project.mjs';

const PAGE = 'https://shop.test';
const VECTORS = readFileSync(join(root, 'tests', 'vectors', 'targets.txt'), 'utf8');

/** The lines: where a request goes, the targets, and whether the core allows headers. */
const lines = VECTORS.split('\n').flatMap((line) => {
  const [, href, rule] = line.startsWith('#') ? [] : line.split(' | ');
  if (!rule) return [];
  const [given, answer] = rule.split(' => ');
  const words = given === '[]' ? [] : given.split(' ');
  const pattern = (word) => (word.startsWith('re:') ? new RegExp(word.slice(3)) : word);
  return [
    { line, href, targets: given === 'unset' ? undefined : words.map(pattern), allowed: answer === 'yes' },
  ];
});

describe('what is surely allowed', async () => {
  const { bundled } = await bundlePackage({
    entry: 'tests/support/surely.ts',
    file: 'surely.js',
    core: 'delivered',
  });
  const { isSurelyAllowed, targetsOf } = await import(
    `data:text/javascript,${encodeURIComponent(bundled.code)}`
  );
  const isAllowed = (href, targets, tunnel = '') => {
    const read = targetsOf({ option: () => targets });
    return isSurelyAllowed(new URL(href), PAGE, read, tunnel);
  };

  it('is allowed by the core', () => {
    const surely = lines.filter(({ href, targets }) => isAllowed(href, targets));
    assert.deepEqual(
      surely.filter(({ allowed }) => !allowed),
      [],
    );
    // Of those that the core allows: the own origin, and patterns.
    assert.ok(surely.length >= 10, `${surely.length} of ${lines.length}`);
    assert.ok(surely.some(({ targets }) => targets === undefined));
    assert.ok(surely.some(({ targets }) => targets?.length === 1));
  });

  it('is not where an SDK sends what it has recorded', () => {
    for (const path of ['/api/1/envelope/', '/api/1/store/', '/v1/traces', '/x?sentry_key=1', '/tunnel']) {
      assert.equal(isAllowed(PAGE + path, undefined, `${PAGE}/tunnel`), false, path);
    }
    assert.equal(isAllowed(`${PAGE}/tunnel/2`, undefined, `${PAGE}/tunnel`), true);
  });
});
