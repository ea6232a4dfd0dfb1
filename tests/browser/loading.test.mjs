// How the package comes onto a page: a script that is no script tag, and pages whose libraries extend the language.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { startTag, useBrowser, useServer } from '../support/browser.mjs';

describe('the script file', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();
  beforeEach(() => server.reset());

  for (const [how, load] of [
    ['a module that is imported', () => import('/throughline.min.js')],
    [
      'the tag of a module',
      () =>
        new Promise((resolve) => {
          const script = document.createElement('script');
          Object.assign(script, { type: 'module', src: '/throughline.min.js', onload: resolve });
          document.head.append(script);
        }),
    ],
    [
      'an indirect eval',
      async () => {
        const text = await (await fetch('/throughline.min.js')).text();
        Reflect.get(globalThis, 'eval')(text);
      },
    ],
    [
      'a function that is made of its text',
      async () => Reflect.construct(Function, [await (await fetch('/throughline.min.js')).text()])(),
    ],
  ]) {
    it(`sets the global Throughline as ${how}`, async () => {
      const page = await browser.page();
      await page.goto(`${server.url}/page`);
      await page.evaluate(load);
      const seen = await page.evaluate(() => {
        const { enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(
          globalThis,
          'Throughline',
        );
        Throughline.init({ tracesSampleRate: 1 });
        return [enumerable, writable, configurable, Object.keys(Throughline.getTraceData())];
      });
      assert.deepEqual(seen, [true, true, true, ['sentry-trace', 'baggage']]);
      assert.deepEqual(page.said, []);
    });
  }

  it('has the very names that the module has', async () => {
    const page = await browser.page();
    server.reset('<script src="/throughline.min.js"></script>');
    await page.goto(`${server.url}/page`);
    const [own, module] = await page.evaluate(async () => [
      Object.keys(Throughline).sort(),
      Object.keys(await import('/index.js')).sort(),
    ]);
    assert.ok(own.length > 50);
    assert.deepEqual(own, module);
  });
});

describe('a page that extends the prototypes of the language', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** What old libraries do, and more. */
  const extend = () => {
    for (const { prototype } of [Object, Array, String, Function]) {
      prototype.extra = 'x';
      prototype.measurements = 'theirs';
      prototype.user = { id: 'theirs' };
      prototype.tags = { theirs: 'x' };
      prototype.level = 'theirs';
      prototype.extend = function () {
        return this;
      };
      prototype.inherited = { deep: 'x' };
    }
  };

  for (const lifecycle of ['static', 'stream']) {
    it(`is traced as any other, and nothing of that is sent (${lifecycle})`, async () => {
      server.reset();
      server.head = `<script>(${extend})()</script>${startTag(server, { idleTimeout: 1000 }, { traceLifecycle: lifecycle, debug: true, initialScope: { tags: { a: 'b' } } })}`;
      const page = await browser.page();
      await page.goto(`${server.url}/page`);
      const echoed = await page.evaluate(async () => {
        const { startSpan, setTag, setContext, setUser } = Throughline;
        setTag('t', 1);
        setContext('c', { list: [1, { two: 2 }] });
        setUser({ id: '1' });
        const all = await startSpan({ name: 'work', attributes: { list: ['a'], n: 1 } }, async (span) => {
          span.setAttributes({ more: true });
          const xhr = new XMLHttpRequest();
          xhr.open('GET', '/echo');
          xhr.setRequestHeader('x-own', '1');
          const answered = new Promise((resolve) => {
            xhr.onload = () => resolve(JSON.parse(xhr.responseText));
          });
          xhr.send();
          return [
            await answered,
            await (await fetch('/echo')).json(),
            await (await fetch('/echo', { headers: { 'x-own': '1' } })).json(),
            await (await fetch('/echo', { headers: [['x-own', '1']] })).json(),
            await (await fetch(new Request('/echo', { headers: { 'x-own': '1' } }))).json(),
          ];
        });
        await Throughline.flush();
        return all.map((headers) => [...Object.keys(headers)]);
      });
      assert.equal(echoed.length, 5);
      for (const names of echoed) {
        assert.ok(names.includes('sentry-trace') && names.includes('baggage'), names.join());
        assert.ok(!names.some((name) => /extra|extend|inherited/.test(name)), names.join());
      }
      await server.received(1);
      await page.evaluate(() => Throughline.close());
      const sent = JSON.stringify(server.envelopes);
      assert.match(sent, /GET/);
      const [foreign] = /.{0,40}(?:extra"|extend|inherited|theirs).{0,40}/.exec(sent) ?? [];
      assert.equal(foreign, undefined);
      const wrong = page.said.filter((line) => !line.includes('the first envelope was accepted'));
      assert.deepEqual(wrong, []);
    });
  }
});
