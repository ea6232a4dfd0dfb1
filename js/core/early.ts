// What can be said of a trace from elsewhere before the core has come, which alone knows the rules: only what it is sure to confirm.
// Whatever there is a doubt about is left to it.

import type { DynamicSamplingContext, PropagationContext } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { newSampleRand } from '../values/ids.js';
import { shared } from '../values/shared.js';
import { isWaiting, later } from './waiting.js';

/** A `sentry-trace` without any of the liberties that the core takes. */
const TRACE = /^(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})(?:-([01]))?$/;

/** A `baggage` likewise: nothing that would have to be written otherwise, no encoded name, and not too long. */
const BAGGAGE = /^(?!(?:.*,)?[^=,]*%)[\w\-.~%=, /:+@]{0,4096}$/;

/** One of ours in it, about which there is no doubt: what is none is not read at all. */
const MEMBER = /^sentry-([\w.-]+)=([^ ]+)$/;

/** A `sample_rand` that the core takes as it is, and the part of it that it reads. */
const LOT = /^(0\.\d{1,16})\d*$/;

/** So many traces are known, and so many of which there is a doubt. */
const MAX_KNOWN = 100;

/** What copies of this version know in common, as the traces of their scopes. */
interface Early {
  /** The traces that are gone on with so: the baggage of each, as it came. More of them go without. */
  known: Map<string, string>;
  /** The traces that stand in for one there was a doubt about; more than so many, and there is a doubt about each. */
  doubted: Set<string>;
}

function early(): Early {
  const state = shared as { earlyTraces?: Early };
  state.earlyTraces ??= { known: new Map(), doubted: new Set() };
  return state.earlyTraces;
}

/** The context that two header values describe; nothing where there is any doubt. `isOwn` knows the organizations to go on with. */
export function earlyTrace(
  sentryTrace: string,
  baggage: string,
  isOwn: (organization: string) => boolean,
): PropagationContext | undefined {
  const [, traceId, parentSpanId, flag] = TRACE.exec(sentryTrace) ?? [];
  if (!traceId || !BAGGAGE.test(baggage)) return undefined;
  const members = baggage
    .trim()
    .split(/ *, */)
    .filter((member) => member.startsWith('sentry-'));
  const dsc = attempt(() =>
    Object.fromEntries(
      members.map((member) => (MEMBER.exec(member) as string[]).slice(1).map(decodeURIComponent)),
    ),
  ) as (DynamicSamplingContext & { org_id?: string }) | undefined;
  if (!dsc || Object.keys(dsc).length < members.length || (members.length && dsc.trace_id !== traceId))
    return undefined;
  const { sample_rand = '', org_id = '' } = dsc;
  const [, lot] = LOT.exec(sample_rand) ?? [];
  if ((sample_rand && !lot) || !isOwn(org_id)) return undefined;
  const { known } = early();
  if (known.size < MAX_KNOWN) known.set(traceId, members.join());
  return {
    traceId,
    parentSpanId,
    sampled: flag === undefined ? undefined : flag === '1',
    sampleRand: lot ? Number(lot) : newSampleRand(),
    dsc,
  } as PropagationContext;
}

/** The baggage that a trace came with, before the core has come. */
export function earlyBaggage(traceId: string): string {
  return (isWaiting() && early().known.get(traceId)) || '';
}

/** A trace stands in for one there is a doubt about: no header says its id. */
export function doubt({ traceId }: PropagationContext): void {
  const { doubted } = early();
  if (doubted.size <= MAX_KNOWN) doubted.add(traceId);
}

/** Whether headers say an id of a trace that may be another one once the core has come. */
export function isDoubted([sentryTrace = '']: (string | undefined)[]): boolean {
  const { doubted } = early();
  return isWaiting() && (doubted.size > MAX_KNOWN || doubted.has(sentryTrace.slice(0, 32)));
}

/** What the core says about a trace takes the place of what was said early: in the very object, which scopes and roots share. */
export function settle(given: Readonly<PropagationContext>, judged: PropagationContext): void {
  Object.assign(given, {
    parentSpanId: undefined,
    sampled: undefined,
    dsc: undefined,
    tracestate: undefined,
    ...judged,
  });
}

/** What copies stand for that the page holds, and may write to, of contexts about which there is a doubt. */
const originals = new WeakMap<PropagationContext, Readonly<PropagationContext>>();

/** The page holds a copy of a context: unless it writes to it, it becomes what that becomes. */
export function holdCopy(copy: PropagationContext, context: Readonly<PropagationContext>): void {
  if (!isDoubted([context.traceId])) return;
  const before = { ...context };
  originals.set(copy, context);
  later(() => {
    originals.delete(copy);
    if (isSame(copy, before)) settle(copy, context);
  });
}

/** What a copy of the page's stands for, as long as it says the same. */
export function originalOf(copy: PropagationContext): Readonly<PropagationContext> | undefined {
  const context = originals.get(copy);
  return context && isSame(copy, context) ? context : undefined;
}

function isSame(copy: PropagationContext, context: Readonly<PropagationContext>): boolean {
  const names = Object.keys(context) as (keyof PropagationContext)[];
  return attempt(() => names.every((name) => copy[name] === context[name]), false);
}
