// Page loads and navigations in stream mode: how they are linked and sampled, what of them is ignored, and what is measured. Most
// with a clock of their own.

/** What a page begins with in its head. */
const META = (flag, more) =>
  `<meta name="sentry-trace" content="771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-${flag}">
   <meta name="baggage" content="sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sampled=${flag === '1'},${more}">`;

const linked = [
  ['in memory', `{ linkPreviousTrace: 'in-memory' }`, 1],
  ['in the session', `{ linkPreviousTrace: 'session-storage' }`, 1],
  ['nowhere', `{ linkPreviousTrace: 'off' }`, 1],
  ['consistently', '{ consistentTraceSampling: true }', 1],
  ['consistently, and the first is not sampled', '{ consistentTraceSampling: true }', 0],
  [
    'consistently, where a server has decided for it',
    '{ consistentTraceSampling: true }',
    0,
    META('1', 'sentry-sample_rate=0.5,sentry-sample_rand=0.2'),
  ],
  [
    'consistently, where a server has decided against it',
    '{ consistentTraceSampling: true }',
    1,
    META('0', 'sentry-sample_rate=0.5,sentry-sample_rand=0.9'),
  ],
  [
    'consistently, where a server has not decided',
    '{ consistentTraceSampling: true }',
    1,
    META('', 'sentry-sample_rand=0.3').replace('-"', '"'),
  ],
  [
    'in the session, consistently',
    `{ linkPreviousTrace: 'session-storage', consistentTraceSampling: true }`,
    0.5,
    META('1', 'sentry-sample_rate=0.5,sentry-sample_rand=0.2'),
  ],
].map(([said, given, rate, head = '']) => ({
  name: `in stream mode traces of a page are linked ${said}`,
  given: `[${given}, ${rate}]`,
  head,
  clock: true,
  only: 'result',
  run: async (S, { init, later }, [options, tracesSampleRate]) => {
    const client = init({ traceLifecycle: 'stream', tracesSampleRate, integrations: [] });
    const seen = [];
    client.on('spanEnd', (span) => {
      const { name, attributes, links, trace_id, parent_span_id, is_segment } = S.spanToJSON(span);
      const told = Object.entries(attributes).filter(([name]) => /trace|sample|op$/.test(name));
      const sampled = span.spanContext().traceFlags;
      seen.push({
        name,
        attributes: Object.fromEntries(told),
        links,
        trace_id,
        parent_span_id,
        is_segment,
        sampled,
      });
    });
    client.on('beforeSampling', (told) => seen.push(JSON.parse(JSON.stringify(told))));
    client.addIntegration(S.browserTracingIntegration({ detectRedirects: false, ...options }));
    const headers = [S.getTraceData()];
    await later(2000);
    S.startSpan({ name: 'between' }, () => {});
    for (const path of ['/page/one', '/page/two']) {
      history.pushState({}, '', path);
      headers.push(S.getTraceData());
      await later(2000);
      headers.push(S.getTraceData());
    }
    S.startNewTrace(() => S.startSpan({ name: 'apart' }, () => {}));
    const kept = JSON.parse(sessionStorage.getItem('sentry_previous_trace'));
    return [seen, headers, kept && { ...kept, startTimestamp: 0, sampleRand: kept.sampleRand > 0 }];
  },
}));

