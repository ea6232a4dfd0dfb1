// What `@sentry/browser` and we have in common: the same functions, so that both are used by the same code.

/**
 * @param {typeof import('@sentry/browser')} sdk
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
        integrations: [browserTracingIntegration(pageLoad ? {} : { instrumentPageLoad: false })],
        ...further,
      });
    },
    root: (name, inside) => startSpan({ name, op: 'bench' }, inside),
    child: (name, attributes, inside = nothing) => startSpan({ name, op: 'bench', attributes }, inside),
    open: (name, inside) =>
      startSpanManual({ name, op: 'bench' }, (span) => {
        inside();
        return () => span.end();
      }),
    requests: (name, request, count) =>
      startSpan({ name, op: 'bench' }, async () => {
        for (let at = 0; at < count; at++) await request();
      }),
    flush: () => flush(2000),
  };
}

function nothing() {}
