// The root spans of routes: of the page load, and of each navigation. They end by themselves (section 8.3 of the
// protocol, src/trace/idle.rs), and put the page into their trace until the next one begins.

import { pageScope, runInScope, scopeInForce } from '../active.js';
import { type Client, getClient } from '../client.js';
import { SEMANTIC_ATTRIBUTE_SENTRY_SOURCE } from '../constants.js';
import { shownAt } from '../entries.js';
import { isIgnoredSpan } from '../filters.js';
import { ask, attempt } from '../guard.js';
import { inTurn, settle } from '../later.js';
import { atPage } from '../page-host.js';
import { beginTrace, randomHex } from '../propagation.js';
import { keyOf, OURS, onEnd, type Span } from '../span.js';
import { spanToJSON } from '../span-json.js';
import { begin, IDLE, type StartSpanOptions, startInactiveSpan, UNTRIMMED, WAITS } from '../tracing.js';
import { getRootSpan, idleSpan, watchIdle } from '../tree.js';
import type { SpanAttributes, SpanLink } from '../values.js';
import type { BrowserTracingOptions } from './browser-tracing.js';
import { type PageTrace, readPageTrace } from './server-trace.js';

/** What page loads and navigations are called in stream mode, where names group spans, if no route is known. */
const PAGE_LOAD = 'Pageload';
export const NAVIGATION = 'Navigation';

/** Where a navigation goes, and whether nobody asked for it. */
interface NavigationOptions {
  url?: string | undefined;
  isRedirect?: boolean | undefined;
}

/** Why a root ended; the first one told stays. */
const FINISH_REASON = 'sentry.idle_span_finish_reason';

/** Whether an option that is on by default is on. */
export function wanted(option: unknown): boolean {
  return option === undefined || Boolean(option);
}

/** Whether the page is prepared before anybody sees it. */
export function isPrepared(): boolean {
  return Boolean((document as { prerendering?: boolean }).prerendering);
}

/** The root of the page load that began last. */
let pageLoad: Span | undefined;
/** The trace of a page whose load has not begun yet: it is not shown, or that has been put off. */
let early: (() => PageTrace | undefined) | undefined;
/** Where the page was when its load was to begin, if that has been put off. */
let arrived: { href: string; pathname: string } | undefined;
/** The client that began the last root of a route. */
let owner: Client | undefined;

/** Begins root spans for a client when it is told to. */
export function traceRoutes(client: Client, own: BrowserTracingOptions): void {
  const isCurrent = () => client === getClient() && !client.isClosed;
  weighSpans(client);

  client.hear('startPageLoadSpan', (given: StartSpanOptions, trace?: object) => {
    if (!isCurrent()) return;
    endIdle('cancelled');
    const { href } = arrived ?? location;
    const page = ((!trace && early) || readPageTrace(trace, own.continueStaleTraces))();
    early = undefined;
    if (page) pageScope().setPropagationContext(page.context);
    here(href);
    const start = page?.start && page.start + shownAt() / 1000;
    const options = { op: 'pageload', ...given, startTime: given.startTime ?? start };
    pageLoad = startIdle(client, own, options, href, WAITS, page?.links);
    if (pageLoad && !own.enableReportPageLoaded) allowWhenLoaded(pageLoad);
  });

  client.hear('endPageloadSpan', () => {
    if (own.enableReportPageLoaded && pageLoad && pageLoad === idleSpan()) endIdle('reportPageLoaded');
  });

  client.hear(
    'startNavigationSpan',
    (given: StartSpanOptions, { url, isRedirect }: NavigationOptions = {}) => {
      if (!isCurrent()) return;
      const to = url || location.href;
      if (isRedirect) {
        const options = described(own, { op: 'navigation.redirect', ...given }, to);
        const span = startInactiveSpan({ ...options, startTime: undefined });
        span.end(spanToJSON(span).start_timestamp);
        return;
      }
      // Where no span is recorded, one id stands in for the whole route.
      const propagationSpanId = client.traces() ? undefined : randomHex(8);
      endIdle('cancelled');
      pageScope().setPropagationContext({ ...beginTrace(), propagationSpanId });
      here(attempt(() => new URL(to, location.href).href, to));
      const span = startIdle(client, own, { op: 'navigation', ...given, parentSpan: null }, to);
      // A page may move on while its root is under way: its event comes from where the page is in the end.
      if (span) onEnd(span[OURS], () => here(location.href));
    },
  );
}

/** What `ignoreSpans` leaves out of a transaction does not make its root last. In stream mode it never begins. */
function weighSpans(client: Client): void {
  const options = client.options;
  if (!options.ignoreSpans?.length || client.streams()) return;
  client.hear('spanEnd', (span: Span) => {
    const { name, attributes } = spanToJSON(span);
    if (getRootSpan(span) === idleSpan() && isIgnoredSpan(options, name, attributes as SpanAttributes)) {
      ask((core) => core.span_ignored(keyOf(span)), undefined);
    }
  });
}

/** Whether code of the page has a say about its load, or hears of it. */
export function asksPage(client: Client, { beforeStartSpan }: BrowserTracingOptions): boolean {
  return (
    client.isHeard || Boolean(beforeStartSpan || client.options.tracesSampler || pageScope().listeners.length)
  );
}

