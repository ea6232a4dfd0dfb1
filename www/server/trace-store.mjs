// The envelopes and OTLP requests that arrived lately, in memory. The oldest go when a limit is reached.

import { parseEnvelope, spansOf } from './envelopes.mjs';
import { parsePayload, spansOf as spansOfPayload } from './otlp-payloads.mjs';

/** A click makes three envelopes, a page view two: room for about a hundred visits. */
const MAX_ENVELOPES = 500;

/** Envelopes of the demo have 2 to 20 kB; this bounds the odd ones, in bytes. */
const MAX_BYTES = 8_000_000;

export class TraceStore {
  #entries = [];
  #bytes = 0;
  #listeners = new Set();

  /** Keeps an envelope (a Buffer) of a service. False when it is not an envelope. */
  add(service, body) {
    const envelope = parseEnvelope(body);
    if (!envelope) return false;
    this.#keep(service, body, spansOf(envelope, service));
    return true;
  }

  /** Keeps an OTLP request (a Buffer). False when it is not one. */
  addPayload(body) {
    const payload = parsePayload(body);
    if (!payload) return false;
    const spans = spansOfPayload(payload);
    this.#keep(spans[0]?.service ?? 'unknown_service', body, spans);
    return true;
  }

  #keep(service, body, spans) {
    const receivedAt = new Date().toISOString();
    this.#entries.push({ service, receivedAt, text: body.toString('utf8'), spans, size: body.length });
    this.#bytes += body.length;
    while (this.#entries.length > MAX_ENVELOPES || this.#bytes > MAX_BYTES) {
      this.#bytes -= this.#entries.shift().size;
    }
    const traceIds = new Set(spans.map((span) => span.traceId));
    for (const listener of [...this.#listeners]) listener(traceIds);
  }

  /** The spans of one trace in the order of their start; a span that was sent twice counts once. */
  spans(traceId) {
    const found = new Map();
    for (const { spans } of this.#entries) {
      for (const span of spans) if (span.traceId === traceId) found.set(span.spanId, span);
    }
    return [...found.values()].sort((a, b) => a.start - b.start);
  }

  envelopes() {
    return this.#entries.map(({ service, receivedAt, text }) => ({ service, receivedAt, text }));
  }

  clear() {
    this.#entries = [];
    this.#bytes = 0;
  }

  /** Calls back with the trace ids of every envelope that arrives; returns what ends it. */
  onArrival(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
