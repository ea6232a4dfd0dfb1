// The root spans of routes: of the page load, and of each navigation. They end by themselves (section 8.3 of the
// protocol, js/span/idle.ts), and put the page into their trace until the next one begins.

import { type StartSpanOptions, startInactiveSpan } from '../api/spans.js';
import { getDynamicSamplingContextFromSpan } from '../api/traces.js';
import { isWaiting, later } from '../core/waiting.js';
import { addressBefore } from '../page/history.js';
import { enterEarly, type PageTrace, readPageTrace } from '../page/server-trace.js';
import { shownAt } from '../page/timeline.js';
import { currentClient, getCurrentScope, pageScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { beginTrace } from '../scope/propagation.js';
import { atPage, recordedAddress, recordedPath } from '../send/page-data.js';
import { TIMEOUTS, type Timeouts } from '../span/idle.js';
import { spanToJSON } from '../span/json.js';
import {
  FINISH_REASON,
  isOpen,
  NAME_SOURCE,
  ORIGIN,
  onEnd,
  RECORD,
  recordOf,
  type SpanRecord,
} from '../span/record.js';
import { presume } from '../span/sampling-context.js';
import type { Span } from '../span/span.js';
import { begin } from '../span/start.js';
import type { Client } from '../types/options.js';
import type { SpanAttributes, SpanLink } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { pageOrigin, pageTime } from '../values/clock.js';
import { newSpanId } from '../values/ids.js';
import { baseAddress } from '../values/place.js';
import { shared } from '../values/shared.js';
import { linksOf, text } from '../values/values.js';

/** What page loads and navigations are called in stream mode, where names group spans, if no route is known. */
const PAGE_LOAD = 'Pageload';
export const NAVIGATION = 'Navigation';

/** The options of {@link browserTracingIntegration} that are about page loads and navigations. */
export interface RouteOptions {
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

/** Where a navigation goes, and whether nobody asked for it. */
interface NavigationOptions {
  url?: string | undefined;
  isRedirect?: boolean | undefined;
}

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
/** The trace of a page whose load has not begun yet, because it is not shown. */
let early: PageTrace | undefined;
const state = shared as {
  /** The root of a route that is under way, and the client that began it. */
  under?: { span: Span; client: BrowserClient } | undefined;
  /** Those that were over before the core had come, and are still to be told of. */
  over?: WeakSet<object>;
};

/** The root of a route that is under way. */
export function routeSpan(): Span | undefined {
  return state.under?.span;
}

/** Whether a root was that of a route, and is told of later. */
export function wasRoute(span: Span): boolean {
  return Boolean(state.over?.has(span));
}

/** How long the roots of clients wait. */
const waits = new WeakMap<BrowserClient, Timeouts>();

/** How long roots of a client wait that end by themselves. */
export function timeoutsOf(client: BrowserClient): Timeouts {
  return waits.get(client) ?? TIMEOUTS;
}

/** Begins root spans for a client when it is told to. */
export function traceRoutes(client: BrowserClient, own: RouteOptions, timeouts: Timeouts): void {
  const isCurrent = () => client === currentClient() && !client.isClosed;
  waits.set(client, timeouts);

  client.on(
    'startPageLoadSpan',
    (given: StartSpanOptions, trace?: { sentryTrace?: string; baggage?: string }) => {
      if (!isCurrent()) return;
      endRoute('cancelled');
      const { href } = location;
      const source = text(attempt(() => given.attributes?.[NAME_SOURCE], ''));
      const page =
        (!trace && early) ||
        readPageTrace(client, trace ?? {}, own.continueStaleTraces, text(given.name), source);
      early = undefined;
      if (COMES_LATER) enterEarly(getCurrentScope(), page);
      else getCurrentScope().setPropagationContext(page.context);
      atPage(href);
      pageLoad = startRoute(client, own, { op: 'pageload', ...given }, href, timeouts, false, page.links);
      if (!pageLoad) return;
      if (COMES_LATER) {
        const record = pageLoad[RECORD];
        later(() => {
          record.links = linksOf(page.links, record.links);
        });
      }
      if (page.judged) presume(pageLoad[RECORD], page, page.judged);
      if (!own.enableReportPageLoaded) allowWhenLoaded(client, pageLoad);
    },
  );

  client.on('idleSpanEnableAutoFinish', (root: unknown) => recordOf(root)?.tree?.idle?.allow());

  client.on('endPageloadSpan', () => {
    if (own.enableReportPageLoaded && pageLoad && pageLoad === routeSpan()) endRoute('reportPageLoaded');
  });

  client.on('startNavigationSpan', (given: StartSpanOptions, { url, isRedirect }: NavigationOptions = {}) => {
    if (!isCurrent()) return;
    const to = url || location.href;
    if (isRedirect) {
      const options = described(own, { op: 'navigation.redirect', ...given }, to);
      const span = startInactiveSpan({ ...options, startTime: undefined });
      span.end(spanToJSON(span).start_timestamp);
      return;
    }
    // Where no span is recorded, one id stands in for the whole route.
    const propagationSpanId = client.traces() ? undefined : newSpanId();
    endRoute('cancelled');
    getCurrentScope().setPropagationContext({ ...beginTrace(), propagationSpanId });
    atPage(attempt(() => new URL(to, baseAddress()).href, to));
    const options = { op: 'navigation', ...given, parentSpan: null };
    const span = startRoute(client, own, options, to, timeouts, true);
    // A page may move on while its root is under way: its event comes from where the page is in the end.
    if (span) onEnd(span[RECORD], () => atPage(addressBefore()));
  });
}

/** Times the load of the page; of a page that is prepared before anybody sees it, once it is shown. */
export function timePageLoad(client: BrowserClient, own: RouteOptions): void {
  const start = () => {
    startBrowserTracingPageLoadSpan(client, {
      name: client.streams() ? PAGE_LOAD : recordedPath(location.href),
      attributes: { [NAME_SOURCE]: 'url', [ORIGIN]: 'auto.pageload.browser' },
    });
  };
  if (!isPrepared()) {
    start();
    return;
  }
  // What it requests meanwhile belongs to the trace of its load already.
  early = readPageTrace(client, {}, own.continueStaleTraces, '', 'url');
  if (COMES_LATER) enterEarly(getCurrentScope(), early);
  else getCurrentScope().setPropagationContext(early.context);
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
    getCurrentScope().setTransactionName(name === PAGE_LOAD ? recordedPath(location.href) : name);
    const startTime = spanOptions.startTime ?? (pageOrigin() ? pageTime(shownAt()) : undefined);
    client.emit('startPageLoadSpan', { ...spanOptions, startTime }, traceOptions);
    const span = rootOf(client);
    if (span) client.emit('afterStartPageLoadSpan', span);
    return span;
  });
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
    getCurrentScope().setTransactionName(name === NAVIGATION ? recordedPath(url || location.href) : name);
    return rootOf(client);
  });
}

