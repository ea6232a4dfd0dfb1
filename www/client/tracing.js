// All that a page does to be traced, beside spans of its own.
import * as Sentry from 'throughline';
import { settings } from './settings.js';

export const startTracing = () =>
  Sentry.init({
    dsn: settings.dsn,
    release: settings.release,
    environment: settings.environment,
    tracesSampleRate: settings.tracesSampleRate,
    integrations: [
      Sentry.browserTracingIntegration(),
      Sentry.fetchStreamPerformanceIntegration(),
    ],
    tracePropagationTargets: ['localhost', 'api.example.com'],
    tunnel: '/tunnel',
  });
