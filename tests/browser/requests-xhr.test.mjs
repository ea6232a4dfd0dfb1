// `XMLHttpRequest` of a page that is traced: what the server receives, what the span says, what the page gets back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTraced } from '../support/api.mjs';
import { openPackage } from '../support/browser.mjs';
import { SEND, useXhr } from '../support/xhr.mjs';

describe('XMLHttpRequest', { timeout: 120_000 }, () => {
  const { browser, server, api, open, run } = useXhr();

  it('gets headers and a span', async () => {
    const { told, spans } = await run(
      async (api) =>
        root(async () => {
          const echoed = JSON.parse((await send('get', '/echo?token=1&q=2#f=3')).responseText);
          const { status } = await send('POST', new URL(`${api}/status/404`), { body: 'x' });
          return [echoed, status];
        }),
      {},
      { enableHTTPTimings: false },
    );
    const [first, second] = spans;
    assert.equal(told[0]['sentry-trace'], `${first.trace_id}-${first.span_id}-1`);
    assert.match(told[0].baggage, /sentry-trace_id=/);
    assert.deepEqual(first.data, {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'sentry.op': 'http.client',
      'sentry.origin': 'auto.http.browser',
      'server.address': new URL(server.url).host,
      type: 'xhr',
      'url.domain': 'localhost',
      'url.fragment': 'f=3',
      'url.full': `${server.url}/echo?token=[Filtered]&q=2#f=3`,
      'url.query': 'token=[Filtered]&q=2',
    });
    assert.deepEqual([first.description, first.status], ['GET /echo', 'ok']);
    assert.deepEqual([second.description, second.status], [`POST ${api.url}/status/404`, 'not_found']);
  });

  it('keeps what the application continues by hand, and adds to baggage that is not ours', async () => {
    const { told } = await run(() =>
      root(async () => {
        const echo = async (headers) => {
          const { 'sentry-trace': trace, baggage } = JSON.parse(
            (await send('GET', '/echo', { headers })).responseText,
          );
          return [trace, baggage];
        };
        return [
          await echo({ 'SENTRY-Trace': 'by-hand' }),
          await echo({ Baggage: 'sentry-release=theirs' }),
          await echo({ bAGGAGE: ' a=1;p=2 ' }),
          (await echo({ baggage: `a=${'x'.repeat(8000)}` }))[1].length,
        ];
      }),
    );
    assert.deepEqual(told[0], ['by-hand', undefined]);
    assert.equal(told[1][1], 'sentry-release=theirs');
    assert.match(told[2][1], /^a=1;p=2, sentry-environment=production,/);
    assert.ok(told[3] <= 8192);
  });

  it('ends with the request, however that ends', async () => {
    const { told, spans } = await run(async (api) =>
      root(async () => {
        const seen = [];
        const note = (xhr) => {
          for (const type of ['load', 'error', 'abort', 'timeout']) {
            xhr.addEventListener(type, () => seen.push(type), { once: true });
          }
        };
        await send('GET', `${api}/drop`, { before: note });
        const late = (xhr) => {
          note(xhr);
          xhr.timeout = 50;
        };
        await send('GET', `${api}/hang`, { before: late });
        const quit = (xhr) => {
          note(xhr);
          setTimeout(() => xhr.abort());
        };
        await send('GET', `${api}/hang`, { before: quit });
        const loading = (xhr) => {
          note(xhr);
          xhr.onprogress = () => xhr.abort();
        };
        await send('GET', `${api}/stream`, { before: loading });
        await send('GET', '/status/500', { before: note });
        return seen;
      }),
    );
    assert.deepEqual(told, ['error', 'timeout', 'abort', 'abort', 'load']);
    assert.deepEqual(
      spans.map(({ status, data }) => [status, data['http.response.status_code']]),
      [...Array(4).fill(['internal_error', 0]), ['internal_error', 500]],
    );
  });

  it('gets a span for each use of one object, also where the next use gives up the last', async () => {
    const { told, spans } = await run(async (api) =>
      root(async () => {
        const xhr = new XMLHttpRequest();
        const names = [];
        for (const at of [1, 2]) {
          const headers = { 'x-mine': String(at) };
          names.push(JSON.parse((await send('GET', `/echo/${at}`, { xhr, headers })).responseText)['x-mine']);
        }
        xhr.open('GET', `${api}/hang`);
        xhr.open('GET', `${api}/hang?again`);
        xhr.send();
        await send('GET', '/echo/3', { xhr });
        // In the middle of the last one's end.
        await new Promise((resolve) => {
          xhr.onload = () => {
            xhr.onload = resolve;
            xhr.open('GET', '/echo/5');
            xhr.send();
          };
          xhr.open('GET', '/echo/4');
          xhr.send();
        });
        return names;
      }),
    );
    assert.deepEqual(told, ['1', '2']);
    assert.deepEqual(
      spans.map(({ description, data }) => [
        description.replace(api.url, ''),
        data['http.response.status_code'],
      ]),
      [
        ['GET /echo/1', 200],
        ['GET /echo/2', 200],
        ['GET /hang', 0],
        ['GET /echo/3', 200],
        ['GET /echo/4', 200],
        ['GET /echo/5', 200],
      ],
    );
  });

  it('is traced when it is synchronous', async () => {
    const { told, spans } = await run((api) =>
      root(() => {
        const xhr = new XMLHttpRequest();
        xhr.open('GET', '/echo', false);
        xhr.send();
        const { 'sentry-trace': trace } = JSON.parse(xhr.responseText);
        const failing = new XMLHttpRequest();
        failing.open('GET', `${api}/drop`, false);
        let error = '';
        try {
          failing.send();
        } catch ({ name }) {
          error = name;
        }
        return [trace, error];
      }),
    );
    assert.deepEqual(told, [`${spans[0].trace_id}-${spans[0].span_id}-1`, 'NetworkError']);
    assert.deepEqual(
      spans.map(({ data }) => data['http.response.status_code']),
      [200, 0],
    );
  });

  it('fails where the browser lets it fail, with the same errors', async () => {
    const code = () => {
      const errors = [];
      const attempt = (call) => {
        try {
          call(new XMLHttpRequest());
          errors.push('none');
        } catch ({ name, message }) {
          errors.push(`${name}: ${message}`);
        }
      };
      attempt((xhr) => xhr.send());
      attempt((xhr) => xhr.open('GET'));
      attempt((xhr) => xhr.open('GET', 'http://'));
      attempt((xhr) => xhr.open('TRACE', '/echo'));
      attempt((xhr) => xhr.open('GET', { toString: () => JSON.parse('{') }));
      attempt((xhr) => xhr.setRequestHeader('a', 'b'));
      attempt((xhr) => {
        xhr.open('GET', '/echo');
        xhr.setRequestHeader('a b', 'c');
      });
      attempt((xhr) => {
        xhr.open('GET', '/echo');
        xhr.send();
        xhr.send();
      });
      attempt(() => XMLHttpRequest.prototype.send.call({}));
      attempt(() => XMLHttpRequest.prototype.open.call({}, 'GET', '/echo'));
      return errors;
    };
    const plain = await openPackage(browser, server);
    const expected = await plain.evaluate(code);
    const page = await open();
    assert.deepEqual(await page.evaluate(code), expected);
    assert.deepEqual(
      page.said.filter((line) => line.includes('uncaught')),
      [],
    );
  });

  it('may have headers with the names of what objects inherit', async () => {
    const page = await openPackage(browser, server);
    await page.addScriptTag({ content: SEND });
    await page.evaluate(() => {
      globalThis.tracing = {
        onRequestSpanStart: (_, { headers }) => {
          globalThis.told = ['constructor', '__proto__'].map((name) => headers.get(name));
        },
      };
    });
    await openTraced(page);
    const told = await page.evaluate(async () => {
      const headers = Object.fromEntries([
        ['constructor', '1'],
        ['__proto__', '2'],
      ]);
      await root(() => send('GET', '/echo', { headers }));
      return globalThis.told;
    });
    assert.deepEqual(told, ['1', '2']);
  });

  it('reads what the page gives once, also in subclasses, and leaves other realms alone', async () => {
    const { told, spans } = await run((api) =>
      root(async () => {
        const asked = [];
        class Mine extends XMLHttpRequest {
          send(...args) {
            asked.push('send');
            super.send(...args);
          }
        }
        const printed = {
          toString() {
            asked.push('toString');
            return '/echo';
          },
        };
        const xhr = await send('GET', printed, { xhr: new Mine() });
        const frame = document.body.appendChild(document.createElement('iframe'));
        const foreign = new frame.contentWindow.XMLHttpRequest();
        const answer = JSON.parse((await send('GET', `${api}/echo`, { xhr: foreign })).responseText);
        return [asked, 'sentry-trace' in JSON.parse(xhr.responseText), 'sentry-trace' in answer];
      }),
    );
    assert.deepEqual(told, [['toString', 'send'], true, false]);
    assert.equal(spans.length, 1);
  });

  it('tells callbacks of the page about spans and headers', async () => {
    const page = await openPackage(browser, server);
    await page.addScriptTag({ content: SEND });
    await page.evaluate(() => {
      globalThis.told = [];
      globalThis.tracing = {
        onRequestSpanStart: (span, { headers }) => {
          told.push(
            [...headers.keys()],
            span.spanContext().spanId === headers.get('sentry-trace').slice(33, 49),
          );
        },
        onRequestSpanEnd: (span, { headers }) => {
          told.push(span.isRecording(), headers.get('content-length'));
        },
      };
    });
    await openTraced(page);
    const told = await page.evaluate(async (api) => {
      await root(() => send('GET', `${api}/size`, { headers: { 'X-Mine': '1' } }));
      return globalThis.told;
    }, api.url);
    assert.deepEqual(told, [['baggage', 'sentry-trace', 'x-mine'], true, false, '5']);
  });

  it('to a DSN is nobody else’s business', async () => {
    const { spans } = await run(() =>
      root(async () => {
        await send('POST', '/echo?sentry_key=public', { body: 'x' });
        await send('POST', '/echo?q=sentry_key', { body: 'x' });
      }),
    );
    assert.deepEqual(
      spans.map(({ description }) => description),
      ['POST /echo'],
    );
  });
});
