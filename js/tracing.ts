// Spans: the functions that begin them. Callbacks run here, in JavaScript, never above the core.

import { getCurrentScope, runInScope } from './active.js';
import { getClient } from './client.js';
import { callable, complain, shown } from './debug.js';
import { isIgnoredSpan } from './filters.js';
import { ask, attempt, isA } from './guard.js';
import { contextText } from './propagation.js';
import { sample } from './sampling.js';
import { Scope } from './scope.js';
import { type AnySpan, contextOf, isSampled, keyOf, OURS, oursOf, Span } from './span.js';
import { readTicket } from './ticket.js';
import { began, getRootSpan, plant } from './tree.js';
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
  const [span, scope] = enter(options);
  const call = callable(callback, 'startSpan');
  return runInScope(
    scope,
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
  const [span, scope] = enter(options);
  const call = callable(callback, 'startSpanManual');
  return runInScope(
    scope,
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
  return begin(given, forks ? scope.clone() : scope, parentOf(given, scope));
}

/** Begins a span that becomes active in a scope of its own. */
function enter(options: StartSpanOptions): [Span, Scope] {
  const given = read(options);
  const origin = given.scope ?? getCurrentScope();
  const scope = origin.clone();
  const parent = parentOf(given, origin);
  const span = begin(given, scope, parent);
  // Children of a span that is left out attach to its parent.
  scope.span = (parent[0] && oursOf(span)?.ignored && parent[0]) || span;
  return [span, scope];
}

function fail(span: Span): void {
  ask((core) => core.span_fail(keyOf(span)), undefined);
}

/** The options as far as they make sense. */
function read(options: StartSpanOptions): StartSpanOptions {
  const given: StartSpanOptions = attempt(() => ({ ...options }), { name: '' });
  if (typeof given.name !== 'string')
    complain(`a span has the name ${shown(given.name)}: it must be a string`);
  if (given.scope && !isA(given.scope, Scope)) {
    complain(`the option scope of ${shown(given.name)} was ignored: ${shown(given.scope)} is no Scope`);
    given.scope = undefined;
  }
  if (given.parentSpan && !contextOf(given.parentSpan)) {
    complain(
      `the option parentSpan of ${shown(given.name)} was ignored: ${shown(given.parentSpan)} is no span`,
    );
    given.parentSpan = undefined;
  }
  return given;
}

/** Whose child a span becomes, and whether that follows from what is active. */
function parentOf({ parentSpan }: StartSpanOptions, scope: Scope): [AnySpan | undefined, number] {
  if (parentSpan) return [parentSpan, 0];
  if (parentSpan === null) return [undefined, 0];
  return [scope.span, scope.exact ? 0 : PARENT_IS_ACTIVE];
}

/** The initial attributes: of `op` and an attribute of that name, the attribute wins, whatever it is. */
function attributesOf(op: unknown, attributes: unknown): SpanAttributes {
  if (op === undefined || (attributes && typeof attributes !== 'object')) return attributes as SpanAttributes;
  const own = attempt(() => ({ ...(attributes as SpanAttributes) }), {});
  return { 'sentry.op': text(op), ...own };
}

/** Begins a span in a scope. */
export function begin(
  options: StartSpanOptions,
  scope: Scope,
  [parent, how]: [AnySpan | undefined, number],
  kind = 0,
): Span {
  const client = getClient();
  if (client?.isClosed) complain(`the span ${shown(options.name)} is not recorded: the SDK was closed`);
  const { name, op, attributes, startTime, onlyIfParent, forceTransaction, links, experimental } = options;
  const label = text(name);
  let flags = how | kind;
  if (onlyIfParent) flags |= ONLY_IF_PARENT;
  if (scope.suppressed) flags |= SUPPRESSED;
  if (attempt(() => experimental?.standalone, false)) flags |= STANDALONE;
  const given = attributesOf(op, attributes);
  let known = lines(given);
  const ignored = client?.streams() && isIgnoredSpan(client.getOptions(), label, given);
  if (ignored) flags |= IGNORED;
  let rate = Number.NaN;
  let context = '';
  const isRoot = !parent || forceTransaction;
  if (isRoot && !(onlyIfParent && !parent)) {
    let trace = scope.trace();
    if (parent) {
      flags |= NEW_ROOT;
      trace = { ...trace, sampled: isSampled(parent) };
    }
    if (client?.decides()) {
      const root = {
        name: label,
        attributes: attempt(() => ({ ...given }), {}),
        parentSampled: trace.sampled ?? undefined,
      };
      const sampling = sample(client, scope, root);
      flags |= sampling.flags;
      rate = sampling.rate;
      known = lines(sampling.attributes);
      const { parentSampled: sampled, sampleRand } = sampling;
      trace = { ...trace, sampled, sampleRand };
    }
    context = contextText(trace);
  } else if (!parent) {
    context = contextText(scope.trace());
  }
  const at = startTime ? time(startTime) : Number.NaN;
  const linked = linkLines(links);
  const start = (key: number, flags: number, context: string) =>
    ask(
      (core) =>
        core.span_start(label, known, linked, key, flags, at, rate, context) ? readTicket(core) : undefined,
      undefined,
    );
  let ticket = parent && !keyOf(parent) ? undefined : start(keyOf(parent), flags, context);
  if (!ticket && parent) {
    // A span of another SDK, or one of ours that the core has let go of: its ids are all there is.
    const { traceId, spanId } = contextOf(parent) ?? { traceId: '', spanId: '' };
    const below = { traceId, sampleRand: 0 };
    ticket = start(0, flags | FOREIGN, contextText(below, { spanId, sampled: isSampled(parent) }));
  }
  const root = parent && !forceTransaction ? getRootSpan(parent) : undefined;
  const traceId = ticket ? undefined : (parent ? contextOf(parent) : scope.context)?.traceId;
  const span = new Span(ticket, scope, root, traceId);
  if (ignored) span[OURS].ignored = true;
  plant(span);
  if (client?.traces() && (span[OURS].kept || parent)) began(client, span);
  return span;
}
