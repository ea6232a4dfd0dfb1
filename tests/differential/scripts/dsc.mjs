// The dynamic sampling context: its fields, where it comes from, when it is frozen.

/** Options whose effect on the fields is looked at. */
const options = [
  ['an organisation in the host of the DSN', `{ dsn: 'https://pub@o123.ingest.sentry.io/1' }`],
  ['an organisation that the options name', `{ dsn: 'https://pub@o123.ingest.sentry.io/1', orgId: '456' }`],
  ['an organisation that is a number', '{ orgId: 789 }'],
  ['an organisation that is empty', `{ dsn: 'https://pub@o123.ingest.sentry.io/1', orgId: '' }`],
  ['an organisation that is zero', `{ dsn: 'https://pub@o123.ingest.sentry.io/1', orgId: 0 }`],
  ['a host that only looks like an organisation', `{ dsn: 'https://pub@o12x.ingest.sentry.io/1' }`],
  ['a host without a dot', `{ dsn: 'https://pub@o123/1' }`],
  ['a release and an environment', `{ release: 'app@1', environment: 'staging' }`],
  ['an environment that is empty', `{ release: '', environment: '' }`],
];

const fields = options.map(([said, given]) => ({
  name: `a sampling context with ${said}`,
  given,
  run: (S, { init }, given) => {
    init(given);
    return [S.getTraceData().baggage, S.startSpan({ name: 'x' }, () => S.getTraceData().baggage)];
  },
}));

