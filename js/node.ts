// The entry `throughline/node`: the public functions and types for servers on Node, with the core inside.
//
// No function throws, whatever it is given; what a callback of the application throws reaches it unchanged.

export {
  getActiveSpan,
  getSpanStatusFromHttpCode,
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
export { spanStreamingIntegration } from './integrations/span-streaming.js';
export { httpIntegration } from './node/http.js';
export type { HttpOptions, OutgoingRequest } from './node/http-options.js';
export { init } from './node/init.js';
export { renderTraceMetaTags, type TraceMetaTagsMiddleware } from './node/render.js';
export {
  getCurrentScope,
  getGlobalScope,
  getIsolationScope,
  withIsolationScope,
  withScope,
} from './scope/active.js';
export { Scope } from './scope/scope.js';
export { withStaticSpan, withStreamedSpan } from './send/filters.js';
export {
  type BaseTransportOptions,
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
  NormalizedRequest,
  Primitive,
  ScopeContext,
  ScopeData,
  SeverityLevel,
  TransactionEvent,
  User,
} from './types/events.js';
export type {
  BeforeSendSpan,
  BrowserOptions as NodeOptions,
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
