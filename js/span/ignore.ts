// Whether a span is one of those that `ignoreSpans` names.

import type { BrowserOptions, IgnoreSpanFilter } from '../types/options.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { isPattern, matches } from '../values/pattern.js';
import { OP } from './record.js';

/** What patterns are compared with. */
export interface Matched {
  name: string | undefined;
  /** Without it the attribute. */
  op?: unknown;
  attributes: SpanAttributes;
}

/** Whether the option names a span. */
export function isIgnored(options: BrowserOptions, span: Matched): boolean {
  const ignoreSpans = attempt(() => options.ignoreSpans);
  if (!Array.isArray(ignoreSpans)) return false;
  return ignoreSpans.some((pattern) => attempt(() => isMatch(span, pattern), false));
}

function isMatch({ name, attributes, op = attributes?.[OP] }: Matched, pattern: IgnoreSpanFilter): boolean {
  if (typeof pattern === 'string' || isPattern(pattern)) {
    return Boolean(name) && matches(name ?? '', pattern);
  }
  const wanted = Object.entries(pattern.attributes ?? {});
  if (!pattern.name && !pattern.op && !wanted.length) return false;
  return (
    (!pattern.name || (Boolean(name) && matches(name ?? '', pattern.name))) &&
    (!pattern.op || (typeof op === 'string' && op !== '' && matches(op, pattern.op))) &&
    wanted.every(([name, value]) => isSame(attributes?.[name], value))
  );
}

function isSame(actual: unknown, wanted: unknown): boolean {
  if (typeof actual === 'string' && (typeof wanted === 'string' || isPattern(wanted))) {
    return matches(actual, wanted);
  }
  if (Array.isArray(actual) && Array.isArray(wanted)) {
    return actual.length === wanted.length && actual.every((entry, index) => entry === wanted[index]);
  }
  return actual === wanted;
}
