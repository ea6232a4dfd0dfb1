// What the core asks and tells the JavaScript face; src/api/border.rs lists it. Nothing here may throw.

import { getCurrentScope, pageScope } from './active.js';
import { getClient } from './client.js';
import { applied } from './in-force.js';
import { putOff } from './later.js';
import { matches } from './options-text.js';
import { isTicking, resolve, wake } from './page-host.js';
import { finished } from './pipeline.js';
import { contextText } from './propagation.js';
import { isSampled, keyOf, OURS, restore, type Span } from './span.js';
import { captured } from './streaming.js';
import { readTicket } from './ticket.js';
import { getDynamicSamplingContextFromSpan } from './traces.js';
import { startInactiveSpan } from './tracing.js';
import { send } from './transport.js';
import { began, ended, fell, forget, getRootSpan, idleSpan, plant, spanOf, watchIdle } from './tree.js';

/** See src/api/border.rs. */
export const hooks = {
  active: () => keyOf(getCurrentScope().span),
  exact: () => getCurrentScope().exact,
  suppressed: () => getCurrentScope().suppressed,
  context: () => contextText(getCurrentScope().trace()),
  /** Children are told of only while somebody listens. */
  began(parent: number) {
    // First of all: whatever is asked of the core may write another one.
    const ticket = readTicket();
    const client = getClient();
    const above = parent ? spanOf(parent) : undefined;
    const span = spanOf(ticket.key, above && getRootSpan(above), ticket);
    if (!span) return;
    if (!above) plant(span);
    if (client) began(client, span);
  },
  ending(key: number) {
    const span = spanOf(key);
    if (span) getClient()?.emit('beforeIdleSpanEnd', span);
  },
  ended(key: number) {
    const span = spanOf(key);
    if (!span) return;
    const client = getClient();
    const { below } = span[OURS];
    if (below) below.open = false;
    // One that ended before the core knew it was told of then.
    if (span[OURS].over === undefined) {
      restore(span[OURS]);
      ended(client, span);
    }
    if (span === idleSpan()) keepTrace(span);
    // Not at once: it is about to be sent, and its scope is still asked for. In stream mode children of a root
    // that has ended go on.
    const gone = span[OURS].root || client?.streams() ? fell : forget;
    queueMicrotask(() => gone(span));
  },
  finished,
  captured,
  request,
  send(...envelope: Parameters<typeof send>) {
    // The end of a page load is long enough without its request. Whoever sees envelopes sees them at once.
    if (isTicking() && !applied?.isHeard && !applied?.options.transport) putOff(() => send(...envelope));
    else send(...envelope);
  },
  matches,
  resolve,
  wake,
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
  watchIdle(undefined);
  const page = pageScope();
  const context = page.trace();
  if (context.traceId !== span.spanContext().traceId) return;
  page.setPropagationContext({
    ...context,
    sampled: isSampled(span),
    dsc: getDynamicSamplingContextFromSpan(span),
  });
}
