// Ours, sending each span when it has ended. Not measured unless asked for.
import * as Throughline from '../../dist/index.js';
import { subjectOf } from './spans.mjs';

export const subject = subjectOf(Throughline, { traceLifecycle: 'stream' });
