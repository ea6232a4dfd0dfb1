// The examples in Rust, each in a real browser: what their requests carry, and what the page and its server have recorded.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { EXAMPLES, SERVER, siteOf } from '../../scripts/examples/build.mjs';
import { root } from '../../scripts/lib/project.mjs';
import { useBrowser } from '../support/browser.mjs';
import { onlySpan, openSite } from '../support/site.mjs';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SERVER_SPAN = '00f067aa0ba902b7';

/** What a server that continues traces writes into its page. */
const HEAD = [
  `<meta name="sentry-trace" content="${TRACE}-${SERVER_SPAN}-1">`,
  `<meta name="baggage" content="sentry-trace_id=${TRACE},sentry-sampled=true,sentry-sample_rate=1,sentry-sample_rand=0.5">`,
].join('');

/** The trace context of a transaction's root. */
const rootOf = (transaction) => transaction.contexts.trace;

/** Answers as the orders service of the demo does. */
function orders({ body }) {
  const { card, productId, quantity } = JSON.parse(body);
  if (card === '0002') return [402, { status: 'declined' }];
  return [201, { orderId: 'A-7', status: 'paid', productId, quantity }];
}

/** What the page loads of the two examples have in common, and how the spans of a click lie in each other. */
const PAGES = {
  leptos: {
    paid: 'Order A-7 of 2 bags is paid.',
    click: 'place_order',
    check(click, request) {
      const root = rootOf(click).span_id;
      assert.equal(request.parent_span_id, root);
      assert.equal(onlySpan(click, { description: 'read the receipt' }).parent_span_id, root);
    },
  },
  yew: {
    paid: 'Order A-7 is paid.',
    click: 'buy',
    check(click, request) {
      const order = onlySpan(click, { description: 'place_order', op: 'function' });
      assert.equal(order.parent_span_id, rootOf(click).span_id);
      assert.equal(order.data['order.id'], 'A-7');
      assert.equal(request.parent_span_id, order.span_id);
      assert.equal(onlySpan(click, { description: 'render' }).parent_span_id, order.span_id);
    },
  },
};

for (const [name, { paid, click: clickName, check }] of Object.entries(PAGES)) {
  describe(`examples/${name}`, { timeout: 60_000 }, () => {
    const browser = useBrowser();
    let site;
    beforeEach(async () => {
      site = await openSite({ folder: siteOf(name), head: HEAD, answer: orders });
    });
    afterEach(() => site.close());

    async function open() {
      const page = await browser.page();
      await page.goto(site.url);
      return { page, load: await site.transaction('pageload') };
    }

    it('goes on with the trace of its server, from the page load to the services behind a click', async () => {
      const { page, load } = await open();
      assert.equal(rootOf(load).trace_id, TRACE);
      assert.equal(rootOf(load).parent_span_id, SERVER_SPAN);

      await page.getByRole('button', { name: 'Buy', exact: true }).click();
      await page.getByRole('status').getByText(paid).waitFor();
      const click = await site.transaction('ui.action');
      assert.equal(click.transaction, clickName);
      assert.equal(rootOf(click).trace_id, TRACE);
      const request = onlySpan(click, { op: 'http.client' });
      check(click, request);
      const [{ headers }] = site.asked;
      assert.equal(headers['sentry-trace'], `${TRACE}-${request.span_id}-1`);
      assert.ok(headers.baggage.includes(`sentry-trace_id=${TRACE}`), headers.baggage);
      assert.deepEqual(page.said, []);
    });

    it('marks what a declined card has made of a click', async () => {
      const { page } = await open();
      await page.getByRole('button', { name: 'declined' }).click();
      await page.getByRole('status').getByText('The order failed').waitFor();
      const click = await site.transaction('ui.action');
      assert.equal(onlySpan(click, { op: 'http.client' }).data['http.response.status_code'], 402);
      const order =
        clickName === 'place_order' ? rootOf(click) : onlySpan(click, { description: 'place_order' });
      assert.equal(order.status, 'internal_error');
    });
  });
}

describe('examples/leptos-axum', { timeout: 60_000 }, () => {
  let collector;
  let server;
  before(async () => {
    collector = await openSite();
    server = await startServer(collector);
  });
  // Its pages report to where the collector of the demo is; here it is ours.
  const browser = useBrowser(() => `--host-resolver-rules=MAP localhost:3000 localhost:${collector.port}`);
  after(async () => {
    await server?.stop();
    await collector?.close();
  });

  it('is one trace through server, browser and server function', async () => {
    const page = await browser.page();
    await page.goto(server.url);
    const load = await collector.transaction('pageload');
    await page.getByRole('button', { name: 'Buy two bags' }).click();
    await page.getByRole('status').getByText('2 bags of Sencha are on their way.').waitFor();
    const click = await collector.transaction('ui.action');
    const serverSpan = (method) =>
      collector.until(
        ({ envelopes }) =>
          envelopes.find(
            ({ payload }) =>
              payload?.contexts?.trace?.op === 'http.server' && payload.transaction.startsWith(method),
          )?.payload,
        `the server's span of a ${method}`,
      );
    const [rendering, call] = [await serverSpan('GET'), await serverSpan('POST')];

    assert.equal(rootOf(load).parent_span_id, rootOf(rendering).span_id);
    const request = onlySpan(click, { op: 'http.client' });
    assert.equal(request.parent_span_id, rootOf(click).span_id);
    assert.equal(rootOf(call).parent_span_id, request.span_id);
    const traces = [rendering, load, click, call].map((transaction) => rootOf(transaction).trace_id);
    assert.deepEqual(new Set(traces), new Set([rootOf(rendering).trace_id]));
    assert.deepEqual(page.said, []);
  });
});

describe('each example', () => {
  for (const name of EXAMPLES) {
    it(`has at most 80 lines of Rust, comments apart: ${name}`, async () => {
      const folder = join(root, 'examples', name, 'src');
      const files = await Promise.all(
        (await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')),
      );
      const lines = files.flatMap((file) => file.split('\n')).filter((line) => /^\s*(?!\/\/)\S/.test(line));
      assert.ok(lines.length > 20 && lines.length <= 80, `${lines.length} lines`);
    });
  }
});

/** Starts the server of the example on a free port, with its reports sent to a collector. */
async function startServer(collector) {
  const env = {
    ...process.env,
    LEPTOS_SITE_ADDR: '127.0.0.1:0',
    SENTRY_DSN: `http://public@localhost:${collector.port}/1`,
  };
  const child = spawn(SERVER.program, [], { cwd: SERVER.cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await exited;
  };
  const gone = exited.then(([code, signal]) => {
    throw new Error(`the server ended with ${code ?? signal}`);
  });
  gone.catch(() => {});
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), gone]);
  return { url: line.replace('127.0.0.1', 'localhost'), stop };
}
