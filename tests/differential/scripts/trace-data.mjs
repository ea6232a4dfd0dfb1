// Traces that begin here, traces that are suppressed, and the headers that tell of them.

/** What came and what is own, for the question whether a trace is continued. */
const organisations = [
  ['of the same organisation', '123', '123'],
  ['of another organisation', '999', '123'],
  ['that names no organisation', undefined, '123'],
  ['of an organisation, where the own is unknown', '123', undefined],
  ['without any organisation', undefined, undefined],
];

const continuation = organisations.flatMap(([said, came, own]) =>
  [false, true].map((strict) => ({
    name: `a trace ${said}, ${strict ? 'strictly' : 'leniently'}`,
    given: JSON.stringify({ came, own, strict }),
    run: (S, { init, continued }, { came, own, strict }) => {
      const dsn = own ? `https://public@o${own}.ingest.example.com/1` : 'https://public@example.com/1';
      init({ dsn, strictTraceContinuation: strict });
      const baggage = `sentry-sample_rand=0.5${came ? `,sentry-org_id=${came}` : ''}`;
      return continued(baggage, () => [
        S.getTraceData(),
        S.startSpan({ name: 'x' }, (span) => [S.spanToJSON(span), S.getTraceData()]),
      ]);
    },
  })),
);

export const traceData = [
  ...continuation,
  {
    name: 'an organisation of the options wins over the one of the DSN where a trace is continued',
    run: (S, { init, continued }) => {
      const answers = [];
      for (const orgId of ['456', 456]) {
        init({ dsn: 'https://public@o123.ingest.example.com/1', orgId });
        answers.push(
          continued('sentry-org_id=456,sentry-sample_rand=0.5', () => S.getTraceData()),
          continued('sentry-org_id=123,sentry-sample_rand=0.5', () => S.getTraceData()),
        );
      }
      return answers;
    },
  },
  {
    name: 'headers outside of spans have no decision, and a span id for each time',
    run: (S, { init }) => {
      init();
      return [S.getTraceData(), S.getTraceData(), Object.keys(S.getTraceData())];
    },
  },
  {
    name: 'headers inside of spans name the active span, or the given one',
    run: (S, { init }) => {
      init();
      const given = S.startInactiveSpan({ name: 'given' });
      return S.startSpan({ name: 'root' }, () =>
        S.startSpan({ name: 'child' }, (child) => [
          S.getTraceData(),
          S.getTraceData({ span: given }),
          S.getTraceData({}),
          S.getTraceData({ span: undefined }),
          S.spanToTraceHeader(child),
        ]),
      );
    },
  },
  {
    name: 'headers of a given scope',
    run: (S, { init }) => {
      init();
      const scope = new S.Scope();
      scope.setPropagationContext({
        traceId: '00000000000000000000000000000abc',
        sampleRand: 0.25,
        sampled: true,
        dsc: { release: 'x' },
      });
      return [S.getTraceData({ scope }), S.startSpan({ name: 'x' }, () => S.getTraceData({ scope }))];
    },
  },
  {
    name: 'headers of a given client',
    run: (S, { init }) => {
      const first = init({ release: 'first' });
      init({ release: 'second' });
      return [S.getTraceData().baggage, S.getTraceData({ client: first }).baggage];
    },
  },
  {
    name: 'the header of the W3C only where it is asked for',
    run: (S, { init, continued }) => {
      init({ propagateTraceparent: true });
      const ask = () => [S.getTraceData(), S.getTraceData({ propagateTraceparent: true })];
      return [
        S.startSpan({ name: 'x' }, ask),
        continued('', () => S.startSpan({ name: 'y' }, ask)),
        continued('', () => S.startSpan({ name: 'y' }, ask), '-0'),
        S.suppressTracing(() => S.startSpan({ name: 'z' }, ask)),
      ];
    },
  },
  {
    name: 'the header of the W3C outside of spans',
    run: (S, { init, continued }) => {
      init();
      const ask = () => {
        const { 'sentry-trace': ours, traceparent } = S.getTraceData({ propagateTraceparent: true });
        const [version, trace, span, flags] = traceparent.split('-');
        const [ourTrace, ourSpan] = ours.split('-');
        return { version, flags, sameTrace: trace === ourTrace, sameSpan: span === ourSpan };
      };
      return [ask(), continued('', ask), continued('', ask, '-0'), continued('', ask, '')];
    },
  },
  {
    name: 'no headers without a client, and none from one that is switched off',
    run: (S, { init }) => {
      const without = [S.getTraceData(), S.startSpan({ name: 'x' }, () => S.getTraceData())];
      init({ enabled: false });
      return [
        without,
        S.getTraceData(),
        S.startSpan({ name: 'x' }, (span) => [S.getTraceData(), span.isRecording()]),
      ];
    },
  },
  {
    name: 'headers without a DSN',
    run: (S, { init }) => {
      init({ dsn: undefined });
      return [S.getTraceData(), S.startSpan({ name: 'x' }, (span) => [S.getTraceData(), span.isRecording()])];
    },
  },
  {
    name: 'headers with a DSN that is none',
    run: (S, { init }) => {
      init({ dsn: 'https://example.com' });
      return [S.getTraceData(), S.startSpan({ name: 'x' }, (span) => [S.getTraceData(), span.isRecording()])];
    },
  },
  {
    name: 'without a rate there are headers without a decision, and placeholders instead of spans',
    run: (S, { init }) => {
      init({ tracesSampleRate: undefined, release: '1' });
      return [
        S.getTraceData(),
        S.startSpan({ name: 'root', op: 'o', attributes: { a: 1 } }, (root) =>
          S.startSpan({ name: 'child' }, (child) => [
            [root, child].map((span) => [
              span.spanContext(),
              span.isRecording(),
              S.spanToJSON(span),
              S.spanToStaticSpanJSON(span),
              S.spanToTraceHeader(span),
            ]),
            S.getRootSpan(child) === root,
            S.getActiveSpan() === child,
            S.getSpanDescendants(root),
            S.getTraceData(),
          ]),
        ),
      ];
    },
  },
  {
    name: 'a new trace has an id of its own, and no active span',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'outer' }, (outer) => {
        const inside = S.startNewTrace((scope) => [
          scope === undefined || scope === S.getCurrentScope(),
          S.getActiveSpan(),
          S.getTraceData(),
          S.startSpan({ name: 'inner' }, (span) => S.spanToJSON(span)),
        ]);
        return [inside, S.getActiveSpan() === outer, S.getTraceData()];
      });
    },
  },
  {
    name: 'a new trace stays until the promise of its callback settles',
    run: async (S, { init, later }) => {
      init();
      const trace = () => S.getCurrentScope().getPropagationContext().traceId;
      const seen = [trace()];
      const promise = S.startNewTrace(async () => {
        seen.push(trace());
        await later(1);
        seen.push(trace());
        return 'answer';
      });
      seen.push(await promise, trace());
      return seen;
    },
  },
  {
    name: 'a new trace forgets that one was continued',
    run: (S, { init, continued }) => {
      init();
      return continued(
        'sentry-release=1',
        () => S.startNewTrace(() => S.startSpan({ name: 'x' }, () => S.getTraceData())),
        '-0',
      );
    },
  },
  {
    name: 'suppressed roots and children say no, and are not sent',
    run: (S, { init }) => {
      init();
      const alone = S.suppressTracing(() =>
        S.startSpan({ name: 'root' }, (span) => [
          S.spanToJSON(span),
          span.isRecording(),
          S.getTraceData(),
          S.startSpan({ name: 'child' }, (child) => [S.spanToJSON(child), S.getTraceData()]),
        ]),
      );
      const inside = S.startSpan({ name: 'open' }, () =>
        S.suppressTracing(() => [
          S.getTraceData(),
          S.startSpan({ name: 'child' }, (child) => [S.spanToJSON(child), S.getTraceData()]),
        ]),
      );
      return [alone, inside, S.startSpan({ name: 'after' }, (span) => span.isRecording())];
    },
  },
  {
    name: 'suppression ends with the callback, also where that answers with a promise',
    run: async (S, { init, later }) => {
      init();
      const seen = [];
      const answer = await S.suppressTracing(async () => {
        seen.push(S.startInactiveSpan({ name: 'before' }).isRecording());
        await later(1);
        seen.push(S.startInactiveSpan({ name: 'after' }).isRecording());
        return 'answer';
      });
      return [answer, seen];
    },
  },
  {
    name: 'a span that was open before stays recorded while new ones are suppressed',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x' });
      S.suppressTracing(() => {
        span.setAttribute('a', 1);
        S.startInactiveSpan({ name: 'child', parentSpan: span }).end();
        S.startInactiveSpan({ name: 'own', parentSpan: span, forceTransaction: true }).end();
        span.end();
      });
    },
  },
  {
    name: 'an error in suppressed code is handed on, and suppression ends',
    run: (S, { init, attempt }) => {
      init();
      const thrown = attempt(() =>
        S.suppressTracing(() => {
          throw new Error('mine');
        }),
      );
      return [thrown, S.startInactiveSpan({ name: 'x' }).isRecording()];
    },
  },
  {
    name: 'suppressed code that continues a trace or begins one stays suppressed',
    run: (S, { init, continued }) => {
      init();
      const ask = () => S.startInactiveSpan({ name: 'x' }).isRecording();
      return S.suppressTracing(() => [continued('', ask), S.startNewTrace(ask), S.withActiveSpan(null, ask)]);
    },
  },
  {
    name: 'the header of every kind of span has a decision',
    run: (S, { init, continued }) => {
      init({ tracesSampleRate: 1 });
      const headers = [
        S.suppressTracing(() => S.spanToTraceHeader(S.startInactiveSpan({ name: 'suppressed' }))),
      ];
      headers.push(S.spanToTraceHeader(S.startInactiveSpan({ name: 'x', onlyIfParent: true })));
      continued('', () => headers.push(S.spanToTraceHeader(S.startInactiveSpan({ name: 'x' }))), '-0');
      init({ tracesSampleRate: undefined });
      headers.push(S.spanToTraceHeader(S.startInactiveSpan({ name: 'x' })));
      return headers;
    },
  },
];
