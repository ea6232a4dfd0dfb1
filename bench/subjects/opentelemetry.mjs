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

const OK = { code: 1 };

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
  root: (name, attributes, inside = nothing) => run(name, { attributes }, inside),
  newTrace: (name, attributes) => run(name, { attributes, root: true }, nothing),
  child: (name, attributes, inside = nothing) => run(name, { attributes }, inside),
  changed: (name, attributes) =>
    run(name, { attributes }, (span) => {
      span.setStatus(OK);
      span.updateName(`${name}-changed`);
    }),
  parent(name) {
    const span = tracer.startSpan(name);
    const below = trace.setSpan(context.active(), span);
    return {
      child: (name, attributes) =>
        tracer.startActiveSpan(name, { attributes }, below, (child) => {
          nothing();
          child.end();
        }),
      end: () => span.end(),
    };
  },
  open: (name, inside) =>
    tracer.startActiveSpan(name, (span) => {
      inside();
      return () => span.end();
    }),
  // Its context does not outlive an await: each request is made in it, as its documentation advises.
  requests: (name, request, count, below) =>
    tracer.startActiveSpan(name, async (span) => {
      requested = true;
      const child = below && tracer.startSpan(below);
      const here = child ? trace.setSpan(context.active(), child) : context.active();
      for (let at = 0; at < count; at++) await context.with(here, request);
      child?.end();
      span.end();
    }),
  async flush() {
    if (requested) await new Promise((resolve) => setTimeout(resolve, REQUEST_ENDS_AFTER));
    await provider.forceFlush();
  },
};

function run(name, options, inside) {
  tracer.startActiveSpan(name, options, (span) => {
    inside(span);
    span.end();
  });
}

function nothing() {}
