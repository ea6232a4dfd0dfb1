// Continuing a trace: what `sentry-trace` may look like, and what follows from it.

/** Headers by what is said about them; T stands for the trace id that came, S for its span id. */
const headers = {
  'of all three parts': ['T-S-1', 'T-S-0'],
  'without a decision': ['T-S', 'T-S-'],
  'without a span id': ['T', 'T-', 'T-1', 'T--1', 'T--0', 'T--'],
  'without dashes': ['TS1', 'TS', 'T0', 'TS-1', 'T-S0'],
  'with blanks': [' T-S-1', 'T-S-0\t ', '\tT\t', 'T -S-1', 'T-S- 1', 'T-S 1'],
  'with other decisions': ['T-S-2', 'T-S-01', 'T-S-true', 'T-S-d'],
  'in capitals': ['771A43A4192642F0B136D5159A501700-S-1', 'T-B0E6F15B45C36B12-1'],
  'of the form of the W3C': ['00-T-S-01', '00-T-S-00'],
  'that came twice': ['T-S-1,T-S-1', 'T-S-1, T-S-0'],
  'with text around it': ['T-S-1x', 'T-S-1-1', 'T-S-1;p=1', 'xT-S-1'],
  'with a new line': ['T-S-1\n', '\nT-S-1', 'T-S-1\r\n'],
  'without a trace id': ['-S-1', 'S-1', '1', '-1', '-', '--', 'S'],
  'with ids of another length': [
    'Ta-S-1',
    '771a43a4192642f0b136d5159a50170-S-1',
    'T-Sa-1',
    'T-b0e6f15b45c36b1-1',
  ],
  'with ids that are not hexadecimal': ['771a43a4192642f0b136d5159a50170g-S-1', 'T-b0e6f15b45c36b1g-1'],
  'that is absent': ['', '   ', null, 'garbage'],
  'with a trace id of zeros': ['00000000000000000000000000000000-S-1'],
  'with a span id of zeros': ['T-0000000000000000-1'],
};

const parsing = Object.entries(headers).map(([said, texts]) => ({
  name: `a sentry-trace ${said}`,
  given: JSON.stringify(texts),
  run: (S, { init, TRACE, PARENT }, texts) => {
    init({ tracesSampleRate: undefined });
    return texts.map((text) => {
      const sentryTrace = text?.replaceAll('T', TRACE).replaceAll('S', PARENT);
      return S.continueTrace({ sentryTrace, baggage: 'sentry-release=1,other=2' }, () => [
        S.getCurrentScope().getPropagationContext(),
        S.getTraceData(),
      ]);
    });
  },
}));