/**
 * Says that the page has loaded, by its own measure: ends the root span of the page load now. For pages with
 * `browserTracingIntegration({ enableReportPageLoaded: true })`, where nothing else but its final timeout does.
 *
 * @param client what `init` answered with; without it the current one
 * @example
 * hydrateRoot(root, app).then(() => reportPageLoaded());
 */
export function reportPageLoaded(client: Client | undefined = currentClient()): void {
  attempt(() => client?.emit('endPageloadSpan'));
}

/** The root that is under way, if this client began it. */
function rootOf(client: Client): Span | undefined {
  return client === state.under?.client ? state.under.span : undefined;
}

/** Ends the root that is under way. */
function endRoute(reason: string): void {
  const span = routeSpan();
  span?.setAttribute(FINISH_REASON, reason);
  span?.end();
}

/** Begins a root span that ends by itself, and makes it active: on the page, or until the callback returns that it begins in. */
function startRoute(
  client: BrowserClient,
  own: RouteOptions,
  options: StartSpanOptions,
  url: string,
  timeouts: Timeouts,
  allowed: boolean,
  links: SpanLink[] = [],
): Span | undefined {
  const { name, op, attributes, startTime, links: given } = described(own, options, url);
  if (!client.traces() || !client.isOn()) return undefined;
  const scope = getCurrentScope();
  const all = links.length || given ? [...links, ...(given ?? [])] : undefined;
  const beginning = { name, op, attributes, startTime, links: all };
  const waiting = { timeouts, allowed, untrimmed: Boolean(own.enableReportPageLoaded) };
  const span = begin(beginning, scope, undefined, false, waiting);
  const record = span[RECORD];
  // A listener may have ended it.
  if (!isOpen(record)) return span;
  if (COMES_LATER) later(() => describeLater(record, url));
  // Not asked earlier: the root of a click, which was under way until now, has just ended.
  const before = scope.span;
  scope.span = span;
  state.under = { span, client };
  onEnd(record, () => {
    const isOver = before && recordOf(before) && !isOpen(recordOf(before) as SpanRecord);
    if (scope.span === span) scope.span = isOver ? undefined : before;
    if (state.under?.span === span) state.under = undefined;
    if (COMES_LATER && isWaiting()) {
      state.over ??= new WeakSet();
      state.over.add(span);
    }
  });
  record.afterEnd = () => keepTrace(span);
  return span;
}

/**
 * After a route has ended, what happens on the page still belongs to its trace, with its decision. Its children are let go of
 * once they have been sent: the page load is known for the life of the page.
 */
function keepTrace(span: Span): void {
  const page = pageScope();
  const context = page.trace();
  const { traceId, sampled, tree, scope } = span[RECORD];
  const isSame = context.traceId === traceId;
  // One that began in a callback has left the page in the trace before, until now.
  if (isSame || (scope !== page && tree)) {
    const own = isSame ? context : { traceId, sampleRand: tree?.sampleRand ?? 0 };
    page.setPropagationContext({ ...own, sampled, dsc: getDynamicSamplingContextFromSpan(span) });
  }
  queueMicrotask(() =>
    attempt(() => {
      // In stream mode what is open yet is still to be sent.
      if (tree) tree.children = scope.client?.streams() ? tree.children.filter(isOpen) : [];
    }),
  );
}

/** What the page makes of the options of a span, and where it goes. */
function described(
  { beforeStartSpan }: RouteOptions,
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
    'url.path': recordedPath(url),
    'url.full': (href && recordedAddress(href)) || undefined,
    ...given.attributes,
  };
  if (given.name !== options.name) attributes[NAME_SOURCE] = 'custom';
  return { ...given, attributes };
}

/** What may be recorded of where a route goes, which nobody could judge when it began. */
function describeLater(record: SpanRecord, url: string): void {
  const { attributes } = record;
  const href = attempt(() => new URL(url).href, '');
  attributes['url.full'] ??= (href && recordedAddress(href)) || undefined;
  if (attributes['url.path'] === '/') attributes['url.path'] = recordedPath(url);
  if (record.name === '/' && attributes[NAME_SOURCE] === 'url') record.name = recordedPath(url);
}

/** Lets a root end by itself once the document can be used. */
function allowWhenLoaded(client: BrowserClient, root: Span): void {
  const allow = () => client.emit('idleSpanEnableAutoFinish', root);
  if (document.readyState !== 'loading') allow();
  else document.addEventListener('readystatechange', allow, { once: true });
}
