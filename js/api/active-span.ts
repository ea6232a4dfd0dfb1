// Functions that speak to the active span: what it is, what it is called, how it went.

import { statusText } from '../core/core.js';
import { later } from '../core/waiting.js';
import { getCurrentScope, runInScope } from '../scope/active.js';
import { listen } from '../scope/listen.js';
import type { Scope } from '../scope/scope.js';
import { CUSTOM_NAME, contextOf, isSpan, onEnd, recordOf, type SpanRecord } from '../span/record.js';
import { MEASUREMENT_UNIT, MEASUREMENT_VALUE, type Span } from '../span/span.js';
import { getRootSpan } from '../span/tree.js';
import type { AnySpan, SpanStatus } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { callable, complain, shown } from '../values/debug.js';

/**
 * The span that new spans become children of.
 *
 * @returns `undefined` if none is active
 *
 * @example
 * getActiveSpan()?.setAttribute('cart.size', 3);
 */
export function getActiveSpan(): Span | undefined {
  return getCurrentScope().span as Span | undefined;
}

/**
 * Makes a span active in the current scope until it ends; then what was active before is active again.
 *
 * @param span of this SDK
 * @example
 * const span = startInactiveSpan({ name: 'checkout' });
 * setActiveSpanInBrowser(span);
 */
export function setActiveSpanInBrowser(span: AnySpan): void {
  const scope = getCurrentScope();
  const before = scope.span;
  const record = recordOf(span);
  if (!record || before === span) {
    if (!record) complain(`setActiveSpanInBrowser was ignored: ${shown(span)} is no span of this SDK`);
    return;
  }
  scope.span = span;
  onEnd(record, () => {
    if (scope.span === span) scope.span = before;
  });
}

/**
 * Gives a span another name, which later automatic names do not replace.
 *
 * @param span of this SDK, or of another one
 * @param name the name it has from now on
 * @example
 * updateSpanName(getRootSpan(span), 'GET /orders/:id');
 */
export function updateSpanName(span: AnySpan, name: string): void {
  if (!contextOf(span)) complain(`updateSpanName was ignored: ${shown(span)} is no span`);
  attempt(() => {
    span.updateName(name);
    span.setAttributes({ [CUSTOM_NAME]: name });
  });
}

/**
 * Notes a measurement on the root of a span.
 *
 * @param name for example `cart.size`
 * @param value how much
 * @param unit for example `millisecond`, `byte`, or an empty text
 * @param activeSpan a span of the trace; without it the active one
 * @example
 * setMeasurement('cart.size', 3, 'none');
 */
export function setMeasurement(
  name: string,
  value: number,
  unit: string,
  activeSpan: AnySpan | undefined = getActiveSpan(),
): void {
  if (typeof value !== 'number' || typeof unit !== 'string') {
    complain(
      `the measurement ${shown(name)} was ignored: it needs a number and a unit, not ${shown(value)} and ${shown(unit)}`,
    );
  }
  attempt(() => {
    if (!activeSpan) return;
    getRootSpan(activeSpan).addEvent(name, { [MEASUREMENT_VALUE]: value, [MEASUREMENT_UNIT]: unit });
  });
}

/**
 * The status of a span that stands for a response.
 *
 * @param httpStatus for example 404
 * @returns code 1 for 100 to 399, else code 2 with a message such as `not_found`
 * @example
 * span.setStatus(getSpanStatusFromHttpCode(response.status));
 */
export function getSpanStatusFromHttpCode(httpStatus: number): SpanStatus {
  const code = attempt(() => Number(httpStatus) || 0, 0);
  // What is no whole number means what its hundred means.
  const whole = Number.isInteger(code) ? code : Math.floor(code / 100) * 100;
  const message = statusText(whole);
  return message === 'ok' ? { code: 1 } : { code: 2, message };
}

/**
 * Sets a span's status from a response, and its attribute `http.response.status_code`.
 *
 * @param span of this SDK, or of another one
 * @param httpStatus for example 404
 * @example
 * setHttpStatus(span, response.status);
 */
export function setHttpStatus(span: AnySpan, httpStatus: number): void {
  attempt(() => {
    span.setAttribute('http.response.status_code', httpStatus);
    span.setStatus(getSpanStatusFromHttpCode(httpStatus));
    if (COMES_LATER) nameStatusLater(recordOf(span), httpStatus);
  });
}

/** The status that a response has just given to a span has its name once the core has come, unless somebody says another one. */
export function nameStatusLater(record: SpanRecord | undefined, httpStatus: number): void {
  // What is good has no name.
  if (record?.code !== 2) return;
  const { code, message } = record;
  record.named = httpStatus;
  later(() => {
    const isLast = record.named === httpStatus && record.code === code && record.message === message;
    if (isLast) record.span.setStatus(getSpanStatusFromHttpCode(httpStatus));
  });
}

/**
 * Runs a callback with a span active, or with none (`null`).
 *
 * @param span of this SDK, or of another one; `null` for none
 * @param callback gets the scope in which the span is active
 * @returns what the callback returns
 * @example
 * withActiveSpan(span, () => startSpan({ name: 'below span' }, work));
 */
export function withActiveSpan<T>(span: AnySpan | null, callback: (scope: Scope) => T): T {
  const scope = getCurrentScope().clone();
  scope.span = isSpan(span) ? span : undefined;
  if (span && !scope.span) complain(`withActiveSpan has no span active: ${shown(span)} is no span`);
  const call = callable(callback, 'withActiveSpan');
  return runInScope(scope, () => call(scope));
}

let listening = false;

/**
 * Marks the root of the active span as failed when an error or a rejection reaches the page itself. Does
 * so once, however often it is called.
 *
 * @example
 * registerSpanErrorInstrumentation();
 */
export function registerSpanErrorInstrumentation(): void {
  if (listening || typeof globalThis.addEventListener !== 'function') return;
  listening = true;
  const fail = () => {
    const span = getActiveSpan();
    if (span && contextOf(span)) {
      attempt(() => getRootSpan(span).setStatus({ code: 2, message: 'internal_error' }));
    }
  };
  listen(globalThis, 'error', fail, false);
  listen(globalThis, 'unhandledrejection', fail, false);
}
