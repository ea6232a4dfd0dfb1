// The package in workers of each kind, where there is no document: spans, requests with headers, envelopes; and the trace of the
// page that they work for.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/lib/project.mjs';
import { openTraced, useApi } from '../support/api.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';
import { documented } from '../support/documented.mjs';
import { callEverything } from '../support/everything.mjs';
import { KINDS, openWorker, scriptOf, WAYS } from '../support/workers.mjs';

const SCRIPT = 'text/javascript; charset=utf-8';

describe('a worker', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  const api = useApi();

  /** Opens a page with the package, beside a script for its workers. */
  async function open(script) {
    const page = await openPackage(browser, server);
    const options = { dsn: 'http://public@localhost:1/1', tunnel: server.tunnel, tracesSampleRate: 1 };
    server.files['/worker.js'] = { type: SCRIPT, body: script({ ...options, release: 'shop@1' }) };
    return page;
  }
  const parsed = (header) => header.split('-');
  const find = (transactions, name) =>
    transactions.find(({ payload }) => payload.transaction === name) ??
    assert.fail(`no ${name} among ${transactions.map(({ payload }) => payload.transaction)}`);

  for (const kind of KINDS) {
    for (const way of WAYS) {
      it(`of the ${kind} kind, ${way}, works in the trace of a click in its page, and so do its requests`, async () => {
        const page = await openTraced(await open((options) => scriptOf(way, options)));
        await page.evaluate(
          async ([openWorker, kind, way, elsewhere]) => {
            const open = Reflect.construct(Function, [`return ${openWorker}`])();
            const ask = await open(kind, way, '/worker.js');
            const button = document.body.appendChild(document.createElement('button'));
            button.textContent = 'work';
            globalThis.said = new Promise((resolve) => {
              button.onclick = () =>
                resolve(
                  T.startSpan({ name: 'click', op: 'ui.click' }, () =>
                    ask({ ...T.getTraceData(), url: '/echo', elsewhere }),
                  ),
                );
            });
          },
          [String(openWorker), kind, way, `${api.url.replace('localhost', 'api.localhost')}/echo`],
        );
        await page.click('button');
        const { heard, isFlushed } = await page.evaluate(() => said);
        const transactions = await server.transactions(2);
        const [click, work] = ['click', 'work'].map((name) => find(transactions, name));
        const { trace } = work.payload.contexts;
        const parent = click.payload.contexts.trace;
        assert.equal(trace.trace_id, parent.trace_id);
        assert.equal(trace.parent_span_id, parent.span_id);
        assert.deepEqual(work.header.trace, click.header.trace);
        assert.equal(isFlushed, true);
        // Those to the own origin carry headers, by which their server goes on below their spans.
        const [fetched, elsewhere, ...others] = heard;
        assert.equal(others.length, kind === 'service' ? 0 : 1);
        assert.equal(elsewhere['sentry-trace'], undefined);
        const spans = work.payload.spans.filter(({ op }) => op === 'http.client');
        assert.equal(spans.length, heard.length);
        for (const [at, headers] of [fetched, ...others].entries()) {
          const [traceId, spanId, flag] = parsed(headers['sentry-trace']);
          const span = spans.find(({ span_id }) => span_id === spanId);
          assert.deepEqual([traceId, flag], [trace.trace_id, '1']);
          assert.equal(span.parent_span_id, trace.span_id);
          assert.equal(span.description, 'GET /echo');
          assert.equal(span.data.type, at ? 'xhr' : 'fetch');
          assert.equal(span.data['http.response.status_code'], 200);
          assert.match(headers.baggage, new RegExp(`sentry-trace_id=${traceId}.*sentry-sample_rand=`));
        }
        const { url, headers } = work.payload.request;
        assert.equal(url, `${server.url}/worker.js`);
        assert.match(headers['User-Agent'], /Chrome/);
        assert.deepEqual(page.said, []);
        await page.context().close();
      });
    }
  }

  it('of the shared kind works as the documentation has it', async () => {
    const page = await openTraced(await openPackage(browser, server));
    const blocks = documented('docs/workers.md', 'tests/browser/workers.test.mjs', server.tunnel);
    assert.equal(blocks.length, 2);
    for (const [at, path] of ['/program.js', '/shared-worker.js'].entries()) {
      server.files[path] = { type: SCRIPT, body: blocks[at] };
    }
    server.files['/api/stock/7'] = { type: 'application/json', body: '9' };
    const [said] = await Promise.all([
      page.waitForEvent('console', (message) => message.text().startsWith('in stock:')),
      page.evaluate(() => import('/program.js')),
    ]);
    const transactions = await server.transactions(2);
    const { trace } = find(transactions, 'count').payload.contexts;
    const looked = find(transactions, 'look at the shelf').payload.contexts.trace;
    assert.deepEqual([trace.trace_id, trace.parent_span_id], [looked.trace_id, looked.span_id]);
    const { headers } = server.heard.find(({ path }) => path === '/api/stock/7');
    assert.equal(headers['sentry-trace'].slice(0, 32), looked.trace_id);
    assert.equal(said.text(), 'in stock: 9');
  });

  for (const kind of KINDS) {
    it(`of the ${kind} kind hurts nobody, whatever is called in it`, async () => {
      const page = await open(
        (options) => `importScripts('/throughline.min.js');
        const uncaught = [];
        for (const type of ['error', 'unhandledrejection'])
          addEventListener(type, (event) => uncaught.push(String(event.message ?? event.reason)));
        const run = async () => {
          const seen = await (${callEverything})(Throughline, ${JSON.stringify(options)});
          return { ...seen, uncaught };
        };
        if ('onconnect' in self) onconnect = ({ ports: [port] }) => run().then((seen) => port.postMessage(seen));
        else onmessage = ({ source }) => run().then((seen) => (source ?? self).postMessage(seen));`,
      );
      const seen = await page.evaluate(
        async ([openWorker, kind]) => {
          const open = Reflect.construct(Function, [`return ${openWorker}`])();
          return (await open(kind, 'classic', '/worker.js'))('go');
        },
        [String(openWorker), kind],
      );
      assert.deepEqual([seen.thrown, seen.uncaught], [[], []]);
      assert.deepEqual([seen.answer, seen.isOn], ['ran', true]);
      assert.ok(seen.calls > 1000);
      assert.deepEqual(page.said, []);
      await page.context().close();
    });
  }

  it('that is closed, or ended by its page, has sent what had ended', async () => {
    const page = await openPackage(browser, server);
    server.files['/worker.js'] = {
      type: SCRIPT,
      body: `importScripts('/throughline.min.js');
        onmessage = async ({ data: { how, traceLifecycle } }) => {
          const integrations = [Throughline.browserTracingIntegration()];
          Throughline.init({
            dsn: 'http://public@localhost:1/1', tunnel: '${server.tunnel}', tracesSampleRate: 1, traceLifecycle, integrations,
          });
          if (how === 'flush') await Throughline.startSpan({ name: how }, async () => (await fetch('/echo')).text());
          else Throughline.startSpan({ name: how }, () => {});
          if (how === 'flush') await Throughline.flush();
          if (how !== 'terminate') close();
          postMessage('done');
        };`,
    };
    const cases = ['close', 'terminate', 'flush'].flatMap((how) =>
      ['static', 'stream'].map((traceLifecycle) => ({ how, traceLifecycle })),
    );
    await page.evaluate(
      (cases) =>
        Promise.all(
          cases.map(
            (one) =>
              new Promise((resolve) => {
                const worker = new Worker('/worker.js');
                worker.onmessage = () => resolve(one.how === 'terminate' && worker.terminate());
                worker.postMessage(one);
              }),
          ),
        ),
      cases,
    );
    const names = () =>
      server.envelopes.flatMap(({ payload }) => payload.transaction ?? payload.items.map(({ name }) => name));
    const expected = ['close', 'close', 'terminate', 'terminate', 'flush', 'flush', 'GET localhost'];
    await server.until(
      () => names().length >= expected.length,
      () => `${names()}`,
    );
    assert.deepEqual(names().sort(), expected.sort());
  });

  it('without an address of a server traces what has one, and nothing is on the origin of one that is opaque', async () => {
    const page = await open(
      (options) => `
      importScripts('${server.url}/throughline.min.js');
      const { browserTracingIntegration, explainPropagation, flush, init, startSpan } = Throughline;
      init({ ...${JSON.stringify(options)}, tunnel: '${server.url + server.tunnel}', integrations: [browserTracingIntegration()] });
      onmessage = async ({ data: urls }) => {
        const ask = (url) => fetch(url).then((response) => response.json()).then((heard) => Boolean(heard['sentry-trace']));
        const carries = await startSpan({ name: 'work' }, () =>
          Promise.all(urls.map((url) => ask(url).catch(({ name }) => name))));
        const codes = urls.map((url) => explainPropagation(url).code);
        await flush();
        postMessage([origin, carries, codes]);
      };`,
    );
    server.answer = { headers: { 'access-control-allow-origin': '*' } };
    const program = server.files['/worker.js'].body;
    const other = `${api.url.replace('localhost', 'api.localhost')}/echo`;
    const told = await page.evaluate(
      ([program, urls]) => {
        const blob = URL.createObjectURL(new Blob([program]));
        const addresses = [blob, `data:text/javascript,${encodeURIComponent(program)}`];
        return Promise.all(
          addresses.map(
            (address) =>
              new Promise((resolve) => {
                const worker = new Worker(address);
                worker.onmessage = ({ data }) => resolve(data);
                worker.postMessage(urls);
              }),
          ),
        );
      },
      [program, [`${server.url}/echo`, other, '/echo']],
    );
    assert.deepEqual(told, [
      [server.url, [true, false, 'TypeError'], ['same-origin', 'cross-origin', 'invalid']],
      ['null', [true, false, 'TypeError'], ['localhost', 'cross-origin', 'invalid']],
    ]);
    for (const { payload } of await server.transactions(2)) assert.ok(payload.spans.length > 1);
    await page.context().close();
  });

  it('is listened to once, however often its requests are to be traced', async () => {
    const page = await open(
      (options) => `
      importScripts('/throughline.min.js');
      const { init, instrumentOutgoingRequests } = Throughline;
      onmessage = () => {
        const client = init(${JSON.stringify(options)});
        const hooks = [];
        client.on = (hook) => hooks.push(hook);
        for (let time = 0; time < 3; time++) instrumentOutgoingRequests(client);
        postMessage(hooks.sort());
      };`,
    );
    const hooks = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const worker = new Worker('/worker.js');
          worker.onmessage = ({ data }) => resolve(data);
          worker.postMessage('go');
        }),
    );
    assert.deepEqual(hooks, ['close', 'flush']);
    await page.context().close();
  });

  it('may bring the core itself, and then traces as any other', async () => {
    const page = await openTraced(
      await open(
        (options) => `
          import * as T from '/slim.js';
          T.init({ ...${JSON.stringify(options)}, integrations: [T.browserTracingIntegration()] });
          onmessage = async ({ data }) => {
            const heard = await T.continueTrace(data, () =>
              T.startSpan({ name: 'work' }, async () => (await fetch('/echo')).json()));
            postMessage([heard['sentry-trace'], await T.initCore('/core.wasm'), await T.flush()]);
          };`,
      ),
    );
    server.files['/core.wasm'] = {
      type: 'application/wasm',
      body: await readFile(join(root, 'dist/core.wasm')),
    };
    const [heard, ...answers] = await page.evaluate(() => {
      const worker = new Worker('/worker.js', { type: 'module' });
      T.startSpan({ name: 'click' }, () => worker.postMessage({ ...T.getTraceData() }));
      return new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
      });
    });
    assert.deepEqual(answers, [true, true]);
    const transactions = await server.transactions(2);
    const [click, work] = ['click', 'work'].map((name) => find(transactions, name).payload);
    assert.equal(work.contexts.trace.trace_id, click.contexts.trace.trace_id);
    assert.equal(work.contexts.trace.parent_span_id, click.contexts.trace.span_id);
    const [span] = work.spans;
    assert.equal(span.description, 'GET /echo');
    assert.equal(heard, `${work.contexts.trace.trace_id}-${span.span_id}-1`);
    assert.deepEqual(page.said, []);
    await page.context().close();
  });
});
