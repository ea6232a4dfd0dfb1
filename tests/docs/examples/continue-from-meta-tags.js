// Continue the trace of the server by hand: read the meta tags, continue, start a span.
import * as Sentry from 'throughline';

const sentryTrace = document.querySelector('meta[name=sentry-trace]')?.content;
const baggage = document.querySelector('meta[name=baggage]')?.content;

Sentry.continueTrace({ sentryTrace, baggage }, () => {
  Sentry.startSpan({ name: 'my-span', op: 'ui.load' }, () => {
    // Your code here
  });
});
