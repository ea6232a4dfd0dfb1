// The reference as its documentation starts it, sending each span when it has ended.
import { reference } from './reference.mjs';
import { subjectOf } from './spans.mjs';

export const subject = subjectOf(reference, { traceLifecycle: 'stream' });
