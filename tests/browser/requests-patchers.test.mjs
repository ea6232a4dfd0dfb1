// Others that wrap `fetch` and `XMLHttpRequest`, before us and after us.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { openTraced } from '../support/api.mjs';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';

const packages = createRequire(import.meta.url);

describe('another patcher', { timeout: 180_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Fetch and XHR inside a span, as every order of wrappers must leave them. */
  const both = async () => {
    const seen = await T.startSpan({ name: 'root' }, async () => {
      const first = await (await fetch('/echo', { headers: { 'x-mine': '1' } })).json();
      const second = await new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.open('GET', '/echo');
        xhr.setRequestHeader('x-mine', '1');
        xhr.onload = () => resolve(JSON.parse(xhr.responseText));
        xhr.send();
      });
      return [first, second];
    });
    return seen.map((headers) => [headers['x-mine'], headers['sentry-trace']]);
  };

  async function works(page) {
    const told = await page.evaluate(both);
    const [{ payload }] = await server.received(1);
    assert.deepEqual(
      told,
      payload.spans.map((span) => ['1', `${span.trace_id}-${span.span_id}-1`]),
    );
    assert.deepEqual(
      payload.spans.map(({ data }) => [data.type, data['http.response.status_code']]),
      [
        ['fetch', 200],
        ['xhr', 200],
      ],
    );
    assert.deepEqual(
      page.said.filter((line) => line.includes('uncaught')),
      [],
    );
    return told;
  }

  for (const order of ['before', 'after']) {
    it(`works with a logging wrapper that came ${order} us`, async () => {
      const page = await openPackage(browser, server);
      const log = () =>
        page.evaluate(() => {
          globalThis.logged = [];
          const native = fetch;
          globalThis.fetch = async (...args) => {
            const response = await native(...args);
            // Our envelopes leave by what was there before us.
            if (String(args[0]).includes('tunnel')) return response;
            logged.push(args[0]);
            logged.push(response.status);
            return response;
          };
          const { send } = XMLHttpRequest.prototype;
          XMLHttpRequest.prototype.send = function (...args) {
            logged.push('send');
            this.addEventListener('loadend', () => logged.push(this.status));
            return send.apply(this, args);
          };
        });
      if (order === 'before') await log();
      await openTraced(page);
      if (order === 'after') await log();
      await works(page);
      assert.deepEqual(await page.evaluate(() => logged), ['/echo', 200, 'send', 200]);
    });

    it(`works with zone.js that came ${order} us`, async () => {
      const page = await openPackage(browser, server);
      const file = join(dirname(packages.resolve('zone.js/package.json')), 'bundles', 'zone.umd.js');
      const content = await readFile(file, 'utf8');
      const zone = () => page.addScriptTag({ content });
      if (order === 'before') await zone();
      await openTraced(page);
      if (order === 'after') await zone();
      await works(page);
      const stable = await page.evaluate(
        () =>
          new Promise((resolve) => {
            const tasks = [];
            const spec = {
              name: 'test',
              onHasTask: (_delegate, _zone, _target, { change, macroTask }) => {
                if (change !== 'macroTask') return;
                tasks.push(macroTask);
                if (!macroTask) resolve(tasks);
              },
            };
            Zone.current.fork(spec).run(() => {
              const xhr = new XMLHttpRequest();
              xhr.open('GET', '/echo');
              xhr.send();
            });
          }),
      );
      assert.deepEqual(stable, [true, false]);
    });

    it(`works with a mocking library that came ${order} us`, async () => {
      const page = await openPackage(browser, server);
      const { outputFiles } = await build({
        stdin: {
          contents: `
            export { FetchInterceptor } from '@mswjs/interceptors/fetch';
            export { XMLHttpRequestInterceptor } from '@mswjs/interceptors/XMLHttpRequest';
          `,
          resolveDir: dirname(packages.resolve('msw/package.json')),
        },
        bundle: true,
        format: 'iife',
        globalName: 'Mock',
        conditions: ['browser'],
        logLevel: 'error',
        write: false,
      });
      const [{ text: content }] = outputFiles;
      const mock = async () => {
        await page.addScriptTag({ content });
        await page.evaluate(() => {
          globalThis.mocked = [];
          for (const Interceptor of [Mock.FetchInterceptor, Mock.XMLHttpRequestInterceptor]) {
            const interceptor = new Interceptor();
            interceptor.apply();
            interceptor.on('request', ({ request, controller }) => {
              mocked.push(request.headers.has('sentry-trace'));
              if (request.url.endsWith('/mocked'))
                controller.respondWith(new Response('mocked', { status: 203 }));
            });
          }
        });
      };
      if (order === 'before') await mock();
      await openTraced(page);
      if (order === 'after') await mock();
      const told = await page.evaluate(() =>
        T.startSpan({ name: 'root' }, async () => {
          const response = await fetch('/mocked', { headers: { 'x-mine': '1' } });
          const echoed = await (await fetch('/echo', { headers: { 'x-mine': '1' } })).json();
          const xhr = await new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            xhr.open('GET', '/mocked');
            xhr.onload = () => resolve([xhr.status, xhr.responseText]);
            xhr.send();
          });
          return [response.status, await response.text(), echoed['x-mine'], xhr];
        }),
      );
      assert.deepEqual(told, [203, 'mocked', '1', [203, 'mocked']]);
      const [{ payload }] = await server.received(1);
      // A mock that is in front of us answers by itself: then there is no request to be timed.
      const seen = payload.spans.map(({ data }) => [data.type, data['http.response.status_code']]);
      if (order === 'before') {
        assert.deepEqual(seen.slice(0, 2), [
          ['fetch', 203],
          ['fetch', 200],
        ]);
      } else {
        assert.deepEqual(seen[0], ['fetch', 200]);
      }
      assert.deepEqual(
        page.said.filter((line) => line.includes('uncaught')),
        [],
      );
    });
  }
});
