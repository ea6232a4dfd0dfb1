// Leave transactions out, and change those that are sent.
import * as Sentry from 'throughline';

Sentry.init({
  dsn: globalThis.dsn,
  tunnel: globalThis.tunnel,
  tracesSampleRate: 1.0,
  ignoreTransactions: [/^\/health/],
  ignoreSpans: ['noise'],
  beforeSendTransaction(event) {
    if (event.transaction === '/unimportant/route') return null;
    event.tags = { ...event.tags, checked: 'yes' };
    return event;
  },
  beforeSendSpan: Sentry.withStaticSpan((span) => {
    span.data = { ...span.data, looked: true };
    return span;
  }),
});
