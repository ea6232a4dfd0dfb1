// What applications in Rust measure the web vitals by.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { VITALS, vitalsText } from '../../scripts/build/vitals.mjs';

describe('src/app/browser/patch/vitals.js', () => {
  it('is what scripts/build/vitals.mjs writes now: run it', async () => {
    assert.equal(readFileSync(VITALS, 'utf8'), await vitalsText());
  });

  it('names its library and the licence of that', () => {
    const text = readFileSync(VITALS, 'utf8');
    assert.match(text, /^\/\*! web-vitals \d+\.\d+\.\d+, Copyright Google LLC, Apache-2\.0, /m);
  });

  it('is one function that needs nothing beside it', () => {
    const text = readFileSync(VITALS, 'utf8');
    assert.deepEqual(text.match(/^(?:export|import)\b.*$/gm), ['export function measureVitals() {']);
    const all = new Function(`${text.replace('export ', '')} return measureVitals();`)();
    assert.deepEqual(Object.keys(all).sort(), ['listen', 'pageLoad', 'timeline']);
    // Where there is no browser it fails at nothing.
    all.listen(() => {});
    assert.equal(typeof all.pageLoad(), 'string');
    assert.equal(all.pageLoad(), '', 'once');
    assert.equal(typeof all.timeline('startTime'), 'string');
  });
});
