// Record a tenth of all traces.
import * as Sentry from 'throughline';

Sentry.init({
  dsn: globalThis.dsn,
  tunnel: globalThis.tunnel,
  tracesSampleRate: 0.1,
});
