// The trace that came with the page: in meta tags, or in the header `Server-Timing`. The core judges whether
// the page goes on in it, or is only linked to it because its HTML is stale (src/trace/stale.rs).

import { pageOrigin } from '../clock.js';
import { complain } from '../debug.js';
import { ask, attempt } from '../guard.js';
import type { PropagationContext } from '../propagation.js';
import { type SpanLink, text } from '../values.js';

/** The trace of a page. */
export interface PageTrace {
  context: PropagationContext;
  /** When the page began; seconds since the epoch. */
  start?: number;
  /** The trace that its HTML names, if that is stale. */
  links?: SpanLink[];
}

/** What the core says about it. */
interface Told extends PageTrace {
  stale?: { reason: string; context: PropagationContext };
}

/** What is newer than TypeScript's own library. */
type Navigation = PerformanceNavigationTiming & { deliveryType?: string };

// How a trace came, see src/api/browser_tracing.rs.
const JUDGED = 1;
const CACHED = 2;
const AGAIN = 4;

/** Under which name this browser remembers the traces of servers that its page views went on with. */
const KEY = 'throughline_continued_traces';
/** So many of them, 33 characters each. */
const MAX_KEPT = 50;

/** The trace that this page view goes on with: it may be asked for again, by a router that knows a better name. */
let here: string | undefined;

/**
 * Reads two given header values, each from the page where there is none. What it answers with judges them, which may be
 * later: the page may have changed meanwhile. Only a trace that the page brought itself is judged.
 */
export function readPageTrace(
  given: { sentryTrace?: unknown; baggage?: unknown } = {},
  continueStale?: boolean,
): () => PageTrace | undefined {
  const navigation = attempt(
    () => performance.getEntriesByType('navigation')[0] as Navigation | undefined,
    undefined,
  );
  const read = (name: string) => fromMeta(name) || fromServerTiming(navigation, name);
  const trace = text(given.sentryTrace) || read('sentry-trace');
  const baggage = text(given.baggage) || read('baggage');
  const id = /[\da-f]{32}/i.exec(trace)?.[0].toLowerCase();
  let kept = '';
  let how = 0;
  if (id && !given.sentryTrace && !continueStale && id !== here) {
    // Asked only where it matters: the first question to a storage waits for another process.
    kept = attempt(() => localStorage.getItem(KEY), '') ?? '';
    how = JUDGED;
    if (navigation?.type === 'back_forward' || navigation?.deliveryType === 'cache') how |= CACHED;
    if (kept.includes(id)) how |= AGAIN;
  }
  const said = how ? read('sentry-trace-time') : '';
  const began = Number(said) || Date.parse(said);
  return () => {
    const told: Told | undefined = ask(
      (core) => JSON.parse(core.page_load(trace, baggage, began, how, pageOrigin())),
      undefined,
    );
    if (!told) return undefined;
    const { stale, ...page } = told;
    if (stale) {
      const { traceId, parentSpanId = '', sampled } = stale.context;
      complain(`the trace ${traceId} of this page is only linked to: it is ${stale.reason}`);
      const context = { traceId, spanId: parentSpanId, traceFlags: Number(sampled ?? false) };
      page.links = [{ context, attributes: { 'sentry.link.type': 'stale_trace' } }];
    } else if (how && page.context.traceId === id) {
      here = id;
      attempt(() => localStorage.setItem(KEY, `${id} ${kept}`.slice(0, MAX_KEPT * 33)), undefined);
    }
    return page;
  };
}

function fromMeta(name: string): string {
  return attempt(() => document.querySelector(`meta[name="${name}"]`)?.getAttribute('content'), '') ?? '';
}

function fromServerTiming(navigation: Navigation | undefined, name: string): string {
  return attempt(() => navigation?.serverTiming.find((entry) => entry.name === name)?.description, '') ?? '';
}
