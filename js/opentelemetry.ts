// The entry `throughline/opentelemetry`: this SDK behind the global tracer, context manager and propagator of `@opentelemetry/api`.
// Nothing of the SDK is in this file: it imports the entry that the application has.

export { registerOpenTelemetry } from './opentelemetry/register.js';
