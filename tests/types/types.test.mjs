// TypeScript code written for @sentry/browser compiles against our types, in strict mode.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { toolEnv } from '../../scripts/toolchain.mjs';

const compile = (...args) =>
  spawnSync('tsc', args, { cwd: join(root, 'tests', 'types'), env: toolEnv(), encoding: 'utf8' });

describe('the types', { timeout: 120_000 }, () => {
  it("let our functions take the place of the peer's, and the program is one of the peer's", () => {
    const { stdout, status } = compile('--project', 'tsconfig.json');
    assert.equal(stdout, '');
    assert.equal(status, 0);
  });

  it('compile the same program with its import led to ours', () => {
    const { stdout, status } = compile('--project', 'tsconfig.ours.json');
    assert.equal(stdout, '');
    assert.equal(status, 0);
  });

  it('are whole where only what workers have is known', () => {
    const { stdout, status } = compile('--project', 'worker/tsconfig.json');
    assert.equal(stdout, '');
    assert.equal(status, 0);
  });

  it('refuse what is wrong', () => {
    // In the folder, so that the import is led to ours there too.
    const folder = mkdtempSync(join(root, 'tests', 'types', 'wrong-'));
    try {
      const program = readFileSync(join(root, 'tests', 'types', 'program.ts'), 'utf8');
      writeFileSync(join(folder, 'program.ts'), program.replace("name: 'checkout',", ''));
      const config = { extends: '../tsconfig.ours.json', include: ['program.ts'] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
      const { stdout } = compile('--project', join(folder, 'tsconfig.json'));
      assert.match(stdout, /'name' is missing/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
