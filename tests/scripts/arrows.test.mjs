// The lint of imports finds arrows that go back, and circles.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkArrows, rustImports, scriptImports, wrongArrows } from '../../scripts/lint/arrows.mjs';

const ROOMS = ['codec', 'decide', 'app', 'server'];

describe('arrows between files', () => {
  it('may go down and stay in a room', () => {
    const imports = new Map([
      ['app/sdk.rs', ['app/store.rs', 'decide/idle.rs', 'codec/id.rs']],
      ['decide/idle.rs', ['codec/id.rs']],
      ['lib.rs', ['server/incoming.rs']],
    ]);
    assert.deepEqual(wrongArrows(imports, ROOMS), []);
  });

  it('must not go up, nor to a neighbour that is a stranger', () => {
    const imports = new Map([
      ['codec/id.rs', ['decide/idle.rs']],
      ['server/incoming.rs', ['app/sdk.rs']],
    ]);
    assert.deepEqual(wrongArrows(imports, ROOMS), [
      'codec/id.rs imports decide/idle.rs, but codec/ must not know decide/',
      'server/incoming.rs imports app/sdk.rs, but server/ must not know app/',
    ]);
  });

  it('must not come from a room that is not in the drawing', () => {
    assert.deepEqual(wrongArrows(new Map([['attic/old.rs', []]]), ROOMS), [
      'attic/ is no room of the drawing',
    ]);
  });

  it('are those of this project, in both trees', () => checkArrows());

  it('are found in TypeScript, however it imports', () => {
    const text = [
      "import { a } from './a.js';",
      "import type { B } from '../values/b.js';",
      "export * from './c.js';",
      "import './d.js';",
      "const e = await import('./e.js');",
      "import { onCLS } from 'web-vitals';",
      "import { version } from 'throughline:package';",
    ].join('\n');
    assert.deepEqual(scriptImports('core/abi.ts', text), [
      'core/a.ts',
      'values/b.ts',
      'core/c.ts',
      'core/d.ts',
      'core/e.ts',
    ]);
  });

  it('must not go in a circle', () => {
    const imports = new Map([
      ['codec/a.rs', ['codec/b.rs']],
      ['codec/b.rs', ['codec/c.rs']],
      ['codec/c.rs', ['codec/b.rs']],
    ]);
    assert.deepEqual(wrongArrows(imports, ROOMS), [
      'these files import each other in a circle: codec/b.rs → codec/c.rs → codec/b.rs',
    ]);
  });

  it('are found in Rust, but not in comments and tests', () => {
    const known = new Set([
      'codec/dsn/parts.rs',
      'codec/id.rs',
      'codec/text.rs',
      'codec/url.rs',
      'decide/idle.rs',
    ]);
    const text = [
      '//! See crate::decide::idle.',
      'use crate::codec::id::{SpanId, TraceId};',
      'use crate::codec::{id, text};',
      'use super::url::Url;',
      'fn f() { self::parts::part() }',
      '#[cfg(test)]',
      'mod tests { use crate::decide::idle::Idle; }',
    ].join('\n');
    const found = new Set(rustImports('codec/dsn.rs', text, known));
    assert.deepEqual([...found].sort(), [
      'codec/dsn/parts.rs',
      'codec/id.rs',
      'codec/text.rs',
      'codec/url.rs',
    ]);
  });
});
