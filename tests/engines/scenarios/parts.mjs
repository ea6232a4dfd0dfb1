// The parts that a page adds: measures of its own, long tasks, streamed responses, and the store for what could not be sent.
import assert from 'node:assert/strict';
import { assertSilent, FLUSH_TIME, open, pageWith, roots, serve } from '../pages.mjs';

async function longTasks({ server, window }) {
  server.reset();
  serve(server, pageWith(server, { idleTimeout: 60_000 }));
  await window.goto(`${server.url}/page`);
  const types = await window.evaluate(async () => {
    const { supportedEntryTypes: types } = PerformanceObserver;
    const type = ['long-animation-frame', 'longtask'].find((one) => types.includes(one));
    const measured =
      type &&
      new Promise((resolve) => {
        new PerformanceObserver(() => setTimeout(resolve)).observe({ type });
      });
    document.body.addEventListener('click', () => {
      for (const until = performance.now() + 120; performance.now() < until; );
    });
    // In a task of its own, and in a frame that is painted.
    await new Promise((resolve) => {
      setTimeout(() => {
        document.body.click();
        document.body.textContent = 'busy';
        resolve();
      });
    });
    await measured;
    T.getActiveSpan().end();
    return types;
  });
  const [{ spans }] = await roots(server, 1);
  const ops = new Set(spans.map(({ op }) => op).filter((op) => op?.startsWith('ui.long')));
  const frames = types.includes('long-animation-frame');
  const tasks = !frames && types.includes('longtask');
  assert.deepEqual(
    [ops.has('ui.long_animation_frame'), ops.has('ui.long_task')],
    [frames, tasks],
    `${[...ops]} of ${types}`,
  );
  await assertSilent(window);
}

/** Starts the package once more, with further integrations and options. */
const ADD = (names) => {
  for (const name of names) T.addIntegration(T[name]());
};

async function userTiming({ server, window }) {
  await open({ server, window }, { instrumentPageLoad: true, idleTimeout: 60_000 });
  await window.evaluate(ADD, ['userTimingIntegration']);
  await window.evaluate(() => {
    performance.mark('begin');
    performance.measure('from the mark', { start: 'begin', detail: { items: 3 } });
    performance.measure('by the old form', 'begin');
    T.getActiveSpan().end();
  });
  const [{ spans }] = await roots(server, 1);
  const timed = spans.filter(({ op }) => op === 'mark' || op === 'measure');
  assert.deepEqual(timed.map(({ op, description }) => `${op} ${description}`).sort(), [
    'mark begin',
    'measure by the old form',
    'measure from the mark',
  ]);
  const { data } = timed.find(({ description }) => description === 'from the mark');
  assert.equal(data['sentry.browser.measure.detail.items'], 3);
  await assertSilent(window);
}

async function streams({ server, window }) {
  await open({ server, window });
  const text = 'data: one\n\ndata: two\n\n';
  server.files = { '/events': { type: 'text/event-stream', body: text } };
  await window.evaluate(ADD, ['fetchStreamPerformanceIntegration']);
  const told = await window.evaluate(() => {
    const read = async (stream) => {
      const reader = stream.getReader();
      let read = '';
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        read += typeof part.value === 'string' ? part.value : new TextDecoder().decode(part.value);
      }
      return read;
    };
    const ways = {
      text: (response) => response.text(),
      reader: ({ body }) => read(body),
      tee: async ({ body }) => (await Promise.all(body.tee().map(read)))[1],
      pipe: ({ body }) => read(body.pipeThrough(new TextDecoderStream())),
      clone: (response) =>
        response
          .clone()
          .text()
          .then(() => response.text()),
    };
    if (Symbol.asyncIterator in ReadableStream.prototype) {
      ways.iterate = async ({ body }) => {
        let read = '';
        for await (const part of body) read += new TextDecoder().decode(part);
        return read;
      };
    }
    return T.startSpan({ name: 'root' }, async () => {
      const told = {};
      for (const [name, way] of Object.entries(ways)) told[name] = await way(await fetch('/events'));
      return told;
    });
  });
  for (const [way, read] of Object.entries(told)) assert.equal(read, text, way);
  const [{ spans }] = await roots(server, 1);
  const count = Object.keys(told).length;
  assert.ok(count >= 5);
  for (const op of ['http.client', 'http.client.stream']) {
    const found = spans.filter((span) => span.op === op);
    assert.equal(found.length, count, `${found.length} spans ${op}`);
  }
  await assertSilent(window);
}

/** What could not be sent waits in a database of the browser, also for the next page. */
async function offline({ server, window }) {
  const start = (name) => {
    const { dsn, tunnel } = T.getClient().getOptions();
    T.init({
      dsn,
      tunnel,
      tracesSampleRate: 1,
      transport: T.makeBrowserOfflineTransport(T.makeFetchTransport),
      transportOptions: { dbName: name },
    });
  };
  const name = `engines-${server.url}`;
  await open({ server, window });
  await window.evaluate(start, name);
  server.answer = { drop: true, lost: true };
  await window.evaluate(async (time) => {
    for (const name of ['first', 'second']) T.startSpan({ name }, () => {});
    await T.flush(time);
  }, FLUSH_TIME);
  assert.deepEqual(server.envelopes, []);

  await open({ server, window });
  await window.evaluate(start, name);
  await window.evaluate(() => {
    T.flush();
  });
  const all = await roots(server, 2);
  assert.deepEqual(all.map(({ name }) => name).sort(), ['first', 'second']);
  await assertSilent(window);
}

export const parts = {
  'times what kept the page busy, where the engine tells of it': longTasks,
  'makes spans of the marks and measures of the page': userTiming,
  'times streamed responses, however the page reads them': streams,
  'keeps what could not be sent for the next page': offline,
};
