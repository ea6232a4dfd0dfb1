// Any value of a page as data that can be sent: no cycles, no functions, bounded in depth and breadth.

import { attempt } from './attempt.js';
import { cut } from './cut.js';
import { type Limits, shared } from './shared.js';

/** Stands for the members past the limit. */
const TOO_MANY = '[MaxProperties ~]';

/** Deeper than anything that is sent on purpose; servers refuse what is a little deeper. */
const DEEP = 100;

/** So many members of an object are sent, of what nobody has limited. */
const MEMBERS = 1000;

/** So many objects of one value: of those that refer to each other there are more ways through them than anybody waits for. */
const MAX_OBJECTS = 100_000;
let objects = 0;

/** Takes options, which the page may change: they are asked each time. */
export function setLimits(given: Limits): void {
  shared.limits = given;
}

function limit(name: keyof Limits, otherwise: number): number {
  const given = attempt(() => shared.limits[name]);
  return typeof given === 'number' && given > 0 ? given : otherwise;
}

/**
 * A copy of a value that `JSON.stringify` can write; what cannot be written becomes a word in brackets.
 * `below` counts the objects that it stands in.
 */
export function normalize(value: unknown, below = 0): unknown {
  const depth = Math.min(limit('normalizeDepth', 3), DEEP);
  return bounded(value, depth - below, [], limit('normalizeMaxBreadth', MEMBERS));
}

/** A value that callbacks of the page have made, or a copy that is not deeper than a server takes it. */
export function notDeep<T>(value: T): T {
  return attempt(() => isDeeper(value, DEEP), true) ? (bounded(value, DEEP, []) as T) : value;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth < 0 || Object.values(value).some((member) => isDeeper(member, depth - 1));
}

/**
 * A value as JSON text. What `JSON.stringify` refuses, a cycle or a `bigint`, is replaced by a word in brackets. Half a
 * character, which it escapes, becomes U+FFFD: servers refuse the whole text otherwise.
 */
export function json(value: unknown): string {
  const otherwise = () => attempt(() => JSON.stringify(bounded(value, DEEP, [])), '');
  const text = attempt(() => JSON.stringify(value)) ?? otherwise() ?? '';
  if (!text.includes('\\ud')) return text;
  return text.replace(/\\(?:\\|ud[\da-f]{3})/g, (found) => (found[1] === 'u' ? '\ufffd' : found));
}

function bounded(value: unknown, depth: number, above: unknown[], members = MEMBERS): unknown {
  if (typeof value === 'string') return cut(value);
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : `[${value}]`;
  if (typeof value === 'bigint') return `[BigInt: ${value}]`;
  if (typeof value === 'symbol') return `[${String(value)}]`;
  // A proxy may throw at any of these.
  return attempt(() => ofObject(value as object, depth, above, members), '[Unreadable]');
}

function ofObject(value: object, depth: number, above: unknown[], members: number): unknown {
  if (typeof value === 'function') return `[Function: ${value.name || '<anonymous>'}]`;
  if (value === globalThis) return '[Global]';
  if (above.includes(value)) return '[Circular ~]';
  if (!above.length) objects = 0;
  objects += 1;
  if (depth <= 0 || objects > MAX_OBJECTS)
    return Array.isArray(value) ? '[Array]' : `[${value.constructor?.name || 'Object'}]`;
  const path = [...above, value];
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return bounded(toJSON.call(value), depth - 1, path, members);
  if (Array.isArray(value)) {
    const kept = value.slice(0, members).map((entry) => bounded(entry, depth - 1, path, members));
    return kept.length < value.length ? [...kept, TOO_MANY] : kept;
  }
  const copy: Record<string, unknown> = {};
  // What an error says stands in members that are not enumerable.
  const source = value instanceof Error ? { ...errorText(value), ...value } : value;
  const names = Object.keys(source);
  for (const name of names.slice(0, members)) {
    const member = () => bounded((source as Record<string, unknown>)[name], depth - 1, path, members);
    copy[name] = attempt(member, '[Unreadable]');
  }
  const [further] = names.slice(members);
  if (further !== undefined) copy[further] = TOO_MANY;
  return copy;
}

function errorText({ message, name, stack }: Error): object {
  return { message, name, stack };
}
