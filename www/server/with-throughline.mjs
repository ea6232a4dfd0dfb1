// All that a service does to be traced, beside spans of its own.

import * as Sentry from 'throughline/node';
import { DSN, ENVIRONMENT, RELEASE, TRACES_SAMPLE_RATE, UNTRACED, URLS } from './settings.mjs';

const service = process.env.SERVICE_NAME;

Sentry.init({
  dsn: DSN,
  release: RELEASE,
  environment: ENVIRONMENT,
  tracesSampleRate: TRACES_SAMPLE_RATE,
  initialScope: { tags: { service } },
  // Every service reports to web's collector, which keeps a copy for the page and passes it on to Spotlight.
  tunnel: `${URLS.web}/stream/${service}`,
  sendClientReports: false,
  integrations: [
    Sentry.httpIntegration({
      ignoreIncomingRequests: (path) => UNTRACED.test(path),
      // By default 401 to 404 are not reported; a declined payment (402) is worth seeing.
      ignoreStatusCodes: [],
    }),
  ],
});
