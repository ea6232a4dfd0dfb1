// Every block of JavaScript and TypeScript in the documents compiles against our types, in one program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { toolEnv } from '../../scripts/toolchain.mjs';
import { blocksOf, DOCUMENTS } from './documents.mjs';

const FOLDER = join(root, 'target', 'docs', 'types');

/** What a page of the documents has without an import: the functions of the package. */
const GLOBALS = `import * as T from 'throughline';
declare global {
  // NAMES
}`;

/** Where an entry has its types. */
const ENTRIES = {
  throughline: 'dist/index.d.ts',
  'throughline/js': 'dist/js.d.ts',
  'throughline/slim': 'dist/slim.d.ts',
  'throughline/node': 'dist/node.d.ts',
  'throughline/otlp': 'dist/otlp.d.ts',
  'throughline/opentelemetry': 'dist/opentelemetry.d.ts',
};

/** Programs of others whose types are not at hand. */
const UNTYPED = ['express', 'next/headers'];

it('the code of the documents compiles', { timeout: 120_000 }, async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const names = Object.keys(await import(join(root, 'dist', 'index.js')));
  const globals = names.map((name) => `const ${name}: typeof T.${name};`);
  writeFileSync(join(FOLDER, 'globals.d.ts'), GLOBALS.replace('// NAMES', globals.join('\n  ')));
  copyFileSync(join(root, 'tests', 'docs', 'reader.d.ts'), join(FOLDER, 'reader.d.ts'));
  writeFileSync(join(FOLDER, 'untyped.d.ts'), UNTYPED.map((name) => `declare module '${name}';`).join('\n'));
  let count = 0;
  for (const { document, line, language, marks, code } of DOCUMENTS.flatMap(blocksOf)) {
    if (!['js', 'ts', 'jsx', 'tsx'].includes(language)) continue;
    if ('untyped' in marks) continue;
    const file = `${document.replace(/\W/g, '-')}-line-${line}.${language.replace('js', 'mjs').replace('mjsx', 'jsx')}`;
    // A module even without an import, so that names are its own and await may stand anywhere.
    writeFileSync(join(FOLDER, file), `${code}\nexport {};\n`);
    count += 1;
  }
  const paths = Object.entries(ENTRIES).map(([name, file]) => [name, [join(root, file)]]);
  const config = {
    extends: '../../../tsconfig.json',
    compilerOptions: {
      noEmit: true,
      emitDeclarationOnly: false,
      declaration: false,
      allowJs: true,
      checkJs: true,
      // Parameters of functions in JavaScript have no types.
      noImplicitAny: false,
      exactOptionalPropertyTypes: false,
      skipLibCheck: true,
      jsx: 'preserve',
      types: ['node'],
      rootDir: root,
      paths: Object.fromEntries(paths),
    },
    include: ['.'],
  };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(config));
  const { stdout, status } = spawnSync('tsc', ['--project', FOLDER], { env: toolEnv(), encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
  assert.ok(count > 25, `${count} blocks`);
});
