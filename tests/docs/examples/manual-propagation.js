// Pass a trace on by hand, where nothing does it automatically: a WebSocket, a form, a custom client.
import * as Sentry from 'throughline';

const activeSpan = Sentry.getActiveSpan();
const rootSpan = activeSpan ? Sentry.getRootSpan(activeSpan) : undefined;

const sentryTraceHeader = rootSpan ? Sentry.spanToTraceHeader(rootSpan) : undefined;
const dynamicSamplingContext = rootSpan ? Sentry.getDynamicSamplingContextFromSpan(rootSpan) : undefined;
const sentryBaggageHeader = Sentry.dynamicSamplingContextToSentryBaggageHeader(dynamicSamplingContext);

globalThis.answer = await fetch('/echo', {
  method: 'GET',
  headers: {
    baggage: sentryBaggageHeader,
    'sentry-trace': sentryTraceHeader,
  },
}).then((response) => response.json());
