// browserTracingIntegration(): the page load, and the requests of the page.

import { pageScope } from '../active.js';
import type { Client } from '../client.js';
import { SEMANTIC_ATTRIBUTE_SENTRY_SOURCE } from '../constants.js';
import { ask, attempt } from '../guard.js';
import { idleSpan, watchIdle } from '../hooks.js';
import type { Integration } from '../options.js';
import { registerSpanErrorInstrumentation } from '../page.js';
import { beginTrace, randomHex } from '../propagation.js';
import { OURS, type Span } from '../span.js';
import { begin, IDLE, type StartSpanOptions } from '../tracing.js';
import { type SpanAttributes, text } from '../values.js';
import { type LinkOptions, linkTraces } from './linked-traces.js';
import { type MeasureOptions, measure } from './measures.js';
import type { RequestInstrumentationOptions } from './requests.js';

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
  /** May change what the page-load span begins with; a name of its own counts as chosen by the page. */
  beforeStartSpan?: (options: StartSpanOptions) => StartSpanOptions;
}

/** What the core says about the page. */
interface Page {
  context: ReturnType<typeof beginTrace>;
  name: string;
  attributes: SpanAttributes;
  start?: number;
}

/**
 * Continues the trace that the server put into the page's meta tags, times the page load, and gives the
 * requests of the page spans and trace headers.
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
      const started = ask((core) => core.start_browser_tracing(own), 0);
      if (!started) return;
      registerSpanErrorInstrumentation();
      linkTraces(client, own);
      measure(client, own);
      client.on('startPageLoadSpan', (given, trace) => startPageLoad(client, own, given, trace));
      client.on('startNavigationSpan', (given) => startNavigation(client, own, given));
      if (started < 2) return;
      const { name, attributes } = describe() ?? {};
      if (name !== undefined) startBrowserTracingPageLoadSpan(client, { name, attributes });
    },
  };
}

/**
 * Starts the root span of a page load, for routers that know its name; set `instrumentPageLoad: false` then. It
 * continues the trace of the meta tags, or the given one, and ends by itself.
 *
 * @param client what `init` answered with
 * @param spanOptions `name` and `attributes` of the span; it starts when the page did, unless `startTime` says so
 * @param traceOptions header values that go before the meta tags
 * @returns the span; `undefined` without `browserTracingIntegration()`, or if nothing is recorded
 * @example
 * startBrowserTracingPageLoadSpan(client, { name: '/orders/:id', attributes: { 'sentry.segment.name.source': 'route' } });
 */
export function startBrowserTracingPageLoadSpan(
  client: Client,
  spanOptions: StartSpanOptions,
  traceOptions?: { sentryTrace?: string | undefined; baggage?: string | undefined },
): Span | undefined {
  return attempt(() => {
    pageScope().setTransactionName(spanOptions.name);
    const before = idleSpan();
    client.emit('startPageLoadSpan', spanOptions, traceOptions);
    const span = idleSpan();
    if (!span || span === before) return undefined;
    client.emit('afterStartPageLoadSpan', span);
    return span;
  }, undefined);
}

/**
 * Starts the root span of a navigation, in a trace of its own. It ends by itself; one that is under way ends.
 *
 * @param client what `init` answered with
 * @param spanOptions `name` and `attributes` of the span
 * @returns the span; `undefined` without `browserTracingIntegration()`, or if nothing is recorded
 * @example
 * startBrowserTracingNavigationSpan(client, { name: '/orders/:id', op: 'navigation' });
 */
export function startBrowserTracingNavigationSpan(
  client: Client,
  spanOptions: StartSpanOptions,
  options?: { url?: string | undefined; isRedirect?: boolean | undefined },
): Span | undefined {
  return attempt(() => {
    const before = idleSpan();
    client.emit('beforeStartNavigationSpan', spanOptions, options);
    client.emit('startNavigationSpan', spanOptions, options);
    pageScope().setTransactionName(spanOptions.name);
    const span = idleSpan();
    return span === before ? undefined : span;
  }, undefined);
}

function describe(sentryTrace = '', baggage = ''): Page | undefined {
  const json = ask((core) => core.page_load(sentryTrace, baggage), '');
  return json ? JSON.parse(json) : undefined;
}

/** Puts the page into the trace of its server, or into a given one, and begins its root span. */
function startPageLoad(
  client: Client,
  own: BrowserTracingOptions,
  given: StartSpanOptions,
  { sentryTrace, baggage }: { sentryTrace?: unknown; baggage?: unknown } = {},
): void {
  const page = describe(text(sentryTrace ?? ''), text(baggage ?? ''));
  endIdle();
  if (page) pageScope().setPropagationContext(page.context);
  startIdle(client, own, { op: 'pageload', startTime: page?.start, ...given }, page);
}

/** Puts the page into a trace of its own, and begins the root span of the navigation. */
function startNavigation(client: Client, own: BrowserTracingOptions, given: StartSpanOptions): void {
  // Where no span is recorded, one id stands in for the whole route.
  const propagationSpanId = client.traces() ? undefined : randomHex(8);
  endIdle();
  pageScope().setPropagationContext({ ...beginTrace(), propagationSpanId });
  startIdle(client, own, { op: 'navigation', ...given }, describe());
}

/** Ends the root that is under way: another one takes its place. */
function endIdle(): void {
  idleSpan()?.setAttribute('sentry.idle_span_finish_reason', 'cancelled');
  idleSpan()?.end();
}

/** Begins a root span that ends by itself, and makes it active on the page. */
function startIdle(
  client: Client,
  { beforeStartSpan }: BrowserTracingOptions,
  options: StartSpanOptions,
  page: Page | undefined,
): void {
  if (!client.traces()) return;
  const scope = pageScope();
  let given = options;
  if (typeof beforeStartSpan === 'function') {
    given = attempt(() => beforeStartSpan({ ...options }), options) ?? options;
  }
  const { 'url.path': path, 'url.full': full } = page?.attributes ?? {};
  const attributes: SpanAttributes = { 'url.path': path, 'url.full': full, ...given.attributes };
  if (given.name !== options.name) attributes[SEMANTIC_ATTRIBUTE_SENTRY_SOURCE] = 'custom';
  const before = scope.span;
  const span = begin({ ...given, attributes }, scope, [undefined, 0], IDLE);
  scope.span = span;
  span[OURS].restores.push(() => {
    if (scope.span === span) scope.span = before;
  });
  watchIdle(span);
}
