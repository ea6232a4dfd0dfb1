// Baggage: reading what came, and printing a sampling context.

/** Headers by what is said about them, as expressions for the page. */
const headers = [
  [
    'with properties, blanks and pieces that are none',
    `'sentry-release=1.0;p=1, sentry-environment = prod ,other=x=y,bad,sentry-x=%E0%A4%A,sentry-y='`,
  ],
  ['with a key given twice', `'sentry-a=1,sentry-b=2,sentry-a=3'`],
  ['with an equals sign in a value', `'sentry-a=x=y=z'`],
  ['with a plus and encoded signs', `'sentry-a=x+y%20z%2C%3D,sentry-%62=1'`],
  ['with a key in other letters', `'Sentry-a=1,SENTRY-b=2,sentry-C=3'`],
  ['with an entry without a name', `'sentry-=v,sentry-a=1'`],
  ['with empty pieces', `',,sentry-a=1,,=x,sentry-b=,'`],
  ['with letters beyond ASCII', `'sentry-a=é,sentry-b=%C3%A9,sentry-c=%F0%9F%98%80'`],
  ['with a value that cannot be decoded', `'sentry-a=%,sentry-b=%zz,sentry-c=%C3,sentry-d=1'`],
  ['with a blank around everything', `' \\tsentry-a = 1 \\t , sentry-b= 2'`],
  ['with a new line', `'sentry-a=1\\nsentry-b=2,sentry-c=3'`],
  ['with entries that nobody knows', `'sentry-new=1,sentry-release=2,sentry-replay_id=3'`],
  ['with names that objects have', `'sentry-constructor=1,sentry-toString=2,sentry-hasOwnProperty=3'`],
  ['with one prefix inside the other', `'sentry-sentry-a=1,xsentry-b=2'`],
];

const parsing = headers.map(([said, text]) => ({
  name: `baggage ${said}`,
  given: text,
  run: (S, { init, continued }, baggage) => {
    init();
    return continued(`${baggage},sentry-sample_rand=0.5`, () => {
      const { dsc } = S.getCurrentScope().getPropagationContext();
      return [dsc, Object.keys(dsc), S.getTraceData().baggage];
    });
  },
}));

export const baggage = [
  ...parsing,
  {
    name: 'a sampling context is printed in its order, without what is empty',
    run: (S) =>
      [
        { trace_id: 'a', release: '1', environment: undefined, public_key: '', org_id: null, z: '2' },
        { b: '2', a: '1' },
        {},
        undefined,
        { a: undefined },
      ].map(S.dynamicSamplingContextToSentryBaggageHeader),
  },
  {
    name: 'a printed value is encoded, and so is a key',
    run: (S) =>
      [{ a: "x y'()*!~é,;=/%" }, { a: 'app@1' }, { 'a b': '1', é: '2' }, { a: '"\\\n\t' }, { a: '😀' }].map(
        S.dynamicSamplingContextToSentryBaggageHeader,
      ),
  },
  {
    name: 'a printed header has at most 8192 characters, and later entries are still tried',
    run: (S) => {
      const sizes = [8160, 8161, 8162, 8172, 8173];
      const summary = (text) => [text.length, text.slice(0, 12), text.slice(-12)];
      return sizes.map((size) =>
        summary(S.dynamicSamplingContextToSentryBaggageHeader({ a: '1', b: 'x'.repeat(size), c: '3' })),
      );
    },
  },
  {
    name: 'a first entry that is too long is left out',
    run: (S) => [
      S.dynamicSamplingContextToSentryBaggageHeader({ a: 'x'.repeat(9000), b: '2' }),
      S.dynamicSamplingContextToSentryBaggageHeader({ a: 'x'.repeat(9000) }),
    ],
  },
  {
    name: 'a hundred entries that came are passed on',
    run: (S, { init, continued }) => {
      init();
      const entries = Array.from({ length: 100 }, (_, n) => `sentry-n${n}=${n}`);
      return continued(`sentry-sample_rand=0.5,${entries.join()}`, () => S.getTraceData().baggage);
    },
  },
  {
    name: 'a header that came and is longer than the limit is passed on as far as it fits',
    run: (S, { init, continued }) => {
      init();
      const long = 'x'.repeat(5000);
      return continued(`sentry-sample_rand=0.5,sentry-a=${long},sentry-b=${long},sentry-c=3`, () => {
        const { baggage } = S.getTraceData();
        return [baggage.length, baggage.slice(0, 40), baggage.slice(-20)];
      });
    },
  },
  {
    name: 'release and environment with odd characters are encoded once',
    run: (S, { init }) => {
      init({ release: 'my app@1.0/é', environment: 'a,b=c;d%20' });
      return S.startSpan({ name: 'GET /a b' }, () => S.getTraceData().baggage);
    },
  },
  {
    name: 'the helpers for one span print the same header',
    run: (S, { init }) => {
      init({ release: '1' });
      return S.startSpan({ name: 'x' }, (span) => {
        const header = S.spanToBaggageHeader(span);
        const dsc = S.getDynamicSamplingContextFromSpan(span);
        return [
          header,
          S.getBaggageHeader(span) === header,
          S.dynamicSamplingContextToSentryBaggageHeader(dsc) === header,
          S.getTraceData().baggage === header,
        ];
      });
    },
  },
  {
    name: 'meta tags for a page',
    run: (S, { init }) => {
      init();
      return [
        S.startSpan({ name: 'x' }, () => S.getTraceMetaTags()),
        S.getTraceMetaTags(),
        S.getTraceMetaTags({ 'sentry-trace': 'a', baggage: 'b', traceparent: 'c' }),
        S.getTraceMetaTags({}),
      ];
    },
  },
  {
    name: 'a meta tag for baggage that does not exist',
    run: (S) => S.getTraceMetaTags({ 'sentry-trace': 'a', baggage: undefined }),
  },
];
