// userTimingIntegration(): the marks and measures of the page, as spans of page loads and navigations.
//
// <https://www.w3.org/TR/user-timing/>

import { addMeasuredSpans, beginOf, type Measured, timelineReader } from '../page/timeline.js';
import type { BrowserClient } from '../scope/client.js';
import { OP, ORIGIN, RECORD } from '../span/record.js';
import type { Span } from '../span/span.js';
import type { Integration } from '../types/options.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { pageOrigin, pageTime, seconds } from '../values/clock.js';
import { json } from '../values/normalize.js';
import { isPattern, matches } from '../values/pattern.js';
import { type AttributeHolder, setAttribute } from '../values/values.js';
import { routeSpan, wasRoute } from './routes.js';

/** The options of {@link userTimingIntegration}. */
export interface UserTimingOptions {
  /** Names that get no span: texts that they contain, or regular expressions. */
  ignore?: Array<string | RegExp>;
}

/**
 * Makes spans of what the page measures by `performance.mark` and `performance.measure`.
 *
 * @param options see {@link UserTimingOptions}
 * @example
 * init({ dsn, integrations: [browserTracingIntegration(), userTimingIntegration({ ignore: [/^internal/] })] });
 */
export function userTimingIntegration(options: UserTimingOptions = {}): Integration {
  const { ignore } = attempt(() => ({ ...options }), {} as UserTimingOptions);
  const patterns = Array.isArray(ignore) ? ignore : [];
  return {
    name: 'UserTiming',
    setup(given) {
      const client = given as BrowserClient;
      const read = timelineReader();
      client.on('beforeIdleSpanEnd', (root: Span) => {
        if (root !== routeSpan() && !(COMES_LATER && wasRoute(root))) return;
        const requestStart = attempt(
          () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).requestStart,
          0,
        );
        const notBefore = beginOf(root);
        const origin = pageOrigin() || 0;
        const entries = COMES_LATER ? read(root[RECORD].tree?.idle?.overAt) : read();
        const spans = entries.flatMap((entry) =>
          attempt(() => {
            if (!isWanted(entry, patterns) || seconds(origin + entry.startTime) < notBefore) return [];
            return spanOf(entry, requestStart);
          }, []),
        );
        addMeasuredSpans(root, spans);
      });
    },
  };
}

function isWanted(entry: PerformanceEntry, patterns: unknown[]): boolean {
  const { entryType, name } = entry;
  if (entryType !== 'mark' && entryType !== 'measure') return false;
  // React measures each of its components for its own panel: thousands that nobody asked for.
  const track = attempt(() => (entry as PerformanceMeasure).detail.devtools.track);
  if (entryType === 'measure' && track === 'Components ⚛') return false;
  return !patterns.some(
    (pattern) => (typeof pattern === 'string' || isPattern(pattern)) && matches(name, pattern),
  );
}

/** What the page did before the request for it was sent it can only have made up: then the span begins there. */
function spanOf(entry: PerformanceEntry, requestStart: number): Measured[] {
  const { entryType, name, startTime, duration } = entry;
  const from = Math.max(startTime, requestStart || 0);
  const to = startTime + Math.max(0, duration);
  if (from > to) return [];
  const attributes: SpanAttributes = {
    [OP]: entryType,
    [ORIGIN]: `auto.browser.user_timing.${entryType}`,
  };
  if (from > startTime) {
    attributes['sentry.browser.measure_happened_before_request'] = true;
    attributes['sentry.browser.measure_start_time'] = pageTime(from);
  }
  attempt(() => addDetail({ attributes, count: 0 }, entry as PerformanceMeasure));
  return [{ name, attributes, from, to }];
}

const DETAIL = 'sentry.browser.measure.detail';

/** What the page noted with a measure. */
function addDetail(holder: AttributeHolder, { detail }: PerformanceMeasure): void {
  if (!detail) return;
  if (typeof detail !== 'object') add(holder, DETAIL, detail);
  else for (const name of Object.keys(detail)) attempt(() => add(holder, `${DETAIL}.${name}`, detail[name]));
}

/** Values that are neither text, number nor `true` are recorded as the text of their JSON. */
function add(holder: AttributeHolder, name: string, value: unknown): void {
  if (value === undefined || /[\t\n]/.test(name)) return;
  const plain = value && typeof value !== 'object' && typeof value !== 'bigint';
  const recorded: unknown = plain ? value : json(value);
  // What JSON cannot say is none, such as a function.
  if (recorded && typeof recorded !== 'function' && typeof recorded !== 'symbol') {
    setAttribute(holder, name, recorded);
  }
}
