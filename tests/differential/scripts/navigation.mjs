// Navigations within a page: which calls of the history are some, what they are called, and what is a redirect. All
// with a clock of their own: whether a move is a redirect is a matter of time.

/** Moves of a page, each as a function of the tools; the first ones may be about the address it begins with. */
const moves = [
  ['pushes another path', `[() => history.pushState({}, '', '/page/next')]`],
  ['pushes the address it has', `[() => history.pushState({}, '', location.href)]`],
  [
    'pushes the address it has after another one',
    `[() => history.pushState({}, '', '/page/a'), () => history.pushState({}, '', '/page')]`,
  ],
  [
    'pushes one address twice',
    `[() => history.pushState({}, '', '/page/a'), () => history.pushState({}, '', '/page/a')]`,
  ],
  [
    'replaces its state without an address',
    `[() => history.replaceState({ a: 1 }, ''), () => history.replaceState({}, '', undefined),
      () => history.replaceState({}, '', null), () => history.replaceState({}, '', '')]`,
  ],
  [
    'replaces its address',
    `[() => history.replaceState({}, '', '/page/a'), () => history.replaceState({}, '', '/page/b')]`,
  ],
  ['goes to a relative address', `[() => history.pushState({}, '', 'page/rel')]`],
  [
    'goes to a query and a fragment',
    `[() => history.pushState({}, '', '/page?q=1'), () => history.pushState({}, '', '/page?q=1#x')]`,
  ],
  ['goes to a bare query', `[() => history.pushState({}, '', '?q=1')]`],
  ['goes to an absolute address', `[() => history.pushState({}, '', location.origin + '/page/abs?token=1')]`],
  ['goes to an object', `[() => history.pushState({}, '', new URL('/page/url', location.href))]`],
  ['goes to a number', `[() => history.pushState({}, '', 7)]`],
  [
    'goes to a place that is refused',
    `[() => history.pushState({}, '', 'http://other.example/page'), () => history.pushState({}, '', 'http://[')]`,
  ],
  ['calls without arguments', '[() => history.pushState()]'],
  [
    'goes back',
    `[() => history.pushState({}, '', '/page/a'), () => history.pushState({}, '', '/page/b'),
      () => new Promise((resolve) => { addEventListener('popstate', resolve, { once: true }); history.back(); })]`,
  ],
  [
    'goes to a fragment',
    `[() => new Promise((resolve) => {
        addEventListener('hashchange', resolve, { once: true }); location.hash = 'there'; }),
      () => new Promise((resolve) => {
        addEventListener('hashchange', resolve, { once: true }); location.hash = 'elsewhere'; })]`,
  ],
  [
    'is told of a move that was none',
    `[() => dispatchEvent(new PopStateEvent('popstate')), () => dispatchEvent(new PopStateEvent('popstate'))]`,
  ],
];

const heard = moves.map(([said, given]) => ({
  name: `a page that ${said}`,
  given,
  only: 'result',
  clock: true,
  run: async (S, { init, attempt, later }, moves) => {
    const client = init({ integrations: [S.browserTracingIntegration({ detectRedirects: false })] });
    const seen = [];
    client.on('startNavigationSpan', ({ name, attributes }, { url, isRedirect }) => {
      seen.push({ name, attributes, url, isRedirect, at: location.href });
    });
    for (const move of moves) {
      seen.push(await attempt(move));
      await later();
      seen.push(location.href, S.getCurrentScope().getScopeData().transactionName);
    }
    return seen;
  },
}));

const redirects = [
  ['at once', '{}', '() => {}'],
  ['at once, but they are not wanted', '{ detectRedirects: false }', '() => {}'],
  ['after a click', '{}', `() => document.body.click()`],
  ['after a key', '{}', `() => dispatchEvent(new KeyboardEvent('keydown'))`],
  ['after the page has ended its root', '{}', '(S) => S.getActiveSpan().end()'],
  [
    'at once, after a navigation that somebody asked for',
    '{}',
    `() => { document.body.click(); history.pushState({}, '', '/page/asked'); }`,
  ],
];

