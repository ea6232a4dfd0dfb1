// The reference without what it does beside tracing (errors, breadcrumbs…). Not measured unless asked for.
import { browserTracingIntegration, flush, init, startSpan, startSpanManual } from '@sentry/browser';
import { subjectOf } from './spans.mjs';

const sdk = { init, browserTracingIntegration, startSpan, startSpanManual, flush };

export const subject = subjectOf(sdk, { traceLifecycle: 'static', defaultIntegrations: false });
