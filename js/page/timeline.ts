// The browser's performance timeline, read when a root ends, and what of it becomes finished spans of that root. The page's
// buffers are only read: when it clears them, or they are full, that is its own affair.

import { endSpan, moveStart, timeIn } from '../span/end.js';
import { isIgnored } from '../span/ignore.js';
import { idOf, isRecording, OP, recordOf, SpanRecord } from '../span/record.js';
import { Span } from '../span/span.js';
import { begin, MAX_CHILDREN, refuse } from '../span/start.js';
import type { AnySpan, SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { pageTime } from '../values/clock.js';
import { text } from '../values/values.js';

/** A span that was measured. Times are milliseconds of the page's timeline. */
export interface Measured {
  name: string;
  attributes: SpanAttributes;
  from: number;
  to: number;
}

/** When a page that was prepared before anybody saw it was shown, in milliseconds of its timeline; else 0. */
export function shownAt(): number {
  return attempt(() => {
    const [load] = performance.getEntriesByType('navigation') as { activationStart?: number }[];
    return load?.activationStart ?? 0;
  }, 0);
}

/**
 * A function that answers with what began since it was called last, and since the page was shown. It goes by time,
 * not by place: the page may clear its buffers, and what has ended late stands between older entries. `until` is another time than now.
 */
export function timelineReader(): (until?: number) => PerformanceEntry[] {
  let read = 0;
  let last: PerformanceEntry[] = [];
  return (until) =>
    attempt(() => {
      const now = (COMES_LATER ? until : undefined) ?? performance.now();
      const from = Math.max(read, shownAt());
      // What began in the very moment of the last reading may have been added after it.
      const found = performance
        .getEntries()
        .filter(
          (entry) =>
            entry.startTime >= from &&
            entry.startTime <= now &&
            (entry.startTime > read || !last.includes(entry)),
        );
      const ties = found.filter(({ startTime }) => startTime === now);
      last = now > read ? ties : [...last, ...ties];
      read = now;
      return found;
    }, []);
}

/** From when on what was measured belongs to a root: a navigation begins on a page on which much was measured before. */
export function beginOf(root: AnySpan): number {
  const record = recordOf(root);
  // Where the clock has jumped since, as it would be now.
  return record?.attributes[OP] === 'navigation' ? record.start + pageTime(0) - timeIn(record, 0) : 0;
}

/** Adds what was measured to a root that is about to end. One that began before it begins with it. */
export function addMeasuredSpans(root: AnySpan, measured: Measured[]): void {
  const record = recordOf(root);
  const client = record?.scope.client;
  if (!record?.tree || !client || !measured.length) return;
  const streams = client.streams();
  const added: [child: SpanRecord, end: number][] = [];
  for (const { name, attributes, from, to } of measured) {
    // Below a root that is not recorded they are counted, and told of, as any other child.
    if (!record.sampled) {
      begin({ name, attributes }, record.scope, root, false);
      continue;
    }
    const start = timeIn(record, from);
    if (start < record.start) moveStart(record, start);
    if (streams && isIgnored(client.options, { name, attributes })) {
      client.sender?.lose('ignored', 'span', 1);
      continue;
    }
    const child = finished(record, name, attributes, start, added.length);
    if (child) added.push([child, timeIn(record, to)]);
  }
  record.tree.children = mergedByStart(
    record.tree.children,
    added.map(([child]) => child),
  );
  for (const [child, end] of added) {
    client.emit('spanStart', child.span);
    endSpan(child, end);
  }
}

/** Each of some spans before the first of others that began later; those keep their order. */
function mergedByStart(spans: SpanRecord[], added: SpanRecord[]): SpanRecord[] {
  const sorted = [...added].sort((one, other) => one.start - other.start);
  const all: SpanRecord[] = [];
  let next = 0;
  for (const span of spans) {
    while (next < sorted.length && (sorted[next] as SpanRecord).start < span.start) {
      all.push(sorted[next++] as SpanRecord);
    }
    all.push(span);
  }
  return [...all, ...sorted.slice(next)];
}

/** Places beyond {@link MAX_CHILDREN} for children that are over when they are added: the phases of a page load. */
const MAX_FINISHED = 16;

/**
 * A child that is about to end: what was measured, while nobody saw it begin. A root that ends by itself does not take it for
 * activity. Nothing where there is no place for it, beside those that were added before.
 */
function finished(
  root: SpanRecord,
  name: string,
  attributes: SpanAttributes,
  start: number,
  before: number,
): SpanRecord | undefined {
  const { tree, scope } = root;
  if (!tree || !isRecording(root)) return undefined;
  const record = new SpanRecord(root.traceId, scope);
  if (tree.children.length + before >= MAX_CHILDREN + MAX_FINISHED) {
    if (scope.client) refuse(scope.client, tree, record);
    return undefined;
  }
  new Span(record);
  record.parentSpanId = idOf(root);
  record.root = root;
  // Of an entry of the page's own, whatever it is.
  record.name = text(name);
  record.attributes = attributes;
  record.start = start;
  record.sampled = true;
  record.kept = true;
  return record;
}

/**
 * Calls back with each entry of a type, also with those that the browser has kept from before. For the life of the
 * page: call it once. Answers with false where the browser does not know the type.
 */
export function observe<T extends PerformanceEntry>(
  type: string,
  each: (entry: T) => void,
  options: object = {},
): boolean {
  return attempt(() => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return false;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) attempt(() => each(entry as T));
    });
    observer.observe({ type, buffered: true, ...options });
    return true;
  }, false);
}
