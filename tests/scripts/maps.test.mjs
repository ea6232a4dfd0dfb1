// The maps of the built files: where an error says that it passed stands the call in the source that it passed, and each text
// stands where its map says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { tokenizer } from 'acorn';
import { BUNDLES } from '../../scripts/build/bundles.mjs';
import { root } from '../../scripts/lib/project.mjs';

const files = BUNDLES.flatMap(({ file, form, core, host, sdk }) => {
  // What stands beside an SDK has no `startSpan`, and fewer texts, as has a server's.
  const isSdk = Boolean(core && !sdk);
  const least = !isSdk ? 40 : host === 'node' ? 250 : 500;
  const ways = form === 'module' ? [file, `dist/cjs/${basename(file)}`] : [file];
  return ways.map((file) => ({ file, isSdk, least }));
});
/** What modules are imported from: the build writes that as it has to be in each file. */
const SPECIFIER = /^(\.{0,2}\/|node:|@)/;
/** How acorn reads a file: the scripts too. */
const READ = { ecmaVersion: 'latest', sourceType: 'module', locations: true };

const read = (file) => readFileSync(join(root, file), 'utf8');

describe('maps', () => {
  for (const { file, isSdk, least } of files) {
    const code = read(file);
    const map = new TraceMap(read(`${file}.map`));
    const lines = new Map(
      map.resolvedSources.map((source, at) => [source, map.sourcesContent[at].split('\n')]),
    );
    const original = (line, column) => {
      const { source, line: at, column: from } = originalPositionFor(map, { line, column });
      if (source === null) return { source, text: '', around: '' };
      const found = lines.get(source)[at - 1];
      const around = found.slice(Math.max(from - 60, 0), from + 60);
      return { source, text: found.slice(from), around };
    };

    it(`of ${file} are named by no file of the package`, () => {
      assert.doesNotMatch(code, /sourceMappingURL/);
    });

    it(`of ${file} lead from the stack of an error to the calls in the sources`, {
      skip: !isSdk && 'it is no SDK',
    }, async () => {
      const { startSpan } = await load(file, code);
      const thrown = new Error('of the page');
      const thrower = () => {
        Error.captureStackTrace(thrown);
        throw thrown;
      };
      assert.throws(() => startSpan({ name: 'x' }, thrower), thrown);
      const frames = [...thrown.stack.matchAll(/([\w./-]+\.js):(\d+):(\d+)/g)].filter(([, path]) =>
        path.endsWith(file),
      );
      const [last, ...others] = frames.map(([, , line, column]) => original(Number(line), column - 1));
      assert.match(last.source, /js\/api\/spans\.ts$/);
      assert.match(last.text, /^call\(span\)/);
      assert.ok(others.length > 0);
      for (const { text } of others) assert.match(text, /^\w+\(/);
    });

    it(`of ${file} lead from each text to the same text`, () => {
      let count = 0;
      const written = code.split('\n');
      for (const { type, value, loc } of tokenizer(code, READ)) {
        // Short ones stand elsewhere too, and the core has no source here.
        if (type.label !== 'string' || value.length < 8 || value.length > 1000) continue;
        const { source, text, around } = original(loc.start.line, loc.start.column);
        // Written by the build.
        if (value === 'use strict' || SPECIFIER.test(value) || source.includes('throughline:')) continue;
        count++;
        // The first characters: where the source has a sum of texts, the file has one.
        const begins = value.slice(0, 8);
        // Of a comparison the file has the text first, and knows only where the other side stands.
        const isCompared = /^[!=]==?/.test(
          written[loc.end.line - 1].slice(loc.end.column, loc.end.column + 3),
        );
        // A constant that is read once stands where its name was.
        const isNamed = /^[A-Z][A-Z_]+\b/.test(text);
        const isThere = isNamed || (isCompared ? around.includes(begins) : text.slice(1).startsWith(begins));
        assert.ok(isThere, `${value}, not ${text.slice(0, 80)} in ${source}`);
      }
      assert.ok(count > least, `${count}`);
    });
  }
});

/** The public functions of a file. */
async function load(file, code) {
  const path = join(root, file);
  if (!file.endsWith('.min.js')) return import(path);
  vm.runInThisContext(code, { filename: path });
  return globalThis.Throughline;
}
