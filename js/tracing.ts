// Spans: the functions that begin them. Callbacks run here, in JavaScript, never above the core.

import { getCurrentScope, runInScope } from './active.js';
import { getClient } from './client.js';
import { callable, complain, shown } from './debug.js';
import { isIgnoredSpan } from './filters.js';
import { ask, attempt, isA } from './guard.js';
import { contextText, hex, type PropagationContext } from './propagation.js';
import { sample } from './sampling.js';
import { Scope } from './scope.js';
import {
  type AnySpan,
  contextOf,
  isSampled,
  isSpan,
  keyOf,
  OURS,
  oursOf,
  Span,
  type Ticket,
} from './span.js';
import { readTicket } from './ticket.js';
import { hostOf, mayHost, restBelow, tellAround } from './told.js';
import { began, getRootSpan, makeRoom, plant } from './tree.js';
import { isUnsampled, mayRest, remember, rest } from './unsampled.js';
import {
  lines,
  linkLines,
  type SpanAttributes,
  type SpanLink,
  type SpanTimeInput,
  text,
  time,
} from './values.js';

// The flags of `span_start`, see src/api/spans.rs.
const ONLY_IF_PARENT = 1;
const PARENT_IS_ACTIVE = 2;
const SUPPRESSED = 4;
const NEW_ROOT = 8;
/** Begins a root that ends by itself. */
export const IDLE = 32;
const STANDALONE = 64;
const FOREIGN = 128;
const IGNORED = 512;
/** It does not before it is told that it may. */
export const WAITS = 1024;
/** It lasts until it ends, not only until its last child does. */
export const UNTRIMMED = 2048;
const COUNTED = 4096;

/** What a span is called, and what is known about it when it begins. */
export interface StartSpanOptions {
  /** What the operation is called, for example `GET /api/orders`. */
  name: string;
  /** What kind of operation it is, for example `ui.action`. */
  op?: string | undefined;
  /** Initial attributes; they win over `op` and over the defaults of the SDK. */
  attributes?: SpanAttributes | undefined;
  /** When it began, if not now: seconds or milliseconds since the epoch, a `Date`, or `[seconds, nanoseconds]`. */
  startTime?: SpanTimeInput | undefined;
  /** The span it is part of; `null` begins a root span in the same trace. */
  parentSpan?: AnySpan | null | undefined;
  /** Without a parent, do not record it. */
  onlyIfParent?: boolean | undefined;
  /** Begin a transaction of its own, even below a parent. */
  forceTransaction?: boolean | undefined;
  /** Other spans it has to do with. */
  links?: SpanLink[] | undefined;
  /** The scope to run in, instead of the current one. */
  scope?: Scope | undefined;
  /** The kind of OpenTelemetry, 0 to 4; of no meaning in a browser. */
  kind?: number | undefined;
  /** Send the span on its own. */
  experimental?: { standalone?: boolean | undefined } | undefined;
}

/**
 * Times a callback in a span that is active meanwhile, and ends it when the callback has returned, has
 * thrown, or its promise has settled. What the callback throws is thrown again, and marks the span failed.
 *
 * @param options the span's name, and what else is known; times are seconds or milliseconds since the epoch
 * @param callback gets the span
 * @returns what the callback returns
 * @example
 * const order = await startSpan({ name: 'process_order', op: 'ui.action' }, () => fetch('/api/orders'));
 */
export function startSpan<T>(options: StartSpanOptions, callback: (span: Span) => T): T {
  const span = enter(options);
  const call = callable(callback, 'startSpan');
  return runInScope(
    span[OURS].scope,
    () => call(span),
    (failed) => {
      if (failed) fail(span);
      span.end();
    },
  );
}

/**
 * Like {@link startSpan}, but the span goes on until its `end()` is called.
 *
 * @param callback gets the span, and a function that ends it
 * @returns what the callback returns
 * @example
 * startSpanManual({ name: 'upload' }, (span) => upload.on('done', () => span.end()));
 */
export function startSpanManual<T>(
  options: StartSpanOptions,
  callback: (span: Span, finish: () => void) => T,
): T {
  const span = enter(options);
  const call = callable(callback, 'startSpanManual');
  return runInScope(
    span[OURS].scope,
    () => call(span, () => span.end()),
    (failed) => {
      if (failed) fail(span);
    },
  );
}

