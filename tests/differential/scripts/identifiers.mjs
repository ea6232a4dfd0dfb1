// Ids, their shapes and where they come from; and the names under which the SDK offers itself.

export const identifiers = [
  {
    name: 'a span has a trace id and a span id of the right shape, and the flag of its decision',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x' }, (span) => {
        const { traceId, spanId, traceFlags, ...rest } = span.spanContext();
        return [/^[0-9a-f]{32}$/.test(traceId), /^[0-9a-f]{16}$/.test(spanId), traceFlags, Object.keys(rest)];
      });
    },
  },
  {
    name: 'a hundred traces and spans have ids that differ',
    run: (S, { init, id }) => {
      init({ tracesSampleRate: 0 });
      const traces = new Set();
      const spans = new Set();
      for (let n = 0; n < 100; n += 1) {
        S.startNewTrace(() => {
          const span = S.startInactiveSpan({ name: 'x' });
          traces.add(span.spanContext().traceId);
          spans.add(id(span));
        });
      }
      return [traces.size, spans.size];
    },
  },
  {
    name: 'roots of one page share the trace id of the scope',
    run: (S, { init }) => {
      init();
      const ids = [S.getCurrentScope().getPropagationContext().traceId];
      for (const name of ['a', 'b']) S.startSpan({ name }, (span) => ids.push(span.spanContext().traceId));
      return ids;
    },
  },
  {
    name: 'a fresh scope has a trace id and a random value, and nothing else to propagate',
    run: (S, { init }) => {
      init();
      const { traceId, sampleRand, ...rest } = S.getCurrentScope().getPropagationContext();
      return [traceId.length, sampleRand >= 0 && sampleRand < 1, rest, typeof sampleRand];
    },
  },
  {
    name: 'current scope, isolation scope and a new scope have traces of their own',
    run: (S, { init }) => {
      init();
      const scopes = [S.getCurrentScope(), S.getIsolationScope(), new S.Scope()];
      return new Set(scopes.map((scope) => scope.getPropagationContext().traceId)).size;
    },
  },
  {
    name: 'a span that is not recorded has ids of its own in the trace of its parent',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0 });
      return S.startSpan({ name: 'root' }, (root) =>
        S.startSpan({ name: 'child' }, (child) => [root.spanContext(), child.spanContext()]),
      );
    },
  },
  {
    name: 'every name of the tracing part is exported, as the same kind of thing',
    run: (S) => {
      const names = `init getClient getCurrentScope getIsolationScope getGlobalScope withScope withIsolationScope
        setCurrentClient Scope startSpan startSpanManual startInactiveSpan startNewTrace continueTrace
        suppressTracing withActiveSpan getActiveSpan getRootSpan getSpanDescendants getTraceData spanToJSON
        spanToStaticSpanJSON spanToTraceHeader spanToBaggageHeader updateSpanName setMeasurement setHttpStatus
        getSpanStatusFromHttpCode withStreamedSpan withStaticSpan registerSpanErrorInstrumentation
        browserTracingIntegration startBrowserTracingPageLoadSpan startBrowserTracingNavigationSpan
        setActiveSpanInBrowser reportPageLoaded instrumentOutgoingRequests defaultRequestInstrumentationOptions
        isBotUserAgent fetchStreamPerformanceIntegration webVitalsIntegration elementTimingIntegration
        userTimingIntegration interactionsIntegration bfcacheMetricsIntegration spanStreamingIntegration
        makeFetchTransport makeBrowserOfflineTransport createTransport flush close isEnabled isInitialized
        addIntegration addEventProcessor setTag setTags setAttribute setAttributes setContext setUser
        setRouteProvider getRouteProvider resolveRoute resolveCurrentRoute createUrlRouteProvider
        createCachedRouteProvider SDK_VERSION WINDOW SEMANTIC_ATTRIBUTE_SENTRY_OP
        SEMANTIC_ATTRIBUTE_SENTRY_ORIGIN SEMANTIC_ATTRIBUTE_SENTRY_SAMPLE_RATE
        getDynamicSamplingContextFromSpan dynamicSamplingContextToSentryBaggageHeader getTraceMetaTags
        getBaggageHeader`;
      return Object.fromEntries(names.split(/\s+/).map((name) => [name, typeof S[name]]));
    },
  },
  {
    name: 'the constants for attributes have the values of the reference',
    run: (S) => [
      S.SEMANTIC_ATTRIBUTE_SENTRY_OP,
      S.SEMANTIC_ATTRIBUTE_SENTRY_ORIGIN,
      S.SEMANTIC_ATTRIBUTE_SENTRY_SAMPLE_RATE,
      S.WINDOW === globalThis,
    ],
  },
];
