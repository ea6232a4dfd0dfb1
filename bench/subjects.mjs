// Who is measured, and what a page that uses each would import.

/**
 * @typedef {object} Subject
 * @property {string} title what tables call it
 * @property {boolean} sends false for a page without an SDK
 * @property {'envelope' | 'otlp' | 'intake'} [format] what it sends
 * @property {boolean} [pageLoads] whether it records page loads
 * @property {Exports} [exports] modules whose bytes are counted
 * @property {{ start: string, file?: string, global?: string, exports?: string }} [tag] a script tag: what a page
 *   writes below it, and the file that is shipped, or what a script with that global exports
 *
 * @typedef {object} Exports
 * @property {string} likeForLike everything of tracing
 * @property {string} everything
 * @property {string} [few] what a small application needs
 */

/** Everything that the span API of `@sentry/browser` has. */
export const SPAN_API = [
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
  ...['startBrowserTracingPageLoadSpan', 'startBrowserTracingNavigationSpan'],
  ...['getClient', 'withScope', 'setTag'],
];

/** What an application needs that continues a trace and makes spans of its own. */
export const FEW = ['init', 'startSpan', 'continueTrace'];

/** A module with some names of a package. @param {string[]} names @param {string} from */
export function exporting(names, from) {
  return `export { ${names.join(', ')} } from '${from}';`;
}

const exportsOf = (from) => ({
  likeForLike: exporting(SPAN_API, from),
  everything: `export * from '${from}';`,
  few: exporting(FEW, from),
});

/** The package, as it is built. */
export const PACKAGE = './dist/index.js';

const OPENTELEMETRY = `
  export { context, propagation, trace } from '@opentelemetry/api';
  export { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
  export { registerInstrumentations } from '@opentelemetry/instrumentation';
  export { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
  export { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';
  export * from '@opentelemetry/sdk-trace-web';
`;

const ELASTIC = "export * from '@elastic/apm-rum';";

/** What a page writes below the script tag of an SDK whose global has the API of `@sentry/browser`. */
const startOf = (global, further = '') => `${global}.init({
  dsn: 'https://public@localhost/1',
  tunnel: '/sink/start',
  tracesSampleRate: 1,
  integrations: [${global}.browserTracingIntegration()],${further}
});`;

/** What both have in common that send envelopes. */
const ENVELOPES = { sends: true, format: 'envelope', pageLoads: true };

/** Its npm package has no script for tags: one of the same names is made. */
const sentry = (title, options) => ({
  ...ENVELOPES,
  title: `@sentry/browser, ${title}`,
  exports: exportsOf('@sentry/browser'),
  tag: {
    global: 'Sentry',
    exports: exporting(SPAN_API, '@sentry/browser'),
    start: startOf('Sentry', options),
  },
});

/** Those that ours is compared with, and what columns call them. */
export const REFERENCES = { sentry: 'as documented', 'sentry-tracing': 'tracing only' };

/** The one that this is about. */
export const OURS = 'throughline';

/** @type {Record<string, Subject>} */
export const SUBJECTS = {
  none: { title: 'no SDK', sends: false },
  // The same again: whatever differs between these two is noise.
  again: { title: 'no SDK, again', sends: false },
  throughline: {
    ...ENVELOPES,
    title: 'Throughline',
    exports: exportsOf(PACKAGE),
    tag: { file: 'dist/throughline.min.js', start: startOf('Throughline') },
  },
  sentry: sentry(REFERENCES.sentry, " traceLifecycle: 'static',"),
  'sentry-tracing': sentry(
    REFERENCES['sentry-tracing'],
    " traceLifecycle: 'static', defaultIntegrations: false,",
  ),
  'sentry-stream': sentry('stream', " traceLifecycle: 'stream',"),
  opentelemetry: {
    title: 'OpenTelemetry web',
    sends: true,
    format: 'otlp',
    exports: { likeForLike: OPENTELEMETRY, everything: OPENTELEMETRY },
  },
  elastic: {
    title: 'Elastic RUM',
    sends: true,
    format: 'intake',
    pageLoads: true,
    exports: { likeForLike: ELASTIC, everything: ELASTIC },
    tag: {
      file: 'node_modules/@elastic/apm-rum/dist/bundles/elastic-apm-rum.umd.min.js',
      start: "elasticApm.init({ serviceName: 'bench', serverUrl: '/sink/start', transactionSampleRate: 1 });",
    },
  },
};

/** Measured if `--also` names them. */
export const FURTHER = {
  'throughline-stream': { ...ENVELOPES, title: 'Throughline, stream' },
};

/** Enough to work on one part: ours, both references, and how much is noise. */
export const ESSENTIAL = ['none', 'again', OURS, ...Object.keys(REFERENCES)];
