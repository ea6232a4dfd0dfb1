// What the browser measures by itself: the page load's phases, resources, paints, long tasks, user timing, vitals.
//
// Times and sizes are another in each run: of numbers it is compared that they are there, and of times their order.

/** What a page loads. */
const HEAD = `<link rel="stylesheet" href="/style.css?token=1&a=2"><script src="/script.js#f"></script>
<link rel="icon" href="data:,">`;

/** Waits for the page, runs, ends the root, and tells what would have been sent. */
const observing = (
  lifecycle,
) => `async (S, { init }, { run, tracing = {}, further = () => [], options = {}, long = false }) => {
  const sent = [];
  const keep = (item) => {
    sent.push(item);
    return item;
  };
  const streams = ${JSON.stringify(lifecycle)} === 'stream';
  document.body.innerHTML = '<h1 id="title">content</h1><p class="a  b">text</p>';
  const painted = new Promise((resolve) => {
    new PerformanceObserver((list, observer) => {
      observer.disconnect();
      resolve();
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  init({
    traceLifecycle: ${JSON.stringify(lifecycle)},
    ...(streams ? { beforeSendSpan: S.withStreamedSpan(keep) } : { beforeSendTransaction: keep }),
    integrations: [
      S.browserTracingIntegration({ instrumentNavigation: false, idleTimeout: 20_000, ...tracing }),
      ...further(S),
    ],
    ...options,
  });
  if (document.readyState !== 'complete') await new Promise((resolve) => addEventListener('load', resolve));
  await painted;
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
  await run?.(S);
  S.getActiveSpan()?.end();
  await S.flush(1000);

  const word = (value) => {
    if (typeof value !== 'number') {
      return typeof value === 'string' ? value.replaceAll(location.origin, 'ORIGIN').replace('/peer.js', '/index.js') : value;
    }
    return 'number';
  };
  const data = (attributes = {}) =>
    Object.fromEntries(
      Object.entries(attributes)
        .filter(([name]) => !/^(sentry.(sdk|sample|segment.id|pageload|transaction|release)|user_agent)/.test(name))
        .map(([name, value]) => [name, word(streams ? value.value ?? value : value)])
        .sort(),
    );
  const spans = streams
    ? sent.map(({ name, attributes, is_segment, start_timestamp, end_timestamp }) => ({
        name: word(name),
        is_segment,
        data: data(attributes),
        orderly: start_timestamp <= end_timestamp,
        lasted: end_timestamp - start_timestamp,
      }))
    : sent.flatMap(({ transaction, contexts, spans, measurements = {}, start_timestamp, timestamp }) => [
        {
          name: transaction,
          data: data(contexts.trace.data),
          measurements: Object.entries(measurements).map(([name, { unit }]) => name + ' ' + unit).sort(),
        },
        ...spans.map((span) => ({
          name: word(span.description),
          data: data(span.data),
          lasted: span.timestamp - span.start_timestamp,
          orderly: span.start_timestamp <= span.timestamp && span.start_timestamp >= start_timestamp && span.timestamp <= timestamp,
        })),
      ]);
  const first = ({ name, data }) => JSON.stringify([data['sentry.op'], name, data]);
  // A slow machine has long tasks everywhere.
  const isLong = ({ data }) => data['sentry.op']?.startsWith('ui.long');
  const ofOurs = spans.filter(isLong).sort((a, b) => b.lasted - a.lasted)[0];
  return spans
    .filter((span) => !isLong(span) || (long && span === ofOurs))
    .map(({ lasted, ...span }) => span)
    .filter(({ data, name }) => !/tools.js|tunnel/.test(name) && data['url.full'] !== 'ORIGIN/tools.js')
    .sort((a, b) => (first(a) < first(b) ? -1 : 1));
}`;

const block = `async () => {
  const until = performance.now() + 150;
  while (performance.now() < until);
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 200)));
}`;

