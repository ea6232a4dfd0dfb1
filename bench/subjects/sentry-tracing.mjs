// The reference without what it does beside tracing (errors, breadcrumbs, sessions…), sending transactions.
import { reference } from './reference.mjs';
import { subjectOf } from './spans.mjs';

export const subject = subjectOf(reference, { traceLifecycle: 'static', defaultIntegrations: false });