/** Times the load of the page, if that works in the end; of a page that is prepared before anybody sees it, once it is shown. */
export function timePageLoad(client: Client, own: BrowserTracingOptions, works: () => boolean): void {
  const { href, pathname } = location;
  const start = () => {
    startBrowserTracingPageLoadSpan(client, {
      name: client.streams() ? PAGE_LOAD : (arrived ?? location).pathname,
      attributes: { [SEMANTIC_ATTRIBUTE_SENTRY_SOURCE]: 'url', 'sentry.origin': 'auto.pageload.browser' },
    });
  };
  if (!isPrepared()) {
    early = readPageTrace({}, own.continueStaleTraces);
    const scope = scopeInForce();
    inTurn(() => {
      if (!works()) return;
      arrived = { href, pathname };
      runInScope(scope, start);
      arrived = undefined;
    });
    return;
  }
  settle();
  // What it requests meanwhile belongs to the trace of its load already.
  const page = readPageTrace({}, own.continueStaleTraces)();
  early = page && (() => page);
  if (page) pageScope().setPropagationContext(page.context);
  document.addEventListener('prerenderingchange', start, { once: true });
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
    const { name } = spanOptions;
    pageScope().setTransactionName(name === PAGE_LOAD ? (arrived ?? location).pathname : name);
    client.emit('startPageLoadSpan', spanOptions, traceOptions);
    const span = rootOf(client);
    if (span) client.emit('afterStartPageLoadSpan', span);
    return span;
  }, undefined);
}

/**
 * Starts the root span of a navigation, in a trace of its own; one that is under way ends. It ends by itself. For
 * routers that know its name; set `instrumentNavigation: false` then.
 *
 * @param client what `init` answered with
 * @param spanOptions `name` and `attributes` of the span
 * @param options `url`: where the navigation goes; `isRedirect`: nobody asked for it, so that it becomes a child of
 *   the root that is under way
 * @returns the root that is under way; `undefined` without `browserTracingIntegration()`, or if nothing is recorded
 * @example
 * startBrowserTracingNavigationSpan(client, { name: '/orders/:id', op: 'navigation' }, { url: '/orders/42' });
 */
export function startBrowserTracingNavigationSpan(
  client: Client,
  spanOptions: StartSpanOptions,
  options?: NavigationOptions,
): Span | undefined {
  return attempt(() => {
    const { url, isRedirect } = options ?? {};
    client.emit('beforeStartNavigationSpan', spanOptions, { isRedirect, url });
    client.emit('startNavigationSpan', spanOptions, { isRedirect, url });
    const { name } = spanOptions;
    pageScope().setTransactionName(name === NAVIGATION ? pathOf(url || location.href) : name);
    return rootOf(client);
  }, undefined);
}

/**
 * Says that the page has loaded, by its own measure: ends the root span of the page load now. For pages with
 * `browserTracingIntegration({ enableReportPageLoaded: true })`, where nothing else but its final timeout does.
 *
 * @param client what `init` answered with; without it the current one
 * @example
 * hydrateRoot(root, app).then(() => reportPageLoaded());
 */
export function reportPageLoaded(client: Client | undefined = getClient()): void {
  attempt(() => client?.emit('endPageloadSpan'), undefined);
}

/** Events come from this address from now on. */
function here(href: string): void {
  atPage(href);
}

/** The root that is under way, if this client began it. */
function rootOf(client: Client): Span | undefined {
  return client === owner ? idleSpan() : undefined;
}

/** Ends the root that is under way. */
function endIdle(reason: string): void {
  const span = idleSpan();
  span?.setAttribute(FINISH_REASON, reason);
  span?.end();
}

/** Begins a root span that ends by itself, and makes it active on the page. */
function startIdle(
  client: Client,
  own: BrowserTracingOptions,
  options: StartSpanOptions,
  url: string,
  flags = 0,
  links: SpanLink[] = [],
): Span | undefined {
  const given = described(own, options, url);
  if (!client.traces()) return undefined;
  if (links.length) given.links = [...links, ...(given.links ?? [])];
  const scope = pageScope();
  const kind = IDLE | flags | (own.enableReportPageLoaded ? UNTRIMMED : 0);
  const span = begin(given, scope, undefined, kind);
  // Not asked earlier: the root of a click, which was under way until now, has just ended.
  const before = scope.span;
  scope.span = span;
  onEnd(span[OURS], () => {
    if (scope.span === span) scope.span = before;
  });
  watchIdle(span);
  owner = client;
  return span;
}

/** What the page makes of the options of a span, and where it goes. */
function described(
  { beforeStartSpan }: BrowserTracingOptions,
  options: StartSpanOptions,
  url: string,
): StartSpanOptions {
  let given = options;
  if (typeof beforeStartSpan === 'function') {
    const copy = { ...options, attributes: { ...options.attributes } };
    given = attempt(() => beforeStartSpan(copy), options) ?? options;
  }
  const href = attempt(() => new URL(url).href, '');
  const attributes: SpanAttributes = {
    'url.path': pathOf(url),
    'url.full': ask((core) => core.recorded_url(href), '') || undefined,
    ...given.attributes,
  };
  if (given.name !== options.name) attributes[SEMANTIC_ATTRIBUTE_SENTRY_SOURCE] = 'custom';
  return { ...given, attributes };
}

function pathOf(url: string): string {
  return attempt(() => new URL(url, location.href).pathname, location.pathname);
}

/** Lets a root end by itself once the document can be used. */
function allowWhenLoaded(root: Span): void {
  const allow = () => {
    if (root === idleSpan()) ask((core) => core.allow_idle_finish(), undefined);
  };
  if (document.readyState !== 'loading') allow();
  else document.addEventListener('readystatechange', allow, { once: true });
}
