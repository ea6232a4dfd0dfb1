// Served to the page: what every script may use beside the SDK, and the plain form of what it returns.

/** The ids that scripts let arrive from elsewhere. */
export const TRACE = '771a43a4192642f0b136d5159a501700';
export const PARENT = 'b0e6f15b45c36b12';

/** Everything is said with these options, unless a script says otherwise. */
const OPTIONS = {
  dsn: 'http://public@localhost:1/1',
  tracesSampleRate: 1,
  traceLifecycle: 'static',
  defaultIntegrations: false,
  integrations: [],
};

/** For so many milliseconds a clock of the page goes on while it flushes: in each of them the peer looks again. */
const FLUSHING = 10;

/** The tools of one script; `clock` is the page's own, if it has one. */
export function toolsFor(S, { isPeer, tunnel, clock }) {
  const tools = {
    TRACE,
    PARENT,
    /** Starts the SDK. What the peer leaves to integrations, and ours does by itself, is switched on. */
    init: (overrides = {}) => {
      const options = { ...OPTIONS, tunnel, ...overrides };
      if (isPeer && Array.isArray(options.integrations)) {
        options.integrations = [
          S.eventFiltersIntegration(),
          S.httpContextIntegration(),
          ...options.integrations,
        ];
      }
      return S.init(options);
    },
    /** Gives the current scope's trace this random value, which both SDKs otherwise draw. */
    fixRandom: (sampleRand) => {
      const scope = S.getCurrentScope();
      scope.setPropagationContext({ ...scope.getPropagationContext(), sampleRand });
    },
    /** Runs a callback in a trace that came with these two headers. */
    continued: (baggage, callback, decision = '-1') =>
      S.continueTrace({ sentryTrace: `${TRACE}-${PARENT}${decision}`, baggage }, callback),
    /** What a call answers, or how it fails. */
    attempt: (call) => {
      try {
        return call();
      } catch (error) {
        return `threw ${error?.message ?? error}`;
      }
    },
    /** Whether a call ends without throwing; for calls whose answer does not matter. */
    survives: (call) => {
      try {
        call();
        return 'survived';
      } catch {
        return 'threw';
      }
    },
    id: (span) => span?.spanContext().spanId,
    /** Waits as long as a timer of this many milliseconds: of the page's own clock where the script asks for one. */
    later: (milliseconds = 0) =>
      clock ? clock.later(milliseconds) : new Promise((resolve) => setTimeout(resolve, milliseconds)),
    /** Waits until everything that is under way has been sent, however long that takes. */
    flush: async () => {
      const flushed = S.flush();
      if (clock) await clock.later(FLUSHING);
      await flushed;
    },
    /** Collects what would be sent of roots, and an option of `init` for it; for pages with a clock of their own. */
    roots: () => {
      const seen = [];
      const beforeSendTransaction = (event) => {
        seen.push({ ...described(event), at: performance.now() });
        return null;
      };
      return [seen, { beforeSendTransaction }];
    },
    /** The page becomes hidden, as a browser tells it. */
    hide: async () => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      dispatchEvent(new PageTransitionEvent('pagehide'));
      await tools.later();
    },
  };
  return tools;
}

/** A transaction without what the browser measures, and with lengths instead of times. */
function described({ transaction, transaction_info, contexts, spans, request, ...times }) {
  const { op, origin, status, data, links, ...ids } = contexts.trace;
  const told = Object.entries(data).filter(
    ([name]) => /^(sentry|url)\./.test(name) || (name === 'browser.navigation.type' && op !== 'pageload'),
  );
  const own = spans.filter((span) => !/^auto\.(ui|resource|http)\.browser/.test(span.origin));
  const children = own.map(({ description, op, status, data, origin, ...rest }) => ({
    ...{ description, op, status, data, origin, length: millis(rest) },
  }));
  const attributes = Object.fromEntries(told);
  const { trace_id, parent_span_id } = ids;
  return {
    ...{ transaction, source: transaction_info.source, op, origin, status, attributes, links },
    ...{ trace_id, parent_span_id, children, url: request?.url, length: millis(times) },
  };
}

/** How long a span lasted, in milliseconds. */
function millis({ start_timestamp, timestamp }) {
  return Math.round((timestamp - start_timestamp) * 1000);
}

/** A value as plain data that survives the way out of the page, with marks for what JSON has no word for. */
export function plain(value, above = []) {
  if (above.includes(value)) return '[cycle]';
  switch (typeof value) {
    case 'undefined':
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'bigint':
      return `[bigint ${value}]`;
    case 'number':
      return Number.isFinite(value) ? value : `[${value}]`;
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Date) return `[date ${value.getTime()}]`;
  if (Array.isArray(value)) return value.map((item) => plain(item, [...above, value]));
  if (typeof value.spanContext === 'function') return '[span]';
  if (typeof value.then === 'function') return '[promise]';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, [...above, value])]));
}