const ignored = [
  ['a segment by name', `['Pageload']`],
  ['a segment by operation', `[{ op: 'navigation' }]`],
  ['a segment by attribute', `[{ attributes: { 'url.path': /next$/ } }]`],
  ['a child by attribute', `[{ attributes: { kind: 'noise' } }]`],
  ['a child by several attributes', `[{ attributes: { kind: 'noise', times: 2, list: ['a', 'b'] } }]`],
  ['a child by name and attribute', `[{ name: /^work/, attributes: { loud: true } }]`],
  ['what no span is', `[{ attributes: {} }, { name: 'work', attributes: { kind: 'other' } }]`],
].map(([said, given]) => ({
  name: `in stream mode a page ignores ${said}`,
  given,
  clock: true,
  only: 'result',
  run: async (S, { init, later }, ignoreSpans) => {
    const seen = [];
    const options = { traceLifecycle: 'stream', ignoreSpans, parentSpanIsAlwaysRootSpan: false };
    const client = init({
      ...options,
      integrations: [S.browserTracingIntegration({ detectRedirects: false })],
    });
    client.on('processSpan', ({ name, trace_id, span_id, parent_span_id, is_segment, attributes }) => {
      seen.push([name, trace_id, span_id, parent_span_id, is_segment, attributes['sentry.segment.name']]);
    });
    const work = () => {
      const attributes = { kind: 'noise', times: 2, list: ['a', 'b'], loud: true };
      S.startSpan({ name: 'work', attributes }, (span) => {
        seen.push([span.isRecording(), S.getActiveSpan() === span, S.getTraceData()]);
        S.startSpan({ name: 'below' }, (below) => seen.push(below.isRecording()));
      });
      S.startSpan({ name: 'work', attributes: { kind: 'other' } }, () => {});
    };
    work();
    await later(2000);
    work();
    history.pushState({}, '', '/page/next');
    seen.push(S.getTraceData());
    work();
    await later(2000);
    seen.push(S.getTraceData());
    return seen;
  },
}));

