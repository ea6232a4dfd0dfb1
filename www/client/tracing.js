// All that a page does to be traced, beside spans of its own.
import * as Sentry from 'throughline';
import { otlpExporter } from 'throughline/otlp';
import { settings } from './settings.js';

const { dsn, backend } = settings;

export const startTracing = () =>
  Sentry.init({
    // Envelopes to a DSN, or OTLP to a collector of OpenTelemetry.
    ...(backend === 'sentry' && { dsn, tunnel: '/tunnel' }),
    release: settings.release,
    environment: settings.environment,
    tracesSampleRate: settings.tracesSampleRate,
    integrations: [
      Sentry.browserTracingIntegration(),
      Sentry.fetchStreamPerformanceIntegration(),
      ...(backend === 'otlp'
        ? [otlpExporter({ url: '/v1/traces', serviceName: 'browser' })]
        : []),
    ],
    tracePropagationTargets: ['localhost', 'api.example.com'],
  });
