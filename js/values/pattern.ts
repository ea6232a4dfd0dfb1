// Texts and regular expressions of the page that name something.

import { attempt } from './attempt.js';

/** Copies that remember nothing, each made once. */
const copies = new WeakMap<RegExp, { source: string; flags: string; copy: RegExp }>();

/**
 * An expression that remembers nothing: `g` and `y` remember where they stopped, and would skip every other text.
 * `undefined` for what only looks like one. `flags` are added.
 */
export function forgetful(pattern: RegExp, flags = ''): RegExp | undefined {
  return attempt(() => {
    const { source } = pattern;
    const wanted = pattern.flags.replace(/[gy]/g, '').replace(flags, '') + flags;
    const known = copies.get(pattern);
    if (known?.source === source && known.flags === wanted) return known.copy;
    const copy = new RegExp(source, wanted);
    copies.set(pattern, { source, flags: wanted, copy });
    return copy;
  });
}

/** Whether a value is an expression, of this realm or of another, say a frame's. */
export function isPattern(value: unknown): value is RegExp {
  return attempt(() => Object.prototype.toString.call(value) === '[object RegExp]', false);
}

/** Whether a text contains a pattern that is a text, or is matched by one that is an expression. */
export function matches(text: string, pattern: string | RegExp): boolean {
  return attempt(
    () => (typeof pattern === 'string' ? text.includes(pattern) : Boolean(forgetful(pattern)?.test(text))),
    false,
  );
}
