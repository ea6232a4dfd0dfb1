// The package's default entry: the public functions and types, with the core inside.

import './entry/inline.js';

export { type BrowserOptions, Client, flush, type Integration, init } from './client.js';
export { type BrowserTracingOptions, browserTracingIntegration } from './integrations/browser-tracing.js';
export { getActiveSpan } from './scope.js';
export { Span, type SpanContextData, type SpanJSON, type SpanStatus, spanToJSON } from './span.js';
export {
  continueTrace,
  getTraceData,
  type StartSpanOptions,
  spanToBaggageHeader,
  spanToTraceHeader,
  startSpan,
  type TraceData,
} from './tracing.js';
export type { SpanAttributes, SpanAttributeValue, SpanTimeInput } from './values.js';
