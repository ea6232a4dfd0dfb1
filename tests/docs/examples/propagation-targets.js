// Choose the requests that carry trace headers: strings and regular expressions.
import * as Sentry from 'throughline';

Sentry.init({
  dsn: globalThis.dsn,
  tunnel: globalThis.tunnel,
  tracesSampleRate: 1.0,
  integrations: [Sentry.browserTracingIntegration()],
  tracePropagationTargets: ['localhost', /^http:\/\/127\.0\.0\.1:\d+\/echo\/api/],
});
