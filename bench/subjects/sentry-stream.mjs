// The reference, sending each span when it has ended.
import { browserTracingIntegration, flush, init, startSpan, startSpanManual } from '@sentry/browser';
import { subjectOf } from './spans.mjs';

const sdk = { init, browserTracingIntegration, startSpan, startSpanManual, flush };

export const subject = subjectOf(sdk, { traceLifecycle: 'stream' });
