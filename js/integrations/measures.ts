// What the browser measures by itself, as spans and attributes, see sections 8.5 to 8.8 of the protocol.

/** The options of {@link browserTracingIntegration} that are about what the browser measures. */
export interface MeasureOptions {
  /** Spans for long tasks (default true). */
  enableLongTask?: boolean;
  /** Spans for long animation frames (default true); where the browser knows these, long tasks have none. */
  enableLongAnimationFrame?: boolean;
  /** Measure INP (default true). */
  enableInp?: boolean;
  /** What to measure of web vitals. */
  webVitals?: object;
  /** Operations of resource spans that are not made, for example `resource.script`. */
  ignoreResourceSpans?: string[];
}
