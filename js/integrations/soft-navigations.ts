// Which navigation of the page a soft navigation of the browser is.
//
// <https://wicg.github.io/soft-navigations/>: the browser sees that an interaction has changed address and content,
// some time after we have seen the page do it. What they have in common is the interaction: ours is the first
// navigation that began between it and the next one.

import type { Metric } from 'web-vitals';
import { observe } from '../page/timeline.js';
import type { BrowserClient } from '../scope/client.js';
import { spanToJSON } from '../span/json.js';
import { OP } from '../span/record.js';
import type { Span } from '../span/span.js';
import { attempt } from '../values/attempt.js';

interface SoftNavigation extends PerformanceEntry {
  navigationId?: number;
}

/** How many navigations are remembered. */
const MAX_NAVIGATIONS = 5;
/** How far the times of an event and of its entry may lie apart, in milliseconds. */
const TOLERANCE = 5;

/** The navigations that followed an interaction, with the time of that. */
const begun: { interaction: number; span: Span }[] = [];
/** By the browser's number. */
const found = new Map<number, Span>();

let following = false;
let interaction: number | undefined;

/** Whether the browser tells of soft navigations, in the way that the library understands. */
export function knowsSoftNavigations(): boolean {
  return attempt(() => {
    const { PerformanceSoftNavigation: kind } = globalThis as unknown as Record<
      string,
      { prototype: object }
    >;
    return (
      PerformanceObserver.supportedEntryTypes.includes('soft-navigation') &&
      'getLargestInteractionContentfulPaint' in (kind as { prototype: object }).prototype
    );
  }, false);
}

/** Follows the navigations of a client from now on. */
export function followSoftNavigations(client: BrowserClient): void {
  client.on('rootStart', (span: Span) => {
    if (interaction === undefined) return;
    if (spanToJSON(span).attributes[OP] !== 'navigation') return;
    // Only the first after an interaction.
    if (begun.at(-1)?.interaction === interaction) return;
    begun.push({ interaction, span });
    if (begun.length > MAX_NAVIGATIONS) begun.shift();
  });
  if (following) return;
  following = true;
  for (const name of ['click', 'keydown']) {
    const note = ({ isTrusted, timeStamp }: Event) => {
      if (isTrusted) interaction = timeStamp;
    };
    attempt(() => globalThis.addEventListener(name, note, { capture: true, passive: true }));
  }
  observe<SoftNavigation>('soft-navigation', ({ startTime, navigationId }) => {
    const span = begunAt(startTime);
    if (!span || navigationId === undefined) return;
    found.set(navigationId, span);
    const [oldest] = found.size > MAX_NAVIGATIONS ? found.keys() : [];
    if (oldest !== undefined) found.delete(oldest);
    span.setAttribute('browser.navigation.id', navigationId);
  });
}

function begunAt(startTime: number): Span | undefined {
  return begun.find((one) => Math.abs(one.interaction - startTime) <= TOLERANCE)?.span;
}

/** The span of the navigation that a metric is about. */
export function navigationOf({ navigationId, navigationStartTime }: Metric): Span | undefined {
  return found.get(navigationId) ?? begunAt(navigationStartTime ?? Number.NaN);
}
