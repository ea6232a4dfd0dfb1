// Each subject as a page would load it: one minified module by esbuild, with the same settings for all.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minify } from '@swc/core';
import { build } from 'esbuild';
import { root } from '../scripts/lib/project.mjs';

const SETTINGS = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  conditions: ['production'],
  legalComments: 'none',
  logLevel: 'error',
  write: false,
  // npm keeps one copy per package that asks for another version; an application would have one.
  alias: Object.fromEntries(
    ['core', 'resources', 'sdk-trace', 'sdk-trace-base', 'semantic-conventions'].map((name) => [
      `@opentelemetry/${name}`,
      join(root, 'node_modules', '@opentelemetry', name),
    ]),
  ),
};

/** The minifier of Next, Rspack and Parcel, as these call it for a module. */
const SWC = { module: true, compress: true, mangle: true, ecma: 2022, format: { comments: false } };

/** The module whose bytes are counted. @param {string} contents what it exports */
export function bundleExports(contents) {
  return bundle({ stdin: { contents, resolveDir: root } });
}

/** The same, minified by SWC in place of esbuild. @param {string} contents what it exports */
export async function bundleForSwc(contents) {
  const bundled = await bundle({ stdin: { contents, resolveDir: root }, minify: false });
  const { code } = await minify(Buffer.from(bundled).toString(), SWC);
  return Buffer.from(code);
}

/** The module that a page which measures imports. @param {string} name a file in subjects/ */
export function bundleSubject(name) {
  return bundle({ entryPoints: [join(root, 'bench', 'subjects', `${name}.mjs`)] });
}

/** A module that starts the subject as soon as it is loaded, and tells how long that took. @param {string} name */
export function bundleStart(name) {
  const contents = `
    import { subject } from './bench/subjects/${name}.mjs';
    subject.start({ rate: 1, sink: '/sink/start', pageLoad: 'documented' });
    performance.measure('start', 'begin');
  `;
  return bundle({ stdin: { contents, resolveDir: root }, banner: { js: 'performance.mark("begin");' } });
}

/**
 * What a script tag loads: the file that is shipped for it, or a script by esbuild that sets a global.
 * @param {import('./subjects.mjs').Subject['tag']} tag
 */
export function scriptOf(tag) {
  if (!tag) return Buffer.from('');
  if (tag.file) return readFile(join(root, tag.file));
  const stdin = { contents: tag.exports, resolveDir: root };
  return bundle({ stdin, format: 'iife', globalName: tag.global });
}

async function bundle(entry) {
  const { outputFiles } = await build({ ...SETTINGS, ...entry });
  return outputFiles[0].contents;
}
