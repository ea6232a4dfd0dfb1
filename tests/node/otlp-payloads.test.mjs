// What `throughline/otlp` sends is read by OpenTelemetry's own definition of the protocol, and says what the envelopes said.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as Throughline from '../../dist/node.js';
import { otlpExporter } from '../../dist/otlp.js';
import { cannotRead, read, useCollector } from '../support/otlp/collector.mjs';

const SPANS = 1500;

/** Numbers by a generator of our own, so that a failure can be seen again. */
function random(seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (end) => Math.floor(next() * end);
  return {
    below,
    one: (list) => list[below(list.length)],
    hex: (digits) =>
      Array.from({ length: digits }, () => below(16).toString(16))
        .join('')
        .replace(/^0/, 'f'),
  };
}

/** Values as a page may set them, and what they are by the protocol. */
const VALUES = [
  ['text', { string: 'text' }],
  ['', { string: '' }],
  ['"\\\n\u2028é漢🫖', { string: '"\\\n\u2028é漢🫖' }],
  ['half \ud83e', { string: 'half \ufffd' }],
  [true, { bool: true }],
  [false, { bool: false }],
  [0, { int: '0' }],
  [-0, { int: '0' }],
  [-17, { int: '-17' }],
  [Number.MAX_SAFE_INTEGER, { int: '9007199254740991' }],
  [2 ** 60, { double: 2 ** 60 }],
  [0.1, { double: 0.1 }],
  [1e300, { double: 1e300 }],
  [5e-324, { double: 5e-324 }],
  [Number.NaN, { double: 'nan' }],
  [Number.NEGATIVE_INFINITY, { double: '-inf' }],
  [[], { array: [] }],
  [
    ['a', null, 1, 2.5, false],
    { array: [{ string: 'a' }, null, { int: '1' }, { double: 2.5 }, { bool: false }] },
  ],
  [{ a: { b: 1 } }, { object: { a: { object: { b: { int: '1' } } } } }],
];

const OPS = [
  ['http.server', 2],
  ['http.client', 3],
  ['queue.publish', 4],
  ['queue.process', 5],
  ['db.query', 1],
  [undefined, 1],
];

const STATUSES = [
  [undefined, [0, '']],
  ['ok', [0, '']],
  ['cancelled', [0, '']],
  ['not_found', [2, 'not_found']],
];

/** A span of a transaction, and what is to become of it. */
function staticSpan(dice, traceId) {
  const [op, kind] = dice.one(OPS);
  const [status, said] = dice.one(STATUSES);
  const micros = 1_700_000_000_000_000 + dice.below(2 ** 31) * 977;
  const lasted = dice.below(1e9);
  const ids = { span_id: dice.hex(16), parent_span_id: dice.one([undefined, dice.hex(16)]) };
  const values = Array.from({ length: dice.below(6) }, (_, at) => [`key ${at}`, ...dice.one(VALUES)]);
  const name = dice.one(['GET /tea', '', '漢']);
  const links = Array.from({ length: dice.below(3) }, () => ({
    trace_id: dice.hex(32),
    span_id: dice.hex(16),
    sampled: dice.one([true, false]),
    ...dice.one([{}, { isRemote: true, traceState: 'a=1,b=2' }, { isRemote: false, traceState: {} }]),
    attributes: { 'sentry.link.type': 'previous_trace' },
  }));
  return {
    json: {
      ...ids,
      trace_id: traceId,
      op,
      status,
      description: name,
      start_timestamp: micros / 1e6,
      timestamp: (micros + lasted) / 1e6,
      data: Object.fromEntries(values),
      ...(links.length && { links }),
    },
    expected: {
      traceId,
      spanId: ids.span_id,
      parentSpanId: ids.parent_span_id ?? '',
      traceState: '',
      flags: 0x101,
      name,
      kind,
      start: `${micros}000`,
      end: `${micros + lasted}000`,
      status: said,
      attributes: {
        ...Object.fromEntries(values.map(([key, , value]) => [key, value])),
        ...(op && { 'sentry.op': { string: op } }),
        ...(status === 'cancelled' && { 'sentry.status': { string: 'cancelled' } }),
      },
      links: links.map(({ trace_id, span_id, sampled, isRemote, traceState }) => ({
        traceId: trace_id,
        spanId: span_id,
        traceState: isRemote ? traceState : '',
        flags: (sampled ? 1 : 0) | { undefined: 0, true: 0x300, false: 0x100 }[isRemote],
        attributes: { 'sentry.link.type': { string: 'previous_trace' } },
      })),
    },
  };
}

