// browserTracingIntegration(): the page load, and the requests of the page.

import type { Integration } from '../client.js';
import { ask } from '../guard.js';

/** The options of {@link browserTracingIntegration}. Times are milliseconds. */
export interface BrowserTracingOptions {
  /** Time the page load (default true). */
  instrumentPageLoad?: boolean;
  /** Trace `fetch` (default true). */
  traceFetch?: boolean;
  /** End the root span when the page is hidden (default true). */
  markBackgroundSpan?: boolean;
  /** How long the page-load span waits for new work (default 1000). */
  idleTimeout?: number;
  /** How long it waits for the work that began last (default 15000). */
  childSpanTimeout?: number;
  /** How long it lasts at most (default 30000). */
  finalTimeout?: number;
}

/**
 * Continues the trace that the server put into the page's meta tags, times the page load, and gives the
 * requests of the page spans and trace headers.
 *
 * @example
 * init({ dsn, tracesSampleRate: 1, integrations: [browserTracingIntegration()] });
 */
export function browserTracingIntegration(options: BrowserTracingOptions = {}): Integration {
  return {
    name: 'BrowserTracing',
    afterAllSetup() {
      ask((core) => core.start_browser_tracing(options), 0);
    },
  };
}
