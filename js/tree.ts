// Which spans belong together: roots that are open, and the spans below them.

import { pageScope } from './active.js';
import type { Client } from './client.js';
import { ask } from './guard.js';
import { type AnySpan, contextOf, isSampled, keyOf, OURS, oursOf, Span, type Ticket } from './span.js';
import { readTicket } from './ticket.js';
import { closeTold, keepAll } from './told.js';

/** The core forgets the oldest of more open roots than this; so do we. */
const MAX_ROOTS = 1000;
/** As many spans as a root keeps. */
const MAX_FAMILY = 1000;

/** Roots that are open, in the order they began. */
const roots = new Map<number, Span>();
/** Spans below them that are under way. */
const children = new Map<number, Span>();

let idle: Span | undefined;

/** Remembers the root of a page load or a navigation, until it ends. */
export function watchIdle(span: Span | undefined): void {
  idle = span;
}

/** The root that ends by itself, while there is one. */
export function idleSpan(): Span | undefined {
  return idle;
}

/** A root is about to begin: the core gives the oldest up where there are too many. */
export function makeRoom(): void {
  if (roots.size < MAX_ROOTS) return;
  const [oldest] = roots.values();
  if (oldest) closeTold(oldest);
}

/** Remembers a span that has begun, with its root. */
export function plant(span: Span): void {
  const { key, kept, root } = span[OURS];
  if (!key || !kept) return;
  if (root) {
    children.set(key, span);
    const above = oursOf(root);
    if (!above) return;
    above.family ??= new Map();
    above.family.set(key, span);
    // In stream mode a root may have any number of children, of which most have left.
    if (above.family.size > MAX_FAMILY) {
      const [eldest] = above.family.keys();
      if (eldest !== undefined) above.family.delete(eldest);
    }
    return;
  }
  roots.set(key, span);
  if (roots.size <= MAX_ROOTS) return;
  const [oldest] = roots.values();
  if (oldest) forget(oldest);
}

/** Tells whoever listens that a span has begun; `rootStart` is our own, and costs nothing for spans below roots. */
export function began(client: Client, span: Span): void {
  if (!span[OURS].root) client.emit('rootStart', span);
  client.emit('spanStart', span);
}

/** Tells whoever listens that a span has ended. */
export function ended(client: Client | undefined, span: Span): void {
  client?.emit('spanEnd', span);
  client?.emit('afterSpanEnd', span);
}

/** Forgets a span that has ended. */
export function fell(span: Span): void {
  const { key, root } = span[OURS];
  if (root) children.delete(key);
  else roots.delete(key);
}

/** Forgets a root and all below it: nothing of it is sent any more. */
export function forget(root: Span): void {
  closeTold(root);
  fell(root);
  for (const key of root[OURS].family?.keys() ?? []) children.delete(key);
}

/** The object of a span that is known by its number: the page's own, where there is one. Without a ticket the core is asked. */
export function spanOf(key: number, root?: AnySpan, given?: Ticket): Span | undefined {
  const known = roots.get(key) ?? children.get(key) ?? oursOf(root)?.family?.get(key);
  if (known) return known;
  const ticket = given ?? ask((core) => (core.span_ticket(key) ? readTicket() : undefined), undefined);
  if (!ticket) return undefined;
  const span = new Span(ticket, oursOf(root)?.scope ?? pageScope(), root);
  // Without a root nobody knows whose it is: it may be a root, or a child of one that has ended.
  if (root) plant(span);
  return span;
}

/**
 * The root of the local tree that a span is in; a root is its own.
 *
 * @param span of this SDK, or of another one
 * @example
 * getRootSpan(getActiveSpan()).setAttribute('cart.size', 3);
 */
export function getRootSpan<S extends AnySpan>(span: S): S {
  return (oursOf(span)?.root as S | undefined) ?? span;
}

/**
 * A span and all recorded spans below it; of a span that is not recorded, nothing.
 *
 * @param span of this SDK, or of another one
 * @example
 * const count = getSpanDescendants(root).length;
 */
export function getSpanDescendants(span: AnySpan): Span[] {
  if (!isSampled(span)) return [];
  const ours = oursOf(span);
  if (!ours) return contextOf(span) ? [span as Span] : [];
  const root = getRootSpan(span);
  keepAll(root);
  const keys = ask((core) => core.span_family(keyOf(span)), '');
  const found: Span[] = [];
  for (let at = 8; at < keys.length; at += 8) {
    const below = spanOf(Number.parseInt(keys.slice(at, at + 8), 16), root);
    if (below) found.push(below);
  }
  return [span as Span, ...found];
}