/**
 * Begins a span that does not become active. It goes on until its `end()` is called.
 *
 * @param options the span's name, and what else is known, as for {@link startSpan}
 * @returns the span; where nothing is recorded, one that has nothing but ids
 * @example
 * const span = startInactiveSpan({ name: 'wait for payment' });
 * payment.then(() => span.end());
 */
export function startInactiveSpan(options: StartSpanOptions): Span {
  const given = read(options);
  const scope = given.scope ?? getCurrentScope();
  const forks = given.parentSpan !== undefined && !given.scope;
  return begin(given, forks ? scope.clone() : scope, parentOf(given, scope), follows(given, scope));
}

/** Begins a span that becomes active in a scope of its own, which is its scope. */
function enter(options: StartSpanOptions): Span {
  const given = read(options);
  const origin = given.scope ?? getCurrentScope();
  const scope = origin.clone();
  const parent = parentOf(given, origin);
  const span = begin(given, scope, parent, follows(given, origin));
  // Children of a span that is left out attach to its parent.
  scope.span = (span[OURS].ignored && parent) || span;
  return span;
}

function fail(span: Span): void {
  if (isSampled(span)) ask((core) => core.span_fail(keyOf(span)), undefined);
}

/** The options as far as they make sense. */
function read(options: StartSpanOptions): StartSpanOptions {
  let given: StartSpanOptions;
  try {
    given = { ...options };
  } catch {
    given = { name: '' };
  }
  if (typeof given.name !== 'string')
    complain(`a span has the name ${shown(given.name)}: it must be a string`);
  if (given.scope && !isA(given.scope, Scope)) {
    complain(`the option scope of ${shown(given.name)} was ignored: ${shown(given.scope)} is no Scope`);
    given.scope = undefined;
  }
  if (given.parentSpan && !isSpan(given.parentSpan)) {
    complain(
      `the option parentSpan of ${shown(given.name)} was ignored: ${shown(given.parentSpan)} is no span`,
    );
    given.parentSpan = undefined;
  }
  return given;
}

/** Whose child a span becomes. */
function parentOf({ parentSpan }: StartSpanOptions, scope: Scope): AnySpan | undefined {
  return parentSpan || (parentSpan === null ? undefined : scope.span);
}

/** Whether that follows from what is active. */
function follows({ parentSpan }: StartSpanOptions, scope: Scope): number {
  return parentSpan || parentSpan === null || scope.exact ? 0 : PARENT_IS_ACTIVE;
}

/** The initial attributes: of `op` and an attribute of that name, the attribute wins, whatever it is. */
function attributesOf(op: unknown, attributes: unknown): SpanAttributes {
  if (op === undefined || (attributes && typeof attributes !== 'object')) return attributes as SpanAttributes;
  if (!attributes) return { 'sentry.op': text(op) };
  const own = attempt(() => ({ ...(attributes as SpanAttributes) }), {});
  return { 'sentry.op': text(op), ...own };
}

