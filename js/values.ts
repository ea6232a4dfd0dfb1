// How values of the page cross into the core: as numbers, and as lines of text.

import { complain, shown } from './debug.js';
import { attempt, isA } from './guard.js';
import { normalize } from './normalize.js';

/** What an attribute may hold. Other values are sent as JSON of limited depth. */
export type SpanAttributeValue =
  | string
  | number
  | boolean
  | Array<null | undefined | string>
  | Array<null | undefined | number>
  | Array<null | undefined | boolean>;

/** Attributes by name; `undefined` stands for "no such attribute". */
export type SpanAttributes = Partial<Record<string, SpanAttributeValue | undefined>>;

/** A time: seconds or milliseconds since the epoch, a `Date`, or seconds and nanoseconds. */
export type SpanTimeInput = [seconds: number, nanoseconds: number] | number | Date;

/** A time as one number; NaN stands for now. */
export function time(input: unknown): number {
  if (typeof input === 'number') return input;
  if (input === undefined || input === null) return Number.NaN;
  return attempt(() => {
    if (input instanceof Date) return input.getTime();
    if (Array.isArray(input)) return Number(input[0]) + Number(input[1] ?? 0) / 1e9;
    complain(`a time was ignored: ${shown(input)} is no number, Date or [seconds, nanoseconds]`);
    return Number.NaN;
  }, Number.NaN);
}

/** Whether a value is a time, and not an object with attributes. */
export function isTime(value: unknown): value is SpanTimeInput {
  return typeof value === 'number' || Array.isArray(value) || isA(value, Date);
}

/** Attributes as the core reads them: name and JSON value in turn, a line each. */
export function lines(attributes: unknown): string {
  if (attributes === undefined || attributes === null) return '';
  if (typeof attributes !== 'object') {
    complain(`attributes were ignored: ${shown(attributes)} is no object`);
    return '';
  }
  let text = '';
  for (const name of attempt(() => Object.keys(attributes), [])) {
    // Each in an attempt of its own: one getter that throws costs one attribute.
    try {
      text += line(name, (attributes as Record<string, unknown>)[name]);
    } catch {
      complain(`the attribute ${shown(name)} was ignored: it cannot be read`);
    }
  }
  return text;
}

/** One attribute as the core reads it; without a value it is to be removed. */
export function line(name: string, value: unknown): string {
  if (!name || /[\r\n]/.test(name)) {
    complain(`an attribute was ignored: ${shown(name)} is no name`);
    return '';
  }
  if (value === undefined) return `${name}\n\n`;
  const plain = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  // The reference counts the attributes themselves as the first level.
  const json = JSON.stringify(plain ? value : normalize(value, 1));
  return json === undefined ? '' : `${name}\n${json}\n`;
}

/** Any value as text; a symbol or a broken `toString` is no text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : attempt(() => (value === undefined ? '' : String(value)), '');
}

/** A link as the page gives it. */
export interface SpanLink {
  /** The span that is linked to. */
  context: { traceId: string; spanId: string; traceFlags?: number; isRemote?: boolean | undefined };
  /** What the link means, for example `{ 'sentry.link.type': 'previous_trace' }`. */
  attributes?: Record<string, SpanAttributeValue | undefined>;
}

/** Links as the core reads them: the JSON of the wire, a line each. */
export function linkLines(links: unknown): string {
  if (links === undefined || links === null) return '';
  if (!Array.isArray(links)) {
    complain(`links were ignored: ${shown(links)} is no array`);
    return '';
  }
  return links
    .map((link) => {
      const written = attempt(() => {
        const { context, attributes } = link as SpanLink;
        const { traceId, spanId, traceFlags, ...rest } = context;
        if (typeof traceId !== 'string' || typeof spanId !== 'string') throw new TypeError('no ids');
        const ids = { span_id: spanId, trace_id: traceId, sampled: traceFlags === 1 };
        const json = { ...ids, attributes: normalize(attributes), ...(normalize(rest) as object) };
        return `${JSON.stringify(json)}\n`;
      }, '');
      if (!written) complain(`a link was ignored: ${shown(link)} has no context with traceId and spanId`);
      return written;
    })
    .join('');
}

/** A rate as the reference reads it: booleans, numbers and texts of numbers, 0 to 1; NaN is none. */
export function rate(value: unknown): number {
  const number =
    typeof value === 'boolean' ? Number(value) : typeof value === 'string' ? parseFloat(value) : value;
  return typeof number === 'number' && number >= 0 && number <= 1 ? number : Number.NaN;
}

/** Whether a value has a `then` to wait for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === undefined || value === null) return false;
  return attempt(() => typeof (value as PromiseLike<unknown> | undefined)?.then === 'function', false);
}
