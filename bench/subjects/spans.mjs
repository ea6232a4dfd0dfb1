// What `@sentry/browser` and we have in common: the same functions, so that both are used by the same code. Each subject
// passes the ones it has imported by name, as an application would, so that a bundler leaves out all others.

/** Longer than any page is looked at, in milliseconds: nobody but the bench ends the page load. */
const NEVER = 25_000;

const OP = 'bench';
const OK = { code: 1 };

/**
 * @param {Partial<typeof import('@sentry/browser')>} sdk
 * @param {object} further options of `init` that only this subject has
 */
export function subjectOf(sdk, further = {}) {
  const { init, browserTracingIntegration, startSpan, startSpanManual, flush } = sdk;
  return {
    start({ rate, sink, pageLoad }) {
      init({
        dsn: 'https://public@localhost/1',
        tunnel: sink,
        tracesSampleRate: rate,
        integrations: [browserTracingIntegration(TRACING[pageLoad])],
        ...further,
      });
    },
    root: (name, attributes, inside = nothing) => startSpan({ name, op: OP, attributes }, inside),
    newTrace: (name, attributes) => sdk.startNewTrace(() => startSpan({ name, op: OP, attributes }, nothing)),
    child: (name, attributes, inside = nothing) => startSpan({ name, op: OP, attributes }, inside),
    changed: (name, attributes) =>
      startSpan({ name, op: OP, attributes }, (span) => {
        span.setStatus(OK);
        span.updateName(`${name}-changed`);
      }),
    /** Begins a span below the active one; what it answers makes children of it, which is not the active one. */
    parent(name) {
      const parentSpan = sdk.startInactiveSpan({ name, op: OP });
      return {
        child: (name, attributes) => startSpan({ name, op: OP, attributes, parentSpan }, nothing),
        end: () => parentSpan.end(),
      };
    },
    open: (name, inside) =>
      startSpanManual({ name, op: OP }, (span) => {
        inside();
        return () => span.end();
      }),
    /** Requests in a root or, where `below` is the name of one, in a child of it. */
    requests(name, request, count, below) {
      const all = async () => {
        for (let at = 0; at < count; at++) await request();
      };
      return startSpan({ name, op: OP }, below ? () => startSpan({ name: below, op: OP }, all) : all);
    },
    endPageLoad() {
      const span = sdk.getActiveSpan();
      if (span) sdk.getRootSpan(span).end();
      return Boolean(span);
    },
    flush: () => flush(2000),
  };
}

/** What becomes of the page load: nobody looks at it, it is as documented, or it waits until the bench ends it. */
const TRACING = {
  none: { instrumentPageLoad: false, instrumentNavigation: false },
  documented: {},
  held: { idleTimeout: NEVER, finalTimeout: NEVER },
};

function nothing() {}
