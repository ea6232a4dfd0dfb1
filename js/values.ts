// How values of the page cross into the core: as numbers, and as lines of text.

import { attempt } from './guard.js';

/** What an attribute may hold; anything else is left out. */
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
  return attempt(() => {
    if (input instanceof Date) return input.getTime();
    return Array.isArray(input) ? Number(input[0]) + Number(input[1] ?? 0) / 1e9 : Number.NaN;
  }, Number.NaN);
}

/** Attributes as the core reads them: name and JSON value in turn, a line each. */
export function lines(attributes: unknown): string {
  if (typeof attributes !== 'object' || attributes === null) return '';
  let text = '';
  for (const name of attempt(() => Object.keys(attributes), [])) {
    // Each in an attempt of its own: one getter that throws costs one attribute.
    text += attempt(() => line(name, (attributes as Record<string, unknown>)[name]), '');
  }
  return text;
}

/** One attribute as the core reads it; without a value it is to be removed. */
export function line(name: string, value: unknown): string {
  if (!name || /[\r\n]/.test(name)) return '';
  if (value === undefined || value === null) return `${name}\n\n`;
  return isValue(value) ? `${name}\n${JSON.stringify(value)}\n` : '';
}

function isValue(value: unknown): boolean {
  if (Array.isArray(value))
    return value.every((entry) => entry === null || entry === undefined || isPrimitive(entry));
  return isPrimitive(value);
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** Any value as text; a symbol or a broken `toString` is no text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : attempt(() => (value === undefined ? '' : String(value)), '');
}
