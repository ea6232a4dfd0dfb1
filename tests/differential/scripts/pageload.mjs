// The trace of a page: what the server told in meta tags, what is left after the page load, previous traces.

const META = (trace, baggage) =>
  `<meta name="sentry-trace" content="${trace}"><meta name="baggage" content="${baggage}">`;

/** What a server may have written, as the head of the page. */
const heads = [
  [
    'that says yes',
    META(
      '771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1',
      'sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.5,other=1',
    ),
  ],
  ['that says no', META('771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-0', 'sentry-sample_rand=0.5')],
  [
    'that leaves the decision open',
    META('771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12', 'sentry-sample_rand=0.5'),
  ],
  [
    'without baggage',
    '<meta name="sentry-trace" content="771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1">',
  ],
  ['without a trace', '<meta name="baggage" content="sentry-sample_rand=0.5">'],
  ['that is none', META('garbage', 'sentry-sample_rand=0.5')],
  ['that is empty', META('', '')],
  [
    'told twice',
    META('771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1', 'sentry-sample_rand=0.5') +
      META('00000000000000000000000000000abc-0000000000000def-0', 'sentry-sample_rand=0.25'),
  ],
  [
    'with encoded letters',
    META(
      '771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1',
      'sentry-sample_rand=0.5,sentry-release=a%26b&amp;c&quot;',
    ),
  ],
];

const fromMeta = heads.map(([said, head]) => ({
  name: `a page load with a trace of the server ${said}`,
  head,
  only: 'result',
  run: (S, { init }) => {
    init({ integrations: [S.browserTracingIntegration({ instrumentNavigation: false })] });
    const during = S.getTraceData();
    const root = S.getActiveSpan();
    const { name, parent_span_id, trace_id, attributes } = S.spanToJSON(root);
    const child = S.startSpan({ name: 'child' }, (span) => S.spanToJSON(span).parent_span_id);
    root.end();
    return [
      { name, parent_span_id, trace_id, attributes },
      root.isRecording(),
      child === root.spanContext().spanId,
      during,
      S.getActiveSpan(),
      S.getTraceData(),
      S.startSpan({ name: 'later' }, (span) => [S.spanToJSON(span), S.getTraceData()]),
    ];
  },
}));

/** Options for the links between traces. */
const linking = [
  ['by default', '{}'],
  ['in memory', `{ linkPreviousTrace: 'in-memory' }`],
  ['in the session', `{ linkPreviousTrace: 'session-storage' }`],
  ['not at all', `{ linkPreviousTrace: 'off' }`],
  ['with one decision for all', '{ consistentTraceSampling: true }'],
];

const linked = linking.map(([said, given]) => ({
  name: `traces of one page are linked ${said}`,
  given,
  run: (S, { init, fixRandom }, options) => {
    const off = { instrumentPageLoad: false, instrumentNavigation: false };
    init({ tracesSampleRate: 0.5, integrations: [S.browserTracingIntegration({ ...off, ...options })] });
    const root = (name, rand) => () => {
      fixRandom(rand);
      return S.startSpan({ name }, (span) => [S.spanToJSON(span), S.getTraceData()]);
    };
    const seen = [
      root('first', 0.3)(),
      root('same trace', 0.3)(),
      S.startNewTrace(root('second', 0.7)),
      S.startNewTrace(root('third', 0.2)),
    ];
    const kept = JSON.parse(sessionStorage.getItem('sentry_previous_trace'));
    return [seen, kept];
  },
}));