export const continuing = [
  ...parsing,
  {
    name: 'a root in a continued trace has its trace, its parent and its decision',
    run: (S, { init, continued }) => {
      init();
      const baggage = 'sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.5,other=1';
      return continued(baggage, () =>
        S.startSpan({ name: 'x' }, (span) => [
          S.spanToJSON(span),
          S.getTraceData(),
          S.spanToTraceHeader(span),
        ]),
      );
    },
  },
  {
    name: 'all roots in a continued trace have the same remote parent',
    run: (S, { init, continued }) => {
      init();
      continued('sentry-sample_rand=0.5', () => {
        S.startSpan({ name: 'a' }, () => {});
        S.startSpan({ name: 'b' }, () => {});
      });
    },
  },
  {
    name: 'a continued trace ends with its callback, and its value is handed on',
    run: (S, { init, continued }) => {
      init();
      const before = S.getCurrentScope().getPropagationContext();
      const answer = continued('', () => 'answer');
      return [answer, before, S.getCurrentScope().getPropagationContext(), S.getTraceData()];
    },
  },
  {
    name: 'a continued trace stays until the promise of its callback settles',
    run: async (S, { init, continued, later }) => {
      init();
      const trace = () => S.getCurrentScope().getPropagationContext().traceId;
      const own = trace();
      let inside;
      const promise = continued('', async () => {
        await later(5);
        inside = trace();
        return 'answer';
      });
      const beside = trace();
      return [own, beside, await promise, inside, trace()];
    },
  },
  {
    name: 'an error of the callback of a continued trace is handed on, and the trace ends',
    run: (S, { init, continued, attempt }) => {
      init();
      const thrown = attempt(() =>
        continued('', () => {
          throw new Error('mine');
        }),
      );
      return [thrown, S.getTraceData()];
    },
  },
  {
    name: 'continuing a trace puts the active span aside',
    run: (S, { init, continued }) => {
      init();
      S.startSpan({ name: 'outer' }, (outer) => {
        continued('', () => {
          const none = S.getActiveSpan() === undefined;
          S.startSpan({ name: 'inner', attributes: { none } }, () => {});
        });
        outer.setAttribute('again', S.getActiveSpan() === outer);
      });
    },
  },
  {
    name: 'of traces continued inside each other the inner one counts',
    run: (S, { init, continued }) => {
      init();
      return continued('sentry-release=outer', () => [
        S.continueTrace({ sentryTrace: '00000000000000000000000000000abc-0000000000000abc-0' }, () =>
          S.getTraceData(),
        ),
        S.continueTrace({}, () => S.getTraceData()),
        S.getTraceData(),
      ]);
    },
  },
  {
    name: 'a trace id in the baggage that differs from the trace',
    run: (S, { init, continued }) => {
      init();
      const baggage = 'sentry-trace_id=zzz,sentry-sample_rand=0.5';
      return continued(baggage, () => S.startSpan({ name: 'x' }, () => S.getTraceData()));
    },
  },
  {
    name: 'a continued trace without baggage has a frozen sampling context that is empty',
    run: (S, { init, continued }) => {
      init();
      return ['-1', '-0', ''].map((decision) =>
        continued(
          undefined,
          () => [
            S.getCurrentScope().getPropagationContext().dsc,
            S.getTraceData(),
            S.startSpan({ name: 'x' }, () => S.getTraceData()),
            S.getTraceData(),
          ],
          decision,
        ),
      );
    },
  },
  {
    name: 'baggage of others alone is no sampling context',
    run: (S, { init, continued }) => {
      init();
      return continued('other=1,Sentry-release=2', () => [
        S.getCurrentScope().getPropagationContext().dsc,
        S.startSpan({ name: 'x' }, () => S.getTraceData()),
      ]);
    },
  },
  {
    name: 'a trace that is not continued drops the baggage that came with it',
    run: (S, { init }) => {
      init();
      return S.continueTrace(
        { sentryTrace: 'garbage', baggage: 'sentry-sample_rand=0.25,sentry-release=9' },
        () => [
          S.getCurrentScope().getPropagationContext(),
          S.startSpan({ name: 'x' }, () => S.getTraceData()),
        ],
      );
    },
  },
  {
    name: 'without a rate the decision of a continued trace is passed on, and no span is recorded',
    run: (S, { init, continued }) => {
      init({ tracesSampleRate: undefined });
      return ['-1', '-0', ''].map((decision) =>
        continued(
          'sentry-release=1',
          () =>
            S.startSpan({ name: 'x' }, (span) => [
              span.isRecording(),
              S.getTraceData(),
              S.spanToTraceHeader(span),
            ]),
          decision,
        ),
      );
    },
  },
  {
    name: 'a decision that came with the trace wins over a rate of 0 and over a rate of 1',
    run: (S, { init, continued }) => {
      const answers = [];
      for (const tracesSampleRate of [0, 1]) {
        init({ tracesSampleRate, sendClientReports: false });
        for (const decision of ['-1', '-0']) {
          const run = () => S.startSpan({ name: 'x' }, (span) => [span.isRecording(), S.getTraceData()]);
          answers.push([tracesSampleRate, decision, continued('sentry-sample_rand=0.5', run, decision)]);
        }
      }
      return answers;
    },
  },
  {
    name: 'a random value that came with the trace decides where no decision came',
    run: (S, { init, continued }) => {
      init({ tracesSampleRate: 0.5 });
      return ['0.3', '0.5', '0.7'].map((rand) =>
        continued(
          `sentry-sample_rand=${rand}`,
          () => S.startSpan({ name: 'x' }, (span) => [span.isRecording(), S.getTraceData()]),
          '',
        ),
      );
    },
  },
  {
    name: 'a random value that was not sent is drawn so that it fits the decision and the rate',
    run: (S, { init, continued }) => {
      init();
      const fits = (decision, test) => {
        const draws = Array.from({ length: 200 }, () =>
          continued(
            'sentry-sample_rate=0.25',
            () => S.getCurrentScope().getPropagationContext().sampleRand,
            decision,
          ),
        );
        return draws.every(test);
      };
      return [
        fits('-1', (rand) => rand >= 0 && rand < 0.25),
        fits('-0', (rand) => rand >= 0.25 && rand < 1),
        fits('', (rand) => rand < 0.25),
      ];
    },
  },
  {
    name: 'a drawn random value is written into the baggage that came, behind what it holds',
    run: (S, { init, continued, TRACE }) => {
      init();
      const baggage = `sentry-sample_rate=0.2,sentry-trace_id=${TRACE},foo=bar,sentry-custom=1`;
      return [
        continued(baggage, () => S.getTraceData(), '-0'),
        continued(baggage, () => S.getTraceData(), ''),
      ];
    },
  },
  {
    name: 'a random value that contradicts the decision is passed on unchanged',
    run: (S, { init, continued }) => {
      init();
      return continued('sentry-sample_rate=0.2,sentry-sample_rand=0.9', () =>
        S.startSpan({ name: 'x' }, () => S.getTraceData()),
      );
    },
  },
  {
    name: 'random values that are none are replaced where they stand',
    run: (S, { init, continued }) => {
      init();
      return ['x', '-0.1', '1.5', '', 'NaN', '1e999'].map((rand) =>
        continued(`sentry-a=1,sentry-sample_rand=${rand},sentry-b=2`, () => S.getTraceData().baggage),
      );
    },
  },
  {
    name: 'odd texts that hold a random value are read as numbers',
    run: (S, { init, continued }) => {
      init({ tracesSampleRate: 0.5 });
      return ['0.3abc', '1', '0', '.4', '3e-1', ' 0.3 ', '0.300'].map((rand) =>
        continued(
          `sentry-sample_rand=${encodeURIComponent(rand)}`,
          () => {
            const { sampleRand, dsc } = S.getCurrentScope().getPropagationContext();
            return [String(sampleRand), `rand ${dsc.sample_rand}`];
          },
          '',
        ),
      );
    },
  },
  {
    name: 'several baggage headers may be given as an array',
    run: (S, { init, continued }) => {
      init();
      return [
        continued(['sentry-a=1,sentry-b=1', 'x=1', 'sentry-b=2,sentry-sample_rand=0.5'], () =>
          S.getTraceData(),
        ),
        continued([], () => S.getTraceData()),
        continued(['x=1'], () => S.getTraceData()),
      ];
    },
  },
  {
    name: 'a trace can be continued before the SDK starts',
    run: (S, { continued }) =>
      continued('sentry-release=1', () => S.getCurrentScope().getPropagationContext()),
  },
];
