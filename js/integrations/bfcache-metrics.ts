// bfcacheMetricsIntegration(): how often the browser could bring a page back as it was, and why not.

import { getCurrentScope } from '../scope/active.js';
import { count } from '../send/metrics.js';
import { recordedPath } from '../send/page-data.js';
import { ORIGIN, SEGMENT_NAME } from '../span/record.js';
import type { Integration } from '../types/options.js';
import { attempt } from '../values/attempt.js';

/** The options of {@link bfcacheMetricsIntegration}. */
export interface BfcacheMetricsOptions {
  /** How many reasons are told of one page (default all). */
  maxReasons?: number;
}

/** <https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-notrestoredreasons-interface> */
interface Frame {
  reasons?: ({ reason?: string } | string)[] | null;
  children?: Frame[] | null;
}

/**
 * Counts the pages that the visitor came back to: whether they were restored, and if not, why.
 *
 * @param options see {@link BfcacheMetricsOptions}
 * @example
 * init({ dsn, integrations: [browserTracingIntegration(), bfcacheMetricsIntegration({ maxReasons: 5 })] });
 */
export function bfcacheMetricsIntegration(options: BfcacheMetricsOptions = {}): Integration {
  const given = attempt(() => options.maxReasons);
  const most =
    given === undefined || given === null ? Number.POSITIVE_INFINITY : Math.max(1, Number(given) || 1);
  return {
    name: 'BfcacheMetrics',
    setupOnce() {
      globalThis.addEventListener('pageshow', ({ persisted }) => attempt(() => tell(persisted, most)), true);
    },
  };
}

function tell(restored: boolean, most: number): void {
  const attributes = {
    [ORIGIN]: 'auto.browser.bfcache',
    [SEGMENT_NAME]: getCurrentScope().fields.transactionName || recordedPath(location.href),
  };
  const outcome = (result: string, reasons?: number) =>
    count({
      name: 'browser.bfcache.navigation',
      value: 1,
      attributes: {
        ...attributes,
        'browser.bfcache.outcome': result,
        'browser.bfcache.not_restored_reason_count': reasons || undefined,
      },
    });
  if (restored) {
    outcome('hit');
    return;
  }
  const [load] = performance.getEntriesByType('navigation') as (PerformanceNavigationTiming & {
    notRestoredReasons?: Frame | null;
  })[];
  if (load?.type !== 'back_forward') return;
  const reasons = reasonsOf(load.notRestoredReasons, 'top').slice(0, most);
  outcome('miss', reasons.length);
  if (load.duration > 0) {
    count({ name: 'browser.bfcache.reload.duration', value: load.duration, unit: 'millisecond', attributes });
  }
  for (const [reason, frame] of reasons) {
    count({
      name: 'browser.bfcache.not_restored',
      value: 1,
      attributes: { ...attributes, 'browser.bfcache.reason': reason, 'browser.bfcache.frame': frame },
    });
  }
}

/** Why a frame and those in it kept the page from being restored. */
function reasonsOf(frame: Frame | null | undefined, kind: string): [string, string][] {
  const own = (frame?.reasons ?? [])
    .map((reason) => (typeof reason === 'string' ? reason : reason.reason))
    .filter((reason): reason is string => Boolean(reason))
    .map((reason): [string, string] => [reason, kind]);
  return [...own, ...(frame?.children ?? []).flatMap((child) => reasonsOf(child, 'child'))];
}
