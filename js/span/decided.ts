// Whether a root is recorded, and what follows from it. Where the core has yet to come, a root is recorded as if it were, until it
// has decided.

import { later } from '../core/waiting.js';
import type { BrowserClient } from '../scope/client.js';
import type { Scope } from '../scope/scope.js';
import type { PropagationContext } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { complain, shown } from '../values/debug.js';
import { shared } from '../values/shared.js';
import { isOpen, SAMPLE_RATE, type SpanRecord } from './record.js';
import { decideRoot, type Sampling } from './sampling.js';
import { contextOfSpan } from './sampling-context.js';

/** How long a root may take before the developer hears of it, in milliseconds: those that end by themselves have half of it. */
const LONG = 60_000;

/** The trace that a root begins in, and the span above it where it goes on in that one's. */
export type Trace = Readonly<PropagationContext>;

/** The dynamic sampling context that a root begins with. */
export function frozenOf(
  above: SpanRecord | undefined,
  trace: Trace,
  client: BrowserClient,
  scope: Scope,
): PropagationContext['dsc'] {
  const dsc = above ? attempt(() => JSON.parse(contextOfSpan(above, client, scope.trace())[0])) : trace.dsc;
  return dsc ? attempt(() => ({ ...dsc }), {}) : undefined;
}

/** Asks the core about a root. */
export function decided(record: SpanRecord, sampling: Sampling, client: BrowserClient): void {
  const { sampled, applied, reason } = decideRoot(sampling);
  const { scope, name, standalone } = record;
  const { suppressed } = scope;
  record.sampled = sampled && !suppressed;
  if (applied && !suppressed) record.attributes[SAMPLE_RATE] ??= sampling.rate;
  if (!record.sampled && !suppressed && !(COMES_LATER && record.loss)) {
    if (!standalone && !client.streams()) client.sender?.lose(reason, 'transaction', 1);
    client.sender?.lose(reason, 'span', 1);
  }
  // Not even the sentences are made where nobody reads them.
  if (shared.debug && !suppressed) {
    const tell = (why: string) => isOpen(record) && complain(`the root ${shown(name)} is not sent: ${why}`);
    if (!record.sampled) tell(`it is not sampled (${sampling.parentSampled === false ? 'parent' : reason})`);
    else attempt(() => setTimeout(() => tell('it has not ended'), LONG));
  }
}

/** Takes a root for recorded until the core has come. What it says of the trace counts then, and for the children too. */
export function decidedLater(
  record: SpanRecord,
  sampling: Sampling,
  trace: Trace,
  above: SpanRecord | undefined,
  client: BrowserClient,
): void {
  const { tree } = record;
  if (!tree) return;
  const before = above ? above.sampled : trace.sampled;
  const follows = (sampling.parentSampled ?? undefined) === (before ?? undefined);
  const undecided = above?.root?.tree?.undecided ?? (above ? { sampled: above.sampled } : trace);
  tree.undecided = undecided;
  record.sampled = true;
  const decide = () => {
    tree.undecided = tree.known = undefined;
    record.traceId = (above ?? trace).traceId;
    if (!above) tree.sampleRand = sampling.sampleRand = trace.sampleRand;
    if (follows) sampling.parentSampled = (above ?? trace).sampled ?? undefined;
    if (!above) record.parentSpanId = trace.parentSpanId || undefined;
    tree.frozen = frozenOf(above, trace, client, record.scope);
    decided(record, sampling, client);
    const { sampled } = record;
    for (const child of tree.children) {
      child.traceId = record.traceId;
      if (!sampled) forget(child, client);
    }
    if (!sampled) tree.children = [];
    if (!record.loss) return;
    // Of one that is lost headers say the decision nevertheless.
    tree.undecided = { sampled };
    record.sampled = false;
  };
  // Where nobody will decide, they go on saying what its trace came with.
  later(decide, () => lostEarly(record, client));
}

/**
 * There is no place for a span until the core comes: neither to ask about it, nor for that it has ended. A transaction is lost with
 * all that is below its root. Each counts once, however often there was no place for it.
 */
export function lostEarly(record: SpanRecord, client: BrowserClient): void {
  if (record.loss) return;
  const { tree, standalone } = record;
  const { sender } = client;
  let spans = 1;
  if (!standalone && !client.streams()) {
    for (const child of tree?.children ?? []) {
      if (child.standalone || child.loss) continue;
      overflow(child);
      spans += 1;
    }
    spans += tree?.refused ?? 0;
    sender?.lose(OVERFLOW, 'transaction', 1);
  }
  overflow(record);
  sender?.lose(OVERFLOW, 'span', spans);
}

const OVERFLOW = 'queue_overflow';

function overflow(record: SpanRecord): void {
  record.sampled = false;
  record.loss = OVERFLOW;
}

/** A child of a root that is not recorded after all. */
function forget(child: SpanRecord, client: BrowserClient): void {
  child.sampled = child.kept = false;
  if (child.loss) return;
  child.loss = 'sample_rate';
  client.sender?.lose(child.loss, 'span', 1);
}
