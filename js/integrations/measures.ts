// What the browser measures by itself, as spans and attributes of page loads and navigations.

import type { Client } from '../client.js';
import { addEntries, entryLine, timelineReader } from '../entries.js';
import { attempt } from '../guard.js';
import type { Span } from '../span.js';
import { idleSpan } from '../tree.js';
import { watchLongTasks } from './long-tasks.js';
import { WEB_VITALS, type WebVitalsOptions, webVitalsIntegration } from './web-vitals.js';

/** The options of {@link browserTracingIntegration} that are about what the browser measures. */
export interface MeasureOptions {
  /** Spans for long tasks (default true). */
  enableLongTask?: boolean;
  /** Spans for long animation frames (default true); where the browser knows these, long tasks have none. */
  enableLongAnimationFrame?: boolean;
  /** Measure INP (default true). */
  enableInp?: boolean;
  /** What to measure of web vitals. */
  webVitals?: WebVitalsOptions;
  /** Operations of resource spans that are not made, for example `resource.script`. */
  ignoreResourceSpans?: string[];
}

/** The entries that become spans of each page load and navigation. */
const KINDS = ['navigation', 'resource', 'paint'];

const read = timelineReader();

/** Measures for a client from now on: call it before the page load begins. */
export function measure(client: Client, options: MeasureOptions): void {
  const { enableLongTask = true, enableLongAnimationFrame = true, enableInp = true, webVitals } = options;
  watchLongTasks(enableLongAnimationFrame, enableLongTask);
  client.hear('beforeIdleSpanEnd', (span: Span) => {
    if (span !== idleSpan()) return;
    const entries = read().filter(({ entryType }) => KINDS.includes(entryType));
    const lines = entries.map((entry) => entryLine(entry.entryType, entry));
    const { ignoreResourceSpans: ignored } = options;
    addEntries(span, [...lines, device()], Array.isArray(ignored) ? ignored : []);
  });
  if (client.getIntegrationByName(WEB_VITALS)) return;
  const ignore = [
    ...attempt(() => [...(webVitals?.ignore ?? [])], []),
    ...(enableInp ? [] : ['inp' as const]),
  ];
  client.setUp([webVitalsIntegration(attempt(() => ({ ...webVitals, ignore }), { ignore }))]);
}

/** The device and its connection, as far as the browser tells. */
function device(): string {
  const { connection, deviceMemory, hardwareConcurrency } = attempt(
    () => navigator as Navigator & { connection?: object; deviceMemory?: number },
    {} as never,
  );
  const known = ['effectiveType', 'type', 'rtt'].map((name) => [
    name,
    attempt(() => (connection as Record<string, unknown>)[name], undefined),
  ]);
  return entryLine('device', { ...Object.fromEntries(known), deviceMemory, hardwareConcurrency });
}
