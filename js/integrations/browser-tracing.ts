// browserTracingIntegration(): the page load, the navigations, and the requests of the page.

import { ask, attempt } from '../guard.js';
import { inTurn, settle } from '../later.js';
import type { Integration } from '../options.js';
import { option } from '../options-text.js';
import { registerSpanErrorInstrumentation } from '../page.js';
import { onHidden } from '../page-host.js';
import { tellAll } from '../told.js';
import type { StartSpanOptions } from '../tracing.js';
import { isBotUserAgent } from './bots.js';
import { type LinkOptions, linkTraces } from './linked-traces.js';
import { type MeasureOptions, measure } from './measures.js';
import { watchNavigations } from './navigations.js';
import { instrumentOutgoingRequests, type RequestInstrumentationOptions } from './requests.js';
import { asksPage, timePageLoad, traceRoutes, wanted } from './routes.js';

/** The options of {@link browserTracingIntegration}. Times are milliseconds. */
export interface BrowserTracingOptions extends LinkOptions, RequestInstrumentationOptions, MeasureOptions {
  /** Time the page load (default true). */
  instrumentPageLoad?: boolean;
  /** Time navigations (default true). */
  instrumentNavigation?: boolean;
  /** Time the return of a page from the back/forward cache (default true). */
  instrumentBfcacheRestore?: boolean;
  /** Navigations that nobody asked for belong to the one before (default true). */
  detectRedirects?: boolean;
  /** Let the page say when it has loaded, with `reportPageLoaded()` (default false). */
  enableReportPageLoaded?: boolean;
  /** End the root span when the page is hidden (default true). */
  markBackgroundSpan?: boolean;
  /** How long the page-load span waits for new work (default 1000). */
  idleTimeout?: number;
  /** How long it waits for the work that began last (default 15000). */
  childSpanTimeout?: number;
  /** How long it lasts at most (default 30000). */
  finalTimeout?: number;
  /** May change what page loads and navigations begin with; a name of its own counts as chosen by the page. */
  beforeStartSpan?: (options: StartSpanOptions) => StartSpanOptions;
  /**
   * Go on in the trace that the page's HTML names even if that HTML is stale (default false): it is older than
   * two minutes, as far as it says (`<meta name="sentry-trace-time">`, or `Server-Timing` of that name: seconds
   * since the epoch, or a date of ISO 8601), comes out of the browser's cache, or has been opened before. Such a
   * page begins a trace of its own, which is linked to that one (`sentry.link.type: stale_trace`).
   */
  continueStaleTraces?: boolean;
}

let started = false;

/**
 * Continues the trace that the server put into the page's meta tags, times the page load and the navigations, and
 * gives the requests of the page spans and trace headers.
 *
 * @param options see {@link BrowserTracingOptions}; times are milliseconds
 * @example
 * init({ dsn, tracesSampleRate: 1, integrations: [browserTracingIntegration()] });
 */
export function browserTracingIntegration(options: BrowserTracingOptions = {}): Integration {
  const own: BrowserTracingOptions = attempt(() => ({ ...options }), {});
  return {
    name: 'BrowserTracing',
    afterAllSetup(client) {
      if (isBotUserAgent()) return;
      const [idle, child, last] = ['idleTimeout', 'childSpanTimeout', 'finalTimeout'].map(
        (name) => option(own, name, 'number') ?? Number.NaN,
      ) as [number, number, number];
      const cutsHidden = option(own, 'markBackgroundSpan', 'boolean') ?? true;
      // Code of the page that has a say in this is called while `init` runs.
      if (asksPage(client, own)) settle();
      let works = true;
      inTurn(() => {
        works = ask((core) => core.start_browser_tracing(idle, child, last) > 0, false);
      });
      if (!works) return;
      // Once, however often `init` is called: the listeners stay, and a page loads once.
      const first = !started;
      started = true;
      if (first) {
        const cut = () => {
          tellAll();
          ask((core) => core.page_hidden(), undefined);
        };
        const hide = cutsHidden ? cut : () => {};
        onHidden(hide, () => ask((core) => core.page_left(), undefined));
      }
      registerSpanErrorInstrumentation();
      instrumentOutgoingRequests(client, own);
      linkTraces(client, own);
      measure(client, own);
      traceRoutes(client, own);
      if (first && wanted(own.instrumentPageLoad)) timePageLoad(client, own, () => works);
      watchNavigations(client, own);
    },
  };
}
