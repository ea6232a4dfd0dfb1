// The same for a service that stays with @sentry/node: what a team does that moves one service after the other.

import '@sentry/node/import'; // lets @sentry/node see Express, so that spans carry the route
import * as Sentry from '@sentry/node';
import { DSN, ENVIRONMENT, RELEASE, TRACES_SAMPLE_RATE, UNTRACED, URLS } from './settings.mjs';

const service = process.env.SERVICE_NAME;

Sentry.init({
  dsn: DSN,
  release: RELEASE,
  environment: ENVIRONMENT,
  serverName: service,
  tracesSampleRate: TRACES_SAMPLE_RATE,
  // Whole transactions instead of streamed spans: this is what Spotlight understands.
  traceLifecycle: 'static',
  spotlight: `${URLS.web}/stream/${service}`,
  // The collector is the only backend: what would go to the DSN's host goes nowhere.
  transport: (options) => Sentry.createTransport(options, async () => ({ statusCode: 200 })),
  sendClientReports: false,
  integrations: (defaults) => [
    ...defaults.filter(({ name }) => name !== 'ProcessSession'),
    Sentry.httpIntegration({
      ignoreIncomingRequests: (path) => UNTRACED.test(path),
      // By default 401 to 404 are not reported; a declined payment (402) is worth seeing.
      ignoreStatusCodes: [],
      sessions: false,
    }),
  ],
});
