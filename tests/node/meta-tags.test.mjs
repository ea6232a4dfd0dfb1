// The tags that a server puts into its pages: by hand, by middleware, and into responses and streams.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { before, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import express from 'express';
import * as Throughline from '../../dist/node.js';
import { exchange, requestText, SPAN, TRACE, traceServers, transactions, useServer } from './servers.mjs';
import { useIngest } from './support.mjs';

const { getTraceData, getTraceMetaTags, renderTraceMetaTags, startSpan } = Throughline;

const PAGE = '<!DOCTYPE html><html><head data-a="1>0"><title>é</title></head><body>hello</body></html>';
const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** What the tags of a page say, by name; a name that stands there twice has all of it. */
function tagsIn(html) {
  const said = {};
  for (const [, name, content] of html.matchAll(/<meta name="([\w-]+)" content="([^"]*)"\/>/g)) {
    said[name] = said[name] === undefined ? content : [said[name], content].flat();
  }
  return said;
}

const withoutTags = (html) =>
  html.replace(/<meta name="(?:sentry-trace(?:-time)?|baggage)" content="[^"]*"\/>/g, '');

describe('trace meta tags', () => {
  const ingest = useIngest();
  let handle;
  const shop = useServer(() => {
    const app = express();
    // Its own error handler says nothing on the console then.
    app.set('env', 'test');
    app.get('/twice', renderTraceMetaTags());
    app.use(renderTraceMetaTags());
    app.use((request, response, next) => handle(request, response, next));
    return createServer(app);
  });
  before(() => traceServers(ingest, { ignoreStatusCodes: [] }, { release: '"<shop>\'&' }));
  beforeEach(() => {
    ingest.take();
    handle = (_, response) => response.type('html').send(PAGE);
  });

  const get = async (path = '/', options = {}) => {
    const answer = await fetch(shop.url + path, options);
    return { answer, html: await answer.text() };
  };

  it('by hand tell the trace of the request, when it came in, and nothing that ends an attribute', async () => {
    let tags;
    handle = (_, response) => {
      tags = getTraceMetaTags();
      response.end();
    };
    const before = Date.now() / 1000;
    const baggage = `sentry-trace_id=${TRACE},sentry-release=%22%3E%3Cscript%3E'`;
    await get('/', { headers: { 'sentry-trace': `${TRACE}-${SPAN}-1`, baggage } });
    const [{ contexts, start_timestamp }] = await transactions(ingest, 1);
    const { 'sentry-trace': trace, baggage: told, 'sentry-trace-time': time, ...others } = tagsIn(tags);
    assert.deepEqual(others, {});
    assert.equal(trace, `${TRACE}-${contexts.trace.span_id}-1`);
    assert.match(told, /^[\w=,%&#;.~*!()-]+$/);
    assert.ok(Number(time) >= before - 1 && Number(time) <= start_timestamp);
    assert.equal(
      getTraceMetaTags({ 'sentry-trace': '"><script>\'&' }),
      '<meta name="sentry-trace" content="&#34;&#62;&#60;script&#62;&#39;&#38;"/>',
    );
  });

  it('outside of requests are of the trace in force', () => {
    const { 'sentry-trace': trace } = tagsIn(getTraceMetaTags());
    assert.equal(trace.slice(0, 32), getTraceData()['sentry-trace'].slice(0, 32));
  });

  it('by middleware stand behind the head, with the length of the page corrected', async () => {
    const { answer, html } = await get();
    const [{ contexts }] = await transactions(ingest, 1);
    const { 'sentry-trace': trace, 'sentry-trace-time': time } = tagsIn(html);
    assert.equal(trace, `${contexts.trace.trace_id}-${contexts.trace.span_id}-1`);
    assert.ok(Number(time) > 1e9);
    assert.ok(html.startsWith('<!DOCTYPE html><html><head data-a="1>0"><meta name="sentry-trace"'));
    assert.equal(withoutTags(html), PAGE);
    assert.equal(Number(answer.headers.get('content-length')), Buffer.byteLength(html));
  });

  it('name the span of the request, also where a span below it writes the page', async () => {
    handle = (_, response) => startSpan({ name: 'render' }, () => response.type('html').send(PAGE));
    const { html } = await get();
    const [{ contexts }] = await transactions(ingest, 1);
    assert.equal(tagsIn(html)['sentry-trace'].split('-')[1], contexts.trace.span_id);
  });

  it('stand in pages that are written in pieces, wherever these end, and in none twice', async () => {
    for (let at = 0; at <= PAGE.length; at++) {
      handle = (_, response) => {
        response.writeHead(200, { ...HTML, 'Content-Length': String(Buffer.byteLength(PAGE)) });
        response.write(PAGE.slice(0, at));
        response.end(PAGE.slice(at), 'utf8', () => {});
      };
      const { html, answer } = await get();
      assert.equal(withoutTags(html), PAGE, `at ${at}`);
      assert.equal(typeof tagsIn(html)['sentry-trace'], 'string', `at ${at}`);
      assert.equal(answer.headers.get('content-length'), null);
    }
  });

  it('stand in pages whose headers come last, whatever stands before them', async () => {
    const length = { 'content-length': String(Buffer.byteLength(PAGE)) };
    for (const words of ['Fine', undefined, null, { 'x-other': '1' }]) {
      for (const isSet of [true, false]) {
        handle = (_, response) => {
          if (isSet) response.setHeader('content-type', 'text/html');
          response.writeHead(200, words, isSet ? length : { ...HTML, ...length });
          response.end(PAGE);
        };
        const { html } = await get();
        assert.equal(withoutTags(html), PAGE);
        assert.equal(typeof tagsIn(html)['sentry-trace'], 'string', String(words));
      }
    }
  });

  it('stand in pages of single bytes, of which what is no tag is sent at once', async () => {
    let go;
    handle = async (_, response) => {
      response.setHeader('content-type', 'text/html');
      response.write('<html >');
      await new Promise((resolve) => {
        go = resolve;
      });
      for (const byte of Buffer.from(PAGE)) response.write(Uint8Array.of(byte));
      response.end();
    };
    const [answer] = await once(send(`${shop.url}/`).end(), 'response');
    const [first] = await once(answer, 'data');
    assert.equal(String(first), '<html >');
    let html = '';
    answer.setEncoding('utf8').on('data', (piece) => {
      html += piece;
    });
    go();
    await once(answer, 'end');
    assert.equal(withoutTags(html), PAGE);
    assert.equal(typeof tagsIn(html)['sentry-trace'], 'string');
  });

  it('are not put where the page has them, nor by two of them twice', async () => {
    const { html } = await get('/twice');
    assert.equal(typeof tagsIn(html)['sentry-trace'], 'string');
    handle = (_, response) => response.type('html').send(`<head>${getTraceMetaTags()}</head>`);
    assert.equal(typeof tagsIn((await get()).html)['sentry-trace'], 'string');
  });

  it('are not put into what is no such page', async () => {
    const cases = {
      'no HTML': [{ 'content-type': 'application/json' }, 200],
      'no type': [{}, 200],
      UTF16: [{ 'content-type': 'text/html; charset=utf-16le' }, 200],
      'for all': [{ ...HTML, 'cache-control': 'public, max-age=60' }, 200],
      'with the time of its last change': [{ ...HTML, 'last-modified': new Date().toUTCString() }, 200],
      'a part': [{ ...HTML, 'content-range': `bytes 0-${PAGE.length}/*` }, 206],
    };
    for (const [name, [headers, status]] of Object.entries(cases)) {
      handle = (_, response) => response.writeHead(status, headers).end(PAGE);
      assert.equal((await get()).html, PAGE, name);
    }
    handle = (_, response) =>
      response.writeHead(200, { ...HTML, 'content-encoding': 'gzip' }).end(gzipSync(PAGE));
    assert.equal((await get()).html, PAGE);
    handle = (_, response) =>
      response.writeHead(200, { ...HTML, 'last-modified': 'x', 'cache-control': 'no-cache' }).end(PAGE);
    assert.notEqual((await get()).html, PAGE);
  });

  it('leave `HEAD`, statuses without content, errors and files what they are', async () => {
    const head = await get('/', { method: 'HEAD' });
    assert.equal(head.answer.headers.get('content-type'), HTML['content-type']);
    // As long as a page without tags it is not.
    assert.equal(head.answer.headers.get('content-length'), null);
    handle = (_, response) => response.writeHead(304, HTML).end();
    assert.match(await exchange(shop.port, requestText('/')), /^HTTP\/1\.1 304/);
    handle = (_, response) => {
      response.type('html');
      assert.throws(() => response.write(7), TypeError);
      assert.throws(() => response.write(null), TypeError);
      response.end(PAGE);
    };
    assert.equal(withoutTags((await get()).html), PAGE);
    handle = (_, __, next) => next(Object.assign(new Error('mine'), { status: 418 }));
    const { answer, html } = await get();
    assert.equal(answer.status, 418);
    assert.match(html, /<head><meta name="sentry-trace"/);
  });

  it('tell the route by which the page was found', async () => {
    handle = (request, response, next) => {
      const router = express.Router();
      router.get('/orders/:id', (_, inner) => inner.type('html').send(PAGE));
      router(request, response, next);
    };
    const { html } = await get('/orders/7');
    assert.match(tagsIn(html).baggage, /sentry-transaction=GET%20%2Forders%2F%3Aid/);
  });

  it('are put into a Response, and into streams of bytes and texts', async () => {
    await startSpan({ name: 'page' }, async (span) => {
      const own = span.spanContext().spanId;
      const response = renderTraceMetaTags(
        new Response(PAGE, { status: 201, headers: { ...HTML, 'content-length': '9', 'x-own': '1' } }),
      );
      const { status, headers } = response;
      assert.deepEqual([status, headers.get('x-own'), headers.get('content-length')], [201, '1', null]);
      const html = await response.text();
      assert.equal(withoutTags(html), PAGE);
      assert.equal(tagsIn(html)['sentry-trace'].split('-')[1], own);
      for (const encode of [(piece) => piece, (piece) => Buffer.from(piece)]) {
        const stream = new ReadableStream({
          start(controller) {
            for (const piece of PAGE) controller.enqueue(encode(piece));
            controller.close();
          },
        });
        let out = Buffer.alloc(0);
        for await (const piece of renderTraceMetaTags(stream)) out = Buffer.concat([out, Buffer.from(piece)]);
        assert.equal(withoutTags(String(out)), PAGE);
        assert.equal(tagsIn(String(out))['sentry-trace'].split('-')[1], own);
      }
    });
    const json = new Response('{}', { headers: { 'content-type': 'application/json' } });
    const empty = new Response(null, { status: 204, headers: HTML });
    const used = new Response(PAGE, { headers: HTML });
    await used.text();
    for (const one of [json, empty, used, 7, null, 'text']) assert.equal(renderTraceMetaTags(one), one);
  });

  it('of a page without end are given up where there is no head', async () => {
    const long = `<html>${'<!-- text -->'.repeat(10_000)}<head>`;
    assert.ok((await renderTraceMetaTags(new Response(long, { headers: HTML })).text()) === long);
    const open = `<!-- ${'x'.repeat(100_000)} --><head>`;
    assert.ok((await renderTraceMetaTags(new Response(open, { headers: HTML })).text()) === open);
  });
});
