// Spans of what was measured while it happened, below the span that is active when the browser tells of it.

import { getActiveSpan } from '../api/active-span.js';
import { type StartSpanOptions, startInactiveSpan } from '../api/spans.js';
import { currentClient } from '../scope/active.js';
import { timeIn } from '../span/end.js';
import { spanToJSON } from '../span/json.js';
import { recordOf } from '../span/record.js';
import { pageTime } from '../values/clock.js';
import { shownAt } from './timeline.js';

/**
 * Adds a span to the active one, which begins no later than it. Not to a navigation that began later: the page did
 * this before; nor what was before the page was shown.
 */
export function addMeasured(
  options: StartSpanOptions,
  { startTime, duration }: { startTime: number; duration: number },
): void {
  const parent = getActiveSpan();
  const record = parent && recordOf(parent);
  const start = record ? timeIn(record, startTime) : pageTime(startTime);
  if (!parent || !(start > 0) || startTime < shownAt() || currentClient()?.isClosed !== false) return;
  const { start_timestamp, attributes } = spanToJSON(parent);
  if (start < start_timestamp) {
    if (attributes['sentry.op'] === 'navigation') return;
    parent.updateStartTime(start);
  }
  startInactiveSpan({ ...options, startTime: start }).end(start + Math.max(0, duration) / 1000);
}
