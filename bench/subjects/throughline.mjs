// Ours, as built, sending transactions, which is its default.
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

export const subject = subjectOf(sdk);
