// Which spans belong together: roots that are open, and the spans below them.

import { pageScope } from './active.js';
import { ask } from './guard.js';
import { type AnySpan, contextOf, isSampled, keyOf, OURS, oursOf, Span } from './span.js';

/** The core forgets the oldest of more open roots than this; so do we. */
const MAX_ROOTS = 1000;
/** As many spans as a root keeps. */
const MAX_FAMILY = 1000;

const roots = new Map<number, Span>();

/** Remembers a span that has begun, with its root. */
export function plant(span: Span): void {
  const { key, kept, root } = span[OURS];
  if (!key || !kept) return;
  if (root) {
    const family = oursOf(root)?.family;
    if (family && family.length < MAX_FAMILY) family.push(span);
    return;
  }
  roots.set(key, span);
  const [oldest] = roots.size > MAX_ROOTS ? roots.keys() : [];
  if (oldest !== undefined) roots.delete(oldest);
}

/** Forgets a root that has ended. */
export function fell(key: number): void {
  roots.delete(key);
}

/** The object of a span that is known by its number: the page's own, where there is one. */
export function spanOf(key: number, root?: AnySpan): Span | undefined {
  const known = roots.get(key) ?? among(root ? [root] : roots.values(), key);
  if (known) return known;
  const ticket = ask((core) => core.span_ticket(key), '');
  if (!ticket) return undefined;
  const span = new Span(ticket, oursOf(root)?.scope ?? pageScope(), root);
  plant(span);
  return span;
}

function among(trees: Iterable<AnySpan>, key: number): Span | undefined {
  for (const root of trees) {
    const found = oursOf(root)?.family.find((span) => keyOf(span) === key);
    if (found) return found;
  }
  return undefined;
}

/**
 * The root of the local tree that a span is in; a root is its own.
 *
 * @example
 * getRootSpan(getActiveSpan()).setAttribute('cart.size', 3);
 */
export function getRootSpan<S extends AnySpan>(span: S): S {
  return (oursOf(span)?.root as S | undefined) ?? span;
}

/**
 * A span and all recorded spans below it; of a span that is not recorded, nothing.
 *
 * @example
 * const count = getSpanDescendants(root).length;
 */
export function getSpanDescendants(span: AnySpan): Span[] {
  if (!isSampled(span)) return [];
  const ours = oursOf(span);
  if (!ours) return contextOf(span) ? [span as Span] : [];
  const keys = ask((core) => core.span_family(ours.key), '');
  const root = getRootSpan(span);
  const found: Span[] = [];
  for (let at = 8; at < keys.length; at += 8) {
    const below = spanOf(Number.parseInt(keys.slice(at, at + 8), 16), root);
    if (below) found.push(below);
  }
  return [span as Span, ...found];
}
