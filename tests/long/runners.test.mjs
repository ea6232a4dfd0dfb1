// The packed package in the tests of an application: in Jest and in Vitest, as a module and by `require`, in each of their
// environments. Importing it does nothing, calling it never fails, and nothing of it is said.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { project } from '../support/projects.mjs';

describe('a project tested', { timeout: 1_800_000 }, () => {
  for (const [name, script, files] of [
    ['jest', 'test', 3],
    ['jest', 'test:modules', 2],
    ['vitest', 'test', 3],
  ]) {
    it(`by ${name} (${script}) passes`, (t) => {
      const { installed, run } = project(name, { base: 'runner' });
      const { took, printed } = run(script);
      t.diagnostic(`installed in ${installed} ms, tested in ${took} ms`);
      assert.match(stripVTControlCharacters(printed), new RegExp(`\\b${files} passed`));
    });
  }
});
