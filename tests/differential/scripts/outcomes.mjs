// Client reports: what was not sent is counted, by reason and category.

export const outcomes = [
  {
    name: 'nothing that was lost is nothing to report',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'a root that is not sampled is counted, and so is each of its children',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0, parentSpanIsAlwaysRootSpan: false });
      S.startSpan({ name: 'root' }, () =>
        S.startSpan({ name: 'child' }, () => S.startSpan({ name: 'grandchild' }, () => {})),
      );
    },
  },
  {
    name: 'suppressed spans are counted nowhere',
    run: (S, { init }) => {
      init();
      S.suppressTracing(() => S.startSpan({ name: 'x' }, () => S.startSpan({ name: 'child' }, () => {})));
    },
  },
  {
    name: 'a child started in vain inside a sampled root is suppressed without a count',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, () => S.suppressTracing(() => S.startSpan({ name: 'child' }, () => {})));
    },
  },
  {
    name: 'a span that lacks the parent it must have is counted, and so are those below it',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'x', onlyIfParent: true }, () => S.startSpan({ name: 'below' }, () => {}));
      S.startInactiveSpan({ name: 'y', onlyIfParent: true });
      S.startSpanManual({ name: 'z', onlyIfParent: true }, (span) => span.end());
    },
  },
  {
    name: 'children that have not ended with their root are counted',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, () => {
        S.startInactiveSpan({ name: 'late' });
        S.startInactiveSpan({ name: 'later' });
        S.startSpan({ name: 'in time' }, () => {});
      });
    },
  },
  {
    name: 'of more than a thousand children those that began first are sent, the others counted',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root', startTime: 1700000000 });
      for (let n = 0; n < 1003; n += 1) {
        const startTime = 1700002000 - n;
        S.startInactiveSpan({ name: `c${n}`, parentSpan: root, startTime }).end(1700003000);
      }
      root.end(1700004000);
    },
  },
  {
    name: 'without a rate nothing is counted',
    run: (S, { init }) => {
      init({ tracesSampleRate: undefined });
      S.startSpan({ name: 'x' }, () => S.startSpan({ name: 'y' }, () => {}));
    },
  },
  {
    name: 'reports can be switched off',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0, sendClientReports: false });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'a page that is hidden twice reports twice, each time what is new',
    run: async (S, { init, hide }) => {
      init({ tracesSampleRate: 0 });
      S.startSpan({ name: 'x' }, () => {});
      await hide();
      S.startSpan({ name: 'y' }, () => {});
      S.startSpan({ name: 'z' }, () => {});
      await hide();
    },
  },
  {
    name: 'flushing reports nothing by itself',
    run: async (S, { init }) => {
      init({ tracesSampleRate: 0 });
      S.startSpan({ name: 'x' }, () => {});
      await S.flush();
      S.startSpan({ name: 'y' }, () => {});
    },
  },
  {
    name: 'a page that becomes visible again reports nothing',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0 });
      S.startSpan({ name: 'x' }, () => {});
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    },
  },
  {
    name: 'an error of a sampler is counted as one of a callback',
    run: (S, { init }) => {
      init({
        tracesSampleRate: undefined,
        tracesSampler: () => {
          throw new Error('mine');
        },
      });
      S.startSpan({ name: 'x' }, () => S.startSpan({ name: 'child' }, () => {}));
    },
  },
  {
    name: 'without a DSN nothing is reported',
    run: (S, { init }) => {
      init({ dsn: undefined, tracesSampleRate: 0 });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'a report tells the time, and the DSN if it goes through a tunnel',
    run: (S, { init }) => {
      init({ dsn: 'https://public:secret@o1.ingest.example.com/path/42', tracesSampleRate: 0 });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
];
