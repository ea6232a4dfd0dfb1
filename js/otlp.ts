// The entry `throughline/otlp`: sends traces to a collector of OpenTelemetry. A file of its own, without a core: it works beside any
// other entry, in browsers, in workers and on Node.

export { type OtlpExporterOptions, otlpExporter } from './otlp/exporter.js';
export type { Client, Integration } from './types/options.js';
