// Tracing for one service, with the real @sentry/node.
// It has to run before Express is loaded, hence `node --import ./www/server/telemetry.mjs <service>`;
// SERVICE_NAME says which service this process is.

import '@sentry/node/import'; // lets @sentry/node see Express, so that spans carry the route
import * as Sentry from '@sentry/node';
import { DSN, ENVIRONMENT, RELEASE, TRACES_SAMPLE_RATE, URLS } from './settings.mjs';

const service = process.env.SERVICE_NAME;

/** Looking at traces must not add to them: these routes get no spans. */
const UNTRACED = /^\/(health|tunnel|stream|favicon\.ico|api\/(traces|envelopes|\d+\/envelope))(\/|\?|$)/;

Sentry.init({
  dsn: DSN,
  release: RELEASE,
  environment: ENVIRONMENT,
  serverName: service,
  tracesSampleRate: TRACES_SAMPLE_RATE,
  // Whole transactions instead of streamed spans: this is what Spotlight understands.
  traceLifecycle: 'static',
  // Every service reports to web's collector route, which keeps a copy for the page and passes
  // the envelope on to Spotlight.
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
