// What the browser measures by itself, as spans and attributes of page loads and navigations.

import { deviceAttributes, entrySpans } from '../page/entries.js';
import { addMeasuredSpans, beginOf, timelineReader } from '../page/timeline.js';
import type { BrowserClient } from '../scope/client.js';
import { OP, RECORD } from '../span/record.js';
import type { Span } from '../span/span.js';
import { attempt } from '../values/attempt.js';
import { watchLongTasks } from './long-tasks.js';
import { routeSpan, wasRoute } from './routes.js';
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

/** What began since it was called last, whichever client asks. */
let read: ReturnType<typeof timelineReader> | undefined;

/** Measures for a client from now on: call it before the page load begins. */
export function measure(client: BrowserClient, options: MeasureOptions): void {
  const { enableLongTask = true, enableLongAnimationFrame = true } = options;
  read ??= timelineReader();
  const recent = read;
  watchLongTasks(enableLongAnimationFrame, enableLongTask);
  client.on('beforeIdleSpanEnd', (span: Span) => {
    if (span !== routeSpan() && !(COMES_LATER && wasRoute(span))) return;
    const { ignoreResourceSpans: ignored } = options;
    const streams = client.streams();
    const isIgnored = Array.isArray(ignored) ? ignored : [];
    // Of what is only counted nobody needs to know what may be recorded of it, unless spans are ignored by it.
    const isRead = span.isRecording() || (streams && Boolean(client.option('ignoreSpans')));
    const entries = COMES_LATER ? recent(span[RECORD].tree?.idle?.overAt) : recent();
    addMeasuredSpans(span, entrySpans(entries, beginOf(span), isIgnored, streams, isRead));
    if (!span.isRecording()) return;
    const [attributes, roundTrip] = deviceAttributes(streams);
    const record = span[RECORD];
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) record.attributes[name] = value;
    }
    if (roundTrip !== undefined && record.attributes[OP] === 'pageload') {
      const rtt = { value: roundTrip, unit: 'millisecond' };
      record.measurements = { ...record.measurements, 'connection.rtt': rtt };
    }
  });
}

/** Measures the web vitals too, unless the page has said how. */
export function measureVitals(client: BrowserClient, { enableInp = true, webVitals }: MeasureOptions): void {
  if (client.getIntegrationByName(WEB_VITALS)) return;
  const ignore = [
    ...attempt(() => [...(webVitals?.ignore ?? [])], []),
    ...(enableInp ? [] : ['inp' as const]),
  ];
  client.setUp([webVitalsIntegration(attempt(() => ({ ...webVitals, ignore }), { ignore }))]);
}
