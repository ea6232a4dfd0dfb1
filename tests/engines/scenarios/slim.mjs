// `throughline/slim`: a core that comes late, and one that a policy forbids.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/project.mjs';
import { assertSilent, LISTEN, newMeta, roots, serve, tags } from '../pages.mjs';

/** What a page has in its head to start without its core, and then to do something. */
const start = ({ tunnel }, does) => `${LISTEN}<script type="module">
  import * as T from '/slim.js';
  const integrations = [T.browserTracingIntegration({ idleTimeout: 20 })];
  T.init({ dsn: 'http://public@localhost:1/1', tunnel: '${tunnel}', tracesSampleRate: 1, integrations });
  globalThis.came = T.initCore('/core.wasm');
  globalThis.done = (${does})(T);
</script>`;

/** Opens a page whose core is served as `core` says. */
async function open({ server, window }, above, does, core = {}, headers = {}) {
  server.reset('', headers);
  serve(server, above + start(server, does));
  const body = await readFile(join(root, 'dist', 'core.wasm'));
  server.files['/core.wasm'] = { type: 'application/wasm', body, ...core };
  await window.goto(`${server.url}/page`);
}

async function late({ server, window }) {
  const meta = newMeta();
  let release;
  const after = new Promise((resolve) => {
    release = resolve;
  });
  const work = (T) => T.startSpan({ name: 'work' }, async () => (await fetch('/echo?secret=1')).json());
  await open({ server, window }, tags(meta), work, { after });
  const headers = await window.evaluate(() => done);
  release();
  assert.equal(await window.evaluate(() => came), true);
  const [load] = await roots(server, 1);
  assert.deepEqual([load.op, load.trace_id, load.parent_span_id], ['pageload', meta.trace, meta.parent]);
  const request = load.spans.find(({ op }) => op === 'http.client');
  assert.equal(headers['sentry-trace'], `${meta.trace}-${request.span_id}-1`);
  assert.equal(headers.baggage, meta.baggage);
  assert.equal(request.data['url.full'], `${server.url}/echo?secret=[Filtered]`);
  assert.ok(load.spans.some(({ description }) => description === 'work'));
  await assertSilent(window);
}

/** Drivers run what they are told by `eval`, which such a policy forbids too: the page tells it itself. */
async function forbidden({ server, window }) {
  const tell = async (T) => {
    const answers = [await came, await T.startSpan({ name: 'work' }, async () => 'ran')];
    const ours = said.filter((line) => line.includes('[throughline]'));
    await fetch(`/tell/${encodeURIComponent(JSON.stringify([answers, ours]))}`);
  };
  const policy = { 'content-security-policy': "script-src 'self' 'unsafe-inline'" };
  await open({ server, window }, '', tell, {}, policy);
  await server.until(
    () => server.told.length,
    () => 'the page told nothing',
  );
  const [answers, [sentence, ...others]] = JSON.parse(decodeURIComponent(server.told[0]));
  assert.deepEqual([answers, others], [[false, 'ran'], []]);
  assert.match(sentence, /policy of the page forbids WebAssembly.*'wasm-unsafe-eval'.*throughline\/js/);
}

export const slim = {
  'a page keeps what happens before its core comes, and its requests carry its trace': late,
  'a page whose policy forbids the core works, and says it in one sentence': forbidden,
};