export const pageload = [
  ...fromMeta,
  ...linked,
  {
    name: 'a page load without a trace of the server leaves its decision and its sampling context behind',
    only: 'result',
    run: (S, { init }) => {
      init({ integrations: [S.browserTracingIntegration({ instrumentNavigation: false })] });
      const root = S.getActiveSpan();
      const before = S.getTraceData();
      S.updateSpanName(root, 'better');
      root.end();
      return [before, S.getTraceData(), S.startSpan({ name: 'later' }, () => S.getTraceData())];
    },
  },
  {
    name: 'a page load that is not sampled leaves its decision behind',
    only: 'result',
    run: (S, { init }) => {
      init({
        tracesSampleRate: 0,
        integrations: [S.browserTracingIntegration({ instrumentNavigation: false })],
      });
      const before = S.getTraceData();
      S.getActiveSpan()?.end();
      return [
        before,
        S.getTraceData(),
        S.startSpan({ name: 'later' }, (span) => [span.isRecording(), S.getTraceData()]),
      ];
    },
  },
  {
    name: 'without a rate one span id serves the whole page',
    only: 'result',
    run: (S, { init }) => {
      init({
        tracesSampleRate: undefined,
        integrations: [S.browserTracingIntegration({ instrumentNavigation: false })],
      });
      return [
        S.getTraceData(),
        S.startSpan({ name: 'x' }, () => S.getTraceData({ propagateTraceparent: true })),
      ];
    },
  },
  {
    name: 'without a rate a trace of the server is passed on with one span id',
    head: heads[0][1],
    only: 'result',
    run: (S, { init }) => {
      init({
        tracesSampleRate: undefined,
        integrations: [S.browserTracingIntegration({ instrumentNavigation: false })],
      });
      return [S.getTraceData(), S.startSpan({ name: 'x' }, () => S.getTraceData())];
    },
  },
  {
    name: 'a page that is told not to trace its load does not read what the server wrote',
    head: heads[0][1],
    run: (S, { init }) => {
      const off = { instrumentPageLoad: false, instrumentNavigation: false };
      init({ integrations: [S.browserTracingIntegration(off)] });
      return [S.getActiveSpan(), S.getTraceData(), S.startSpan({ name: 'x' }, () => S.getTraceData())];
    },
  },
  {
    name: 'a page may start its load by itself, with a trace that it names',
    only: 'result',
    run: (S, { init, TRACE, PARENT }) => {
      const off = { instrumentPageLoad: false, instrumentNavigation: false };
      const client = init({ integrations: [S.browserTracingIntegration(off)] });
      const span = S.startBrowserTracingPageLoadSpan(
        client,
        { name: '/custom', attributes: { a: 1 } },
        { sentryTrace: `${TRACE}-${PARENT}-1`, baggage: 'sentry-release=server,sentry-sample_rand=0.5' },
      );
      return [S.spanToJSON(span), S.getActiveSpan() === span, S.getTraceData()];
    },
  },
  {
    name: 'a page may start a navigation by itself, in a trace of its own',
    only: 'result',
    run: (S, { init }) => {
      const off = { instrumentPageLoad: false, instrumentNavigation: false };
      const client = init({ integrations: [S.browserTracingIntegration(off)] });
      const before = S.getTraceData();
      const span = S.startBrowserTracingNavigationSpan(client, { name: '/next', attributes: { a: 1 } });
      const during = [S.spanToJSON(span), S.getActiveSpan() === span, S.getTraceData()];
      span.end();
      return [before, during, S.getActiveSpan(), S.getTraceData()];
    },
  },
  {
    name: 'without a rate one span id serves a navigation, another one than the page load',
    only: 'result',
    run: (S, { init }) => {
      const client = init({
        tracesSampleRate: undefined,
        integrations: [S.browserTracingIntegration({ instrumentNavigation: false })],
      });
      const headers = () => [S.getTraceData()['sentry-trace'], S.getTraceData()['sentry-trace']];
      const load = headers();
      S.startBrowserTracingNavigationSpan(client, { name: '/next' });
      return [load, headers()];
    },
  },
  ...[3500, 3700].map((age) => ({
    name: `a trace of the session that began ${age} seconds ago`,
    given: String(age),
    only: 'result',
    run: (S, { init, TRACE, PARENT }, age) => {
      const previous = {
        spanContext: { traceId: TRACE, spanId: PARENT, traceFlags: 1 },
        startTimestamp: Date.now() / 1000 - age,
        sampleRate: 0.5,
        sampleRand: 0.25,
      };
      sessionStorage.setItem('sentry_previous_trace', JSON.stringify(previous));
      const off = { instrumentPageLoad: false, instrumentNavigation: false };
      init({ integrations: [S.browserTracingIntegration({ ...off, linkPreviousTrace: 'session-storage' })] });
      return S.startSpan({ name: 'x' }, (span) => S.spanToJSON(span).links);
    },
  })),
  ...[
    ['a page that goes on from its server', heads[0][1]],
    ['a page that begins its trace', ''],
  ].map(([said, head]) => ({
    name: `one decision for all traces of a session, in ${said}`,
    head,
    only: 'result',
    run: (S, { init, PARENT }) => {
      const previous = {
        spanContext: { traceId: '00000000000000000000000000000abc', spanId: PARENT, traceFlags: 0 },
        startTimestamp: Date.now() / 1000 - 10,
        sampleRate: 0.5,
        sampleRand: 0.75,
      };
      sessionStorage.setItem('sentry_previous_trace', JSON.stringify(previous));
      const linked = { linkPreviousTrace: 'session-storage', consistentTraceSampling: true };
      init({ integrations: [S.browserTracingIntegration({ instrumentNavigation: false, ...linked })] });
      const load = S.getActiveSpan();
      const flags = [load.isRecording()];
      load.end();
      S.startNewTrace(() => S.startSpan({ name: 'x' }, (span) => flags.push(span.isRecording())));
      return flags;
    },
  })),
  {
    name: 'a name that is given before the page load starts',
    only: 'result',
    run: (S, { init }) => {
      const beforeStartSpan = (options) => ({ ...options, name: 'given', attributes: { a: 1 } });
      init({ integrations: [S.browserTracingIntegration({ instrumentNavigation: false, beforeStartSpan })] });
      return [S.spanToJSON(S.getActiveSpan()), S.getTraceData()];
    },
  },
];
