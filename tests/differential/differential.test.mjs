// The same scripts with the reference and with ours, in the same browser: what they answer, what escapes from
// them and what a real server receives must be the same, but for the differences that differences.mjs lists.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { differences } from './differences.mjs';
import { useHarness } from './harness.mjs';
import { normalise } from './normalise.mjs';

const files = readdirSync(new URL('scripts', import.meta.url)).sort();
const areas = await Promise.all(
  files.map(async (file) => [
    file.replace('.mjs', ''),
    Object.values(await import(`./scripts/${file}`)).flat(),
  ]),
);
const names = areas.flatMap(([, scripts]) => scripts.map(({ name }) => name));

/** However busy the machine is, only what hangs takes longer, in milliseconds. */
const PATIENCE = { script: 120_000, suite: 3_600_000 };

describe('ours and the reference', { timeout: PATIENCE.suite }, () => {
  const harness = useHarness();

  for (const [area, scripts] of areas) {
    describe(area, () => {
      for (const script of scripts) {
        it(script.name, { timeout: PATIENCE.script }, async () => {
          const { ours, peer } = await harness.observe(script);
          // A script with a mistake of its own would fail alike with both, and compare nothing.
          assert.equal(peer.threw, undefined, 'the script does not run with the reference');
          compare(script, normal(script, ours), normal(script, peer));
        });
      }
    });
  }

  it('no two scripts have one name', () => assert.equal(new Set(names).size, names.length));

  it('every known difference has a reason and a script', () => {
    for (const { reason, scripts } of differences) {
      assert.ok(reason);
      for (const name of Array.isArray(scripts) ? scripts : []) assert.ok(names.includes(name), name);
      assert.ok(
        names.some((name) => concerns({ scripts }, name)),
        reason,
      );
    }
  });
});

/** Ours must equal the reference with all differences that are known for the script, and not with fewer. */
function compare({ name }, ours, peer) {
  const known = differences.filter((difference) => concerns(difference, name));
  assert.deepEqual(ours, adapted(peer, known));
  for (const one of known) {
    const others = known.filter((difference) => difference !== one);
    assert.ok(!isDeepStrictEqual(ours, adapted(peer, others)), `no longer a difference: ${one.reason}`);
  }
}

function adapted(observed, known) {
  const seen = structuredClone(observed);
  for (const { adapt } of known) adapt(seen);
  return seen;
}

function concerns({ scripts }, name) {
  return Array.isArray(scripts) ? scripts.includes(name) : scripts.test(name);
}

/** What is compared: all of it, or without what was sent where that says more than the script is about. */
function normal({ run, given = '', head = '', only }, observed) {
  const seen = only === 'result' ? { ...observed, envelopes: [] } : observed;
  return normalise(seen, `${run} ${given} ${head}`);
}
