// userTimingIntegration(): the marks and measures of the page, as spans of page loads and navigations.

import { addEntries, entryLine, timelineReader } from '../entries.js';
import { attempt, isA } from '../guard.js';
import { json } from '../normalize.js';
import type { Integration } from '../options.js';
import type { Span } from '../span.js';
import { idleSpan } from '../tree.js';

/** The options of {@link userTimingIntegration}. */
export interface UserTimingOptions {
  /** Names that get no span: texts that they contain, or regular expressions. */
  ignore?: Array<string | RegExp>;
}

const DETAIL = 'sentry.browser.measure.detail';

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
    setup(client) {
      const read = timelineReader();
      client.hear('beforeIdleSpanEnd', (root: Span) => {
        if (root !== idleSpan()) return;
        const requestStart = attempt(
          () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).requestStart,
          0,
        );
        const lines = read()
          .filter((entry) => isWanted(entry, patterns))
          .map((entry) => {
            const { entryType, name, startTime, duration } = entry;
            return entryLine(entryType, { name, startTime, duration, requestStart }, details(entry));
          });
        addEntries(root, lines);
      });
    },
  };
}

function isWanted(entry: PerformanceEntry, patterns: unknown[]): boolean {
  const { entryType, name } = entry;
  if (entryType !== 'mark' && entryType !== 'measure') return false;
  // React measures each of its components for its own panel: thousands that nobody asked for.
  const track = attempt(() => (entry as PerformanceMeasure).detail.devtools.track, undefined);
  if (entryType === 'measure' && track === 'Components ⚛') return false;
  return !patterns.some((pattern) =>
    attempt(() => {
      if (!isA(pattern, RegExp)) return typeof pattern === 'string' && name.includes(pattern);
      return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test(name);
    }, false),
  );
}

/** What the page noted with a measure, as attributes: name and JSON value in turn. */
function details(entry: PerformanceEntry): string[] {
  return attempt(() => {
    const { detail } = entry as PerformanceMeasure;
    if (typeof detail !== 'object' || !detail) return detail ? attribute(DETAIL, detail) : [];
    return Object.keys(detail).flatMap((name) =>
      attempt(() => attribute(`${DETAIL}.${name}`, detail[name]), []),
    );
  }, []);
}

/** Values that are neither text, number nor `true` are recorded as the text of their JSON. */
function attribute(name: string, value: unknown): string[] {
  if (value === undefined || /[\t\n]/.test(name)) return [];
  const plain = value && typeof value !== 'object' && typeof value !== 'bigint';
  const text = JSON.stringify(plain ? value : json(value));
  return text ? [name, text] : [];
}
