// The reference as its documentation starts it, with everything that watches for errors, sending transactions.
import {
  browserTracingIntegration,
  flush,
  getActiveSpan,
  getRootSpan,
  init,
  startInactiveSpan,
  startNewTrace,
  startSpan,
  startSpanManual,
} from '@sentry/browser';
import { subjectOf } from './spans.mjs';

const sdk = {
  ...{ init, browserTracingIntegration, flush, getActiveSpan, getRootSpan },
  ...{ startSpan, startSpanManual, startInactiveSpan, startNewTrace },
};

export const subject = subjectOf(sdk, { traceLifecycle: 'static' });
