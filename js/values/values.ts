// Values that a page passes in, as we keep them: texts, times, rates, attributes and links.

import type {
  SpanAttributes,
  SpanAttributeValue,
  SpanLink,
  SpanLinkJSON,
  SpanTimeInput,
} from '../types/spans.js';
import { attempt, isA } from './attempt.js';
import { seconds } from './clock.js';
import { cut } from './cut.js';
import { complain, shown } from './debug.js';
import { normalize } from './normalize.js';

/** A number above this is taken as milliseconds, else as seconds: the rule of section 1.2. As seconds it is the year 2286. */
const LARGEST_SECONDS = 9_999_999_999;

/** The last second that is accepted, the end of the year 9999, so that dates stay printable. */
const LATEST = 253_402_300_799;

/** Attributes of one span, and links; the reference sends no more entries of one object either. */
const MAX_ATTRIBUTES = 1000;
const MAX_LINKS = 1000;

/** A time that the page gives, as seconds since the epoch; NaN for none, and for what no clock shows: that is now. */
export function time(input: unknown): number {
  let given = Number.NaN;
  if (typeof input === 'number') given = input;
  else if (input !== undefined && input !== null) given = attempt(() => timeOf(input), Number.NaN);
  if (!(given > 0 && given < Number.POSITIVE_INFINITY)) return Number.NaN;
  return Math.min(seconds(given > LARGEST_SECONDS ? given : given * 1000), LATEST);
}

function timeOf(input: unknown): number {
  if (input instanceof Date) return input.getTime();
  if (Array.isArray(input)) return Number(input[0]) + Number(input[1] ?? 0) / 1e9;
  complain(`a time was ignored: ${shown(input)} is no number, Date or [seconds, nanoseconds]`);
  return Number.NaN;
}

/** Whether a value is a time, and not an object with attributes. */
export function isTime(value: unknown): value is SpanTimeInput {
  return typeof value === 'number' || Array.isArray(value) || isA(value, Date);
}

/** Any value as text, which is cut where it is too long; a symbol or a broken `toString` is no text. */
export function text(value: unknown): string {
  return cut(
    typeof value === 'string' ? value : attempt(() => (value === undefined ? '' : String(value)), ''),
  );
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
  try {
    return typeof (value as PromiseLike<unknown>).then === 'function';
  } catch {
    return false;
  }
}

/** Attributes, and how many of them the page has set: what the SDK itself knows always has room. */
export interface AttributeHolder {
  attributes: SpanAttributes;
  count: number;
}

/** Sets what the page gives as attributes, one by one: a getter that throws costs one of them. */
export function setAttributes(holder: AttributeHolder, given: unknown): void {
  if (given === undefined || given === null) return;
  if (typeof given !== 'object') {
    complain(`attributes were ignored: ${shown(given)} is no object`);
    return;
  }
  for (const name of attempt(() => Object.keys(given), [])) {
    try {
      setAttribute(holder, name, (given as Record<string, unknown>)[name]);
    } catch {
      complain(`the attribute ${shown(name)} was ignored: it cannot be read`);
    }
  }
}

/** Sets an attribute to a copy of its value; `undefined` removes it. A name is one line of text. */
export function setAttribute(holder: AttributeHolder, name: string, value: unknown): void {
  if (!name || /[\r\n]/.test(name)) {
    complain(`an attribute was ignored: ${shown(name)} is no name`);
    return;
  }
  const { attributes } = holder;
  const isNew = attributes[name] === undefined;
  if (value === undefined) {
    if (!isNew) holder.count -= 1;
    delete attributes[name];
    return;
  }
  const plain = typeof value === 'boolean' || Number.isFinite(value);
  // The reference counts the attributes themselves as the first level.
  const copy = (typeof value === 'string' ? cut(value) : plain ? value : normalize(value, 1)) as
    | SpanAttributeValue
    | undefined;
  if (copy === undefined || (isNew && holder.count >= MAX_ATTRIBUTES)) return;
  if (isNew) holder.count += 1;
  if (name !== '__proto__') attributes[name] = copy;
  else
    Object.defineProperty(attributes, name, {
      value: copy,
      configurable: true,
      enumerable: true,
      writable: true,
    });
}

/** Links as they are sent. */
export function linksOf(links: unknown, known: SpanLinkJSON[] | undefined): SpanLinkJSON[] | undefined {
  if (links === undefined || links === null) return known;
  if (!Array.isArray(links)) {
    complain(`links were ignored: ${shown(links)} is no array`);
    return known;
  }
  const all = [...(known ?? [])];
  for (let at = 0; at < attempt(() => links.length, 0); at++) {
    const read = attempt(() => linkOf(links[at] as SpanLink));
    if (!read) complain(`link ${at} of a span was ignored: it has no context with traceId and spanId`);
    else if (all.length < MAX_LINKS) all.push(read);
  }
  return all.length ? all : undefined;
}

function linkOf({ context, attributes }: SpanLink): SpanLinkJSON | undefined {
  const { traceId, spanId, traceFlags, ...rest } = context;
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined;
  const ids = { span_id: spanId, trace_id: traceId, sampled: traceFlags === 1 };
  const known = normalize(attributes) as SpanAttributes | undefined;
  return { ...ids, ...(known && { attributes: known }), ...(normalize(rest) as object) };
}
