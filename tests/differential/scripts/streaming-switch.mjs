// Stream mode switched on by its integration, and pages that are hidden.

export const switched = [
  ['beside nothing', '{ traceLifecycle: "stream" }', '(S) => [S.spanStreamingIntegration()]'],
  [
    'where the page keeps to transactions',
    '{ traceLifecycle: "static" }',
    '(S) => [S.spanStreamingIntegration()]',
  ],
  ['where the page has not said', '{ traceLifecycle: undefined }', '(S) => [S.spanStreamingIntegration()]'],
  [
    'with a changer of spans',
    '{ traceLifecycle: undefined, beforeSendSpan: (span) => ({ ...span, name: span.name + "!" }) }',
    '(S) => [S.spanStreamingIntegration()]',
  ],
].map(([said, options, integrations]) => ({
  name: `the integration of stream mode ${said}`,
  given: `[${options}, ${integrations}]`,
  run: (S, { init }, [options, integrations]) => {
    const client = init({ ...options, integrations: integrations(S) });
    S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
    return [client.getOptions().traceLifecycle, client.getIntegrationByName('SpanStreaming')?.name];
  },
}));

const byFunction = {
  name: 'the integration of stream mode by a function',
  only: 'result',
  run: (S, { init }) => {
    const client = init({ traceLifecycle: undefined, integrations: () => [S.spanStreamingIntegration()] });
    const seen = [client.getOptions().traceLifecycle];
    client.on('processSpan', ({ name, is_segment }) => seen.push([name, is_segment]));
    S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
    return seen;
  },
};

const hidden = [
  ['by visibilityState alone', `{ visibilityState: 'hidden', hidden: false }`],
  ['by hidden alone', `{ visibilityState: 'visible', hidden: true }`],
  ['by both', `{ visibilityState: 'hidden', hidden: true }`],
  ['by neither', `{ visibilityState: 'visible', hidden: false }`],
].flatMap(([said, given]) =>
  ['static', 'stream'].map((mode) => ({
    name: `a page that says ${said} that it is hidden: ${mode}`,
    given: `[${given}, '${mode}']`,
    only: 'result',
    clock: true,
    run: async (S, { init, later }, [told, traceLifecycle]) => {
      init({ traceLifecycle, integrations: [S.browserTracingIntegration()] });
      const root = S.getActiveSpan();
      await later(100);
      for (const [name, value] of Object.entries(told)) {
        Object.defineProperty(document, name, { configurable: true, get: () => value });
      }
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      const { status, data } = S.spanToStaticSpanJSON(root);
      const { 'sentry.cancellation_reason': reason, 'sentry.idle_span_finish_reason': finish } = data;
      return [root.isRecording(), status, reason ?? 'none', finish ?? 'none'];
    },
  })),
);

export const hiddenPages = [byFunction, ...hidden];
