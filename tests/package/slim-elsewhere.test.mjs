// `throughline/slim` on a server, where no core is needed: nothing is said, fetched or kept.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { root } from '../../scripts/lib/project.mjs';

/** Runs a program in Node that has the entry as `T`, and answers with what it wrote and what it said beside that. */
async function inNode(program) {
  const load = `const T = await import(${JSON.stringify(`file://${join(root, 'dist', 'slim.js')}`)});\n`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--input-type=module', '--eval', load + program],
    { cwd: root },
  );
  return { written: JSON.parse(stdout), said: stderr };
}

describe('throughline/slim on a server', { timeout: 60_000 }, () => {
  it('says nothing, whatever is to be the core, and fetches nothing', async () => {
    const { written, said } = await inNode(`
      let fetched = 0;
      globalThis.fetch = async () => { fetched += 1; throw new Error('no'); };
      const sources = ['/core.wasm', undefined, Promise.reject(new Error('no')), new URL('http://localhost/core.wasm')];
      const came = [];
      for (const source of sources) came.push(await T.initCore(source));
      console.log(JSON.stringify([came, fetched, await T.flush()]));`);
    assert.deepEqual(written.slice(0, 2), [[false, false, false, false], 0]);
    assert.equal(said, '');
  });

  it('keeps nothing of the requests that it answers', async () => {
    const { written } = await inNode(`
      let ran = 0;
      const use = () => {
        gc();
        return process.memoryUsage().heapUsed;
      };
      const before = use();
      for (let at = 0; at < 400; at++) {
        const sentryTrace = JSON.parse(JSON.stringify(String(at).padEnd(100_000, 'x')));
        T.continueTrace({ sentryTrace, baggage: '' }, () => T.startSpan({ name: 'work' }, () => (ran += 1)));
      }
      console.log(JSON.stringify([ran, use() - before]));`);
    const [ran, kept] = written;
    assert.equal(ran, 400);
    assert.ok(kept < 10_000_000, `${kept} bytes are kept`);
  });
});
