// All that a service does to be traced, beside spans of its own.

import * as Sentry from 'throughline/node';
import { otlpExporter } from 'throughline/otlp';
import {
  BACKEND,
  DSN,
  ENVIRONMENT,
  OTLP_PATH,
  RELEASE,
  TRACES_SAMPLE_RATE,
  UNTRACED,
  URLS,
} from './settings.mjs';

const service = process.env.SERVICE_NAME;

/** Every service reports to web's collector, which keeps a copy for the page, and passes envelopes on to Spotlight. */
const backend =
  BACKEND === 'otlp'
    ? otlpExporter({ url: `${URLS.web}${OTLP_PATH}`, serviceName: service, delay: 0 })
    : undefined;

Sentry.init({
  ...(backend ? {} : { dsn: DSN, tunnel: `${URLS.web}/stream/${service}` }),
  release: RELEASE,
  environment: ENVIRONMENT,
  tracesSampleRate: TRACES_SAMPLE_RATE,
  initialScope: { tags: { service } },
  sendClientReports: false,
  integrations: [
    Sentry.httpIntegration({
      ignoreIncomingRequests: (path) => UNTRACED.test(path),
      // By default 401 to 404 are not reported; a declined payment (402) is worth seeing.
      ignoreStatusCodes: [],
    }),
    ...(backend ? [backend] : []),
  ],
});
