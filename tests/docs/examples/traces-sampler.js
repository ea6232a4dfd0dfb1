// Decide about each trace: by its name, by its attributes, and with respect for who began it.
import * as Sentry from 'throughline';

Sentry.init({
  dsn: globalThis.dsn,
  tunnel: globalThis.tunnel,
  tracesSampler: ({ name, attributes, parentSampled }) => {
    // Do not sample health checks ever
    if (name.includes('healthcheck')) return 0;

    // Sample auth transactions at 100%
    if (name.includes('auth')) return 1;

    // Drop what the page marks as unimportant
    if (attributes?.unimportant) return false;

    // Continue the trace decision, if there is any parent sampling information
    if (typeof parentSampled === 'boolean') return parentSampled;

    // Else, use the default sample rate
    return 0.5;
  },
});