/** A transaction of so many spans, and what is to become of it. */
function transaction(dice, count) {
  const traceId = dice.hex(32);
  const [root, ...children] = Array.from({ length: count }, () => staticSpan(dice, traceId));
  const { description, start_timestamp, timestamp, ...trace } = root.json;
  const event = {
    type: 'transaction',
    transaction: description,
    start_timestamp,
    timestamp,
    contexts: { trace },
    spans: children.map(({ json }) => json),
    environment: 'test',
    release: 'shop@2.0.0+7',
  };
  if (root.expected.parentSpanId) root.expected.flags = 0x301;
  return {
    envelope: [{}, [[{ type: 'transaction' }, event]]],
    expected: [root, ...children].map(({ expected }) => expected),
  };
}

/** A container of stream mode of so many spans, and what is to become of it. */
function container(dice, count) {
  const traceId = dice.hex(32);
  const made = Array.from({ length: count }, () => staticSpan(dice, traceId));
  const typed = (values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, type: 'any' }]));
  const items = made.map(({ json, expected }) => {
    const { description: name, timestamp: end_timestamp, data, op, status, links, ...others } = json;
    const isError = expected.status[0] === 2;
    if (status === 'cancelled') {
      expected.status = [0, ''];
      delete expected.attributes['sentry.status'];
    }
    const attributes = {
      ...data,
      ...(op && { 'sentry.op': op }),
      ...(isError && { 'sentry.status.message': status }),
      'sentry.release': 'shop@2.0.0+7',
      'sentry.environment': 'test',
    };
    return {
      ...others,
      name,
      end_timestamp,
      is_segment: false,
      status: isError ? 'error' : status && 'ok',
      attributes: typed(attributes),
      ...(links && { links: links.map((link) => ({ ...link, attributes: typed(link.attributes) })) }),
    };
  });
  return {
    envelope: [
      {},
      [
        [
          { type: 'span', item_count: items.length },
          { version: 2, items },
        ],
      ],
    ],
    expected: made.map(({ expected }) => expected),
  };
}