export const navigation = [
  ...heard,
  ...redirects.map(([said, options, before]) => ({
    name: `a page that moves on ${said}`,
    given: `[${options}, ${before}]`,
    only: 'result',
    clock: true,
    run: async (S, { init, roots, flush }, [options, before]) => {
      const [seen, option] = roots();
      init({ ...option, integrations: [S.browserTracingIntegration(options)] });
      const trace = S.getCurrentScope().getPropagationContext().traceId;
      before(S);
      history.pushState({}, '', '/page/next');
      const same = S.getCurrentScope().getPropagationContext().traceId === trace;
      S.getActiveSpan()?.end();
      await flush();
      return [same, seen];
    },
  })),
  {
    name: 'a page that moves on after two seconds',
    only: 'result',
    clock: true,
    run: async (S, { init, roots, later, flush }) => {
      const [seen, option] = roots();
      init({ ...option, integrations: [S.browserTracingIntegration({ idleTimeout: 5000 })] });
      const root = S.startInactiveSpan({ name: 'busy' });
      await later(2000);
      S.startSpan({ name: 'last' }, () => {});
      history.pushState({}, '', '/page/next');
      root.end();
      S.getActiveSpan()?.end();
      await flush();
      return seen;
    },
  },
  {
    name: 'a navigation ends the page load, begins a trace, and is linked to it',
    only: 'result',
    clock: true,
    run: async (S, { init, roots, later, flush }) => {
      const [seen, option] = roots();
      init({ ...option, integrations: [S.browserTracingIntegration({ detectRedirects: false })] });
      const headers = [S.getTraceData()];
      S.startSpan({ name: 'of the load' }, () => {});
      await later(1);
      S.startInactiveSpan({ name: 'open' });
      history.pushState({}, '', '/page/next?token=1');
      headers.push(S.getTraceData(), S.getActiveSpan() && S.spanToJSON(S.getActiveSpan()));
      S.startSpan({ name: 'of the navigation' }, () => {});
      S.getActiveSpan().end();
      headers.push(S.getTraceData());
      S.startSpan({ name: 'after it' }, (span) => headers.push(S.spanToJSON(span), S.getTraceData()));
      history.pushState({}, '', '/page/third');
      S.getActiveSpan().end();
      await flush();
      return [headers, seen];
    },
  },
  {
    name: 'navigations in stream mode are called what they are',
    only: 'result',
    clock: true,
    run: (S, { init }) => {
      const integrations = [S.browserTracingIntegration({ detectRedirects: false })];
      init({ traceLifecycle: 'stream', integrations });
      const name = () => S.getCurrentScope().getScopeData().transactionName;
      const seen = [S.spanToJSON(S.getActiveSpan()).name, name()];
      history.pushState({}, '', '/page/next');
      seen.push(S.spanToJSON(S.getActiveSpan()).name, S.spanToJSON(S.getActiveSpan()).attributes, name());
      S.getActiveSpan().end();
      return seen;
    },
  },
  {
    name: 'without a rate navigations change the trace',
    only: 'result',
    clock: true,
    run: (S, { init }) => {
      const integrations = [S.browserTracingIntegration()];
      init({ tracesSampleRate: undefined, integrations });
      const headers = () => S.getTraceData()['sentry-trace'];
      const seen = [headers(), headers()];
      history.pushState({}, '', '/page/next');
      return [...seen, headers(), headers(), S.getCurrentScope().getScopeData().transactionName];
    },
  },
  {
    name: 'navigations are not instrumented where nobody wants it',
    only: 'result',
    clock: true,
    run: (S, { init }) => {
      init({ integrations: [S.browserTracingIntegration({ instrumentNavigation: false })] });
      const root = S.getActiveSpan();
      history.pushState({}, '', '/page/next');
      const same = root === S.getActiveSpan();
      root.end();
      return same;
    },
  },
  {
    name: 'a navigation while a callback runs',
    only: 'result',
    clock: true,
    run: async (S, { init, roots, flush }) => {
      const [seen, option] = roots();
      init({ ...option, integrations: [S.browserTracingIntegration({ detectRedirects: false })] });
      S.getActiveSpan().end();
      S.startSpan({ name: 'click' }, () => history.pushState({}, '', '/page/next'));
      await flush();
      return seen;
    },
  },
  ...[
    ['with an address', `{ url: location.origin + '/page/42?token=1' }`],
    ['with a path', `{ url: '/page/42' }`],
    ['without an address', 'undefined'],
    ['that is a redirect', `{ url: '/page/42', isRedirect: true }`],
  ].map(([said, options]) => ({
    name: `a router starts a navigation ${said}`,
    given: options,
    only: 'result',
    clock: true,
    run: async (S, { init, roots, id, flush }, options) => {
      const [seen, option] = roots();
      const off = { instrumentPageLoad: false, instrumentNavigation: false };
      const client = init({ ...option, integrations: [S.browserTracingIntegration(off)] });
      const told = [];
      for (const hook of ['beforeStartNavigationSpan', 'startNavigationSpan', 'startPageLoadSpan']) {
        client.on(hook, (given, more) => told.push([hook, given.name, more]));
      }
      const attributes = { 'sentry.segment.name.source': 'route' };
      const load = S.startBrowserTracingPageLoadSpan(client, { name: '/page', attributes });
      const active = [id(load) === id(S.getActiveSpan())];
      const route = { name: '/page/:id', attributes, op: 'navigation' };
      const moved = S.startBrowserTracingNavigationSpan(client, route, options);
      active.push(id(moved) === id(S.getActiveSpan()), S.getCurrentScope().getScopeData().transactionName);
      history.replaceState({}, '', '/page/42?token=1');
      S.getActiveSpan()?.end();
      await flush();
      return [active, told, seen];
    },
  })),
  {
    name: 'a router names a page load twice',
    only: 'result',
    clock: true,
    run: async (S, { init, roots, flush }) => {
      const [seen, option] = roots();
      const client = init({ ...option, integrations: [S.browserTracingIntegration()] });
      S.startBrowserTracingPageLoadSpan(client, { name: '/page/:id' });
      S.getActiveSpan().end();
      await flush();
      return seen;
    },
  },
  {
    name: 'a router without the integration',
    only: 'result',
    clock: true,
    run: (S, { init }) => {
      const client = init();
      return [
        S.startBrowserTracingPageLoadSpan(client, { name: 'load' }),
        S.startBrowserTracingNavigationSpan(client, { name: 'moved' }),
        S.getCurrentScope().getScopeData().transactionName,
      ];
    },
  },
  ...[
    ['gives another name', `(options) => ({ ...options, name: 'given' })`],
    ['gives attributes', `(options) => ({ ...options, attributes: { ...options.attributes, a: 1 } })`],
    [
      'gives a start',
      '(options) => ({ ...options, startTime: options.startTime ?? Date.now() / 1000 - 10 })',
    ],
    ['gives them back', '(options) => options'],
  ].map(([said, given]) => ({
    name: `a callback that hears of navigations before they start ${said}`,
    given,
    only: 'result',
    clock: true,
    run: async (S, { init, roots, flush }, beforeStartSpan) => {
      const [seen, option] = roots();
      const told = [];
      const hear = (options) => {
        told.push({ ...options, startTime: typeof options.startTime });
        return beforeStartSpan(options);
      };
      const integrations = [S.browserTracingIntegration({ beforeStartSpan: hear })];
      init({ ...option, integrations });
      history.pushState({}, '', '/page/redirect');
      document.body.click();
      history.pushState({}, '', '/page/next');
      S.getActiveSpan().end();
      await flush();
      return [told, seen];
    },
  })),
];
