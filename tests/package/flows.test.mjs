// What live spans of JavaScript and of Rust must do alike: the flows of tests/vectors/flows/, run on js/. `cargo test` runs the
// same on src/app/.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { bundleOfSpans, runFlow } from '../support/flows.mjs';

const folder = new URL('../vectors/flows/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

it('flows are there', () => assert.ok(files.length > 20));

for (const core of ['embedded', 'translated']) {
  describe(`flows, with the core that is ${core}`, () => {
    let script;
    before(async () => {
      script = await bundleOfSpans(core);
    });

    for (const file of files) {
      it(file.replace('.txt', '').replaceAll('-', ' '), () => {
        const [program, expected] = readFileSync(new URL(file, folder), 'utf8').split(/^=>\n/m);
        const lines = expected.split('\n').filter(Boolean);
        assert.deepEqual(runFlow(script, program), lines);
      });
    }
  });
}