describe('payloads', { skip: cannotRead, timeout: 120_000 }, () => {
  const collector = useCollector();

  it(`say of ${SPANS} spans what their envelopes said`, async () => {
    const dice = random(20);
    const client = Throughline.init({
      tracesSampleRate: 1,
      integrations: [
        otlpExporter({ url: collector.url, resource: { 'service.namespace': 'tea', nodes: 2 } }),
      ],
    });
    const expected = [];
    while (expected.length < SPANS) {
      const made = dice.one([transaction, container])(dice, 1 + dice.below(60));
      client.emit('beforeEnvelope', made.envelope);
      expected.push(...made.expected);
    }
    assert.ok(await Throughline.flush());
    const spans = read(collector.asked.splice(0).map(({ payload }) => payload));
    assert.equal(spans.length, expected.length);
    for (const [at, { resource, scope, ...span }] of spans.entries()) {
      assert.deepEqual(span, expected[at]);
      assert.deepEqual(scope, ['throughline', Throughline.SDK_VERSION]);
      const { 'service.name': name, 'service.version': version, ...others } = resource;
      assert.deepEqual([name, version], [{ string: 'shop' }, { string: '2.0.0+7' }]);
      assert.deepEqual(others['service.namespace'], { string: 'tea' });
      assert.deepEqual(others.nodes, { int: '2' });
      assert.deepEqual(others['deployment.environment.name'], { string: 'test' });
      assert.deepEqual(others['telemetry.sdk.language'], { string: 'nodejs' });
    }
    await Throughline.close();
  });

  it('leave out what a callback has made of a span that is none, and nothing else', async () => {
    const client = Throughline.init({
      tracesSampleRate: 1,
      integrations: [otlpExporter({ url: collector.url })],
    });
    const { envelope, expected } = transaction(random(7), 9);
    const [, [[, event]]] = envelope;
    const { spans } = event;
    spans[0].trace_id = 'none';
    spans[1].span_id = '0'.repeat(16);
    spans[2] = null;
    spans[3] = new Proxy({}, { get: () => assert.fail('unreadable') });
    Object.assign(spans[4], {
      start_timestamp: Number.NaN,
      timestamp: 'soon',
      description: null,
      data: 'text',
      links: [7],
    });
    spans[5].parent_span_id = 'mother';
    event.measurements = {
      broken: null,
      lcp: { value: 1250.5, unit: 'millisecond' },
      tea: { value: 3, unit: 'cup' },
    };
    event.user = { id: 7, ip_address: '::1' };
    event.tags = { shelf: 'top', 'key 0': 'ignored where the span says it' };
    client.emit('beforeEnvelope', envelope);
    client.emit('beforeEnvelope', undefined);
    client.emit('beforeEnvelope', [
      {},
      [
        [null, null],
        [{ type: 'span' }, { items: 'none' }],
      ],
    ]);
    assert.ok(await Throughline.flush());
    const found = read(collector.asked.splice(0).map(({ payload }) => payload));
    assert.deepEqual(
      found.map(({ spanId }) => spanId),
      [0, 5, 6, 7, 8].map((at) => expected[at].spanId),
    );
    const [root, broken, orphan] = found;
    assert.deepEqual([broken.start, broken.end, broken.name, broken.links], ['0', '0', '', []]);
    assert.equal(orphan.parentSpanId, '');
    const { attributes } = root;
    assert.deepEqual(attributes['browser.web_vital.lcp.value'], { double: 1250.5 });
    assert.deepEqual(attributes['measurement.tea'], { int: '3' });
    assert.deepEqual(attributes['measurement.tea.unit'], { string: 'cup' });
    assert.deepEqual(attributes['user.id'], { string: '7' });
    assert.deepEqual(attributes['client.address'], { string: '::1' });
    assert.deepEqual(attributes.shelf, { string: 'top' });
    await Throughline.close();
  });

  it('know no more names than those that they have', async () => {
    const client = Throughline.init({
      tracesSampleRate: 1,
      integrations: [otlpExporter({ url: collector.url })],
    });
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const values = () => JSON.parse(`{${names.map((name) => `"${name}":1`)}}`);
    for (const make of [transaction, container])
      for (const name of names) {
        const { envelope } = make(random(5), 2);
        const [, [[, { contexts, spans, items }]]] = envelope;
        if (contexts) {
          Object.assign(contexts.trace, { op: name, status: name, data: values() });
          Object.assign(envelope[1][0][1], {
            tags: values(),
            measurements: { [name]: { value: 1, unit: name } },
          });
          Object.assign(spans[0], { op: name, status: name, data: { 'otel.kind': name, ...values() } });
        } else {
          for (const item of items) {
            item.status = name;
            item.attributes = { 'sentry.op': { value: name }, 'sentry.segment.id': { value: name } };
          }
        }
        client.emit('beforeEnvelope', envelope);
      }
    assert.ok(await Throughline.flush());
    const spans = read(collector.asked.splice(0).map(({ payload }) => payload));
    assert.equal(spans.length, 4 * names.length);
    for (const { kind, attributes } of spans) {
      assert.equal(kind, 1);
      assert.ok(names.includes(attributes['sentry.op'].string));
    }
    await Throughline.close();
  });
});
