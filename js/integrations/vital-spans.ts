// Web vitals as spans of their own: INP always, LCP and CLS in stream mode.

import type { CLSMetric, INPMetric, LCPMetric, Metric } from 'web-vitals';
import { getActiveSpan } from '../api/active-span.js';
import { startInactiveSpan } from '../api/spans.js';
import { componentOf, elementPath, UNKNOWN_ELEMENT } from '../page/element-path.js';
import { shownAt } from '../page/timeline.js';
import { currentClient, getCurrentScope } from '../scope/active.js';
import { recordedUrl as withoutSecrets } from '../scope/recorded.js';
import { timeIn } from '../span/end.js';
import { spanToJSON } from '../span/json.js';
import { OP, ORIGIN, recordOf, SEGMENT_NAME } from '../span/record.js';
import type { Span } from '../span/span.js';
import { getRootSpan } from '../span/tree.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { pageTime } from '../values/clock.js';
import { interactionAt } from './interaction-memory.js';

/** <https://w3c.github.io/largest-contentful-paint/> */
export interface LargestPaint extends PerformanceEntry {
  element: Element | null;
  id?: string;
  url?: string;
  loadTime?: number;
  renderTime?: number;
  size?: number;
}

/** Longer ones are not believed; milliseconds, as in the reference. */
const MAX_PLAUSIBLE = 60_000;
/** What is recorded of a URL. */
const MAX_URL = 200;

/** What kind of interaction an event is part of, and its name in stream mode. */
const INTERACTIONS: [RegExp, string, string][] = [
  [/^(click|(pointer|mouse)(down|up)|touch(start|end))$/, 'click', 'Click'],
  [/^(pointer|mouse)(over|out|enter|leave)$/, 'hover', 'Hover'],
  [/^(drag(start|end|enter|leave|over)?|drop)$/, 'drag', 'Drag'],
  [/^(key(down|up|press)|input)$/, 'press', 'Key press'],
];

/** Whether a largest paint was one. */
export function isPlausibleLcp(value: number | undefined): boolean {
  return Number(value) > 0 && Number(value) <= MAX_PLAUSIBLE;
}

/** A URL without its secrets. */
export function recordedUrl(url: string | undefined): string | undefined {
  return url ? withoutSecrets(url.trim()).slice(0, MAX_URL) || undefined : undefined;
}

/** The elements that shifted last, as attributes. */
export function shifted({ entries }: CLSMetric | Metric, prefix: string): SpanAttributes {
  const { sources = [] } = (entries.at(-1) ?? {}) as { sources?: readonly { node?: unknown }[] };
  return Object.fromEntries(sources.map(({ node }, at) => [`${prefix}.${at + 1}`, elementPath(node)]));
}

/** Adds the largest paint, from the beginning of the page or navigation on. */
export function addLcp(metric: LCPMetric, parentSpan: Span | undefined): void {
  const { value, entries, navigationStartTime } = metric;
  if (!isPlausibleLcp(value)) return;
  const from = navigationStartTime || shownAt();
  const paint = entries.at(-1) as LargestPaint | undefined;
  const { element, id, url, loadTime, renderTime, size } = paint ?? ({} as Partial<LargestPaint>);
  const path = paint && elementPath(element);
  add(metric, parentSpan, {
    op: 'ui.webvital.lcp',
    name: 'Largest contentful paint',
    path,
    element,
    from,
    to: paint ? paint.startTime : from + value,
    attributes: {
      'browser.web_vital.lcp.element': path,
      'browser.web_vital.lcp.id': id || undefined,
      'browser.web_vital.lcp.url': recordedUrl(url),
      'browser.web_vital.lcp.load_time': loadTime,
      'browser.web_vital.lcp.render_time': renderTime,
      'browser.web_vital.lcp.size': size,
    },
  });
}

