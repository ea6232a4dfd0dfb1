// browserTracingIntegration(): the page load, the navigations, and the requests of the page.

import { registerSpanErrorInstrumentation } from '../api/active-span.js';
import { instrumentOutgoingRequests, type RequestInstrumentationOptions } from '../page/requests.js';
import { isTraced, leaveTracing } from '../page/tracer.js';
import { currentClient, getCurrentScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { onHidden } from '../scope/lifecycle.js';
import { cutHidden, cutIdleRoots } from '../span/end.js';
import { TIMEOUTS, type Timeouts } from '../span/idle.js';
import { recordOf } from '../span/record.js';
import type { Integration } from '../types/options.js';
import { attempt } from '../values/attempt.js';
import { warn } from '../values/debug.js';
import { hasDocument } from '../values/place.js';
import { shared } from '../values/shared.js';
import { isBotUserAgent } from './bots.js';
import { type LinkOptions, linkTraces } from './linked-traces.js';
import { type MeasureOptions, measure, measureVitals } from './measures.js';
import { watchNavigations } from './navigations.js';
import { type RouteOptions, timePageLoad, traceRoutes, wanted } from './routes.js';

/** The options of {@link browserTracingIntegration}. Times are milliseconds. */
export interface BrowserTracingOptions
  extends RouteOptions,
    LinkOptions,
    RequestInstrumentationOptions,
    MeasureOptions {
  /** End the root span when the page is hidden (default true). */
  markBackgroundSpan?: boolean;
  /** How long the page-load span waits for new work (default 1000). */
  idleTimeout?: number;
  /** How long it waits for the work that began last (default 15000). */
  childSpanTimeout?: number;
  /** How long it lasts at most (default 30000). */
  finalTimeout?: number;
}

const state = shared as { started?: boolean };

/**
 * Continues the trace that the server put into the page's meta tags, times the page load and the navigations, and
 * gives the requests of the page spans and trace headers. In a worker it does the last of these.
 *
 * @param options see {@link BrowserTracingOptions}; times are milliseconds
 * @example
 * init({ dsn, tracesSampleRate: 1, integrations: [browserTracingIntegration()] });
 */
export function browserTracingIntegration(options: BrowserTracingOptions = {}): Integration {
  const own: BrowserTracingOptions = attempt(() => ({ ...options }), {});
  return {
    name: 'BrowserTracing',
    setup(given) {
      const client = given as BrowserClient;
      if (isBotUserAgent() || !client.isOn() || isTraced()) return;
      const timeouts: Timeouts = {
        idle: millis(own, 'idleTimeout', TIMEOUTS.idle),
        child: millis(own, 'childSpanTimeout', TIMEOUTS.child),
        last: millis(own, 'finalTimeout', TIMEOUTS.last),
      };
      client.on('close', () => {
        if (currentClient() === client) leaveTracing();
      });
      // In a worker nothing is loaded, shown or left.
      if (!hasDocument()) return;
      // Here, so that listeners of integrations that come later hear of spans that have begun, as in the reference.
      measure(client, own);
      traceRoutes(client, own, timeouts);
    },
    afterAllSetup(given) {
      const client = given as BrowserClient;
      if (isBotUserAgent() || !client.isOn() || isTraced()) return;
      if (own.markBackgroundSpan !== undefined && typeof own.markBackgroundSpan !== 'boolean') {
        warn('markBackgroundSpan was ignored: it must be true or false');
      }
      // Once, however often `init` is called: the listeners stay, and a page loads once.
      const first = !state.started;
      state.started = true;
      if (first) onHidden({ hide: own.markBackgroundSpan === false ? () => {} : hide, leave });
      registerSpanErrorInstrumentation();
      instrumentOutgoingRequests(client, own);
      // A worker works for pages of different visits, each of which says which trace it is in.
      if (!hasDocument()) return;
      linkTraces(client, own);
      measureVitals(client, own);
      if (first && wanted(own.instrumentPageLoad)) timePageLoad(client, own);
      watchNavigations(client, own);
    },
  };
}

/** The page was hidden: what is active is cut short. */
function hide(): void {
  const root = recordOf(getCurrentScope().span)?.root;
  if (root) cutHidden(root);
}

/** The page is being left: what would end by itself ends. */
function leave(): void {
  cutIdleRoots('documentHidden');
}

/** An option that is a number of milliseconds. */
function millis(options: object, name: string, byDefault: number): number {
  const given = (options as Record<string, unknown>)[name] ?? undefined;
  if (given === undefined) return byDefault;
  if (typeof given === 'number' && given >= 0) return given;
  warn(`${name} was ignored: it must be a number of milliseconds`);
  return byDefault;
}
