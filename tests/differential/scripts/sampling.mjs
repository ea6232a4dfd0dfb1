// The decision about a root: rates, samplers, parents.

/** Rates and what is none, as expressions for the page. */
const rates = [
  '1',
  '0',
  '0.5',
  '0.2',
  'true',
  'false',
  '"0.5"',
  '"0.5abc"',
  '"abc"',
  '""',
  'NaN',
  '-0.1',
  '1.1',
  'Infinity',
  '{}',
  '[]',
  '[1]',
  'null',
  'undefined',
  '"1e-1"',
  '" 0.4 "',
  'new Number(0.5)',
  '() => 1',
];

/** Those that are tried as an option as well, each in a page of its own. */
const optionRates = [
  '1',
  '0',
  '0.5',
  '0.2',
  'true',
  'false',
  '"0.5abc"',
  '""',
  'NaN',
  '-0.1',
  '1.1',
  '{}',
  'null',
  'undefined',
];

const byRate = optionRates.map((rate) => ({
  name: `a root and its child with a rate of ${rate}`,
  given: rate,
  run: (S, { init, fixRandom }, tracesSampleRate) => {
    init({ tracesSampleRate });
    fixRandom(0.3);
    return S.startSpan({ name: 'root' }, (root) =>
      S.startSpan({ name: 'child' }, (child) => [
        root.isRecording(),
        child.isRecording(),
        S.spanToJSON(root),
        S.spanToJSON(child),
        S.getTraceData(),
      ]),
    );
  },
}));

