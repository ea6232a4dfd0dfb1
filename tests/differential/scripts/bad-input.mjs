// What no type allows. Only whether a call throws is compared: nothing of ours ever throws into the page.

/** An object whose every member throws when it is looked at. */
const HOSTILE = `new Proxy({}, { get() { throw new Error('hostile'); }, ownKeys() { throw new Error('hostile'); } })`;

const values = `{
  undefined: undefined, null: null, number: 7, text: 'text', symbol: Symbol('s'), bigint: 1n, array: [1],
  empty: {}, function: () => {}, date: new Date(NaN), bare: Object.create(null), hostile: ${HOSTILE},
  cycle: (() => { const cycle = {}; cycle.self = cycle; return cycle; })(),
}`;

/** Calls with one odd argument each, by theme; the other arguments are as they should be. */
const calls = {
  'where a span starts': `{
    name: (S, value) => S.startSpan({ name: value }, () => {}),
    options: (S, value) => S.startInactiveSpan(value).end(),
    callback: (S, value) => S.startSpan({ name: 'x' }, value),
    'manual callback': (S, value) => S.startSpanManual({ name: 'x' }, value),
    operation: (S, value) => S.startSpan({ name: 'x', op: value }, () => {}),
    attributes: (S, value) => S.startSpan({ name: 'x', attributes: value }, () => {}),
    attribute: (S, value) => S.startSpan({ name: 'x', attributes: { a: value } }, () => {}),
    'start time': (S, value) => S.startSpan({ name: 'x', startTime: value }, () => {}),
    parent: (S, value) => S.startSpan({ name: 'x', parentSpan: value }, () => {}),
    links: (S, value) => S.startSpan({ name: 'x', links: value }, S.spanToJSON),
    link: (S, value) => S.startSpan({ name: 'x', links: [value] }, S.spanToJSON),
    scope: (S, value) => S.startSpan({ name: 'x', scope: value }, () => {}),
    experimental: (S, value) => S.startSpan({ name: 'x', experimental: value }, () => {}),
  }`,
  'on a span': `{
    'end time': (S, value) => S.startInactiveSpan({ name: 'x' }).end(value),
    key: (S, value) => S.startSpan({ name: 'x' }, (span) => span.setAttribute(value, 1)),
    attribute: (S, value) => S.startSpan({ name: 'x' }, (span) => span.setAttribute('a', value)),
    attributes: (S, value) => S.startSpan({ name: 'x' }, (span) => span.setAttributes(value)),
    status: (S, value) => S.startSpan({ name: 'x' }, (span) => span.setStatus(value)),
    code: (S, value) => S.startSpan({ name: 'x' }, (span) => span.setStatus({ code: value, message: value })),
    name: (S, value) => S.startSpan({ name: 'x' }, (span) => span.updateName(value)),
    event: (S, value) => S.startSpan({ name: 'x' }, (span) => span.addEvent(value, value, value)),
    link: (S, value) => S.startSpan({ name: 'x' }, (span) => span.addLink(value)),
    links: (S, value) => S.startSpan({ name: 'x' }, (span) => span.addLinks(value)),
  }`,
  'in place of a span': `{
    header: (S, value) => S.spanToTraceHeader(value),
    baggage: (S, value) => S.spanToBaggageHeader(value),
    context: (S, value) => S.getDynamicSamplingContextFromSpan(value),
    json: (S, value) => S.spanToJSON(value),
    'static json': (S, value) => S.spanToStaticSpanJSON(value),
    root: (S, value) => S.getRootSpan(value),
    descendants: (S, value) => S.getSpanDescendants(value),
    active: (S, value) => S.withActiveSpan(value, () => S.startInactiveSpan({ name: 'x' }).end()),
    'active in the browser': (S, value) => S.setActiveSpanInBrowser(value),
    renamed: (S, value) => S.updateSpanName(value, 'y'),
    'HTTP status': (S, value) => S.setHttpStatus(value, 404),
    measurement: (S, value) => S.setMeasurement('m', 1, 'none', value),
  }`,
  'where a trace is propagated': `{
    headers: (S, value) => S.continueTrace(value, () => {}),
    'sentry-trace': (S, value) => S.continueTrace({ sentryTrace: value }, () => {}),
    baggage: (S, value) =>
      S.continueTrace(
        { sentryTrace: '771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1', baggage: value },
        () => S.startSpan({ name: 'x' }, () => S.getTraceData()),
      ),
    options: (S, value) => S.getTraceData(value),
    'options one by one': (S, value) => S.getTraceData({ span: value, scope: value, client: value }),
    'sampling context': (S, value) => S.dynamicSamplingContextToSentryBaggageHeader(value),
    'value of it': (S, value) => S.dynamicSamplingContextToSentryBaggageHeader({ a: value }),
    'meta tags': (S, value) => S.getTraceMetaTags(value),
    'HTTP code': (S, value) => S.getSpanStatusFromHttpCode(value),
    'propagation context': (S, value) =>
      S.withScope((scope) => {
        scope.setPropagationContext(value);
        S.startSpan({ name: 'x' }, () => S.getTraceData());
      }),
  }`,
  'on a scope': `{
    tags: (S, value) => S.setTags(value),
    tag: (S, value) => S.setTag('a', value),
    user: (S, value) => S.setUser(value),
    context: (S, value) => S.setContext('a', value),
    key: (S, value) => S.setContext(value, {}),
    extra: (S, value) => S.getCurrentScope().setExtras(value),
    update: (S, value) => S.getCurrentScope().update(value),
    processor: (S, value) => S.getCurrentScope().addEventProcessor(value),
    scope: (S, value) => S.withScope(value, () => S.startSpan({ name: 'x' }, () => {})),
    span: (S) => S.startSpan({ name: 'x' }, () => {}),
  }`,
};

