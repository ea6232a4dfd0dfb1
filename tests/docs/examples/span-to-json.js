// The ids of a span, to show them or to pass them on.
import * as Sentry from 'throughline';

Sentry.startSpan({ name: 'parent' }, (parent) => {
  Sentry.startSpan({ name: 'child' }, (child) => {
    const { trace_id, span_id, parent_span_id } = Sentry.spanToJSON(child);
    globalThis.answer = { trace_id, span_id, parent_span_id, parent: parent.spanContext() };
  });
});
