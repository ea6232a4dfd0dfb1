// A span that ends when an event says so.
import * as Sentry from 'throughline';

const target = new EventTarget();
Sentry.startSpanManual({ name: 'middleware' }, (span) => {
  target.addEventListener('finish', () => {
    Sentry.setHttpStatus(span, 404);
    span.end();
  });
});
target.dispatchEvent(new Event('finish'));
