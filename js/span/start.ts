// How spans begin: whose child, in which trace, recorded or not, and what is kept of them.

import { isWaiting, keepsChild } from '../core/waiting.js';
import { currentClient } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import type { Scope } from '../scope/scope.js';
import type { AnySpan, SpanAttributes, SpanLink, SpanTimeInput } from '../types/spans.js';
import { elapsed, timeOfDay } from '../values/clock.js';
import { complain, shown } from '../values/debug.js';
import { shared } from '../values/shared.js';
import { type AttributeHolder, linksOf, setAttributes, text, time } from '../values/values.js';
import { decided, decidedLater, frozenOf } from './decided.js';
import { cutIdleRoots, endsNow, tick } from './end.js';
import { IdleRoot, type Waiting } from './idle.js';
import { isIgnored } from './ignore.js';
import {
  contextOf,
  idOf,
  isOpen,
  isSampled,
  NAME_SOURCE,
  OP,
  ORIGIN,
  recordOf,
  SpanRecord,
  type Tree,
} from './record.js';
import { ownRate, type Sampling, sample } from './sampling.js';
import { Span } from './span.js';

/** As many children as a root keeps: twice as many as are sent, because which these are is known in the end, when some never ended. */
export const MAX_CHILDREN = 2000;

/** What a span is called, and what is known about it when it begins, read from the options of the page. */
export interface Beginning {
  name: unknown;
  op?: unknown;
  attributes?: unknown;
  startTime?: SpanTimeInput | undefined;
  links?: SpanLink[] | undefined;
  onlyIfParent?: unknown;
  forceTransaction?: unknown;
  /** Is sent alone. */
  standalone?: boolean;
  /** How many of the attributes the page has set, if they are a copy, and nobody else's to change. */
  owned?: number;
}

/** Begins a span in a scope. `follows` says whether its parent is only what is active. */
export function begin(
  given: Beginning,
  scope: Scope,
  parent: AnySpan | undefined,
  follows: boolean,
  waiting?: Waiting,
): Span {
  const client = currentClient();
  const name = text(given.name);
  if (client?.isClosed && !client.isOn())
    complain(`the span ${shown(name)} is not recorded: the SDK was closed`);
  if (!client) shared.early = true;
  const records = client?.isOn() && client.traces() ? client : undefined;
  const above = parent && recordOf(parent);
  if (records?.streams() && !(given.onlyIfParent && !parent) && records.option('ignoreSpans')) {
    // Read once, as everything that may be code of the page.
    const { attributes, count } = attributesOf(given);
    given = { ...given, op: undefined, attributes, owned: count };
    if (isIgnored(records.options, { name, attributes })) {
      return announced(client, ignored(records, scope, parent, above, given), parent);
    }
  }
  if (!parent) {
    if (!records) return new Span(new SpanRecord(scope.trace().traceId, scope));
    if (!given.onlyIfParent)
      return announced(client, root(records, scope, name, given, undefined, waiting), parent);
    const record = new SpanRecord(scope.trace().traceId, scope);
    lose(records, record, 'no_parent_span');
    return new Span(record);
  }
  if (!above) return announced(client, belowForeign(records, scope, parent), parent);
  const isNominal = follows && client?.option('parentSpanIsAlwaysRootSpan') !== false;
  const nominal = (isNominal && above.root) || above;
  if (given.forceTransaction) {
    if (!records) return announced(client, new SpanRecord(nominal.traceId, scope), parent);
    return announced(client, root(records, scope, name, given, nominal, waiting), parent);
  }
  return announced(client, child(records, scope, name, given, nominal), parent);
}

/** A span of which everything is known that there is to know; listeners hear of it. */
function announced(client: BrowserClient | undefined, record: SpanRecord, parent: AnySpan | undefined): Span {
  const span = new Span(record);
  if (client?.listeners.size && client.traces() && (record.kept || parent)) {
    if (record.root === record || !parent) client.emit('rootStart', span);
    client.emit('spanStart', span);
  }
  return span;
}

function child(
  client: BrowserClient | undefined,
  scope: Scope,
  name: string,
  given: Beginning,
  parent: SpanRecord,
): SpanRecord {
  const record = new SpanRecord(parent.traceId, scope);
  record.parentSpanId = parent.sampled ? idOf(parent) : undefined;
  const root = parent.root ?? parent;
  record.root = root;
  const sampled = parent.sampled && !scope.suppressed;
  const streams = client?.streams();
  if (client && sampled && parent.kept && root.tree) {
    // First all that may be code of the page, which may end the root.
    describe(record, name, given);
    record.attributes[ORIGIN] ??= 'manual';
    if (record.attributes[NAME_SOURCE] !== undefined) delete record.attributes[NAME_SOURCE];
    record.standalone = Boolean(given.standalone);
    if (record.standalone || streams || isOpen(root)) plant(client, root.tree, record);
    // Its root has been sent: it is recorded, as in the reference, but nobody keeps it.
    else record.sampled = record.kept = true;
    return record;
  }
  const isRefused = parent.loss === 'buffer_overflow' && sampled && client;
  if (isRefused) refuse(isRefused, root.tree, record);
  return bare(client, record, parent.sampled, isRefused ? undefined : parent.loss);
}

/** Adds a child to a root that keeps it; of one that is full it is kept only if one that has left makes room. */
function plant(client: BrowserClient, tree: Tree, record: SpanRecord): void {
  const { children, idle } = tree;
  record.sampled = true;
  const isFull = children.length >= MAX_CHILDREN && !makeRoom(tree);
  if (isFull || (COMES_LATER && tree.undecided && !keepsChild())) {
    refuse(client, tree, record);
    return;
  }
  record.kept = true;
  children.push(record);
  if (idle && !record.standalone) idle.childStarted(record);
}

