// The life of a page: how roots that end by themselves end, what hiding and leaving the page does, pages that come
// back, pages that say when they have loaded, crawlers, and traces in `Server-Timing`. All with a clock of their own.

/** Ways in which a root comes to its end, each as a function that is awaited, with options of the integration. */
const endings = [
  ['nothing happens', '{ idleTimeout: 50 }', '() => {}'],
  [
    'its last child ends',
    '{ idleTimeout: 50 }',
    `async (S, later) => {
      const child = S.startInactiveSpan({ name: 'child' });
      await later(200);
      child.end();
    }`,
  ],
  [
    'a child does not end',
    '{ idleTimeout: 50, childSpanTimeout: 300 }',
    `(S) => { S.startInactiveSpan({ name: 'stuck' }); S.startSpan({ name: 'over' }, () => {}); }`,
  ],
  [
    'children go on and on',
    '{ idleTimeout: 200, childSpanTimeout: 300, finalTimeout: 600 }',
    `async (S, later) => {
      for (let at = 0; at < 5; at += 1) {
        const child = S.startInactiveSpan({ name: 'child ' + at });
        await later(170);
        child.end();
        await later(2);
      }
    }`,
  ],
  [
    'a child began after the end of the others',
    '{ idleTimeout: 50, childSpanTimeout: 200 }',
    `(S) => {
      S.startSpan({ name: 'first' }, () => {});
      S.startInactiveSpan({ name: 'left out', startTime: Date.now() + 5000 });
    }`,
  ],
  ['somebody ends it', '{}', `(S) => S.getActiveSpan().end()`],
  [
    'somebody who gives a reason ends it',
    '{}',
    `(S) => S.getActiveSpan().setAttribute('sentry.idle_span_finish_reason', 'own').end()`,
  ],
  [
    'it has failed',
    '{}',
    `(S) => { S.getActiveSpan().setStatus({ code: 2, message: 'not_found' }); S.getActiveSpan().end(); }`,
  ],
  [
    'a child stands alone',
    '{ idleTimeout: 50 }',
    `(S) => { S.startInactiveSpan({ name: 'alone', experimental: { standalone: true } }); }`,
  ],
];

/** What happens to the page, with options of the integration. */
const hidings = [
  ['is hidden', '{}', '(S, { hide }) => hide()'],
  ['is hidden, which does not matter', '{ markBackgroundSpan: false }', '(S, { hide }) => hide()'],
  ['is left', '{}', `() => dispatchEvent(new PageTransitionEvent('pagehide'))`],
  [
    'is left, and hiding does not matter',
    '{ markBackgroundSpan: false }',
    `() => dispatchEvent(new PageTransitionEvent('pagehide'))`,
  ],
  [
    'is hidden after its root has failed',
    '{}',
    `(S, { hide }) => { S.getActiveSpan().setStatus({ code: 2, message: 'aborted' }); return hide(); }`,
  ],
  [
    'is hidden after its root has succeeded',
    '{}',
    `(S, { hide }) => { S.getActiveSpan().setStatus({ code: 1 }); return hide(); }`,
  ],
  [
    'is hidden while a root of its own is active',
    '{}',
    `(S, { hide }) => { S.getActiveSpan().end(); return S.startSpan({ name: 'own' }, () => hide()); }`,
  ],
  [
    'is hidden with children under way',
    '{}',
    `(S, { hide }) => { S.startInactiveSpan({ name: 'open' }); return hide(); }`,
  ],
];

/** The return of a page, with options. */
const returns = [
  ['from the cache', '{}', 'true'],
  ['from the cache, which does not matter', '{ instrumentBfcacheRestore: false }', 'true'],
  ['from the cache, where navigations do not matter', '{ instrumentNavigation: false }', 'true'],
  ['from elsewhere', '{}', 'false'],
];

/** Pages that say when they have loaded, with what they do. */
const reports = [
  ['says so', '{ enableReportPageLoaded: true }', '(S) => S.reportPageLoaded()'],
  [
    'says so after work',
    '{ enableReportPageLoaded: true, idleTimeout: 20 }',
    `async (S, later) => {
      S.startSpan({ name: 'work' }, () => {});
      await later(300);
      S.reportPageLoaded(S.getClient());
    }`,
  ],
  ['does not say so', '{ enableReportPageLoaded: true, finalTimeout: 300, idleTimeout: 20 }', '() => {}'],
  ['says so, unasked', '{ idleTimeout: 50 }', '(S) => S.reportPageLoaded()'],
  [
    'says so after a navigation',
    '{ enableReportPageLoaded: true, detectRedirects: false }',
    `(S) => { history.pushState({}, '', '/page/next'); S.reportPageLoaded(); S.getActiveSpan().end(); }`,
  ],
  [
    'says so twice, or to nobody',
    '{ enableReportPageLoaded: true }',
    `(S) => { S.reportPageLoaded(); S.reportPageLoaded(); S.reportPageLoaded(undefined); }`,
  ],
];

/** Waits until the page has no root any more. */
const GONE = `async (S, later) => {
  for (let at = 0; S.getActiveSpan() && at < 100; at += 1) await later(50);
}`;

