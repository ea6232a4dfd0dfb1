// explainPropagation(): what it says is what happens.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPackage, useBrowser, useServer } from '../support/browser.mjs';
import { isWebAssembly } from '../support/built.mjs';

describe('explainPropagation', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  const server = useServer();

  /** Starts the package with these options and asks about each request. */
  async function explain(given, ...requests) {
    const page = await openPackage(browser, server);
    const answers = await page.evaluate(
      ({ given, requests }) => {
        const integrations = given.alone ? [] : [T.browserTracingIntegration(given.tracing)];
        const targets = given.patterns?.map((pattern) => new RegExp(pattern)) ?? [];
        const { tracePropagationTargets: texts } = given;
        if (texts) given.tracePropagationTargets = [...texts, ...targets];
        if (!given.never) T.init({ ...options, ...given, integrations });
        return requests.map(([url, init]) =>
          T.explainPropagation(url === 'the tunnel' ? options.tunnel : url, init),
        );
      },
      { given, requests },
    );
    await page.context().close();
    for (const { detail, fix } of answers) {
      assert.doesNotMatch(detail + fix, /[%@$#]|undefined|\.\./, 'a sentence that was not filled in');
      assert.match(detail, /\.$/);
    }
    return answers;
  }
  const codes = async (...given) => (await explain(...given)).map(({ attach, code }) => `${code} ${attach}`);

  it('has a code for every reason', async () => {
    assert.deepEqual(
      await codes(
        {},
        ['/api'],
        ['http://localhost:9/x'],
        ['https://api.example.com/x'],
        ['data:text/plain,x'],
        ['/api', { mode: 'no-cors' }],
        ['/api', { headers: { 'Sentry-Trace': 'x' } }],
        ['/api', { headers: [['sentry-trace', 'x']] }],
        ['/api', { headers: { 'sentry-trace': '' } }],
        ['http://'],
        [],
        ['the tunnel'],
      ),
      [
        'same-origin true',
        'localhost true',
        'cross-origin false',
        'not-http false',
        'no-cors false',
        'own-header false',
        'own-header false',
        'same-origin true',
        'invalid false',
        'invalid false',
        'envelope false',
      ],
    );
    const targets = { tracePropagationTargets: ['', 'example.com'], patterns: ['^https://b\\.test'] };
    assert.deepEqual(
      await codes(
        targets,
        ['https://api.example.com/x'],
        ['https://b.test/?X-Amz-Signature=1'],
        ['https://api.example.com/?X-Amz-Signature=1'],
        ['/api'],
      ),
      ['target true', 'target true', 'signed false', 'no-match false'],
    );
    assert.deepEqual(await codes({ tracePropagationTargets: [] }, ['/api']), ['no-targets false']);
    assert.deepEqual(await codes({ never: true }, ['/api']), ['disabled false']);
    assert.deepEqual(await codes({ enabled: false }, ['/api']), ['disabled false']);
    assert.deepEqual(await codes({ alone: true }, ['/api']), ['not-instrumented false']);
    assert.deepEqual(await codes({ tracing: { traceFetch: false } }, ['/api']), ['not-instrumented false']);
  });

  it('names the target, the place and the line to add', async () => {
    const targets = { tracePropagationTargets: [7, 'example.com'], patterns: ['^https://b'] };
    const [text, pattern, other] = await explain(
      targets,
      ['https://api.example.com/x'],
      ['https://b.test/'],
      ['https://c.test/y'],
    );
    assert.equal(text.detail, 'https://api.example.com/x is matched by the target "example.com".');
    assert.equal(pattern.detail, 'https://b.test/ is matched by the target /^https:\\/\\/b/.');
    assert.equal(other.detail, 'https://c.test/y is matched by none of tracePropagationTargets.');
    assert.match(other.fix, /"https:\/\/c\.test".*"Access-Control-Allow-Headers: sentry-trace, baggage"/);
  });

  it('names every header that the server has to allow', async () => {
    const request = ['https://api.example.com/x'];
    const [two] = await explain({}, request);
    assert.match(two.fix, /"Access-Control-Allow-Headers: sentry-trace, baggage"/);
    const [three] = await explain({ propagateTraceparent: true }, request);
    assert.match(three.fix, /"Access-Control-Allow-Headers: sentry-trace, baggage, traceparent"/);
  });

  it('knows which places headers broke, and changes nothing of what it is given', async () => {
    const page = await openPackage(browser, server);
    const seen = await page.evaluate(async () => {
      T.init({ ...options, integrations: [T.browserTracingIntegration()] });
      // Nobody listens there.
      const url = 'http://localhost:9/x';
      const before = T.explainPropagation(url).code;
      await fetch(url).catch(() => {});
      const pairs = new Map([['a', 'b']]).entries();
      const request = new Request('/x', { method: 'POST', body: 'x' });
      T.explainPropagation(request);
      return [
        before,
        T.explainPropagation(url).code,
        request.bodyUsed,
        T.explainPropagation('/x', { headers: pairs }).code,
      ];
    });
    assert.deepEqual(seen, ['localhost', 'broken', false, 'same-origin']);
    assert.equal(page.said.filter((line) => line.includes('get no trace headers any more')).length, 1);
  });

  it('says what is so where tracing is off', async () => {
    const page = await openPackage(browser, server);
    const told = await page.evaluate(async () => {
      const explain = () => Object.values(T.explainPropagation('/api')).slice(0, 3);
      const told = [explain()];
      T.init({ ...options, enabled: false });
      told.push(explain());
      T.init(options);
      await T.close();
      return [...told, explain()];
    });
    assert.deepEqual(told, [
      [false, 'disabled', 'Tracing is not on: init was not called.'],
      [false, 'disabled', 'Tracing is not on: init has enabled: false.'],
      [false, 'disabled', 'Tracing is not on: close was called.'],
    ]);
  });

  const skip = !isWebAssembly && 'the core is no WebAssembly';
  it('says that the core did not start', { skip }, async () => {
    const faulty = await openPackage(browser, server);
    const [detail, fix] = await faulty.evaluate(() => {
      WebAssembly.Module = class {
        constructor() {
          throw new RangeError('mine');
        }
      };
      T.init(options);
      const { detail, fix } = T.explainPropagation('/api');
      return [detail, fix];
    });
    assert.match(detail, /the core did not start/);
    assert.doesNotMatch(detail, /init was not called/);
    assert.doesNotMatch(fix, /init/);
  });

  it('answers after a fault as before it', async () => {
    const page = await openPackage(browser, server);
    const codes = await page.evaluate(() => {
      T.init({ ...options, integrations: [T.browserTracingIntegration()] });
      const { TextDecoder: native } = globalThis;
      const { decode } = native.prototype;
      const before = T.explainPropagation('/api/1').code;
      // The core answers once what nobody can read.
      native.prototype.decode = () => {
        native.prototype.decode = decode;
        throw new RangeError('stack');
      };
      return [before, T.explainPropagation('/api/2').code, T.explainPropagation('/api/2').code];
    });
    assert.deepEqual(codes, ['same-origin', 'same-origin', 'same-origin']);
  });
});