/** Forgets the child that began first, of those that were streamed. */
function makeRoom(tree: Tree): boolean {
  const place = tree.children.findIndex(({ streamed }) => streamed);
  if (place < 0) return false;
  const [gone] = tree.children.splice(place, 1);
  const { goneEnd } = tree;
  const end = gone?.end ?? Number.NaN;
  tree.goneEnd = end > goneEnd || !(goneEnd >= 0) ? end : goneEnd;
  return true;
}

/** A child has no place. A root that is still to be sent knows of it, and is lost with it or without. */
export function refuse(client: BrowserClient, tree: Tree | undefined, record: SpanRecord): void {
  record.loss = 'buffer_overflow';
  if (client.streams()) client.sender?.lose('buffer_overflow', 'span', 1);
  if (tree) tree.refused++;
}

/** A span of which only ids are kept. With tracing on it is a loss, unless that is on purpose. */
function bare(
  client: BrowserClient | undefined,
  record: SpanRecord,
  isParentSampled: boolean,
  inherited: string | undefined,
): SpanRecord {
  const { suppressed } = record.scope;
  record.sampled = isParentSampled && !suppressed && client !== undefined;
  if (client && !record.sampled) {
    const reason = inherited ?? (suppressed ? undefined : 'sample_rate');
    if (reason) lose(client, record, reason);
  }
  return record;
}

/** Below a span of another SDK, or one of ours that nobody knows any more: its ids are all there is. */
function belowForeign(client: BrowserClient | undefined, scope: Scope, parent: AnySpan): SpanRecord {
  const { traceId, spanId } = contextOf(parent) ?? { traceId: '', spanId: '' };
  const record = new SpanRecord(traceId || scope.trace().traceId, scope);
  record.parentSpanId = spanId || undefined;
  record.foreign = parent;
  return bare(client, record, isSampled(parent), undefined);
}

/** A span that the page does not want. In a trace of its own it hides what is below it, too. */
function ignored(
  client: BrowserClient,
  scope: Scope,
  parent: AnySpan | undefined,
  above: SpanRecord | undefined,
  { forceTransaction }: Beginning,
): SpanRecord {
  const { traceId, spanId } = (parent && contextOf(parent)) ?? { traceId: '', spanId: '' };
  const record = new SpanRecord(traceId || scope.trace().traceId, scope);
  if (!forceTransaction) {
    record.parentSpanId = spanId || undefined;
    record.root = above?.root;
    if (!above) record.foreign = parent;
  }
  record.loss = 'ignored';
  if (!scope.suppressed) client.sender?.lose('ignored', 'span', 1);
  return record;
}

function lose(client: BrowserClient, record: SpanRecord, reason: string): void {
  record.loss = reason;
  client.sender?.lose(reason, 'span', 1);
}

/** A root: in the trace that is in force, or in that of the span above it. */
function root(
  client: BrowserClient,
  scope: Scope,
  name: string,
  given: Beginning,
  above: SpanRecord | undefined,
  waiting: Waiting | undefined,
): SpanRecord {
  const trace = scope.trace();
  const record = new SpanRecord(above?.traceId ?? trace.traceId, scope);
  describe(record, name, given);
  let sampling: Sampling = {
    sampler: 0,
    rate: 0,
    attributes: record.attributes,
    parentSampled: (above ? above.sampled : trace.sampled) ?? undefined,
    sampleRand: trace.sampleRand,
  };
  if (client.option('tracesSampler') || client.listens('beforeSampling')) {
    sampling = sample(client, scope, {
      name,
      attributes: record.attributes,
      parentSampled: sampling.parentSampled,
    });
    Object.assign(record, attributesOf({ name, attributes: sampling.attributes }));
  } else sampling.rate = ownRate(client);
  record.kept = true;
  record.parentSpanId = above ? idOf(above) : trace.parentSpanId || undefined;
  record.root = record;
  record.standalone = Boolean(given.standalone);
  record.tree = {
    children: [],
    refused: 0,
    goneEnd: Number.NaN,
    frozen: frozenOf(above, trace, client, scope),
    sampleRand: sampling.sampleRand,
    idle: undefined,
    known: undefined,
  };
  record.attributes[ORIGIN] ??= 'manual';
  record.attributes[NAME_SOURCE] ??= 'custom';
  if (COMES_LATER && isWaiting() && !scope.suppressed) decidedLater(record, sampling, trace, above, client);
  else decided(record, sampling, client);
  if (waiting) {
    cutIdleRoots('cancelled');
    record.tree.idle = new IdleRoot(record, waiting, () => tick(record));
  }
  return record;
}

/** What the page says about a span that begins, read once: what stands there may be code of the page. */
function describe(record: SpanRecord, name: string, given: Beginning): void {
  const { attributes, startTime, links } = given;
  record.name = name;
  if (given.owned !== undefined)
    Object.assign(record, { attributes: attributes as SpanAttributes, count: given.owned });
  else Object.assign(record, attributesOf(given));
  if (links !== undefined) record.links = linksOf(links, undefined);
  const start = startTime ? time(startTime) : Number.NaN;
  if (!record.root) {
    record.began = elapsed();
    record.beganAt = timeOfDay(record.began);
  }
  record.start = start >= 0 ? start : endsNow(record);
}

/** The attributes that a span begins with. */
function attributesOf({ op, attributes }: Beginning): AttributeHolder {
  const holder: AttributeHolder = { attributes: {}, count: 0 };
  // Of `op` and an attribute of that name, the attribute wins, whatever it is.
  if (op !== undefined) holder.attributes[OP] = text(op);
  if (attributes !== undefined) setAttributes(holder, attributes);
  return holder;
}