export const sampling = [
  ...byRate,
  {
    name: 'a sampler answers with rates and with what is none, whatever the rate of the options',
    given: `[${rates.join(', ')}]`,
    run: (S, { init, fixRandom }, answers) => {
      init({ tracesSampler: ({ name }) => answers[name], tracesSampleRate: 1 });
      fixRandom(0.3);
      return answers.map((_, name) =>
        S.startSpan({ name: String(name) }, (root) => [
          root.isRecording(),
          S.spanToJSON(root),
          S.getTraceData(),
        ]),
      );
    },
  },
  {
    name: 'a random value must be smaller than the rate',
    run: (S, { init, fixRandom }) => {
      const decide = (tracesSampleRate, rand) => {
        init({ tracesSampleRate, sendClientReports: false });
        fixRandom(rand);
        return S.startInactiveSpan({ name: 'x' }).isRecording();
      };
      return [
        decide(0.5, 0.5),
        decide(0.5, 0.499999),
        decide(0.5, 0.500001),
        decide(1, 0.999999),
        decide(0, 0),
      ];
    },
  },
  {
    name: 'a sampler sees the name, the attributes and the parent of a root',
    run: (S, { init, continued }) => {
      const seen = [];
      init({
        tracesSampler: ({ inheritOrSampleWith, ...rest }) => {
          seen.push([rest, typeof inheritOrSampleWith]);
          return 1;
        },
      });
      S.startInactiveSpan({ name: 'x', op: 'o', attributes: { a: 1 }, startTime: 1700000000 });
      S.startInactiveSpan({ name: '' });
      S.startInactiveSpan({});
      continued('sentry-sample_rate=0.25,sentry-sample_rand=0.5', () =>
        S.startInactiveSpan({ name: 'with' }),
      );
      continued('sentry-sample_rate=x', () => S.startInactiveSpan({ name: 'against' }), '-0');
      continued('', () => S.startInactiveSpan({ name: 'open' }), '');
      return seen;
    },
  },
  {
    name: 'a sampler may follow what was decided elsewhere',
    run: (S, { init, continued, fixRandom }) => {
      const seen = [];
      init({
        tracesSampler: ({ name, inheritOrSampleWith }) => {
          const rate = inheritOrSampleWith(0.75);
          seen.push([name, rate]);
          return rate;
        },
      });
      fixRandom(0.5);
      const run = (name) => () => S.startSpan({ name }, (span) => [span.isRecording(), S.getTraceData()]);
      return [
        run('nothing')(),
        continued('sentry-sample_rate=0.25,sentry-sample_rand=0.1', run('rate')),
        continued('sentry-sample_rand=0.1', run('yes')),
        continued('sentry-sample_rand=0.1', run('no'), '-0'),
        continued('sentry-sample_rate=0.6,sentry-sample_rand=0.5', run('open'), ''),
        continued('sentry-sample_rand=0.1', run('open, no rate'), ''),
        seen,
      ];
    },
  },
  {
    name: 'a sampler is asked once for a root, and not for children',
    run: (S, { init }) => {
      const seen = [];
      init({
        tracesSampler: ({ name, parentSampled }) => {
          seen.push([name, parentSampled]);
          return true;
        },
      });
      S.startSpan({ name: 'root' }, () => {
        S.startSpan({ name: 'child' }, () => {});
        S.startSpan({ name: 'own', forceTransaction: true }, () => {});
        S.startSpan({ name: 'none', parentSpan: null }, () => {});
      });
      S.startInactiveSpan({ name: 'missing', onlyIfParent: true });
      S.suppressTracing(() => S.startInactiveSpan({ name: 'suppressed' }));
      return seen;
    },
  },
  {
    name: 'a sampler that throws is passed over for the rate',
    run: (S, { init }) => {
      init({
        tracesSampler: () => {
          throw new Error('mine');
        },
        tracesSampleRate: 1,
      });
      return S.startSpan({ name: 'x' }, (span) => [S.spanToJSON(span), S.getTraceData()]);
    },
  },
  {
    name: 'a sampler that throws is passed over for the decision of a parent',
    run: (S, { init, continued }) => {
      init({
        tracesSampler: () => {
          throw new Error('mine');
        },
        tracesSampleRate: 0,
      });
      const run = () => S.startSpan({ name: 'x' }, (span) => [S.spanToJSON(span), S.getTraceData()]);
      return [continued('sentry-sample_rand=0.5', run), continued('sentry-sample_rand=0.5', run, '-0')];
    },
  },
  {
    name: 'a sampler that throws, with nothing else to ask, lets nothing be recorded',
    run: (S, { init }) => {
      init({
        tracesSampler: () => {
          throw new Error('mine');
        },
        tracesSampleRate: undefined,
      });
      return S.startSpan({ name: 'x' }, (span) => [S.spanToJSON(span), S.getTraceData()]);
    },
  },
  {
    name: 'a sampler that is no function turns tracing on and is not asked',
    run: (S, { init, continued }) => {
      init({ tracesSampler: 'yes', tracesSampleRate: undefined });
      const run = () => S.startSpan({ name: 'x' }, (span) => [span.isRecording(), S.getTraceData()]);
      return [run(), continued('sentry-sample_rand=0.5', run)];
    },
  },
  {
    name: 'a sampler alone turns tracing on',
    run: (S, { init }) => {
      init({ tracesSampler: () => 1, tracesSampleRate: undefined });
      return S.startSpan({ name: 'x' }, (span) => [S.spanToJSON(span), S.getTraceData()]);
    },
  },
  {
    name: 'a sampler that promises an answer gives none',
    run: (S, { init }) => {
      init({ tracesSampler: async () => 1 });
      return S.startSpan({ name: 'x' }, (span) => span.isRecording());
    },
  },
  {
    name: 'the roots of a trace are decided by one random value',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0.5, sendClientReports: false });
      const decided = Array.from({ length: 20 }, () => S.startInactiveSpan({ name: 'x' }).isRecording());
      return new Set(decided).size;
    },
  },
  {
    name: 'traces are decided one by one',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0.5, sendClientReports: false });
      const decide = () => S.startNewTrace(() => S.startInactiveSpan({ name: 'x' }).isRecording());
      const decided = Array.from({ length: 200 }, decide).filter(Boolean).length;
      return decided > 40 && decided < 160;
    },
  },
  {
    name: 'a root that is not sampled can still be read, and counts as its children are asked',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0 });
      const root = S.startInactiveSpan({ name: 'x', op: 'o', attributes: { a: 1 }, startTime: 1700000000 });
      root.setAttribute('b', 2).setStatus({ code: 2, message: 'aborted' });
      root.updateName('y');
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      child.setAttribute('c', 3);
      child.end();
      root.end(1700000001);
      return [
        S.spanToJSON(root),
        S.spanToStaticSpanJSON(root),
        S.spanToJSON(child),
        S.getSpanDescendants(root),
      ];
    },
  },
  {
    name: 'a root inside a sampled span inherits its decision, without a rate of its own',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'outer' }, () => S.startSpan({ name: 'inner', forceTransaction: true }, () => {}));
    },
  },
  {
    name: 'a root inside a span that is not sampled inherits that as well',
    run: (S, { init }) => {
      init({ tracesSampler: ({ name, parentSampled }) => parentSampled ?? name !== 'outer' });
      S.startSpan({ name: 'outer' }, () => S.startSpan({ name: 'inner', forceTransaction: true }, () => {}));
    },
  },
];
