// A program as people write it for the tracing part of @sentry/browser, every function of it used once. It
// is compiled twice, unchanged: against the peer's types, and with its import led to ours.
import type { Scope, Span } from '@sentry/browser';
import * as Sentry from '@sentry/browser';

const rate: number = 0.2;

Sentry.init({
  dsn: 'https://public@o1.ingest.example.com/1',
  release: 'shop@1.0.0',
  environment: 'staging',
  tunnel: '/tunnel',
  tracesSampleRate: rate,
  tracesSampler: ({ name, attributes, parentSampled, parentSampleRate, inheritOrSampleWith }) => {
    if (name.includes('health')) return 0;
    if (attributes?.['sentry.op'] === 'pageload') return true;
    if (typeof parentSampled === 'boolean') return parentSampled;
    return parentSampleRate ?? inheritOrSampleWith(0.5);
  },
  tracePropagationTargets: ['localhost', /^https:\/\/api\.example\.com\//],
  propagateTraceparent: true,
  strictTraceContinuation: true,
  orgId: '1',
  traceLifecycle: 'static',
  sendClientReports: false,
  ignoreTransactions: ['health', /^GET/],
  ignoreSpans: ['resource', /^css/, { name: 'noise', op: /^ui/, attributes: { a: 1 } }],
  beforeSendTransaction(event, hint) {
    event.tags = { ...event.tags, hinted: Boolean(hint.event_id) };
    return event.transaction === 'secret' ? null : event;
  },
  beforeSendSpan: Sentry.withStaticSpan((span) => {
    span.data = { ...span.data, checked: true };
    return span;
  }),
  integrations: [
    Sentry.browserTracingIntegration({
      idleTimeout: 1000,
      instrumentNavigation: false,
      instrumentBfcacheRestore: true,
      detectRedirects: false,
      enableReportPageLoaded: true,
      linkPreviousTrace: 'session-storage',
      beforeStartSpan: (options) => options,
      traceFetch: true,
      traceXHR: true,
      enableHTTPTimings: false,
      shouldCreateSpanForRequest: (url) => !url.includes('health'),
      onRequestSpanStart: (span, { headers }) => void span.setAttribute('kind', headers?.get('x-kind') ?? ''),
      onRequestSpanEnd: (span, { headers, error }) =>
        void span.setAttribute('why', String(error ?? headers?.get('x-why'))),
      enableLongTask: true,
      enableLongAnimationFrame: false,
      ignoreResourceSpans: ['resource.css'],
      webVitals: { ignore: ['cls'], softNavigations: false, bfcacheNavigations: true },
    }),
    Sentry.webVitalsIntegration({ ignore: ['inp', 'lcp'] }),
    Sentry.userTimingIntegration({ ignore: ['internal', /^mark/] }),
    Sentry.interactionsIntegration(),
    Sentry.elementTimingIntegration(),
    Sentry.bfcacheMetricsIntegration({ maxReasons: 5 }),
    Sentry.fetchStreamPerformanceIntegration(),
  ],
  initialScope: { tags: { part: 'checkout' } },
  enabled: true,
  debug: false,
});

const options: Parameters<typeof Sentry.startSpan>[0] = {
  name: 'checkout',
  op: 'ui.action',
  attributes: { 'cart.size': 3, 'cart.names': ['a'], paid: true, nothing: undefined },
  startTime: new Date(),
  onlyIfParent: false,
  forceTransaction: true,
  parentSpan: null,
  experimental: { standalone: false },
};

const total: number = Sentry.startSpan(options, (span) => {
  const context = span.spanContext();
  const attributes = { trace: context.traceId };
  span.setAttributes(attributes).setAttribute('x', undefined).setStatus({ code: 1 }).updateName('paid');
  span
    .addEvent('event', { a: 1 })
    .addLink({ context })
    .addLinks([{ context, attributes: { why: 'retry' } }]);
  span.recordException(new Error('no'));
  span.end([1, 2]);
  return span.isRecording() ? 1 : 0;
});

const later: Promise<string> = Sentry.startSpanManual({ name: 'manual' }, async (span, finish) => {
  finish();
  return Sentry.spanToTraceHeader(span);
});

const inactive: Span = Sentry.startInactiveSpan({ name: 'inactive', links: [] });
const active: Span | undefined = Sentry.getActiveSpan();
const root: Span = Sentry.getRootSpan(inactive);
const descendants: Span[] = Sentry.getSpanDescendants(root);
Sentry.setActiveSpanInBrowser(inactive);
Sentry.updateSpanName(inactive, 'renamed');
Sentry.setMeasurement('cart.size', 3, 'none', active);
Sentry.setHttpStatus(inactive, 404);
const failed: boolean = Sentry.getSpanStatusFromHttpCode(500).code === 2;
Sentry.registerSpanErrorInstrumentation();

const { trace_id, span_id, parent_span_id, attributes } = Sentry.spanToJSON(inactive);
const { data, description, status } = Sentry.spanToStaticSpanJSON(inactive);
const baggage: string | undefined = Sentry.spanToBaggageHeader(inactive);
const traced = Sentry.getTraceData({ span: inactive, propagateTraceparent: true });
const headers: (string | undefined)[] = [traced['sentry-trace'], traced.baggage, traced.traceparent];

const sum: number =
  Sentry.continueTrace({ sentryTrace: headers[0], baggage: headers[1] }, () => 1) +
  Sentry.startNewTrace(() => 2) +
  Sentry.suppressTracing(() => 3) +
  Sentry.withActiveSpan(null, (scope: Scope) => (scope.getClient() ? 4 : 0)) +
  Sentry.withScope((scope) =>
    Number(scope.setTag('a', 1).setTags({ b: 'x' }).setContext('c', { d: 1 }) === scope),
  ) +
  Sentry.withIsolationScope((scope) => (scope.setUser({ id: 1, email: 'a@b.c' }) ? 5 : 0));

const scope: Scope = new Sentry.Scope();
scope.setPropagationContext(Sentry.getCurrentScope().getPropagationContext());
scope
  .setTransactionName('named')
  .setAttribute('a', 1)
  .addEventProcessor((event) => event);
Sentry.withScope(scope, () => Sentry.startSpan({ name: 'in scope', scope: scope.clone() }, () => 1));
Sentry.getGlobalScope().setExtra('extra', { deep: true });
Sentry.getIsolationScope().update({ tags: { c: 1 } });
Sentry.setTag('a', 'b');
Sentry.setTags({ a: 'b' });
Sentry.setAttribute('a', 'b');
Sentry.setAttributes({ a: 'b' });
Sentry.setContext('a', null);
Sentry.setUser(null);

Sentry.addIntegration({ name: 'Mine', setup: (client) => void client.getOptions() });
Sentry.addEventProcessor((event) => (event.type === 'transaction' ? event : null));
const client = Sentry.getClient();
if (client) {
  const { traceXHR } = Sentry.defaultRequestInstrumentationOptions;
  Sentry.instrumentOutgoingRequests(client, { traceXHR, traceFetch: true });
}
const stop = client?.on('spanStart', (span) => console.log(span.spanContext().spanId));
client?.on('beforeSampling', (sampling) => void sampling);
stop?.();
if (client) {
  const trace = { sentryTrace: headers[0], baggage: headers[1] };
  const load: Span | undefined = Sentry.startBrowserTracingPageLoadSpan(client, { name: '/:id' }, trace);
  const navigation = { url: '/orders/42', isRedirect: load === undefined };
  Sentry.startBrowserTracingNavigationSpan(client, { name: '/orders/:id', op: 'navigation' }, navigation);
}
Sentry.reportPageLoaded();
Sentry.reportPageLoaded(client);
const bot: boolean = Sentry.isBotUserAgent();
const project: string | undefined = client?.getDsn()?.projectId;
const on: boolean = Sentry.isEnabled() && Sentry.isInitialized();
Sentry.flush(2000).then((flushed: boolean) => flushed && Sentry.close());
const constants: string[] = [
  Sentry.SDK_VERSION,
  Sentry.SEMANTIC_ATTRIBUTE_SENTRY_OP,
  Sentry.SEMANTIC_ATTRIBUTE_SENTRY_ORIGIN,
  Sentry.SEMANTIC_ATTRIBUTE_SENTRY_SAMPLE_RATE,
];
Sentry.WINDOW.document.title = 'done';

export const used = [total, later, descendants, failed, trace_id, span_id, parent_span_id, attributes, data];
export const alsoUsed = [description, status, baggage, sum, project, bot, on, constants];
