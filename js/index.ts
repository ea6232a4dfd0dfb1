// The package's default entry: the public functions and types, with the core inside.
//
// No function throws, whatever it is given; what a callback of the page throws reaches the page unchanged.

import './entry/inline.js';

export {
  getCurrentScope,
  getGlobalScope,
  getIsolationScope,
  withActiveSpan,
  withIsolationScope,
  withScope,
} from './active.js';
export {
  addEventProcessor,
  addIntegration,
  type Client,
  close,
  flush,
  getClient,
  init,
  isEnabled,
  isInitialized,
  setCurrentClient,
} from './client.js';
export * from './constants.js';
export type { EventHint, EventProcessor, TransactionEvent } from './event.js';
export { explainPropagation, type PropagationCode, type PropagationExplanation } from './explain.js';
export { withStaticSpan, withStreamedSpan } from './filters.js';
export { type BfcacheMetricsOptions, bfcacheMetricsIntegration } from './integrations/bfcache-metrics.js';
export { isBotUserAgent } from './integrations/bots.js';
export { type BrowserTracingOptions, browserTracingIntegration } from './integrations/browser-tracing.js';
export { elementTimingIntegration } from './integrations/element-timing.js';
export { fetchStreamPerformanceIntegration } from './integrations/fetch-stream.js';
export { type InteractionsOptions, interactionsIntegration } from './integrations/interactions.js';
export type { MeasureOptions } from './integrations/measures.js';
export {
  defaultRequestInstrumentationOptions,
  instrumentOutgoingRequests,
  type RequestInstrumentationOptions,
} from './integrations/requests.js';
export {
  reportPageLoaded,
  startBrowserTracingNavigationSpan,
  startBrowserTracingPageLoadSpan,
} from './integrations/routes.js';
export { type UserTimingOptions, userTimingIntegration } from './integrations/user-timing.js';
export { type WebVitalsOptions, webVitalsIntegration } from './integrations/web-vitals.js';
export type {
  BeforeSendSpan,
  BrowserOptions,
  DsnComponents,
  IgnoreSpanFilter,
  Integration,
  StaticSpanCallback,
  StreamedSpanCallback,
  Transport,
  TransportMakeRequestResponse,
} from './options.js';
export {
  getActiveSpan,
  getSpanStatusFromHttpCode,
  registerSpanErrorInstrumentation,
  setActiveSpanInBrowser,
  setAttribute,
  setAttributes,
  setContext,
  setExtra,
  setExtras,
  setHttpStatus,
  setMeasurement,
  setTag,
  setTags,
  setUser,
  updateSpanName,
} from './page.js';
export type { DynamicSamplingContext, PropagationContext } from './propagation.js';
export type { TracesSamplerSamplingContext } from './sampling.js';
export {
  type Contexts,
  type Primitive,
  Scope,
  type ScopeContext,
  type ScopeData,
  type SeverityLevel,
  type User,
} from './scope.js';
export type { AnySpan, Span, SpanContextData, SpanStatus } from './span.js';
export {
  type SpanJSON,
  type SpanLinkJSON,
  type SpanOrigin,
  type StreamedSpanJSON,
  spanToJSON,
  spanToStaticSpanJSON,
} from './span-json.js';
export {
  continueTrace,
  dynamicSamplingContextToSentryBaggageHeader,
  getDynamicSamplingContextFromSpan,
  getTraceData,
  getTraceMetaTags,
  type SerializedTraceData,
  spanToBaggageHeader,
  spanToBaggageHeader as getBaggageHeader,
  spanToTraceHeader,
  startNewTrace,
  suppressTracing,
  type TraceDataOptions,
} from './traces.js';
export { type StartSpanOptions, startInactiveSpan, startSpan, startSpanManual } from './tracing.js';
export { getRootSpan, getSpanDescendants } from './tree.js';
export type { SpanAttributes, SpanAttributeValue, SpanLink, SpanTimeInput } from './values.js';