/** What is measured, as the expression that the script is given. */
const cases = [
  ['the page itself', '{}'],
  [
    'resources but those that are not wanted',
    `{ tracing: { ignoreResourceSpans: ['resource.link', 'resource.other'] } }`,
  ],
  [
    'a resource that comes late',
    `{ run: () => new Promise((resolve) => {
      const image = new Image();
      image.onerror = () => setTimeout(resolve, 50);
      image.src = '/late.png?session=1';
    }) }`,
  ],
  [
    'a request, which has a span of its own',
    `{ run: () => fetch('/asked'), tracing: { traceFetch: false } }`,
  ],
  ['a long animation frame', `{ run: ${block}, long: true }`],
  ['a long task', `{ long: true, run: ${block}, tracing: { enableLongAnimationFrame: false } }`],
  [
    'neither task nor frame',
    `{ long: true, run: ${block}, tracing: { enableLongAnimationFrame: false, enableLongTask: false } }`,
  ],
  ['marks and measures, without the integration', `{ run: () => void performance.mark('one') }`],
  [
    'marks and measures',
    `{
      further: (S) => [S.userTimingIntegration({ ignore: ['hidden', /^never/g] })],
      run: () => {
        performance.mark('one', { detail: { text: 'a', number: 1, yes: true, no: false, nothing: null, list: [1], deep: { a: 1 } } });
        performance.mark('two', { detail: 'text' });
        performance.mark('three', { detail: 7 });
        performance.mark('four', { detail: [1, 2] });
        performance.measure('five', { start: 'one', end: 'two' });
        performance.measure('early', { start: 0, end: performance.now() });
        performance.measure('earlier', { start: 0, end: 0 });
        performance.mark('is hidden');
        performance.mark('never');
        performance.measure('component', { start: 'one', detail: { devtools: { track: 'Components ⚛' } } });
      },
    }`,
  ],
  [
    'a navigation after the page load',
    `{
      further: (S) => [S.userTimingIntegration()],
      run: async (S) => {
        performance.mark('before');
        S.getActiveSpan().end();
        S.startBrowserTracingNavigationSpan(S.getClient(), { name: '/next' });
        performance.mark('after');
        await new Promise((resolve) => {
          const image = new Image();
          image.onerror = () => setTimeout(resolve, 50);
          image.src = '/next.png';
        });
      },
    }`,
  ],
  [
    'a page that has shifted',
    `{
      run: () => new Promise((resolve) => {
        new PerformanceObserver(() => setTimeout(resolve, 100)).observe({ type: 'layout-shift' });
        const above = document.createElement('div');
        above.style.height = '200px';
        document.body.prepend(above);
      }),
    }`,
  ],
  [
    'a page without what is not wanted of its vitals',
    `{ tracing: { webVitals: { ignore: ['lcp', 'cls'] } } }`,
  ],
  [
    'a span that is active, and a long frame',
    `{ long: true, run: (S) => S.startSpan({ name: 'slow' }, ${block}) }`,
  ],
];

export const measures = ['static', 'stream'].flatMap((lifecycle) =>
  cases.map(([said, given]) => ({
    name: `what is measured of ${said}, ${lifecycle}`,
    head: HEAD,
    only: 'result',
    given,
    run: observing(lifecycle),
  })),
);

export const integrations = [
  {
    name: 'an integration for web vitals that is there already stays the only one',
    only: 'result',
    run: (S, { init }) => {
      const own = S.webVitalsIntegration({ ignore: ['inp'] });
      const client = init({ integrations: [S.browserTracingIntegration(), own] });
      return client.getIntegrationByName('WebVitals') === own;
    },
  },
  {
    name: 'clicks while nothing else is under way',
    only: 'result',
    run: async (S, { init, later }) => {
      const sent = [];
      init({
        integrations: [
          S.browserTracingIntegration({ instrumentNavigation: false }),
          S.interactionsIntegration({ idleTimeout: 30 }),
        ],
        beforeSendTransaction: (event) => {
          const { transaction, transaction_info, contexts, spans } = event;
          const { op, origin, data } = contexts.trace;
          const names = Object.keys(data).filter((name) => !/^(sentry.sample_rate|sentry.idle)/.test(name));
          const { 'sentry.idle_span_finish_reason': reason } = data;
          if (op === 'ui.action.click') {
            const below = spans.map(({ description }) => description);
            sent.push([transaction, transaction_info, op, origin, names.sort(), reason, below]);
          }
          return null;
        },
      });
      document.body.click();
      S.updateSpanName(S.getActiveSpan(), 'better');
      S.getActiveSpan().end();
      document.body.click();
      const active = S.spanToJSON(S.getActiveSpan()).attributes['sentry.op'];
      S.startSpan({ name: 'work' }, () => {});
      await later(5);
      document.body.click();
      S.startSpan({ name: 'more work' }, () => {});
      S.getActiveSpan().end();
      return [active, S.getActiveSpan() === undefined, sent];
    },
  },
];
