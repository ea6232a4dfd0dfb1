// OpenTelemetry web, put together as its documentation does: a provider, a batch processor, OTLP over HTTP, and the
// instrumentations of fetch and XMLHttpRequest. Its instrumentation of page loads is a package of its own and is
// not part of this.
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
import { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  WebTracerProvider,
} from '@opentelemetry/sdk-trace-web';

/** A request's span ends that much later: until then the instrumentation waits for the browser's timing. */
const REQUEST_ENDS_AFTER = 350;

let provider;
let tracer;
let requested = false;

export const subject = {
  start({ rate, sink }) {
    const exporter = new OTLPTraceExporter({ url: new URL(`${sink}/v1/traces`, location.href).href });
    provider = new WebTracerProvider({
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(rate) }),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    provider.register();
    registerInstrumentations({
      instrumentations: [new FetchInstrumentation(), new XMLHttpRequestInstrumentation()],
    });
    tracer = trace.getTracer('bench');
  },
  root: (name, inside) =>
    tracer.startActiveSpan(name, (span) => {
      inside();
      span.end();
    }),
  child: (name, attributes, inside = nothing) =>
    tracer.startActiveSpan(name, { attributes }, (span) => {
      inside();
      span.end();
    }),
  open: (name, inside) =>
    tracer.startActiveSpan(name, (span) => {
      inside();
      return () => span.end();
    }),
  // Its context does not outlive an await: each request is made in it, as its documentation advises.
  requests: (name, request, count) =>
    tracer.startActiveSpan(name, async (span) => {
      requested = true;
      const here = context.active();
      for (let at = 0; at < count; at++) await context.with(here, request);
      span.end();
    }),
  async flush() {
    if (requested) await new Promise((resolve) => setTimeout(resolve, REQUEST_ENDS_AFTER));
    await provider.forceFlush();
  },
};

function nothing() {}