export const streamedPages = [
  ...linked,
  ...ignored,
  {
    name: 'in stream mode links stand on spans inside each other',
    run: (S, { init }) => {
      init({ traceLifecycle: 'stream', parentSpanIsAlwaysRootSpan: false });
      S.startSpan({ name: 'first' }, (first) => {
        S.startSpan(
          { name: 'second', links: [{ context: first.spanContext(), attributes: { a: 1 } }] },
          (second) => {
            second.addLink({ context: first.spanContext() });
            S.startSpan({ name: 'third' }, (third) => {
              third.addLinks([
                { context: second.spanContext(), attributes: { b: true, c: ['x'], d: 1.5 } },
                { context: { ...first.spanContext(), traceFlags: 0 } },
              ]);
            });
          },
        );
      });
    },
  },
  {
    name: 'in stream mode the trace of a route lasts until the next one',
    clock: true,
    only: 'result',
    run: async (S, { init, later }) => {
      const seen = [];
      init({
        traceLifecycle: 'stream',
        integrations: [S.browserTracingIntegration({ detectRedirects: false })],
      });
      const ask = async (said) => {
        const { 'sentry-trace': header } = await (await fetch('/api/echo')).json();
        seen.push([said, header, S.getTraceData(), S.getCurrentScope().getPropagationContext()]);
      };
      await ask('under way');
      await later(3000);
      await ask('ended');
      S.startSpan({ name: 'of its own' }, () => seen.push(S.getTraceData()));
      history.pushState({}, '', '/page/next');
      await ask('moved on');
      await later(3000);
      await ask('ended again');
      return seen;
    },
  },
  ...[
    ['tasks', `['longtask', 'ui.long_task', { enableLongAnimationFrame: false }]`],
    ['frames', `['long-animation-frame', 'ui.long_animation_frame', {}]`],
  ].map(([said, given]) => ({
    name: `in stream mode what kept the page busy before a navigation is not part of it: ${said}`,
    given,
    only: 'result',
    run: async (S, { init }, [type, op, options]) => {
      const seen = [];
      // Roots end by hand: the next task comes when it comes.
      const patient = { detectRedirects: false, idleTimeout: 60_000, finalTimeout: 60_000 };
      const tracing = S.browserTracingIntegration({ ...patient, ...options });
      const client = init({ traceLifecycle: 'stream', integrations: [tracing] });
      const periods = [];
      // Another task or frame is long where the machine is busy; ours holds most of a period of ours.
      const isOurs = (start, end, since = 0) =>
        periods.slice(since).some(([from, until]) => start < from + 20 && end > until - 20);
      const onPage = (seconds) => seconds * 1000 - performance.timeOrigin;
      client.on('spanEnd', (span) => {
        const { name, attributes, start_timestamp, end_timestamp, trace_id } = S.spanToJSON(span);
        if (attributes['sentry.op'] === op && isOurs(onPage(start_timestamp), onPage(end_timestamp)))
          seen.push([name, trace_id, attributes['sentry.origin']]);
        if (attributes['sentry.op'] === 'navigation')
          seen.push(['navigation', trace_id, start_timestamp >= began]);
      });
      const busy = () => {
        const from = performance.now();
        while (performance.now() < from + 80);
        periods.push([from, from + 80]);
      };
      const told = () => {
        const since = periods.length;
        const isNext = ({ startTime, duration }) => isOurs(startTime, startTime + duration, since);
        return new Promise((resolve) =>
          new PerformanceObserver((list, observer) => {
            if (list.getEntries().some(isNext)) resolve(observer.disconnect());
          }).observe({ type }),
        );
      };
      S.getActiveSpan().end();
      const heard = told();
      let began = 0;
      await new Promise((resolve) =>
        setTimeout(() => {
          busy();
          began = (performance.timeOrigin + performance.now()) / 1000 - 0.001;
          history.pushState({}, '', '/page/next');
          resolve();
        }),
      );
      await heard;
      const again = told();
      setTimeout(busy);
      await again;
      S.getActiveSpan().end();
      return seen;
    },
  })),
  ...['static', 'stream'].map((mode) => ({
    name: `what the browser measures of a page load that is not recorded is counted: ${mode}`,
    given: `'${mode}'`,
    run: async (S, { init, later }, traceLifecycle) => {
      let started = 0;
      const setup = (client) => client.on('spanStart', () => (started += 1));
      // However slow the machine is.
      const quiet = { enableLongTask: false, enableLongAnimationFrame: false };
      const tracing = S.browserTracingIntegration({ idleTimeout: 1000, ...quiet });
      const client = init({
        tracesSampleRate: 0,
        sendClientReports: true,
        traceLifecycle,
        integrations: [tracing, { name: 'listener', setup }],
      });
      await later(2000);
      return [started, client.getOptions().tracesSampleRate];
    },
  })),
  {
    name: 'in stream mode vitals are attributes of the page load',
    only: 'result',
    run: async (S, { init, later }) => {
      const seen = [];
      const client = init({
        traceLifecycle: 'stream',
        integrations: [S.browserTracingIntegration({ idleTimeout: 400 })],
      });
      client.on('processSpan', ({ name, attributes }) => {
        const vitals = Object.entries(attributes).filter(([name]) =>
          /web_vital|browser\.(navigation|performance)/.test(name),
        );
        if (vitals.length) {
          const told = vitals
            .map(([name, value]) => [name, typeof value])
            .filter(([name]) => !/[fl]cp|\.fp\./.test(name));
          seen.push([/Pageload/.test(name) ? 'page load' : attributes['sentry.op'], told.sort()]);
        }
      });
      await later(1200);
      return seen.filter(([name]) => name === 'page load');
    },
  },
  {
    name: 'in stream mode a layout that has shifted says by how much',
    only: 'result',
    run: async (S, { init, later, hide }) => {
      const seen = [];
      const client = init({
        traceLifecycle: 'stream',
        integrations: [S.browserTracingIntegration({ idleTimeout: 800 })],
      });
      client.on('processSpan', ({ name, is_segment, attributes }) => {
        const told = Object.keys(attributes).filter((name) => /cls|shift/.test(name));
        if (told.length) {
          const value = attributes['browser.web_vital.cls.value'];
          seen.push([is_segment || name, told.sort(), value > 0]);
        }
      });
      document.body.innerHTML =
        '<div id="moves"></div><p style="height:300px;width:600px;background:red">text</p>';
      await later(100);
      document.getElementById('moves').style.height = '200px';
      await later(2000);
      await hide();
      if (!seen.length) throw new Error('nothing has shifted');
      return seen;
    },
  },
];
