// Who builds the package from nothing, in another folder, gets the same bytes: the core, the bundles, their maps and the types.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { toolEnv } from '../../scripts/toolchain.mjs';

/** What set-up has made: programs, and how cargo finds them. */
const SET_UP = ['node_modules', '.tools', '.cargo', 'rust-toolchain.toml'];

it('a build from nothing gives the same bytes', { timeout: 1_800_000 }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-anew-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  for (const file of tracked.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  for (const name of SET_UP.filter((name) => existsSync(join(root, name))))
    symlinkSync(join(root, name), join(folder, name));
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: folder, env: toolEnv(), stdio: 'inherit' });
  const compared = [];
  for (const below of ['dist', 'pkg']) {
    const [again, before] = [folder, root].map((where) =>
      readdirSync(join(where, below), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name, parentPath, path }) => relative(where, join(parentPath ?? path, name)))
        .sort(),
    );
    assert.deepEqual(again, before);
    compared.push(...again);
  }
  for (const file of compared)
    assert.ok(readFileSync(join(folder, file)).equals(readFileSync(join(root, file))), file);
  assert.ok(compared.length > 100);
});
