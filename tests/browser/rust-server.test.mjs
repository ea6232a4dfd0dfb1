// What a server in Rust writes into its page, or its header, is what a page load goes on with.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { toolEnv } from '../../scripts/toolchain.mjs';
import { startTag, useBrowser, useServer } from '../support/browser.mjs';

describe('a server in Rust', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  /** Of some requests, what the server tells of them. */
  let told;
  before(() => {
    const args = ['run', '--quiet', '--package', 'throughline-server-tests', '--example', 'told'];
    told = JSON.parse(execFileSync('cargo', args, { cwd: root, env: toolEnv(), encoding: 'utf8' }));
  });

  /** What the page load of a page with these tags and headers is, and what a request on the page carries. */
  async function load(tags, headers, isSent = true) {
    server.reset();
    const pageHead = ({ url }) => (url.startsWith('/page') ? tags + startTag(server) : '');
    Object.assign(server, { head: pageHead, headers });
    const page = await browser.page();
    await page.goto(`${server.url}/page`);
    const carried = await page.evaluate(async () => (await fetch('/echo')).json());
    const [sent] = isSent ? await server.transactions(1) : [];
    assert.deepEqual(page.said, []);
    await page.context().close();
    return { sent, carried };
  }

  for (const [way, of] of [
    ['tags', ({ tags }) => [tags, {}]],
    ['Server-Timing', ({ serverTiming }) => ['', { 'server-timing': serverTiming }]],
  ]) {
    it(`is gone on with by ${way}`, async () => {
      for (const kind of ['recorded', 'open']) {
        const { trace, span, sampled, baggage } = told[kind];
        const { sent, carried } = await load(...of(told[kind]));
        const { trace_id, parent_span_id } = sent.payload.contexts.trace;
        assert.deepEqual([trace_id, parent_span_id, kind], [trace, span, kind]);
        assert.equal(carried['sentry-trace'].slice(0, 32), trace);
        assert.equal(sent.header.trace.release, 'shop\'s "<1>"');
        assert.equal(sent.header.trace.public_key, 'key');
        // Where the server has decided, nobody after it says otherwise.
        if (sampled) assert.equal(carried.baggage, baggage);
      }
    });

    it(`decides for the page by ${way}`, async () => {
      const { trace, baggage } = told.continued;
      const { carried } = await load(...of(told.continued), false);
      assert.match(carried['sentry-trace'], new RegExp(`^${trace}-[\\da-f]{16}-0$`));
      assert.equal(carried.baggage, baggage);
    });

    it(`is only linked to if ${way} say that it was long ago`, async () => {
      const { trace, span, time } = told.recorded;
      const long = Object.fromEntries(
        Object.entries(told.recorded).map(([name, said]) => [name, String(said).replace(time, time - 600)]),
      );
      const { sent } = await load(...of(long));
      const { trace_id, links } = sent.payload.contexts.trace;
      assert.notEqual(trace_id, trace);
      assert.deepEqual(
        links.map((link) => [link.trace_id, link.span_id]),
        [[trace, span]],
      );
    });
  }
});
