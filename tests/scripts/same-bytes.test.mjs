// Who builds the package again, in whatever folder, gets the same bytes. Here are the bundles, of the core that is built; the
// whole from nothing is in tests/long/.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';

/** What bundles are made of. */
const SOURCES = ['js', 'src', 'scripts', 'pkg', 'package.json', 'tsconfig.json'];

it('bundles are made of the same bytes in another folder', { timeout: 120_000 }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-again-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const source of SOURCES) cpSync(join(root, source), join(folder, source), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const program = "import { writeBundles } from './scripts/build/files.mjs'; await writeBundles();";
  execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
  const files = readdirSync(join(folder, 'dist'), { recursive: true }).filter((file) =>
    /\.(js|map)$/.test(file),
  );
  assert.ok(files.length >= 6, files.join());
  for (const file of files)
    assert.ok(readFileSync(join(folder, 'dist', file)).equals(readFileSync(join(root, 'dist', file))), file);
});
