// Ours, sending each span when it has ended. Not measured unless asked for.
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
import { subjectOf } from './spans.mjs';

const sdk = {
  ...{ init, browserTracingIntegration, flush, getActiveSpan, getRootSpan },
  ...{ startSpan, startSpanManual, startInactiveSpan, startNewTrace },
};

export const subject = subjectOf(sdk, { traceLifecycle: 'stream' });