export const dsc = [
  ...fields,
  {
    name: 'the sampling context of a root holds every field in its order',
    run: (S, { init, fixRandom }) => {
      init({ dsn: 'https://pub@o123.ingest.sentry.io/1', release: 'app@1', tracesSampleRate: 0.5 });
      fixRandom(0.3);
      return S.startSpan({ name: 'root' }, (span) => [
        S.getTraceData().baggage,
        S.getDynamicSamplingContextFromSpan(span),
        Object.keys(S.getDynamicSamplingContextFromSpan(span)),
      ]);
    },
  },
  {
    name: 'a name that is a raw URL stays out of the sampling context, until it is a better one',
    run: (S, { init }) => {
      init();
      const attributes = { 'sentry.segment.name.source': 'url' };
      return S.startSpan({ name: '/user/1', attributes }, (span) => {
        const before = S.getTraceData().baggage;
        span.updateName('/user/:id');
        const updated = S.getTraceData().baggage;
        span.setAttribute('sentry.segment.name.source', 'url');
        return [before, updated, S.getTraceData().baggage];
      });
    },
  },
  {
    name: 'every other source of a name lets it into the sampling context',
    run: (S, { init }) => {
      init();
      const sources = ['route', 'view', 'component', 'task', 'custom', '', 'unheard-of'];
      return sources.map((source) =>
        S.startSpan({ name: source, attributes: { 'sentry.segment.name.source': source } }, (span) => [
          S.getDynamicSamplingContextFromSpan(span).transaction,
        ]),
      );
    },
  },
  {
    name: 'the attribute of an earlier version is no source of a name',
    run: (S, { init }) => {
      init();
      return S.startSpan(
        { name: '/user/1', attributes: { 'sentry.source': 'url' } },
        () => S.getTraceData().baggage,
      );
    },
  },
  {
    name: 'a later name of the root reaches later headers and the envelope',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'first' }, (span) => {
        const headers = [S.getTraceData().baggage];
        S.updateSpanName(span, 'second');
        headers.push(S.getTraceData().baggage);
        span.updateName('third');
        return [...headers, S.spanToBaggageHeader(span)];
      });
    },
  },
  {
    name: 'a child tells the sampling context of its root',
    run: (S, { init }) => {
      init({ parentSpanIsAlwaysRootSpan: false });
      return S.startSpan({ name: 'root' }, () =>
        S.startSpan({ name: 'child' }, (child) =>
          S.startSpan({ name: 'grandchild' }, (span) => [
            S.spanToBaggageHeader(child),
            S.spanToBaggageHeader(span),
            S.getTraceData(),
          ]),
        ),
      );
    },
  },
  {
    name: 'a root without a name has none in its sampling context',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: '' }, () => S.getTraceData().baggage);
    },
  },
  {
    name: 'without a span there is no decision and no name in the sampling context',
    run: (S, { init }) => {
      init({ release: '1' });
      return [S.getTraceData(), S.startNewTrace(() => S.getTraceData())];
    },
  },
  {
    name: 'with a rate of 0 the sampling context says so',
    run: (S, { init, fixRandom }) => {
      init({ tracesSampleRate: 0 });
      fixRandom(0.3);
      return S.startSpan({ name: 'root' }, (root) =>
        S.startSpan({ name: 'child' }, (child) => [
          S.getTraceData(),
          S.getDynamicSamplingContextFromSpan(root),
          S.getDynamicSamplingContextFromSpan(child),
        ]),
      );
    },
  },
  {
    name: 'a rate that was applied here overwrites the one that came',
    run: (S, { init, continued }) => {
      init({ tracesSampleRate: 0.5 });
      return continued(
        'sentry-sample_rate=0.9,sentry-sample_rand=0.3,sentry-sampled=true',
        () => [
          S.getTraceData().baggage,
          S.startSpan({ name: 'x' }, () => S.getTraceData().baggage),
          S.getCurrentScope().getPropagationContext().dsc.sample_rate,
        ],
        '',
      );
    },
  },
  {
    name: 'a rate that was not applied here leaves the one that came',
    run: (S, { init, continued }) => {
      init({ tracesSampleRate: 0.5 });
      return continued('sentry-sample_rate=0.9,sentry-sample_rand=0.3', () =>
        S.startSpan({ name: 'x' }, () => S.getTraceData().baggage),
      );
    },
  },
  {
    name: 'a rate of a sampler overwrites the one that came, whatever was decided there',
    run: (S, { init, continued }) => {
      init({ tracesSampler: () => 0.75 });
      const run = () => S.startSpan({ name: 'x' }, () => S.getTraceData());
      return ['-1', '-0', ''].map((decision) =>
        continued('sentry-sample_rate=0.25,sentry-sample_rand=0.5,sentry-sampled=x', run, decision),
      );
    },
  },
  {
    name: 'an attribute that names a rate appears in the sampling context',
    run: (S, { init }) => {
      init();
      const given = S.startInactiveSpan({ name: 'a', attributes: { 'sentry.sample_rate': 0.125 } });
      const later = S.startInactiveSpan({ name: 'b' });
      later.setAttribute('sentry.sample_rate', '0.25');
      const removed = S.startInactiveSpan({ name: 'c' });
      removed.setAttribute('sentry.sample_rate', undefined);
      const previous = S.startInactiveSpan({ name: 'd' });
      previous.setAttributes({
        'sentry.sample_rate': undefined,
        'sentry.previous_trace_sample_rate': 0.5,
      });
      return [given, later, removed, previous].map(S.spanToBaggageHeader);
    },
  },
  {
    name: 'a transaction inside a transaction keeps the sampling context of its parent',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'p' }, (parent) =>
        S.startSpan({ name: 'c', forceTransaction: true }, (span) => {
          const before = S.getTraceData().baggage;
          parent.updateName('renamed');
          span.updateName('renamed too');
          return [before, S.getTraceData().baggage, S.spanToBaggageHeader(parent)];
        }),
      );
    },
  },
  {
    name: 'a span that lacks the parent it must have says no',
    run: (S, { init, fixRandom }) => {
      init();
      fixRandom(0.3);
      return S.startSpan({ name: 'x', onlyIfParent: true }, (span) => [
        S.getTraceData(),
        S.getDynamicSamplingContextFromSpan(span),
        S.spanToTraceHeader(span),
      ]);
    },
  },
  {
    name: 'what a page does to a sampling context it asked for changes nothing',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x' }, (span) => {
        const dsc = S.getDynamicSamplingContextFromSpan(span);
        dsc.release = 'changed';
        return S.getTraceData().baggage;
      });
    },
  },
  {
    name: 'without a client there is no sampling context',
    run: (S) => [
      S.startSpan({ name: 'x' }, (span) => [
        S.getDynamicSamplingContextFromSpan(span),
        S.spanToBaggageHeader(span),
      ]),
    ],
  },
  {
    name: 'without a rate a span tells the sampling context of its scope',
    run: (S, { init, continued }) => {
      init({ tracesSampleRate: undefined, release: '1' });
      const ask = () =>
        S.startSpan({ name: 'x' }, (span) => [
          S.getDynamicSamplingContextFromSpan(span),
          S.spanToBaggageHeader(span),
        ]);
      return [ask(), continued('sentry-release=2,sentry-sample_rand=0.5', ask)];
    },
  },
  {
    name: 'a span that has ended still tells its sampling context',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x' });
      span.end();
      return [S.spanToBaggageHeader(span), S.spanToTraceHeader(span), S.getTraceData({ span })];
    },
  },
];
