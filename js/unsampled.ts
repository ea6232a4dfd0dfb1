// Spans of traces that are not recorded. The core decides that, once for each trace and once for each root that has a
// say in it; from then on it need not hear of what follows from it. A root with the same dice, or a span below an
// unsampled one, rests in JavaScript: it is counted as lost, and begins in the core only when somebody asks for what
// only the core knows: its ids, its headers, or its JSON.

import { type Client, getClient } from './client.js';
import { ask } from './guard.js';
import { applied } from './in-force.js';
import type { PropagationContext } from './propagation.js';
import type { Scope } from './scope.js';
import { type AnySpan, contextOf, OURS, oursOf, Span, type Ticket } from './span.js';
import { countSpan, countTransaction } from './ticket.js';
import { began, ended, plant } from './tree.js';

/** What the core decided last, and under whose options: the dice of a root that is not recorded. */
let decided: { client: Client; trace: PropagationContext } | undefined;

/** Whether spans of a client may rest: not where nothing is recorded anyway. */
export function mayRest(client: Client): boolean {
  return client === applied && client.traces() && client.isOn() && !client.isClosed;
}

/** Remembers that the core has decided not to record a root that began in this trace. */
export function remember(client: Client, trace: PropagationContext): void {
  decided = { client, trace: { ...trace } };
}

/** Whether the core has decided so about all roots of this trace: by the rate, the parent and the dice alone. */
export function isUnsampled(client: Client, { traceId, sampleRand, sampled }: PropagationContext): boolean {
  if (decided?.client !== client) return false;
  const { trace } = decided;
  return trace.traceId === traceId && trace.sampleRand === sampleRand && trace.sampled === sampled;
}

/** A span that rests until somebody needs it; `start` then has the core begin it. Of a root the trace is known. */
export function rest(
  client: Client,
  scope: Scope,
  root: AnySpan | undefined,
  traceId: string | undefined,
  start: () => Ticket | undefined,
): Span {
  ask(root || client.streams() ? countSpan : countTransaction, undefined);
  const span = new Span(undefined, scope, root, traceId);
  const ours = span[OURS];
  ours.unsampled = true;
  // The name of a root is part of what its trace says to others; of a span below it nothing is kept.
  ours.kept = !root;
  ours.later = () => wake(span, start);
  began(client, span);
  return span;
}

/** Has the core begin a span, and end it where it has ended. */
function wake(span: Span, start: () => Ticket | undefined): void {
  const ours = span[OURS];
  ours.later = undefined;
  const ticket = start();
  ours.ticket = ticket;
  ours.key = ticket?.key ?? 0;
  ours.kept = ticket?.kept ?? false;
  if (!ticket && ours.root) ours.traceId = contextOf(ours.root)?.traceId;
  plant(span);
  const { key, over } = ours;
  if (over !== undefined) ask((core) => core.span_end(key, over), undefined);
}

/** Ends a span that rests: listeners hear of roots, as they would from the core. The first call counts. */
export function endResting(span: Span, at: number): void {
  const ours = span[OURS];
  if (ours.over !== undefined) return;
  // Of a span below a root no time is kept.
  ours.over = ours.root || !Number.isNaN(at) ? at : Date.now();
  if (!ours.root) ended(getClient(), span);
}

/** The trace of a span, for which no root has to wake. */
export function traceOf(span: AnySpan): string | undefined {
  const ours = oursOf(span);
  return ours?.later && !ours.root ? ours.traceId : contextOf(span)?.traceId;
}
