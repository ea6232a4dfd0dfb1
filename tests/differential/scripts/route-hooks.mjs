// What an integration hears of page loads and navigations: in which order, with which arguments. All with a clock of their
// own: what is a redirect is a matter of time.

/** Integrations that listen, before or after ours, and what the page does. */
const heard = [
  ['that comes after ours', '({ ours, listener }) => [ours(), listener]'],
  ['that comes before ours', '({ ours, listener }) => [listener, ours()]'],
  [
    'where the page says when it has loaded',
    '({ ours, listener }) => [ours({ enableReportPageLoaded: true }), listener]',
  ],
].map(([said, given]) => ({
  name: `an integration ${said} hears of page loads and navigations`,
  given,
  only: 'result',
  clock: true,
  run: async (S, { init, later }, order) => {
    const seen = [];
    const told = (value) =>
      typeof value?.spanContext === 'function'
        ? `${S.spanToJSON(value).name}${S.getActiveSpan() === value ? ', which is active' : ''}`
        : JSON.parse(JSON.stringify(value ?? null));
    const hooks = [
      'startPageLoadSpan',
      'idleSpanEnableAutoFinish',
      'afterStartPageLoadSpan',
      'endPageloadSpan',
    ];
    hooks.push('beforeStartNavigationSpan', 'startNavigationSpan', 'beforeIdleSpanEnd');
    hooks.push('beforeSampling', 'spanStart', 'spanEnd', 'afterSpanEnd');
    const listener = {
      name: 'listener',
      setup: (client) => {
        for (const hook of hooks) client.on(hook, (...given) => seen.push([hook, ...given.map(told)]));
      },
    };
    const client = init({ integrations: order({ ours: S.browserTracingIntegration, listener }) });
    await later(10);
    seen.push('loaded');
    S.reportPageLoaded();
    seen.push('moves on by itself');
    history.pushState({}, '', '/page/redirect');
    document.body.click();
    seen.push('is moved on');
    history.pushState({}, '', '/page/asked');
    await later(10);
    seen.push('begins by hand');
    S.startBrowserTracingPageLoadSpan(
      client,
      { name: 'again', attributes: { a: 1 } },
      { sentryTrace: 'none' },
    );
    S.startBrowserTracingPageLoadSpan(client, { name: 'at a time', startTime: 1700000000 });
    S.startBrowserTracingNavigationSpan(client, { name: 'on' });
    S.startBrowserTracingNavigationSpan(client, { name: 'redirect' }, { url: '/x', isRedirect: true });
    S.startBrowserTracingNavigationSpan(client, { name: 'further' }, { url: 'http://localhost/y' });
    return seen;
  },
}));

export const routeHooks = [
  ...heard,
  {
    name: 'an integration hears of page loads and navigations that are not recorded',
    only: 'result',
    clock: true,
    run: async (S, { init, later }) => {
      const seen = [];
      const setup = (client) => {
        for (const hook of [
          'idleSpanEnableAutoFinish',
          'afterStartPageLoadSpan',
          'beforeIdleSpanEnd',
          'spanStart',
          'spanEnd',
        ]) {
          client.on(hook, (span) => seen.push([hook, S.spanToJSON(span).name]));
        }
      };
      init({
        tracesSampleRate: 0,
        integrations: [S.browserTracingIntegration(), { name: 'listener', setup }],
      });
      await later(10);
      S.startSpan({ name: 'x' }, () => {});
      await later(3000);
      seen.push('moves on');
      history.pushState({}, '', '/page/next');
      await later(3000);
      return seen;
    },
  },
  {
    name: 'a listener may let a page load end by itself that waits for the page’s word',
    only: 'result',
    clock: true,
    run: async (S, { init, later, roots }) => {
      const [seen, option] = roots();
      const client = init({
        ...option,
        integrations: [S.browserTracingIntegration({ enableReportPageLoaded: true })],
      });
      const root = S.getActiveSpan();
      await later(1500);
      client.emit('idleSpanEnableAutoFinish', root);
      await later(5000);
      return [seen, root.isRecording()];
    },
  },
  {
    name: 'what a listener does when a root is about to end does not put that off',
    only: 'result',
    clock: true,
    run: async (S, { init, later, roots }) => {
      const [seen, option] = roots();
      const client = init({ ...option, integrations: [S.browserTracingIntegration()] });
      let calls = 0;
      client.on('beforeIdleSpanEnd', () => {
        calls += 1;
        S.startSpan({ name: 'ended' }, () => {});
        S.startInactiveSpan({ name: 'open' });
      });
      await later(10);
      S.startSpan({ name: 'work' }, () => {});
      await later(5000);
      return [calls, seen];
    },
  },
  {
    name: 'the client shows the options that nobody gave',
    only: 'result',
    run: (S, { init }) => {
      const shown = (options) => {
        const {
          attachStacktrace,
          parentSpanIsAlwaysRootSpan,
          release,
          sendClientReports,
          traceLifecycle,
          integrations,
        } = init(options).getOptions();
        const own = integrations
          .map(({ name }) => name)
          .filter((name) => !/EventFilters|HttpContext/.test(name));
        return {
          attachStacktrace,
          parentSpanIsAlwaysRootSpan,
          release,
          sendClientReports,
          traceLifecycle,
          own,
        };
      };
      globalThis.SENTRY_RELEASE = { id: 'built@1' };
      const seen = [shown(), S.getTraceData().baggage];
      seen.push(shown({ release: 'mine', sendClientReports: false, traceLifecycle: 'stream' }));
      seen.push(
        shown({
          parentSpanIsAlwaysRootSpan: false,
          attachStacktrace: false,
          integrations: [{ name: 'mine' }],
        }),
      );
      globalThis.SENTRY_RELEASE = undefined;
      seen.push(shown());
      return seen;
    },
  },
];
