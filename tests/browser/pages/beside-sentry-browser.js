// Errors by @sentry/browser, tracing by this package: the recipe of docs/from-sentry-browser.md.
import * as Sentry from '@sentry/browser';
import { getTraceData } from 'throughline';

// Puts the trace and the span that are active here into whatever the other SDK reports.
Sentry.addEventProcessor((event) => {
  const { 'sentry-trace': header, baggage = '' } = getTraceData();
  if (!header) return event;
  const [trace_id, span_id] = header.split('-');
  event.contexts = { ...event.contexts, trace: { trace_id, span_id } };
  // What the head of its envelope says of the trace.
  const pairs = baggage.split(',').map((pair) => pair.replace('sentry-', '').split('='));
  const dynamicSamplingContext = Object.fromEntries(
    pairs.map(([name, value]) => [name, decodeURIComponent(value)]),
  );
  event.sdkProcessingMetadata = { ...event.sdkProcessingMetadata, dynamicSamplingContext };
  return event;
});
