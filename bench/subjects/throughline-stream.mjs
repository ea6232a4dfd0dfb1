// Ours, sending each span when it has ended. Not measured unless asked for.
import { ours } from './ours.mjs';
import { subjectOf } from './spans.mjs';

export const subject = subjectOf(ours, { traceLifecycle: 'stream' });
