// What the core asks and tells the JavaScript face; src/browser/hooks.rs lists it. Nothing here may throw.

import { getCurrentScope, pageScope } from './active.js';
import { getClient } from './client.js';
import { finished } from './pipeline.js';
import { contextText } from './propagation.js';
import { isSampled, keyOf, OURS, type Span } from './span.js';
import { captured } from './streaming.js';
import { getDynamicSamplingContextFromSpan } from './traces.js';
import { startInactiveSpan } from './tracing.js';
import { answered, deliver } from './transport.js';
import { fell, getRootSpan, spanOf } from './tree.js';

let idle: Span | undefined;

/** Remembers the root of a page load or a navigation: its trace stays in force after its end. */
export function watchIdle(span: Span): void {
  idle = span;
}

/** The root that ends by itself, while there is one. */
export function idleSpan(): Span | undefined {
  return idle;
}

/** See `Hooks` in the core. */
export const hooks = {
  active: () => keyOf(getCurrentScope().span),
  suppressed: () => getCurrentScope().suppressed,
  context: () => contextText(getCurrentScope().getPropagationContext()),
  began(ticket: string, parent: number) {
    const client = getClient();
    const above = parent ? spanOf(parent) : undefined;
    const span = spanOf(Number.parseInt(ticket.slice(48, 56), 16), above && getRootSpan(above));
    if (client && span) client.emit('spanStart', span);
  },
  ended(key: number) {
    const span = spanOf(key);
    if (!span) return;
    span[OURS].restore?.();
    span[OURS].restore = undefined;
    const client = getClient();
    client?.emit('spanEnd', span);
    client?.emit('afterSpanEnd', span);
    if (span === idle) keepTrace(span);
    // A sampled root is still needed: it is about to be sent.
    if (!isSampled(span)) fell(key);
  },
  finished(key: number, spans: number) {
    const answer = finished(key, spans);
    fell(key);
    return answer;
  },
  captured,
  request,
  deliver,
  answered,
};

/** A request in stream mode: begins its span here if the page has a say about it. Answers with its key. */
function request(name: string, attributes: string): number | undefined {
  const client = getClient();
  if (!client || !(client.decides() || client.getOptions().ignoreSpans?.length)) return undefined;
  const lines = attributes.split('\n');
  const pairs = lines.flatMap((line, at) =>
    at % 2 || !line ? [] : [[line, JSON.parse(lines[at + 1] ?? 'null')]],
  );
  return keyOf(startInactiveSpan({ name, attributes: Object.fromEntries(pairs) }));
}

/** After a page load has ended, what happens on the page still belongs to its trace, with its decision. */
function keepTrace(span: Span): void {
  idle = undefined;
  const page = pageScope();
  const context = page.getPropagationContext();
  if (context.traceId !== span.spanContext().traceId) return;
  page.setPropagationContext({
    ...context,
    sampled: isSampled(span),
    dsc: getDynamicSamplingContextFromSpan(span),
  });
}
