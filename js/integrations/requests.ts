// What is done with the requests of the page, see section 7 of the protocol.

import type { AnySpan } from '../span.js';

/** The options of {@link browserTracingIntegration} that are about requests. */
export interface RequestInstrumentationOptions {
  /** Trace `fetch` (default true). */
  traceFetch?: boolean;
  /** Trace `XMLHttpRequest` (default true). */
  traceXHR?: boolean;
  /** Add the browser's own timings of a request to its span (default true). */
  enableHTTPTimings?: boolean;
  /** Whether a request gets a span; called with its URL as the page wrote it. */
  shouldCreateSpanForRequest?: (url: string) => boolean;
  /** Hears of each span of a request after it has begun. */
  onRequestSpanStart?: (span: AnySpan, request: { headers?: unknown }) => void;
  /** Hears of each span of a request after it has ended. */
  onRequestSpanEnd?: (span: AnySpan, request: { headers?: unknown; error?: Error }) => void;
}
