// Which requests of libraries that know @opentelemetry/api alone carry headers: as the requests of the SDK itself, wherever a library
// says where its request goes.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import * as Throughline from '../../dist/node.js';
import { registerOpenTelemetry } from '../../dist/opentelemetry-node.js';

const tracer = trace.getTracer('targets');
const ALL = 'sentry-trace,baggage,traceparent';
const { CLIENT, INTERNAL, PRODUCER, SERVER } = SpanKind;

describe('headers of libraries', () => {
  afterEach(() => Throughline.close());

  function start(options) {
    const integrations = [Throughline.httpIntegration()];
    Throughline.init({ tracesSampleRate: 1, integrations, ...options });
    assert.ok(registerOpenTelemetry());
  }

  /** The names of the headers that are put into a request in a span, or spans below one another. */
  function injected(...spans) {
    const [first, ...others] = spans;
    if (!first) {
      const carrier = {};
      propagation.inject(context.active(), carrier);
      return Object.keys(carrier).join();
    }
    const { kind, attributes = {}, later = {} } = first;
    return tracer.startActiveSpan('request', { kind, attributes }, (span) => {
      for (const [name, value] of Object.entries(later)) span.setAttribute(name, value);
      const names = injected(...others);
      span.end();
      return names;
    });
  }

  /** Requests to a host, as libraries tell of them. */
  const requestsTo = (host) => [
    [{ kind: CLIENT, attributes: { 'url.full': `https://${host}/x` } }],
    [{ kind: CLIENT, attributes: { 'http.url': `https://${host}/x` } }],
    [{ kind: CLIENT, attributes: { 'rpc.system': 'grpc', 'server.address': host, 'server.port': 443 } }],
    [{ kind: CLIENT, attributes: { 'http.method': 'GET', 'net.peer.name': host, 'http.target': '/x' } }],
    [{ kind: CLIENT, later: { 'url.full': `https://${host}/x` } }],
    [{ kind: INTERNAL, attributes: { 'url.full': `https://${host}/x` } }],
    [
      { kind: CLIENT, attributes: { 'url.full': `https://${host}/x` } },
      { kind: INTERNAL },
      { kind: INTERNAL },
    ],
    [{ kind: CLIENT, later: { 'server.address': host } }, { kind: INTERNAL }],
  ];

  for (const tracesSampleRate of [1, 0])
    it(`go where those of the SDK go (tracesSampleRate: ${tracesSampleRate})`, () => {
      start({ tracesSampleRate });
      for (const spans of requestsTo('public.example.com'))
        assert.equal(injected(...spans), '', JSON.stringify(spans));
      for (const spans of requestsTo('orders.internal'))
        assert.equal(injected(...spans), ALL, JSON.stringify(spans));
    });

  it('go to the targets of the options', () => {
    start({ tracePropagationTargets: ['public.example.com'] });
    for (const spans of requestsTo('public.example.com'))
      assert.equal(injected(...spans), ALL, JSON.stringify(spans));
    for (const spans of requestsTo('orders.internal'))
      assert.equal(injected(...spans), '', JSON.stringify(spans));
  });

  it('go nowhere where there are no targets, not even where nobody says where', () => {
    start({ tracePropagationTargets: [] });
    for (const spans of [...requestsTo('orders.internal'), [], [{ kind: PRODUCER }], [{ kind: CLIENT }]])
      assert.equal(injected(...spans), '', JSON.stringify(spans));
  });

  it('are not held back by the address that a service was asked by, nor by requests that are none of theirs', () => {
    start({});
    const answered = { kind: SERVER, attributes: { 'url.full': 'https://public.example.com/x' } };
    const client = { kind: CLIENT, attributes: { 'url.full': 'https://public.example.com/x' } };
    const within = { kind: CLIENT, attributes: { 'server.address': 'orders' } };
    const routed = { kind: INTERNAL, attributes: { 'http.url': '/x' } };
    for (const spans of [
      [answered],
      [answered, routed],
      [client, answered],
      [client, within],
      [{ kind: PRODUCER }],
    ])
      assert.equal(injected(...spans), ALL, JSON.stringify(spans));
  });
});
