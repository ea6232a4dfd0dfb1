// Trees of spans: who becomes whose parent, and who is still in time to be sent.

export const trees = [
  {
    name: 'nested callbacks make siblings below the root',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, () =>
        S.startSpan({ name: 'a' }, () =>
          S.startSpan({ name: 'b' }, () => S.startInactiveSpan({ name: 'c' }).end()),
        ),
      );
    },
  },
  {
    name: 'nested callbacks nest where the option says so',
    run: (S, { init }) => {
      init({ parentSpanIsAlwaysRootSpan: false });
      S.startSpan({ name: 'root' }, () =>
        S.startSpan({ name: 'a' }, () =>
          S.startSpan({ name: 'b' }, () => S.startInactiveSpan({ name: 'c' }).end()),
        ),
      );
    },
  },
  {
    name: 'manual spans nest like any other',
    run: (S, { init }) => {
      init({ parentSpanIsAlwaysRootSpan: false });
      S.startSpanManual({ name: 'root' }, (root) => {
        S.startSpanManual({ name: 'a' }, (span) => {
          S.startSpan({ name: 'b' }, () => {});
          span.end();
        });
        root.end();
      });
    },
  },
  {
    name: 'a child that ends after its root is not sent, and a change after the end is not either',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      const late = S.startInactiveSpan({ name: 'late', parentSpan: root });
      child.end();
      root.end();
      late.end();
      root.setAttribute('after', 1).updateName('after');
      child.setAttribute('after', 1);
      return [S.spanToJSON(root), S.spanToJSON(child), late.isRecording()];
    },
  },
  {
    name: 'a child started below an ended span of an open tree is sent',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      child.end();
      S.startInactiveSpan({ name: 'below', parentSpan: child }).end();
      root.end();
    },
  },
  {
    name: 'a child started below an ended root is recorded in vain',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      root.end();
      return S.startSpan({ name: 'child', parentSpan: root }, (span) => [
        span.isRecording(),
        S.spanToJSON(span),
        S.getRootSpan(span) === root,
        S.getSpanDescendants(root).length,
        S.getTraceData(),
      ]);
    },
  },
  {
    name: 'spans of a callback whose root has ended already',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, (root) => {
        root.end();
        S.startSpan({ name: 'late' }, () => {});
        S.startSpan({ name: 'own', forceTransaction: true }, () => {});
      });
    },
  },
  {
    name: 'an ended span that is active still is the parent',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, () => {
        const child = S.startInactiveSpan({ name: 'child' });
        child.end();
        S.withActiveSpan(child, () => S.startSpan({ name: 'below' }, () => {}));
      });
    },
  },
  {
    name: 'children of an unfinished child are sent without it',
    run: (S, { init }) => {
      init({ parentSpanIsAlwaysRootSpan: false });
      S.startSpan({ name: 'root' }, () => {
        const open = S.startInactiveSpan({ name: 'open' });
        S.startInactiveSpan({ name: 'below', parentSpan: open }).end();
      });
    },
  },
  {
    name: 'a child may take its parent from another tree',
    run: (S, { init }) => {
      init();
      const a = S.startInactiveSpan({ name: 'a' });
      const b = S.startInactiveSpan({ name: 'b' });
      S.withActiveSpan(a, () => {
        S.startInactiveSpan({ name: 'of b', parentSpan: b }).end();
        S.startInactiveSpan({ name: 'of a' }).end();
      });
      a.end();
      b.end();
    },
  },
  {
    name: 'a root started beside an asynchronous one becomes its child',
    clock: true,
    run: async (S, { init, later }) => {
      init();
      const first = S.startSpan({ name: 'first' }, () => later(10));
      const second = S.startSpan({ name: 'second' }, () => later(2));
      await second;
      await first;
    },
  },
  {
    name: 'a root started beside an asynchronous one is lost where it ends after it',
    clock: true,
    run: async (S, { init, later }) => {
      init();
      const first = S.startSpan({ name: 'first' }, () => later(2));
      const second = S.startSpan({ name: 'second' }, () => later(10));
      await first;
      await second;
      S.startSpan({ name: 'third' }, () => {});
    },
  },
  {
    name: 'asynchronous roots with a given parent do not mix',
    clock: true,
    run: async (S, { init, later }) => {
      init();
      const run = (name, time) =>
        S.startSpan({ name, parentSpan: null }, async (span) => {
          S.startInactiveSpan({ name: `${name} before`, parentSpan: span }).end();
          await later(time);
          S.startInactiveSpan({ name: `${name} after`, parentSpan: span }).end();
        });
      await Promise.all([run('a', 8), run('b', 2)]);
    },
  },
  {
    name: 'children of asynchronous callbacks in parallel',
    clock: true,
    run: async (S, { init, later }) => {
      init();
      await S.startSpan({ name: 'root' }, async () => {
        const child = (name, time) => S.startSpan({ name }, () => later(time));
        await Promise.all([child('a', 2), child('b', 6), child('c', 10)]);
        await child('d', 1);
      });
    },
  },
  {
    name: 'spans that start after an await have the root of the callback',
    clock: true,
    run: async (S, { init, later }) => {
      init();
      await S.startSpan({ name: 'root' }, async () => {
        await later(1);
        S.startSpan({ name: 'a' }, () => {});
        await Promise.resolve();
        await S.startSpan({ name: 'b' }, () => later(1));
        S.startSpan({ name: 'c' }, () => {});
      });
    },
  },
  {
    name: 'children are sent in the order of their tree',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      const spans = ['a', 'b', 'c'].map((name) => S.startInactiveSpan({ name, parentSpan: root }));
      S.startInactiveSpan({ name: 'below a', parentSpan: spans[0] }).end();
      for (const span of spans.reverse()) span.end();
      root.end();
    },
  },
  {
    name: 'a root that is never ended is not sent, nor are its children',
    run: (S, { init }) => {
      init();
      S.startSpanManual({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
    },
  },
  {
    name: 'an empty array of children is sent',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'x', op: 'o', startTime: 1700000000 }, (span) => span.end(1700000001));
    },
  },
  {
    name: 'roots and descendants of every kind of span',
    run: (S, { init }) => {
      init({ parentSpanIsAlwaysRootSpan: false });
      const names = (spans) => spans.map((span) => S.spanToJSON(span).name);
      return S.startSpan({ name: 'root' }, (root) => {
        const a = S.startInactiveSpan({ name: 'a' });
        const b = S.startInactiveSpan({ name: 'b', parentSpan: a });
        b.end();
        const own = S.startInactiveSpan({ name: 'own', forceTransaction: true });
        const none = S.suppressTracing(() => S.startInactiveSpan({ name: 'none' }));
        return [
          names(S.getSpanDescendants(root)),
          names(S.getSpanDescendants(a)),
          names(S.getSpanDescendants(b)),
          names(S.getSpanDescendants(own)),
          names(S.getSpanDescendants(none)),
          [root, a, b, own, none].map((span) => S.spanToJSON(S.getRootSpan(span)).name),
        ];
      });
    },
  },
  {
    name: 'a root keeps its descendants when it has ended',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      child.end();
      root.end();
      return [S.getSpanDescendants(root).length, S.getRootSpan(child) === root, S.spanToJSON(child)];
    },
  },
];
