// The reference as its documentation starts it, with everything that watches for errors, sending transactions.
import { reference } from './reference.mjs';
import { subjectOf } from './spans.mjs';

export const subject = subjectOf(reference, { traceLifecycle: 'static' });