const timings = [
  ['a trace', 'sentry-trace', '771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1', ''],
  ['only baggage', 'baggage', 'sentry-sample_rand=0.5', ''],
  [
    'another trace than the meta tag',
    'sentry-trace',
    '00000000000000000000000000000abc-0000000000000def-0',
    '<meta name="sentry-trace" content="771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1">',
  ],
  [
    'a trace beside an empty meta tag',
    'sentry-trace',
    '771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-0',
    '<meta name="sentry-trace" content="">',
  ],
];

const agents = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'mozilla/5.0 (compatible; bingbot/2.0)',
  'facebookexternalhit/1.1',
  'Mozilla/5.0 (X11; Linux x86_64) Chrome/140',
  '',
];

export const pageLife = [
  ...endings.map(([said, options, act]) => ({
    name: `a root that ends by itself: ${said}`,
    given: `[${options}, ${act}, ${GONE}]`,
    only: 'result',
    clock: true,
    run: async (S, { init, roots, later, flush }, [options, act, gone]) => {
      const [seen, option] = roots();
      init({ ...option, integrations: [S.browserTracingIntegration(options)] });
      S.getActiveSpan().end();
      await flush();
      seen.length = 0;
      document.body.click();
      history.pushState({}, '', '/page/next');
      await act(S, later);
      await gone(S, later);
      await flush();
      return seen;
    },
  })),
  {
    name: 'a root that ends by itself does not last until the end of what is left out',
    only: 'result',
    clock: true,
    run: async (S, { init, later }) => {
      const client = init({
        ignoreSpans: ['left out'],
        integrations: [S.browserTracingIntegration({ idleTimeout: 100, instrumentPageLoad: false })],
      });
      S.startBrowserTracingNavigationSpan(client, { name: 'x' });
      const root = S.getActiveSpan();
      S.startSpan({ name: 'told' }, () => {});
      const child = S.startInactiveSpan({ name: 'left out' });
      await later(500);
      child.end();
      while (S.getActiveSpan()) await later(50);
      const { start_timestamp, end_timestamp } = S.spanToJSON(root);
      return Math.round((end_timestamp - start_timestamp) * 1000);
    },
  },
  ...hidings.map(([said, options, act]) => ({
    name: `a page that ${said}`,
    given: `[${options}, ${act}]`,
    only: 'result',
    clock: true,
    run: async (S, tools, [options, act]) => {
      const [seen, option] = tools.roots();
      tools.init({ ...option, integrations: [S.browserTracingIntegration(options)] });
      await act(S, tools);
      await tools.flush();
      return [seen, S.getActiveSpan() === undefined];
    },
  })),
  ...returns.map(([said, options, persisted]) => ({
    name: `a page that returns ${said}`,
    given: `[${options}, ${persisted}]`,
    only: 'result',
    clock: true,
    run: async (S, { init, roots, flush }, [options, persisted]) => {
      const [seen, option] = roots();
      init({ ...option, integrations: [S.browserTracingIntegration(options)] });
      S.getActiveSpan().end();
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted }));
      S.getActiveSpan()?.end();
      // What was heard first is over: the address it began with counts as a navigation now.
      history.replaceState({}, '', location.href);
      S.getActiveSpan()?.end();
      await flush();
      return seen;
    },
  })),
  ...reports.map(([said, options, act]) => ({
    name: `a page that reports that it has loaded ${said}`,
    given: `[${options}, ${act}, ${GONE}]`,
    only: 'result',
    clock: true,
    run: async (S, { init, roots, later, flush }, [options, act, gone]) => {
      const [seen, option] = roots();
      init({ ...option, integrations: [S.browserTracingIntegration(options)] });
      await act(S, later);
      await gone(S, later);
      await flush();
      return seen;
    },
  })),
  ...timings.map(([said, name, description, head]) => ({
    name: `a page whose Server-Timing says ${said}`,
    head,
    given: JSON.stringify({ name, description }),
    only: 'result',
    clock: true,
    run: (S, { init }, entry) => {
      const [navigation] = performance.getEntriesByType('navigation');
      Object.defineProperty(navigation, 'serverTiming', { value: [{ name: 'cpu', description: '' }, entry] });
      performance.getEntriesByType = () => [navigation];
      init({ integrations: [S.browserTracingIntegration()] });
      const seen = [S.getTraceData()];
      const { trace_id, parent_span_id } = S.spanToJSON(S.getActiveSpan());
      S.getActiveSpan().end();
      return [...seen, trace_id, parent_span_id];
    },
  })),
  ...agents.map((agent) => ({
    name: `the user agent ${JSON.stringify(agent)}`,
    given: JSON.stringify(agent),
    only: 'result',
    clock: true,
    run: (S, { init }, agent) => {
      Object.defineProperty(navigator, 'userAgent', { configurable: true, get: () => agent });
      const client = init({ integrations: [S.browserTracingIntegration()] });
      const seen = [typeof S.getActiveSpan()];
      S.getActiveSpan()?.end();
      history.pushState({}, '', '/page/next');
      seen.push(typeof S.getActiveSpan());
      S.getActiveSpan()?.end();
      seen.push(typeof S.startBrowserTracingNavigationSpan(client, { name: 'x' }));
      S.getActiveSpan()?.end();
      return seen;
    },
  })),
];
