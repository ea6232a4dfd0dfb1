// Spans of the page's own, and how they are sent.
import assert from 'node:assert/strict';
import { assertSilent, FLUSH_TIME, open, roots } from '../pages.mjs';

/** Requests overtake each other. */
const byStart = (all) => all.toSorted((one, other) => one.start - other.start);

async function nested({ server, window }) {
  await open({ server, window });
  const seen = await window.evaluate(async () => {
    const error = new Error('mine');
    const value = {};
    const told = [];
    const pause = () => new Promise((resolve) => setTimeout(resolve, 1));
    told.push(
      T.startSpan({ name: 'sync', op: 'a', attributes: { list: ['x'], n: 1 } }, () => value) === value,
    );
    told.push(
      (await T.startSpan({ name: 'async' }, async () => {
        T.startSpan({ name: 'child' }, (child) => {
          T.startInactiveSpan({ name: 'grandchild' }).end();
          told.push(T.getActiveSpan() === child);
        });
        await pause();
        await T.startSpan({ name: 'later' }, pause);
        return value;
      })) === value,
    );
    try {
      T.startSpan({ name: 'throws' }, () => {
        throw error;
      });
    } catch (caught) {
      told.push(caught === error);
    }
    const rejected = T.startSpan({ name: 'rejects' }, async () => {
      await pause();
      throw error;
    });
    told.push(await rejected.catch((caught) => caught === error));
    await T.startSpanManual({ name: 'manual' }, async (span, finish) => {
      await pause();
      span.setAttribute('late', true);
      finish();
    });
    told.push(T.getActiveSpan() === undefined);
    return told;
  });
  assert.deepEqual(seen, [true, true, true, true, true, true]);
  const all = byStart(await roots(server, 5));
  const treeOf = ({ name, status, span_id, spans }) => [
    name,
    status,
    spans.map(({ description, parent_span_id }) => [
      description,
      parent_span_id === span_id ? name : spans.find((one) => one.span_id === parent_span_id).description,
    ]),
  ];
  assert.deepEqual(all.map(treeOf), [
    ['sync', 'ok', []],
    [
      'async',
      'ok',
      [
        ['child', 'async'],
        // As in the reference: below the root.
        ['grandchild', 'async'],
        ['later', 'async'],
      ],
    ],
    ['throws', 'internal_error', []],
    ['rejects', 'internal_error', []],
    ['manual', 'ok', []],
  ]);
  assert.deepEqual([all[0].op, all[0].data.list, all[0].data.n], ['a', ['x'], 1]);
  assert.ok(all[1].end - all[1].start >= 0.001, 'a span that waits takes time');
  assert.equal(new Set(all.map(({ trace_id }) => trace_id)).size, 1);
  await assertSilent(window);
}

async function exact({ server, window }) {
  await open({ server, window });
  await window.evaluate(async () => {
    const first = T.startInactiveSpan({ name: 'first' });
    const second = T.startInactiveSpan({ name: 'second' });
    const work = async (name, span) => {
      await span.run(() => T.startSpan({ name: `${name} 1` }, async () => {}));
      await new Promise((resolve) => setTimeout(resolve, 1));
      span.run(() => T.startSpan({ name: `${name} 2` }, () => {}));
    };
    await Promise.all([work('of first', first), work('of second', second)]);
    const clicked = new Promise((resolve) => {
      document.body.addEventListener(
        'click',
        second.bind(() => {
          T.startSpan({ name: 'of second 3' }, () => {});
          resolve();
        }),
      );
    });
    document.body.click();
    await clicked;
    first.end();
    second.end();
  });
  const all = byStart(await roots(server, 2));
  assert.deepEqual(
    all.map(({ name, spans }) => [name, spans.map(({ description }) => description)]),
    [
      ['first', ['of first 1', 'of first 2']],
      ['second', ['of second 1', 'of second 2', 'of second 3']],
    ],
  );
}

async function stream({ server, window }) {
  await open({ server, window }, { options: { traceLifecycle: 'stream' } });
  const context = await window.evaluate(() =>
    T.startSpan({ name: 'root' }, async (span) => {
      await (await fetch('/echo')).text();
      T.startSpan({ name: 'child' }, () => {});
      return span.spanContext();
    }),
  );
  const itemsOf = () =>
    server.envelopes.flatMap(({ item, payload }) => (item.type === 'span' ? payload.items : []));
  // That of a request waits for its timings.
  await server.until(
    () => itemsOf().length >= 3,
    () => `${itemsOf().length} of 3 spans arrived`,
  );
  const items = itemsOf();
  const byName = Object.fromEntries(items.map((item) => [item.name, item]));
  assert.deepEqual(Object.keys(byName).sort(), ['GET localhost', 'child', 'root']);
  for (const { name, trace_id, span_id, parent_span_id, is_segment, status } of items) {
    assert.deepEqual([trace_id, status], [context.traceId, 'ok'], name);
    assert.deepEqual([name === 'root', span_id === context.spanId], Array(2).fill(is_segment), name);
    assert.equal(parent_span_id, name === 'root' ? undefined : context.spanId, name);
  }
  await assertSilent(window);
}

async function closed({ server, window }) {
  await open({ server, window });
  const seen = await window.evaluate(async (time) => {
    const wrapped = [fetch, XMLHttpRequest.prototype.send];
    T.startSpan({ name: 'before' }, () => {});
    const flushed = await T.flush(time);
    T.startSpan({ name: 'last' }, () => {});
    const closed = await T.close(time);
    T.startSpan({ name: 'after' }, () => {});
    const headers = await (await fetch('/echo')).json();
    const restored = [fetch, XMLHttpRequest.prototype.send].map((one, at) => one !== wrapped[at]);
    return [flushed, closed, 'sentry-trace' in headers, restored, await T.flush(time), T.isEnabled()];
  }, FLUSH_TIME);
  assert.deepEqual(seen.slice(0, 4), [true, true, false, [true, true]]);
  assert.equal(seen[5], false);
  const all = await roots(server, 2);
  assert.deepEqual(
    all.map(({ name }) => name),
    ['before', 'last'],
  );
  await assertSilent(window);
}

export const spans = {
  'keeps value, error and order of what runs in spans, and sends their tree': nested,
  'makes children of the very span that something was run by or bound to': exact,
  'sends each span by itself in stream mode': stream,
  'has sent everything after flush and close, and leaves the page to itself': closed,
};