/** Adds the shifts, when the last of them happened. */
export function addCls(metric: CLSMetric, parentSpan: Span | undefined): void {
  const shift = metric.entries.at(-1) as (PerformanceEntry & { sources?: { node?: unknown }[] }) | undefined;
  const at = shift?.startTime ?? metric.navigationStartTime ?? 0;
  const element = shift?.sources?.[0]?.node;
  add(metric, parentSpan, {
    op: 'ui.webvital.cls',
    name: 'Layout shift',
    path: shift && elementPath(element),
    element,
    from: at,
    to: at,
    attributes: shifted(metric, 'browser.web_vital.cls.source'),
  });
}

/** Adds the slowest interaction; with transactions it is sent alone. */
export function addInp(metric: INPMetric, parentSpan: Span | undefined, standalone: boolean): void {
  const { value, entries, navigationStartTime = 0 } = metric;
  if (!(value <= MAX_PLAUSIBLE)) return;
  const kindOf = (name: string) => INTERACTIONS.find(([events]) => events.test(name));
  const entry = entries.find(({ duration, name }) => duration === value && kindOf(name)) as
    | PerformanceEventTiming
    | undefined;
  const [, kind, name] = (entry && kindOf(entry.name)) ?? ['', 'click', 'Click'];
  const interaction = entry && interactionAt(entry.startTime);
  const path = interaction?.element ?? (entry && elementPath(entry.target));
  const active = getActiveSpan();
  const from = entry?.startTime ?? navigationStartTime;
  add(metric, parentSpan ?? interaction?.root ?? (active && getRootSpan(active)), {
    op: `ui.interaction.${kind}`,
    name,
    path: path ?? 'Interaction to next paint',
    element: entry?.target,
    from,
    to: from + value,
    standalone,
    attributes: {
      'sentry.exclusive_time': entry?.duration ?? value,
      'browser.web_vital.inp.target': path === UNKNOWN_ELEMENT ? undefined : path,
      'browser.web_vital.inp.interaction_type': entry && kind,
    },
  });
}

interface Vital {
  op: string;
  /** Its name where names group spans. */
  name: string;
  path: string | undefined;
  element: unknown;
  from: number;
  to: number;
  standalone?: boolean;
  attributes: SpanAttributes;
}

function add(
  { name: metric, value, navigationType, navigationId }: Metric,
  parentSpan: Span | undefined,
  { op, name, path, element, from, to, standalone, attributes }: Vital,
): void {
  const client = currentClient();
  const record = parentSpan && recordOf(parentSpan);
  const timeOf = (at: number) => (record ? timeIn(record, at) : pageTime(at));
  const startTime = timeOf(from);
  if (!client || client.isClosed || !(startTime > 0)) return;
  const short = metric.toLowerCase();
  const segment = parentSpan && spanToJSON(getRootSpan(parentSpan));
  const transaction = segment?.name ?? getCurrentScope().fields.transactionName;
  const ofPageLoad = parentSpan && spanToJSON(parentSpan).attributes[OP] === 'pageload';
  const component = componentOf(element);
  const given: SpanAttributes = {
    [ORIGIN]: `auto.ui.browser.${short}`,
    'sentry.exclusive_time': 0,
    [`browser.web_vital.${short}.value`]: value,
    'sentry.transaction': transaction,
    [SEGMENT_NAME]: transaction,
    // By it the server tells what is fast.
    'user_agent.original': attempt(() => navigator.userAgent),
    'ui.component_name': component,
    'sentry.pageload.span_id': ofPageLoad ? parentSpan.spanContext().spanId : undefined,
    'browser.navigation.type': navigationType,
    'browser.navigation.id': navigationType === 'soft-navigation' ? navigationId : undefined,
    ...attributes,
  };
  const known = Object.entries(given).filter(([, one]) => one !== undefined);
  startInactiveSpan({
    name: client.streams() ? (component ?? name) : (path ?? name),
    op,
    attributes: Object.fromEntries(known),
    startTime,
    parentSpan,
    experimental: { standalone },
  }).end(timeOf(to));
}
