// Navigations that begin while a callback runs, or waits: where they are active, and in which trace the page is then. All
// with a clock of their own.

/** What the page does; `go` navigates. It tells what is active. */
const callbacks = [
  [
    'in the callback of a span',
    `({ S, go, active }) => S.startSpan({ name: 'click' }, () => {
      go();
      return [active(), S.getTraceData()];
    })`,
  ],
  ['in the callback of a scope', '({ S, go, active }) => S.withScope(() => { go(); return active(); })'],
  [
    'in the callback of a new trace',
    '({ S, go, active }) => S.startNewTrace(() => { go(); return active(); })',
  ],
  [
    'in an asynchronous callback',
    `async ({ S, go, active, later }) => {
      const done = S.startSpan({ name: 'click' }, async () => {
        go();
        await later(20);
        S.startSpan({ name: 'below' }, () => {});
        return active();
      });
      return [active(), await done];
    }`,
  ],
  [
    'while an asynchronous callback waits',
    `async ({ S, go, active, later }) => {
      const done = S.startSpan({ name: 'poll' }, async () => {
        await later(20);
        return active();
      });
      go();
      return [active(), await done];
    }`,
  ],
];

export const navigationInCallbacks = callbacks.map(([said, given]) => ({
  name: `a navigation ${said} is active until that is over`,
  given,
  clock: true,
  only: 'result',
  run: async (S, { init, later, roots }, act) => {
    const [seen, option] = roots();
    init({ ...option, integrations: [S.browserTracingIntegration({ detectRedirects: false })] });
    await later(2000);
    const active = () => S.getActiveSpan() && S.spanToJSON(S.getActiveSpan()).name;
    const told = () => [
      active(),
      S.getTraceData(),
      S.getCurrentScope().getScopeData().transactionName,
      S.getCurrentScope().getPropagationContext(),
    ];
    const before = told();
    const inside = await act({ S, later, active, go: () => history.pushState({}, '', '/page/next') });
    const after = told();
    S.startSpan({ name: 'afterwards' }, () => {});
    await later(3000);
    const end = told();
    S.startSpan({ name: 'at the end' }, () => {});
    history.pushState({}, '', '/page/further');
    const further = told();
    await later(3000);
    return { before, inside, after, end, further, last: told(), seen };
  },
}));
