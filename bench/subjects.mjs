// Who is measured, and what a page that uses each would import.

/**
 * @typedef {object} Subject
 * @property {string} name the file in subjects/
 * @property {string} title what tables call it
 * @property {string} [exports] what the bytes are counted of: a module with everything of tracing
 * @property {boolean} sends false for a page without an SDK
 * @property {'envelope' | 'otlp' | 'intake'} [format] what it sends
 */

/** Everything that the span API of `@sentry/browser` has; ours is taken as a whole. */
const SPAN_API = [
  ...['init', 'browserTracingIntegration', 'startSpan', 'startSpanManual', 'startInactiveSpan'],
  ...['getActiveSpan', 'withActiveSpan', 'getRootSpan', 'spanToJSON', 'updateSpanName', 'setHttpStatus'],
  ...[
    'setMeasurement',
    'continueTrace',
    'startNewTrace',
    'suppressTracing',
    'getTraceData',
    'flush',
    'close',
  ],
  ...[
    'startBrowserTracingPageLoadSpan',
    'startBrowserTracingNavigationSpan',
    'getClient',
    'withScope',
    'setTag',
  ],
];

const SENTRY = `export { ${SPAN_API.join(', ')} } from '@sentry/browser';`;

const OPENTELEMETRY = `
  export { context, propagation, trace } from '@opentelemetry/api';
  export { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
  export { registerInstrumentations } from '@opentelemetry/instrumentation';
  export { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
  export { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';
  export * from '@opentelemetry/sdk-trace-web';
`;

/** The one that all others are compared with. */
export const REFERENCE = 'sentry';

/** The one that this is about. */
export const OURS = 'throughline';

/** @type {Record<string, Subject>} */
export const SUBJECTS = {
  none: { title: 'no SDK', sends: false },
  // The same again: whatever differs between these two is noise.
  again: { title: 'no SDK, again', sends: false },
  throughline: {
    title: 'Throughline',
    exports: "export * from './dist/index.js';",
    sends: true,
    format: 'envelope',
  },
  sentry: { title: '@sentry/browser', exports: SENTRY, sends: true, format: 'envelope' },
  'sentry-stream': { title: '@sentry/browser, stream', exports: SENTRY, sends: true, format: 'envelope' },
  opentelemetry: { title: 'OpenTelemetry web', exports: OPENTELEMETRY, sends: true, format: 'otlp' },
  elastic: {
    title: 'Elastic RUM',
    exports: "export * from '@elastic/apm-rum';",
    sends: true,
    format: 'intake',
  },
};

/** Measured if `--also` names them. */
export const FURTHER = {
  'throughline-stream': { title: 'Throughline, stream', sends: true, format: 'envelope' },
  'sentry-tracing': { title: '@sentry/browser, tracing only', sends: true, format: 'envelope' },
};
