// The lint of imports finds arrows that go back, and circles.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rustImports, wrongArrows } from '../../scripts/lint/arrows.mjs';

const ROOMS = ['codec', 'decide', 'app', 'package'];

describe('arrows between files', () => {
  it('may go down and stay in a room', () => {
    const imports = new Map([
      ['app/sdk.rs', ['app/store.rs', 'decide/idle.rs', 'codec/id.rs']],
      ['decide/idle.rs', ['codec/id.rs']],
      ['lib.rs', ['package/exports.rs']],
    ]);
    assert.deepEqual(wrongArrows(imports, ROOMS), []);
  });

  it('must not go up, nor to a neighbour that is a stranger', () => {
    const imports = new Map([
      ['codec/id.rs', ['decide/idle.rs']],
      ['package/exports.rs', ['app/sdk.rs']],
    ]);
    assert.deepEqual(wrongArrows(imports, ROOMS), [
      'codec/id.rs imports decide/idle.rs, but codec/ must not know decide/',
      'package/exports.rs imports app/sdk.rs, but package/ must not know app/',
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
    const known = new Set(['codec/id.rs', 'codec/text.rs', 'codec/url.rs', 'decide/idle.rs']);
    const text = [
      '//! See crate::decide::idle.',
      'use crate::codec::id::{SpanId, TraceId};',
      'use crate::codec::{id, text};',
      'use super::url::Url;',
      '#[cfg(test)]',
      'mod tests { use crate::decide::idle::Idle; }',
    ].join('\n');
    const found = new Set(rustImports('codec/dsn.rs', text, known));
    assert.deepEqual([...found].sort(), ['codec/id.rs', 'codec/text.rs', 'codec/url.rs']);
  });
});
