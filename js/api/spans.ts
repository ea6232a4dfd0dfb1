// Spans: the functions that begin them. Callbacks run here, in JavaScript, never above the core.

import { getCurrentScope, runInScope } from '../scope/active.js';
import { Scope } from '../scope/scope.js';
import { failOpen } from '../span/end.js';
import { isSpan, RECORD } from '../span/record.js';
import type { Span } from '../span/span.js';
import { type Beginning, begin } from '../span/start.js';
import type { AnySpan, SpanAttributes, SpanLink, SpanTimeInput } from '../types/spans.js';
import { isA } from '../values/attempt.js';
import { callable, complain, shown } from '../values/debug.js';

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
    span[RECORD].scope,
    () => call(span),
    (failed) => {
      if (failed) failOpen(span[RECORD]);
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
    span[RECORD].scope,
    () => call(span, () => span.end()),
    (failed) => {
      if (failed) failOpen(span[RECORD]);
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
  // Children of a span that is left out, or that is below one, attach to its parent.
  scope.span = (span[RECORD].loss === 'ignored' && parent) || span;
  return span;
}

/** The options of a span, read once, as far as they make sense. */
interface Given extends Beginning {
  parentSpan: AnySpan | null | undefined;
  scope: Scope | undefined;
}

function read(options: StartSpanOptions): Given {
  let given: Given;
  try {
    const { name, op, attributes, startTime, parentSpan, onlyIfParent, forceTransaction, links, scope } =
      options;
    const standalone = Boolean(options.experimental?.standalone);
    given = {
      name,
      op,
      attributes,
      startTime,
      links,
      onlyIfParent,
      forceTransaction,
      standalone,
      parentSpan,
      scope,
    };
  } catch {
    given = { name: '', parentSpan: undefined, scope: undefined };
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
function parentOf({ parentSpan }: Given, scope: Scope): AnySpan | undefined {
  return parentSpan || (parentSpan === null ? undefined : scope.span);
}

/** Whether that follows from what is active, which may be only what began last. */
function follows({ parentSpan }: Given, scope: Scope): boolean {
  return parentSpan === undefined && !scope.exact;
}
