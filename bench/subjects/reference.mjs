// What subjects use of the reference; nothing else of it is in their bundles.
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

export const reference = {
  ...{ init, browserTracingIntegration, flush, getActiveSpan, getRootSpan },
  ...{ startSpan, startSpanManual, startInactiveSpan, startNewTrace },
};
