// Functions that speak to the scope in force: the active span, measurements, tags, user, contexts.

import { getCurrentScope, getIsolationScope } from './active.js';
import { complain, shown } from './debug.js';
import { ask, attempt } from './guard.js';
import type { Primitive, User } from './scope.js';
import {
  type AnySpan,
  contextOf,
  MEASUREMENT_UNIT,
  MEASUREMENT_VALUE,
  onEnd,
  oursOf,
  type Span,
  type SpanStatus,
} from './span.js';
import { getRootSpan } from './tree.js';

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
  const ours = oursOf(span);
  if (!ours || before === span) {
    if (!ours) complain(`setActiveSpanInBrowser was ignored: ${shown(span)} is no span of this SDK`);
    return;
  }
  scope.span = span;
  onEnd(ours, () => {
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
    span.setAttributes({ 'sentry.custom_span_name': name });
  }, undefined);
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
  }, undefined);
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
  const message = ask((core) => core.http_status(whole), 'internal_error');
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
  }, undefined);
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
      attempt(() => getRootSpan(span).setStatus({ code: 2, message: 'internal_error' }), undefined);
    }
  };
  globalThis.addEventListener('error', fail);
  globalThis.addEventListener('unhandledrejection', fail);
}

/**
 * Sets a tag on everything this page sends from now on.
 *
 * @param name what it is called
 * @param value a text, number or boolean
 * @example
 * setTag('part', 'checkout');
 */
export function setTag(name: string, value: Primitive): void {
  getIsolationScope().setTag(name, value);
}

/**
 * Sets tags on everything this page sends from now on.
 *
 * @param tags names and values
 * @example
 * setTags({ part: 'checkout', theme: 'dark' });
 */
export function setTags(tags: { [name: string]: Primitive }): void {
  getIsolationScope().setTags(tags);
}

/**
 * Sets an attribute on everything this page sends from now on, as far as it has attributes of its scope:
 * spans that are sent on their own. Transactions have tags, see {@link setTag}.
 *
 * @param name what it is called
 * @param value a text, number, boolean, or a list of one of these
 * @example
 * setAttribute('theme', 'dark');
 */
export function setAttribute(name: string, value: unknown): void {
  getIsolationScope().setAttribute(name, value);
}

/**
 * Sets attributes, see {@link setAttribute}.
 *
 * @param attributes names and values
 * @example
 * setAttributes({ theme: 'dark', beta: true });
 */
export function setAttributes(attributes: Record<string, unknown>): void {
  getIsolationScope().setAttributes(attributes);
}

/**
 * Sets arbitrary data on everything this page sends from now on.
 *
 * @param name what it is called
 * @param extra data; it is sent up to three levels deep
 * @example
 * setExtra('cart', { items: 3 });
 */
export function setExtra(name: string, extra: unknown): void {
  getIsolationScope().setExtra(name, extra);
}

/**
 * Sets arbitrary data on everything this page sends from now on.
 *
 * @param extras names and data; they are sent up to three levels deep
 * @example
 * setExtras({ cart: { items: 3 } });
 */
export function setExtras(extras: Record<string, unknown>): void {
  getIsolationScope().setExtras(extras);
}

/**
 * Sets a named group of data on everything this page sends from now on; `null` removes it.
 *
 * @param name what the group is called
 * @param context its members; `null` removes it
 * @example
 * setContext('shop', { currency: 'EUR' });
 */
export function setContext(name: string, context: Record<string, unknown> | null): void {
  getIsolationScope().setContext(name, context);
}

/**
 * Sets who uses the page; `null` for nobody.
 *
 * @param user `id`, `email`, `username`, `ip_address`; `null` for nobody
 * @example
 * setUser({ id: '42' });
 */
export function setUser(user: User | null): void {
  getIsolationScope().setUser(user);
}
