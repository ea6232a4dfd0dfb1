// Which spans belong together, as the page asks.

import type { AnySpan } from '../types/spans.js';
import { contextOf, idOf, isSampled, recordOf } from './record.js';

/**
 * The root of the local tree that a span is in; a root is its own.
 *
 * @param span of this SDK, or of another one
 * @example
 * getRootSpan(getActiveSpan()).setAttribute('cart.size', 3);
 */
export function getRootSpan<S extends AnySpan>(span: S): S {
  const record = recordOf(span);
  return ((record?.root?.span ?? record?.foreign) as S | undefined) ?? span;
}

/**
 * A span and all recorded spans below it; of a span that is not recorded, nothing.
 *
 * @param span of this SDK, or of another one
 * @example
 * const count = getSpanDescendants(root).length;
 */
export function getSpanDescendants<S extends AnySpan>(span: S): S[] {
  if (!isSampled(span)) return [];
  const record = recordOf(span);
  const found = record || contextOf(span) ? [span] : [];
  const children = record?.root?.tree?.children;
  if (!record || !children) return found;
  // Parents begin before their children.
  const ids = new Set([idOf(record)]);
  for (const child of children) {
    if (child === record || child.discarded || !(record.tree || ids.has(child.parentSpanId ?? ''))) continue;
    ids.add(idOf(child));
    found.push(child.span as S);
  }
  return found;
}
