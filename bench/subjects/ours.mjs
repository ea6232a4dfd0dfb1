// What subjects use of ours; nothing else of it is in their bundles.
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
} from '../../dist/index.js';

export const ours = {
  ...{ init, browserTracingIntegration, flush, getActiveSpan, getRootSpan },
  ...{ startSpan, startSpanManual, startInactiveSpan, startNewTrace },
};
