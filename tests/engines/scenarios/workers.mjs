// Workers of each kind and frames that their page hands its trace over to: in every engine one trace, from a span of the page to the
// server that a request of theirs reaches.
import assert from 'node:assert/strict';
import { startTag } from '../../support/browser.mjs';
import { openWorker, scriptOf } from '../../support/workers.mjs';
import { assertSilent, open, roots, serve } from '../pages.mjs';

/** What a worker of a kind does for its page, whose script is loaded in one of the two ways. */
function worker(kind, way) {
  return async ({ server, api, window }) => {
    await open({ server, window });
    const { tunnel } = server;
    const options = { dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1 };
    server.files = { '/worker.js': { type: 'text/javascript', body: scriptOf(way, options) } };
    const elsewhere = `${api.url.replace('localhost', '127.0.0.1')}/echo`;
    const { heard } = await window.evaluate(
      async (program, kind, way, elsewhere) => {
        const ask = await Reflect.construct(Function, [`return ${program}`])()(kind, way, '/worker.js');
        return T.startSpan({ name: 'click' }, () => ask({ ...T.getTraceData(), url: '/echo', elsewhere }));
      },
      String(openWorker),
      kind,
      way,
      elsewhere,
    );
    const all = await roots(server, 2);
    const [click, work] = ['click', 'work'].map((name) => all.find((root) => root.name === name));
    assert.deepEqual([work.trace_id, work.parent_span_id], [click.trace_id, click.span_id]);
    const [fetched, other] = heard;
    assert.equal(other['sentry-trace'], undefined);
    const [traceId, spanId] = fetched['sentry-trace'].split('-');
    assert.equal(traceId, click.trace_id);
    assert.equal(work.spans.find(({ span_id }) => span_id === spanId).parent_span_id, work.span_id);
    await assertSilent(window);
  };
}

async function written({ server, window }) {
  await open({ server, window }, { instrumentPageLoad: true, idleTimeout: 20 });
  const [page] = await roots(server, 1);
  const tags = await window.evaluate((start) => {
    const tags = T.getTraceMetaTags();
    const frame = document.createElement('iframe');
    document.body.append(Object.assign(frame, { srcdoc: tags + start }));
    return tags;
  }, startTag(server));
  const [, inner] = await roots(server, 2);
  assert.equal(inner.trace_id, page.trace_id);
  assert.ok(tags.includes(`${inner.trace_id}-${inner.parent_span_id}-1`), tags);
}

async function sandboxed({ server, window }) {
  await open({ server, window });
  serve(
    server,
    `${startTag(server, { instrumentPageLoad: false })}<script>
      const ask = (url) => fetch(url).then((answer) => answer.json()).then((heard) => 'sentry-trace' in heard);
      const explain = (url) => Throughline.explainPropagation(url).code;
      const own = location.href.replace('localhost', '127.0.0.1').replace(/page.*/, 'echo');
      ask(own).catch(String).then((carries) => parent.postMessage([origin, carries, explain(own), explain('/echo')], '*'));
    </script>`,
  );
  const told = await window.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    frame.src = location.href.replace('localhost', '127.0.0.1');
    return new Promise((resolve) => {
      addEventListener('message', ({ data }) => resolve(data));
      document.body.append(frame);
    });
  });
  assert.deepEqual(told, ['null', false, 'cross-origin', 'cross-origin']);
}

/** Two workers whose root ends, and then they end: one by itself, one by its page. */
async function ended({ server, window }) {
  await open({ server, window });
  const body = `importScripts('/throughline.min.js');
    const options = { dsn: 'http://public@localhost:1/1', tunnel: '${server.tunnel}', tracesSampleRate: 1 };
    Throughline.init(options);
    onmessage = ({ data: name }) => {
      Throughline.startSpan({ name }, () => {});
      postMessage('done');
      if (name === 'closed') close();
    };`;
  server.files = { '/worker.js': { type: 'text/javascript', body } };
  await window.evaluate(async () => {
    for (const name of ['closed', 'terminated']) {
      const worker = new Worker('/worker.js');
      await new Promise((resolve) => {
        worker.onmessage = resolve;
        worker.postMessage(name);
      });
      if (name === 'terminated') worker.terminate();
    }
  });
  const all = await roots(server, 2);
  assert.deepEqual(all.map(({ name }) => name).sort(), ['closed', 'terminated']);
}

export const workers = {
  'takes its trace into a dedicated worker': worker('dedicated', 'classic'),
  'takes its trace into a dedicated worker that is a module': worker('dedicated', 'module'),
  'takes its trace into a shared worker': worker('shared', 'classic'),
  'takes its trace into a service worker': worker('service', 'classic'),
  'hears what ended in a worker before that did': ended,
  'takes its trace into a frame whose HTML it writes': written,
  'takes nothing for the own origin of a sandboxed frame': sandboxed,
};
