// Browsers that lack something: each global that the package names is taken away, and the page works.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { startTag, useBrowser, useServer } from '../support/browser.mjs';
import { pathOf } from '../support/built.mjs';
import { callEverything } from '../support/everything.mjs';

/** The library `web-vitals` calls these in listeners of its own. tests/package/elsewhere.test.mjs takes them away in jsdom. */
const OF_LIBRARY = ['setTimeout', 'queueMicrotask'];

describe('a browser that lacks a global', { timeout: 300_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  it('runs the page, calls every export and sends requests without an error, whichever it is', async () => {
    server.reset();
    const first = await browser.page();
    await first.goto(`${server.url}/page`);
    const text = await readFile(pathOf('script'), 'utf8');
    // What every realm has is the language.
    const language = vm.runInNewContext('Object.getOwnPropertyNames(globalThis)');
    const configurable = await first.evaluate(() =>
      Object.entries(Object.getOwnPropertyDescriptors(globalThis)).flatMap(([name, { configurable }]) =>
        configurable ? [name] : [],
      ),
    );
    const names = configurable.filter(
      (name) =>
        new RegExp(`\\b${name}\\b`).test(text) && (name === 'WebAssembly' || !language.includes(name)),
    );
    await first.context().close();
    assert.ok(names.length > 30, names.join());
    const hurt = {};
    for (const name of names) {
      if (OF_LIBRARY.includes(name)) continue;
      server.reset(startTag(server));
      const page = await browser.page();
      await page.addInitScript((name) => {
        globalThis.native = globalThis.fetch;
        delete globalThis[name];
      }, name);
      await page.goto(`${server.url}/page`);
      const seen = await page.evaluate(
        async ([program, dsn, tunnel, name]) => {
          const callEverything = Reflect.construct(Function, [`return ${program}`])();
          const seen = await callEverything(Throughline, { dsn, tunnel });
          if (name === 'fetch') return seen;
          const response = await Throughline.startSpan({ name: 'x' }, () => fetch('/echo'));
          return { ...seen, status: response.status };
        },
        [String(callEverything), 'http://public@localhost:1/1', server.tunnel, name],
      );
      const { answer, thrown, status = 200 } = seen;
      // Whether tracing is off there may be said.
      const said = page.said.filter((line) => !line.includes('tracing is off'));
      if (answer !== 'ran' || status !== 200 || thrown.length || said.length)
        hurt[name] = [answer, status, ...new Set(thrown), ...said];
      await page.context().close();
    }
    assert.deepEqual(hurt, {});
  });
});
