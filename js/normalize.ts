// Any value of a page as data that can be sent: no cycles, no functions, bounded in depth and breadth.

import { attempt } from './guard.js';

/** How deep objects are followed, and how many members each may have: the reference's limits. */
const MAX_DEPTH = 3;
const MAX_MEMBERS = 1000;

/** A copy of a value that `JSON.stringify` can write; what cannot be written becomes a word in brackets. */
export function normalize(value: unknown, depth = MAX_DEPTH, above: unknown[] = []): unknown {
  if (value === null || value === undefined || typeof value === 'boolean' || typeof value === 'string') {
    return value;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : `[${value}]`;
  if (typeof value === 'bigint') return `[BigInt: ${value}]`;
  if (typeof value === 'symbol') return `[${String(value)}]`;
  // A proxy may throw at any of these.
  return attempt(() => ofObject(value as object, depth, above), '[Unreadable]');
}

function ofObject(value: object, depth: number, above: unknown[]): unknown {
  if (typeof value === 'function') return `[Function: ${value.name || '<anonymous>'}]`;
  if (value === globalThis) return '[Global]';
  if (above.includes(value)) return '[Circular ~]';
  if (depth <= 0) return Array.isArray(value) ? '[Array]' : `[${value.constructor?.name || 'Object'}]`;
  const path = [...above, value];
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return normalize(toJSON.call(value), depth - 1, path);
  if (Array.isArray(value)) {
    return value.slice(0, MAX_MEMBERS).map((entry) => normalize(entry, depth - 1, path));
  }
  const copy: Record<string, unknown> = {};
  // What an error says stands in members that are not enumerable.
  const source = value instanceof Error ? { ...errorText(value), ...value } : value;
  for (const name of Object.keys(source).slice(0, MAX_MEMBERS)) {
    copy[name] = attempt(
      () => normalize((source as Record<string, unknown>)[name], depth - 1, path),
      '[Unreadable]',
    );
  }
  return copy;
}

function errorText({ message, name, stack }: Error): object {
  return { message, name, stack };
}