/** Begins a span in a scope. */
export function begin(
  options: StartSpanOptions,
  scope: Scope,
  parent: AnySpan | undefined,
  how: number,
): Span {
  const client = getClient();
  if (client?.isClosed) complain(`the span ${shown(options.name)} is not recorded: the SDK was closed`);
  const { name, op, attributes, startTime, onlyIfParent, forceTransaction, links, experimental } = options;
  const label = text(name);
  let flags = how;
  if (onlyIfParent) flags |= ONLY_IF_PARENT;
  if (scope.suppressed) flags |= SUPPRESSED;
  if (experimental && attempt(() => experimental.standalone, false)) flags |= STANDALONE;
  // Read once, and only where it matters: what stands there may be code of the page.
  let own: [SpanAttributes] | undefined;
  const given = () => {
    own ??= [attributesOf(op, attributes)];
    return own[0];
  };
  const ignored = client?.streams() && isIgnoredSpan(client.getOptions(), label, given());
  if (ignored) flags |= IGNORED;
  const isRoot = !parent || forceTransaction;
  // Of a span whose trace is not recorded only the ids can ever matter.
  const plain = client && !(flags & ~(ONLY_IF_PARENT | PARENT_IS_ACTIVE)) && mayRest(client) && client;
  if (plain && parent && !isRoot && oursOf(parent)?.unsampled) {
    // Below the root, which knows all that it inherits: one that waits for its parent, which waits for its own, would
    // keep them all.
    const root = getRootSpan(parent);
    return rest(plain, scope, root, undefined, () => start(NOTHING, root, how | COUNTED, ''));
  }
  const alone = typeof op === 'string' && attributes === undefined;
  let known = alone ? `sentry.op\n${JSON.stringify(op)}\n` : lines(given());
  if (parent && !isRoot) {
    const mayRestBelow = plain && startTime === undefined && links === undefined;
    const host = mayRestBelow && hostOf(plain, parent, Boolean(how & PARENT_IS_ACTIVE));
    // Nobody hears of it: else it could not rest.
    const resting = host && restBelow(host, scope, label, known);
    if (resting) return resting;
    tellAround(parent);
  }
  let rate = Number.NaN;
  let context = '';
  let decided: PropagationContext | undefined;
  const at = startTime ? time(startTime) : Number.NaN;
  const linked = linkLines(links);
  if (isRoot && !(onlyIfParent && !parent)) {
    let trace: PropagationContext = scope.trace();
    if (parent) {
      flags |= NEW_ROOT;
      trace = { ...trace, sampled: isSampled(parent) };
    }
    if (client?.decides()) {
      const root = {
        name: label,
        attributes: attempt(() => ({ ...given() }), {}),
        parentSampled: trace.sampled ?? undefined,
      };
      const sampling = sample(client, scope, root);
      flags |= sampling.flags;
      rate = sampling.rate;
      known = lines(sampling.attributes);
      const { parentSampled: sampled, sampleRand } = sampling;
      trace = { ...trace, sampled, sampleRand };
    } else if (plain && !parent) {
      decided = trace;
      if (isUnsampled(plain, trace)) {
        // The page may write to the context later.
        const kept = scope.given ? { ...trace } : trace;
        const told = { label, known, linked, at: Number.isNaN(at) ? Date.now() : at, rate };
        return rest(plain, scope, undefined, kept.traceId, () =>
          start(told, undefined, COUNTED, contextText(kept)),
        );
      }
    }
    context = contextText(trace);
  } else if (!parent) {
    context = contextText(scope.trace());
  }
  if (isRoot || !oursOf(parent)) makeRoom();
  const ticket = start({ label, known, linked, at, rate }, parent, flags, context);
  const root = parent && !forceTransaction ? getRootSpan(parent) : undefined;
  const traceId = ticket ? undefined : (parent ? contextOf(parent) : scope.context)?.traceId;
  const span = new Span(ticket, scope, root, traceId);
  if (ignored) span[OURS].ignored = true;
  // Not a context that cannot be read: the core has then decided about a trace of its own.
  const judged = span[OURS].unsampled && ticket && hex(ticket.ids, 2) === decided?.traceId;
  if (plain && decided && judged) remember(plain, decided);
  plant(span);
  if (plain && !parent && span[OURS].kept && !span[OURS].unsampled && !client.streams()) mayHost(span);
  if (client?.traces() && (span[OURS].kept || parent)) began(client, span);
  return span;
}

/** What is said about a span that begins, beside whose child it is. */
interface Told {
  label: string;
  /** Lines of attributes, and of links. */
  known: string;
  linked: string;
  /** When it began, and what a sampler answered; NaN for nothing. */
  at: number;
  rate: number;
}

const NOTHING: Told = { label: '', known: '', linked: '', at: Number.NaN, rate: Number.NaN };

/** Has the core begin a span. */
function start(told: Told, parent: AnySpan | undefined, flags: number, context: string): Ticket | undefined {
  const { label, known, linked, at, rate } = told;
  const one = (key: number, flags: number, context: string) =>
    ask(
      (core) =>
        core.span_start(label, known, linked, context, key, flags, at, rate) ? readTicket() : undefined,
      undefined,
    );
  const key = keyOf(parent);
  const ticket = parent && !key ? undefined : one(key, flags, context);
  if (ticket || !parent) return ticket;
  // A span of another SDK, or one of ours that the core has let go of: its ids are all there is.
  const { traceId, spanId } = contextOf(parent) ?? { traceId: '', spanId: '' };
  const below = { traceId, sampleRand: 0 };
  return one(0, flags | FOREIGN, contextText(below, { spanId, sampled: isSampled(parent) }));
}