const oddities = Object.entries(calls).map(([said, calls]) => ({
  name: `an odd value ${said} hurts nobody`,
  given: `{ calls: ${calls}, values: ${values} }`,
  only: 'result',
  run: (S, { init, survives }, { calls, values }) => {
    init();
    const told = {};
    for (const [call, run] of Object.entries(calls)) {
      for (const [said, value] of Object.entries(values)) {
        told[`${call}: ${said}`] = survives(() => run(S, value));
      }
    }
    return told;
  },
}));

/** Options of `init` of which each value is odd. */
const options = `{
  dsn: [7, 'x', {}, [], true],
  integrations: [7, [null, 7, {}], 'x', () => 7, () => { throw new Error('mine'); }],
  tracePropagationTargets: [7, [null, 7, {}], 'x'],
  tracesSampler: [7, {}, ${HOSTILE}],
  ignoreSpans: [7, 'x', [null], [7], ${HOSTILE}],
  ignoreTransactions: [7, [null], [${HOSTILE}]],
  beforeSendTransaction: [7, 'x', {}],
  beforeSendSpan: [7, 'x', {}],
  transportOptions: [7, 'x', { headers: 7 }],
  initialScope: [7, 'x', () => { throw new Error('mine'); }],
  tunnel: [7, {}, []],
}`;

export const badInput = [
  ...oddities,
  {
    name: 'an odd value among the options hurts nobody',
    given: options,
    only: 'result',
    run: (S, { init, survives }, options) => {
      const told = {};
      for (const [option, values] of Object.entries(options)) {
        told[option] = values.map((value) => [
          survives(() => init({ [option]: value })),
          survives(() => S.startSpan({ name: 'x' }, () => S.startSpan({ name: 'child' }, () => {}))),
        ]);
      }
      return told;
    },
  },
  {
    name: 'odd options in place of all options hurt nobody',
    given: values,
    only: 'result',
    run: (S, { survives }, values) =>
      Object.entries(values).map(([said, value]) => [
        said,
        survives(() => S.init(value)),
        survives(() => S.startSpan({ name: 'x' }, () => S.getTraceData())),
      ]),
  },
];
