// Take the rate of the service that began the trace; only without one, an own rate.
import * as Sentry from 'throughline';

Sentry.init({
  dsn: globalThis.dsn,
  tunnel: globalThis.tunnel,
  tracesSampler: ({ name, inheritOrSampleWith }) => {
    if (name.includes('admin')) return 1;
    return inheritOrSampleWith(0);
  },
});
