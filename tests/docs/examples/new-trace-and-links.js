// A trace of its own for something that goes on beside the page, linked to where it came from.
import * as Sentry from 'throughline';

const first = Sentry.startInactiveSpan({ name: 'first' });
Sentry.startNewTrace(() => {
  Sentry.startSpan(
    {
      name: 'second',
      links: [{ context: first.spanContext(), attributes: { 'sentry.link.type': 'previous_trace' } }],
    },
    () => {},
  );
});
first.end();
