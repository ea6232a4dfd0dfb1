// What the browser measures by itself: the page load's phases, resources, paints, long tasks, user timing, vitals.
//
// Times and sizes are another in each run: of numbers it is compared that they are there, and of times their order.

/** What a page loads. */
const HEAD = `<link rel="stylesheet" href="/style.css?token=1&a=2"><script src="/script.js#f"></script>
<link rel="icon" href="data:,">`;

/**
 * Waits until the browser has told of an entry that fits, however busy the machine is. All who observe have been told
 * of it then, and have done what they do a task or two later.
 */
const TELLS = `async (type, fits = () => true) => {
  const settled = async () => {
    for (let task = 0; task < 5; task += 1) await new Promise((resolve) => setTimeout(resolve));
  };
  // This observer is the last one.
  await settled();
  await new Promise((resolve) => {
    new PerformanceObserver((list) => list.getEntries().some(fits) && resolve()).observe({ type, buffered: true });
  });
  await settled();
}`;

/** Roots end only when a script ends them. */
const FOREVER = '{ idleTimeout: 600_000, childSpanTimeout: 600_000, finalTimeout: 600_000 }';

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
  const tells = ${TELLS};
  init({
    traceLifecycle: ${JSON.stringify(lifecycle)},
    ...(streams ? { beforeSendSpan: S.withStreamedSpan(keep) } : { beforeSendTransaction: keep }),
    integrations: [
      S.browserTracingIntegration({ instrumentNavigation: false, ...${FOREVER}, ...tracing }),
      ...further(S),
    ],
    ...options,
  });
  if (document.readyState !== 'complete') await new Promise((resolve) => addEventListener('load', resolve));
  await tells('paint');
  await tells('largest-contentful-paint');
  await run?.(S, tells);
  S.getActiveSpan()?.end();
  await S.flush();

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
        // Which script of a frame was the longest is the machine's affair.
        .filter(([name]) => !/^(browser.script|code)\\./.test(name))
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

/** Keeps the page busy until the browser tells so. */
const block = `async (S, tells) => {
  const from = performance.now();
  while (performance.now() < from + 150);
  requestAnimationFrame(() => {});
  // Durations are rounded; nothing else can have lasted from before until then.
  const fits = ({ startTime, duration }) => startTime + duration > from + 100;
  await tells('longtask', fits);
  await tells('long-animation-frame', fits);
}`;

/** An image that is not there is asked for. */
const ask = (address) => `async (S, tells) => {
  const image = new Image();
  image.src = '${address}';
  await tells('resource', ({ name }) => name.endsWith('${address}'));
}`;

/** What is measured, as the expression that the script is given. */
const cases = [
  ['the page itself', '{}'],
  [
    'resources but those that are not wanted',
    `{ tracing: { ignoreResourceSpans: ['resource.link', 'resource.other'] } }`,
  ],
  ['a resource that comes late', `{ run: ${ask('/late.png?session=1')} }`],
  [
    'a request, which has a span of its own',
    `{ run: () => fetch('/asked'), tracing: { traceFetch: false } }`,
  ],
  ['a long animation frame', `{ long: true, run: ${block} }`],
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
      run: async (S, tells) => {
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
        await tells('measure');
      },
    }`,
  ],
  [
    'a navigation after the page load',
    `{
      further: (S) => [S.userTimingIntegration()],
      run: async (S, tells) => {
        performance.mark('before');
        await tells('mark');
        S.getActiveSpan().end();
        S.startBrowserTracingNavigationSpan(S.getClient(), { name: '/next' });
        performance.mark('after');
        await (${ask('/next.png')})(S, tells);
      },
    }`,
  ],
  [
    'a page that has shifted',
    `{
      run: async (S, tells) => {
        const above = document.createElement('div');
        above.style.height = '200px';
        document.body.prepend(above);
        await tells('layout-shift');
      },
    }`,
  ],
  [
    'a page without what is not wanted of its vitals',
    `{ tracing: { webVitals: { ignore: ['lcp', 'cls'] } } }`,
  ],
  [
    'a span that is active, and a long frame',
    `{ long: true, run: (S, tells) => S.startSpan({ name: 'slow' }, () => (${block})(S, tells)) }`,
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
    clock: true,
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
