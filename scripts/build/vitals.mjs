// `npm run vitals`: writes src/app/browser/patch/vitals.js, which applications in Rust have with the feature `vitals`. It stands in
// git, because cargo knows no npm; a test says when it is out of date.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { replaceFile, root } from '../lib/project.mjs';

/** Where it is written. */
export const VITALS = join(root, 'src', 'app', 'browser', 'patch', 'vitals.js');

/** The text of the file: one function, so that it can stand beside a module and inside of one. */
export async function vitalsText() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['scripts/build/vitals/source.js'],
    write: false,
    bundle: true,
    minify: true,
    charset: 'ascii',
    format: 'iife',
    globalName: 'all',
    target: 'es2022',
    // Those of the result would hold line breaks.
    supported: { 'template-literal': false },
    legalComments: 'none',
  });
  const require = createRequire(join(root, 'package.json'));
  const library = join(require.resolve('web-vitals'), '..', '..', 'package.json');
  const { version, license } = JSON.parse(await readFile(library, 'utf8'));
  return [
    '// Written by scripts/build/vitals.mjs from scripts/build/vitals/source.js: what is measured for the feature `vitals`.',
    'export function measureVitals() {',
    `/*! web-vitals ${version}, Copyright Google LLC, ${license}, https://github.com/GoogleChrome/web-vitals */`,
    outputFiles[0].text.trim(),
    'return all;',
    '}',
    '',
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) replaceFile(VITALS, await vitalsText());
