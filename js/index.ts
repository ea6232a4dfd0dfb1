// The package's default entry: the public functions and types, with the core inside.
//
// No function throws, whatever it is given; what a callback of the page throws reaches the page unchanged.

export {
  getActiveSpan,
  getSpanStatusFromHttpCode,
  registerSpanErrorInstrumentation,
  setActiveSpanInBrowser,
  setHttpStatus,
  setMeasurement,
  updateSpanName,
  withActiveSpan,
} from './api/active-span.js';
export { bindScopeToEmitter } from './api/bind-scope.js';
export * from './api/constants.js';
export {
  addEventProcessor,
  addIntegration,
  close,
  flush,
  getClient,
  init,
  isEnabled,
  isInitialized,
  setCurrentClient,
} from './api/init.js';
export {
  setAttribute,
  setAttributes,
  setContext,
  setExtra,
  setExtras,
  setTag,
  setTags,
  setUser,
} from './api/scope-data.js';
export { type StartSpanOptions, startInactiveSpan, startSpan, startSpanManual } from './api/spans.js';
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
} from './api/traces.js';
export { type BfcacheMetricsOptions, bfcacheMetricsIntegration } from './integrations/bfcache-metrics.js';
export { isBotUserAgent } from './integrations/bots.js';
export { type BrowserTracingOptions, browserTracingIntegration } from './integrations/browser-tracing.js';
export { elementTimingIntegration } from './integrations/element-timing.js';
export {
  explainPropagation,
  type PropagationCode,
  type PropagationExplanation,
} from './integrations/explain.js';
export { fetchStreamPerformanceIntegration } from './integrations/fetch-stream.js';
export { type InteractionsOptions, interactionsIntegration } from './integrations/interactions.js';
export type { MeasureOptions } from './integrations/measures.js';
export {
  reportPageLoaded,
  startBrowserTracingNavigationSpan,
  startBrowserTracingPageLoadSpan,
} from './integrations/routes.js';
export { spanStreamingIntegration } from './integrations/span-streaming.js';
export { type UserTimingOptions, userTimingIntegration } from './integrations/user-timing.js';
export { type WebVitalsOptions, webVitalsIntegration } from './integrations/web-vitals.js';
export {
  defaultRequestInstrumentationOptions,
  instrumentOutgoingRequests,
  type RequestInstrumentationOptions,
} from './page/requests.js';
export {
  getCurrentScope,
  getGlobalScope,
  getIsolationScope,
  withIsolationScope,
  withScope,
} from './scope/active.js';
export { Scope } from './scope/scope.js';
export { withStaticSpan, withStreamedSpan } from './send/filters.js';
export { type BrowserOfflineTransportOptions, makeBrowserOfflineTransport } from './send/offline.js';
export {
  type BaseTransportOptions,
  type BrowserTransportOptions,
  createTransport,
  makeFetchTransport,
  type TransportRequestExecutor,
} from './send/transports.js';
export { spanToJSON, spanToStaticSpanJSON } from './span/json.js';
export type { Span } from './span/span.js';
export { getRootSpan, getSpanDescendants } from './span/tree.js';
export type {
  Contexts,
  EventHint,
  EventProcessor,
  Primitive,
  ScopeContext,
  ScopeData,
  SeverityLevel,
  TransactionEvent,
  User,
} from './types/events.js';
export type {
  BeforeSendSpan,
  BrowserOptions,
  Client,
  DsnComponents,
  IgnoreSpanFilter,
  Integration,
  StaticSpanCallback,
  StreamedSpanCallback,
  Transport,
  TransportMakeRequestResponse,
} from './types/options.js';
export type {
  AnySpan,
  DynamicSamplingContext,
  PropagationContext,
  SpanAttributes,
  SpanAttributeValue,
  SpanContextData,
  SpanJSON,
  SpanLink,
  SpanLinkJSON,
  SpanOrigin,
  SpanStatus,
  SpanTimeInput,
  StreamedSpanJSON,
  TracesSamplerSamplingContext,
} from './types/spans.js';
