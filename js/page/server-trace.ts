// The trace that came with the page: in meta tags, or in the header `Server-Timing`. The core judges whether
// the page goes on in it, or is only linked to it because its HTML is stale (src/decide/stale.rs).

import { type Arrival, judgePageLoad, type PageLoad } from '../core/core.js';
import { doubt, earlyTrace, settle } from '../core/early.js';
import { isWaiting, later } from '../core/waiting.js';
import type { BrowserClient } from '../scope/client.js';
import { beginTrace, isOwn } from '../scope/propagation.js';
import { sensitiveParams } from '../scope/recorded.js';
import type { Scope } from '../scope/scope.js';
import { counting, inOurForm, withTracestate } from '../scope/w3c.js';
import { addresses, learn } from '../send/page-data.js';
import { ownRate, remember } from '../span/sampling.js';
import type { Presumed } from '../span/sampling-context.js';
import type { PropagationContext, SpanLink } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { pageOrigin } from '../values/clock.js';
import { complain } from '../values/debug.js';
import { newSpanId } from '../values/ids.js';
import { text } from '../values/values.js';

/** The trace of a page. */
export interface PageTrace extends Presumed {
  context: PropagationContext;
  /** The trace that its HTML names, if that is stale. */
  links: SpanLink[];
  /** What the core says about a root of this name, from this source, that begins in it. */
  judged: PageLoad | undefined;
}

/** What is newer than TypeScript's own library. */
type Navigation = PerformanceNavigationTiming & { deliveryType?: string };

// How a trace came, see crates/module/.
const JUDGED = 1;
const CACHED = 2;
const AGAIN = 4;

/** Under which name this browser remembers the traces of servers that its page views went on with. */
const KEY = 'throughline_continued_traces';
/** So many of them, 33 characters each. */
const MAX_KEPT = 50;

/** The trace that this page view goes on with: it may be asked for again, by a router that knows a better name. */
let continued: string | undefined;

/**
 * Reads two given header values, each from the page where there is none, and what it has of the W3C's, and has them judged for a root of a name from a
 * source. Only a trace that the page brought itself is judged.
 */
export function readPageTrace(
  client: BrowserClient,
  given: { sentryTrace?: unknown; baggage?: unknown },
  continueStale: boolean | undefined,
  name: string,
  source: string,
): PageTrace {
  const navigation = attempt(() => performance.getEntriesByType('navigation')[0] as Navigation | undefined);
  const read = (name: string) => [...fromMeta(name), ...fromServerTiming(navigation, name)].filter(Boolean);
  const traces = given.sentryTrace ? [text(given.sentryTrace)] : read('sentry-trace');
  const others = given.sentryTrace ? [] : read('traceparent').map(inOurForm).filter(Boolean);
  const bags = given.baggage ? [text(given.baggage)] : read('baggage');
  // A page that its server streams may have several pairs: the first of which both say one trace counts.
  const matching = (trace: string) => bags.find((bag) => bag.includes(`sentry-trace_id=${idOf(trace)}`));
  const first = (traces: string[]) => traces.find(matching) ?? traces[0] ?? '';
  const otherwise = first(others);
  const sentryTrace = counting(first(traces), otherwise);
  const baggage = matching(sentryTrace) ?? bags[0] ?? '';
  const withState = (context: PropagationContext) =>
    withTracestate(context, otherwise, read('tracestate')[0] ?? '');
  const id = idOf(sentryTrace);
  let kept = '';
  let how = 0;
  if (id && !given.sentryTrace && !continueStale && id !== continued) {
    // Asked only where it matters: the first question to a storage waits for another process.
    kept = attempt(() => localStorage.getItem(KEY), '') ?? '';
    how = JUDGED;
    // Who goes back gets what is cached, unless it came over the network: of that the size is known from its headers on.
    const isBack = navigation?.type === 'back_forward' && !navigation.transferSize;
    // A frame's `srcdoc` is said to be cached as well.
    const isCached = navigation?.deliveryType === 'cache' && /^http/.test(navigation.name);
    if (isBack || isCached) how |= CACHED;
    if (kept.includes(id)) how |= AGAIN;
  }
  const [said = ''] = how ? read('sentry-trace-time') : [];
  const begun = Number(said) || Date.parse(said);
  const asked = pageOrigin();
  const arrival = { sentryTrace, baggage, begun, asked, how };
  const { href } = location;
  const own = beginTrace();
  const rate = ownRate(client);
  const judge = (): PageTrace => {
    const head = client.head();
    const judged = judgePageLoad(
      arrival,
      own.traceId,
      own.sampleRand,
      head,
      name,
      source,
      rate,
      addresses(href),
      sensitiveParams(client),
    );
    if (judged) learn(href, judged.urls);
    const context = withState(judged?.context ?? own);
    const links: SpanLink[] = [];
    if (judged?.stale) {
      const { traceId, parentSpanId = '', sampled } = judged.stale.context;
      complain(`the trace ${traceId} of this page is only linked to: it is ${judged.stale.reason}`);
      const linked = { traceId, spanId: parentSpanId, traceFlags: Number(sampled ?? false) };
      links.push({ context: linked, attributes: { 'sentry.link.type': 'stale_trace' } });
    } else if (how && context.traceId === id) {
      continued = id;
      attempt(() => localStorage.setItem(KEY, `${id} ${kept}`.slice(0, MAX_KEPT * 33)));
    }
    if (judged) remember(rate, context.sampled, context.sampleRand, judged.decision);
    // Where no span is recorded, one id stands in for the page in all headers.
    if (!client.traces()) context.propagationSpanId = newSpanId();
    return { context, links, judged, name, source, head, rate };
  };
  const page = judge();
  if (COMES_LATER && isWaiting()) judgeLater(page, judge, arrival, client, withState);
  return page;
}

