// The browser's performance timeline, read when a root ends, and handed to the core as one text: a line per entry, see
// src/trace/entry.rs. The page's buffers are only read: when it clears them, or they are full, that is its own affair.

import { pageOrigin } from './clock.js';
import { ask, attempt } from './guard.js';
import { keyOf, type Span } from './span.js';
import { text } from './values.js';

/** What crosses of an entry, in the order of `FIELDS` in the core. */
const FIELDS = (
  'startTime duration redirectStart redirectEnd workerStart fetchStart domainLookupStart domainLookupEnd ' +
  'connectStart secureConnectionStart connectEnd requestStart responseStart responseEnd unloadEventStart ' +
  'unloadEventEnd domContentLoadedEventStart domContentLoadedEventEnd loadEventStart loadEventEnd redirectCount ' +
  'responseStatus transferSize encodedBodySize decodedBodySize renderBlockingStatus deliveryType initiatorType ' +
  'nextHopProtocol effectiveType type rtt deviceMemory hardwareConcurrency'
).split(' ');

/** Numbers cross as thousandths, so that the core reads only integers. */
function cell(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 1000));
  return typeof value === 'string' ? `"${oneCell(value)}` : '';
}

function oneCell(value: unknown): string {
  return text(value).replace(/[\t\n]/g, ' ');
}

/** Something that was measured as the core reads it, with attributes: name and JSON value in turn. */
export function entryLine(kind: string, entry: object, attributes: string[] = []): string {
  const member = (name: string) => attempt(() => (entry as Record<string, unknown>)[name], undefined);
  const cells = FIELDS.map((name) => cell(member(name)));
  return [kind, oneCell(member('name')), ...cells, ...attributes].join('\t');
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
 * not by place: the page may clear its buffers, and what has ended late stands between older entries.
 */
export function timelineReader(): () => PerformanceEntry[] {
  let read = 0;
  return () =>
    attempt(() => {
      const now = performance.now();
      const from = Math.max(read, shownAt());
      const found = performance.getEntries().filter(({ startTime }) => startTime >= from && startTime < now);
      read = now;
      return found;
    }, []);
}

let adding = false;

/** Whether the spans that end now are those of entries, which nobody has seen begin. */
export function isAddingEntries(): boolean {
  return adding;
}

/** Adds what was measured to a root; resources of the ignored operations are left out. */
export function addEntries(root: Span, entries: string[], ignored: unknown[] = []): void {
  if (!entries.length) return;
  adding = true;
  addLines(keyOf(root), entries.join('\n'), ignored.join('\t'));
  adding = false;
}

/** Adds what was measured to a root, or to the span of a request. */
export function addLines(key: number, lines: string, ignored = ''): void {
  ask((core) => core.span_entries(key, lines, ignored, location.href, pageOrigin()), undefined);
}

/** A time of the timeline, in milliseconds, as seconds since the epoch. */
export function pageTime(millis: number): number {
  return ((attempt(pageOrigin, 0) || 0) + millis) / 1000;
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
      for (const entry of list.getEntries()) attempt(() => each(entry as T), undefined);
    });
    observer.observe({ type, buffered: true, ...options });
    return true;
  }, false);
}
