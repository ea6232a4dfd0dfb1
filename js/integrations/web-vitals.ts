// webVitalsIntegration(): how the page feels to its visitor, as Google's `web-vitals` measures it.
//
// The library listens for the life of the page and cannot be told to stop. So it is started once, and what it reports
// goes to the client that was set up last. With transactions the values are those that are known when the page load
// ends, and INP a span that is sent alone; in stream mode LCP, CLS and INP are spans of their own, see vital-spans.ts.

import { type MetricType, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';
import { setMeasurement } from '../api/active-span.js';
import { elementPath } from '../page/element-path.js';
import { shownAt } from '../page/timeline.js';
import type { BrowserClient } from '../scope/client.js';
import { isHidden } from '../scope/lifecycle.js';
import { spanToJSON } from '../span/json.js';
import { OP } from '../span/record.js';
import type { Span } from '../span/span.js';
import type { Integration } from '../types/options.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { pageTime } from '../values/clock.js';
import { rememberInteractions } from './interaction-memory.js';
import { followSoftNavigations, knowsSoftNavigations, navigationOf } from './soft-navigations.js';
import {
  addCls,
  addInp,
  addLcp,
  isPlausibleLcp,
  type LargestPaint,
  recordedUrl,
  shifted,
} from './vital-spans.js';

/** The options of {@link webVitalsIntegration}. */
export interface WebVitalsOptions {
  /** What is not reported: `lcp`, `cls`, `inp`. */
  ignore?: Array<'lcp' | 'cls' | 'inp'>;
  /** In stream mode: a set of vitals per soft navigation, where the browser knows these (default true). */
  softNavigations?: boolean;
  /** In stream mode: a set of vitals per return from the back/forward cache (default true). */
  bfcacheNavigations?: boolean;
}

/** The name of the integration. */
export const WEB_VITALS = 'WebVitals';

/** Hears of each report. */
let listener: ((metric: MetricType) => void) | undefined;
/** What was reported of the page load; the latest report of each metric. */
const known: { [N in MetricType['name']]?: Extract<MetricType, { name: N }> } = {};
let started = false;

/** Starts the library, once per page. */
function start(reportAllChanges: boolean, reportSoftNavs: boolean): void {
  if (started) return;
  started = true;
  const report = (metric: MetricType) =>
    attempt(() => {
      const { name, navigationType } = metric;
      if (navigationType !== 'soft-navigation' && navigationType !== 'back-forward-cache') {
        Object.assign(known, { [name]: metric });
      }
      listener?.(metric);
    });
  for (const on of [onTTFB, onFCP] as const) attempt(() => on(report));
  for (const on of [onLCP, onCLS] as const) {
    attempt(() => on(report, { reportAllChanges, reportSoftNavs }));
  }
  attempt(() => onINP(report, { reportSoftNavs }));
}

/**
 * Measures the web vitals. {@link browserTracingIntegration} adds it; add it yourself to give it options.
 *
 * @param options see {@link WebVitalsOptions}
 * @example
 * init({ dsn, integrations: [browserTracingIntegration(), webVitalsIntegration({ ignore: ['cls'] })] });
 */
export function webVitalsIntegration(options: WebVitalsOptions = {}): Integration {
  const {
    ignore = [],
    softNavigations = true,
    bfcacheNavigations = true,
  } = attempt(() => ({ ...options }), {});
  const wants = (name: 'lcp' | 'cls' | 'inp') => attempt(() => !ignore.includes(name), true);
  return {
    name: WEB_VITALS,
    setup(given) {
      const client = given as BrowserClient;
      const streams = client.streams();
      const soft = streams && softNavigations && knowsSoftNavigations();
      const cached = streams && bfcacheNavigations;
      const each = soft || cached;
      if (wants('inp')) rememberInteractions();
      if (soft) followSoftNavigations(client);

      let pageLoad: Span | undefined;
      let restored: Span | undefined;
      client.on('afterStartPageLoadSpan', (span: Span) => {
        pageLoad ??= span;
      });
      client.on('beforeIdleSpanEnd', (span: Span) => {
        if (span === pageLoad && span.isRecording()) writeOnce(span, streams, wants);
      });
      if (cached) {
        client.on('rootStart', (span: Span) => {
          const { [OP]: op, 'browser.navigation.type': type } = spanToJSON(span).attributes;
          if (op === 'navigation' && type === 'back-forward-cache') restored = span;
        });
      }

      listener = (metric) => {
        const { name, navigationType } = metric;
        const isSoft = navigationType === 'soft-navigation';
        const isCached = navigationType === 'back-forward-cache';
        if ((isSoft && !soft) || (isCached && !cached)) return;
        const parent = isSoft ? navigationOf(metric) : isCached ? restored : pageLoad;
        if (isSoft && !parent) return;
        if (name === 'INP' && wants('inp')) addInp(metric, each ? parent : undefined, !streams);
        if (!each) return;
        if (name === 'LCP' && wants('lcp')) addLcp(metric, parent);
        if (name === 'CLS' && wants('cls')) addCls(metric, parent);
      };
      start(!each, soft);
      if (each || !streams) return;

      /** With neither option LCP and CLS are those of the page load, until it is left or hidden. */
      const leave = () => {
        if (!pageLoad || left) return;
        stop();
        const { LCP, CLS } = known;
        if (LCP && wants('lcp')) addLcp(LCP, pageLoad);
        if (CLS && wants('cls')) addCls(CLS, pageLoad);
      };
      let left = false;
      client.on('beforeStartNavigationSpan', (_: unknown, options?: { isRedirect?: boolean }) => {
        if (!options?.isRedirect) leave();
      });
      // After the library's own listener, so that it has said its last word.
      const hide = () => {
        if (isHidden()) attempt(leave);
      };
      const stop = () => {
        left = true;
        attempt(() => globalThis.removeEventListener('visibilitychange', hide, true));
      };
      // Only a client that times the page load listens: most that follow the first one do not.
      client.on('afterStartPageLoadSpan', () => {
        if (!left) attempt(() => globalThis.addEventListener('visibilitychange', hide, true));
      });
      client.on('close', stop);
    },
  };
}

let written = false;

/** Writes what is known when the page load ends on its span. */
function writeOnce(span: Span, streams: boolean, wants: (name: 'lcp' | 'cls') => boolean): void {
  if (written) return;
  written = true;
  const { TTFB, FCP, LCP, CLS } = known;
  const [load] = attempt(
    () => performance.getEntriesByType('navigation'),
    [],
  ) as PerformanceNavigationTiming[];
  const activation = shownAt();
  const values: [string, number | undefined, string?][] = [
    ['fp', firstPaint(activation)],
    ['fcp', FCP?.value],
    ['ttfb', TTFB?.value],
    ['ttfb.requestTime', load && load.responseStart - load.requestStart],
  ];
  const attributes: SpanAttributes = {
    'browser.navigation.type': (TTFB ?? FCP)?.navigationType,
    [streams ? 'browser.performance.time_origin' : 'performance.timeOrigin']: pageTime(0),
    [streams ? 'browser.performance.navigation.activation_start' : 'performance.activationStart']: activation,
  };
  if (!streams) {
    const paint = LCP?.entries.at(-1) as LargestPaint | undefined;
    if (paint && isPlausibleLcp(LCP?.value) && wants('lcp')) {
      values.push(['lcp', LCP?.value]);
      const { element, id, url, loadTime, renderTime, size } = paint;
      Object.assign(attributes, {
        'lcp.element': element ? elementPath(element) : undefined,
        'lcp.id': id || undefined,
        'lcp.url': recordedUrl(url),
        'lcp.loadTime': loadTime,
        'lcp.renderTime': renderTime,
        'lcp.size': size,
      });
    }
    if (CLS?.entries.length && wants('cls')) {
      values.push(['cls', CLS.value, '']);
      Object.assign(attributes, shifted(CLS, 'cls.source'));
    }
  }
  for (const [name, value, unit = 'millisecond'] of values) {
    if (!(Number(value) >= 0)) continue;
    if (!streams) setMeasurement(name, Number(value), unit, span);
    else if (name.includes('.')) attributes['browser.web_vital.ttfb.request_time'] = value;
    else attributes[`browser.web_vital.${name}.value`] = value;
  }
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  span.setAttributes(Object.fromEntries(given));
}

/** When anything was painted, unless the page had been hidden before. The library does not measure this. */
function firstPaint(activation: number): number | undefined {
  return attempt(() => {
    const painted = performance.getEntriesByName('first-paint')[0]?.startTime;
    const hidden = performance
      .getEntriesByType('visibility-state')
      .find(({ name, startTime }) => name === 'hidden' && startTime >= activation);
    if (painted === undefined || painted >= (hidden?.startTime ?? Number.POSITIVE_INFINITY)) return undefined;
    return Math.max(painted - activation, 0);
  });
}
