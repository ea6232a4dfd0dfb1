// Names and values that a page may want to use instead of texts of its own.

export { SDK_VERSION } from '../scope/sdk.js';

/** The global object. Programs that are written for workers know no window. */
export const WINDOW = globalThis as typeof globalThis &
  (typeof globalThis extends { window: infer Page } ? Page : unknown);

/** The attribute that says what kind of operation a span is. */
export const SEMANTIC_ATTRIBUTE_SENTRY_OP = 'sentry.op';

/** The attribute that says who made a span. */
export const SEMANTIC_ATTRIBUTE_SENTRY_ORIGIN = 'sentry.origin';

/** The attribute that says where the name of a root span comes from. */
export const SEMANTIC_ATTRIBUTE_SENTRY_SOURCE = 'sentry.segment.name.source';

/** The attribute that says by which rate a root span was sampled. */
export const SEMANTIC_ATTRIBUTE_SENTRY_SAMPLE_RATE = 'sentry.sample_rate';