/** The longest time since its server began a trace that is sure not to be stale, in milliseconds. */
const SURELY_FRESH = 60_000;

/** Until the core has come: the trace that the page names, if there is no doubt about it, else one of its own. */
function judgeLater(
  page: PageTrace,
  judge: () => PageTrace,
  { sentryTrace, baggage, begun, asked, how }: Arrival,
  client: BrowserClient,
  withState: (context: PropagationContext) => PropagationContext,
): void {
  const own = page.context;
  if (sentryTrace) {
    const age = asked - (begun > 1e11 ? begun : begun * 1000);
    const isFresh = !(how & (CACHED | AGAIN)) && !(Math.abs(age) > SURELY_FRESH);
    const isStrict = client.option('strictTraceContinuation') === true;
    const early = earlyTrace(sentryTrace, baggage, (one) => isFresh && isOwn(client, one, isStrict));
    if (early) page.context = withState({ ...own, ...early });
    else doubt(own);
  }
  later(() => {
    const { context } = page;
    Object.assign(page, judge());
    // That id is in headers already.
    if (context.propagationSpanId) page.context.propagationSpanId = context.propagationSpanId;
    settle(context, page.context);
    page.context = context;
  });
}

/** Puts a scope into the trace of a page, of which the core may say something else later: in every scope that has that object. */
export function enterEarly(scope: Scope, page: PageTrace): void {
  if (scope.trace() === page.context) return;
  scope.setPropagationContext(page.context);
  page.context = scope.trace();
}

/** The id of the trace in a `sentry-trace`. */
function idOf(sentryTrace: string): string | undefined {
  return /[\da-f]{32}/i.exec(sentryTrace)?.[0].toLowerCase();
}

function fromMeta(name: string): string[] {
  return attempt(() => {
    const tags = [...document.querySelectorAll(`meta[name="${name}"]`)];
    return tags.map((tag) => tag.getAttribute('content') ?? '');
  }, []);
}

function fromServerTiming(navigation: Navigation | undefined, name: string): string[] {
  return attempt(() => {
    const entries = navigation?.serverTiming.filter((entry) => entry.name === name);
    return entries?.map(({ description }) => description) ?? [];
  }, []);
}
