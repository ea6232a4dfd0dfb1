// Stream mode: each span is sent by itself when it has ended, in envelopes of its trace.

export const stream = [
  {
    name: 'in stream mode a root and its children leave in one envelope',
    run: (S, { init }) => {
      init({ traceLifecycle: 'stream', release: 'shop@1', environment: 'staging' });
      S.startSpan({ name: 'root', op: 'ui.action', attributes: { a: 1, b: 1.5, c: ['x'], d: true } }, () => {
        S.startSpan({ name: 'child' }, (span) => span.setStatus({ code: 2, message: 'not_found' }));
        S.startSpan({ name: 'failed' }, (span) => span.setStatus({ code: 2, message: 'own words' }));
      });
    },
  },
  {
    name: 'in stream mode each trace has its own envelope',
    run: (S, { init }) => {
      init({ traceLifecycle: 'stream' });
      S.startSpan({ name: 'first' }, () => {});
      S.startNewTrace(() => S.startSpan({ name: 'second' }, () => {}));
      S.startSpan({ name: 'third' }, () => {});
    },
  },
  {
    name: 'in stream mode spans of user and scope carry attributes of them, but no tags',
    run: (S, { init }) => {
      init({ traceLifecycle: 'stream' });
      S.setUser({ id: '7', email: 'a@b.c', ip_address: '1.2.3.4', username: 'u', other: 1 });
      S.setAttributes({ theme: 'dark', taken: 'scope' });
      S.setTag('tag', 1);
      S.setContext('culture', { locale: 'en', timezone: 'UTC' });
      S.startSpan({ name: 'root', attributes: { taken: 'span' } }, () => {
        S.getCurrentScope().setAttribute('inner', true);
        S.startSpan({ name: 'child' }, () => {});
      });
    },
  },
  {
    name: 'in stream mode a child of an open root leaves on flush, its root later',
    run: async (S, { init }) => {
      init({ traceLifecycle: 'stream' });
      const root = S.startInactiveSpan({ name: 'root' });
      S.startInactiveSpan({ name: 'child', parentSpan: root }).end();
      await S.flush();
      root.updateName('renamed');
      S.startInactiveSpan({ name: 'second child', parentSpan: root }).end();
      root.end();
    },
  },
  {
    name: 'in stream mode a renamed root renames the segment of children that still wait',
    run: (S, { init }) => {
      init({ traceLifecycle: 'stream' });
      const root = S.startInactiveSpan({ name: 'root' });
      S.startInactiveSpan({ name: 'child', parentSpan: root }).end();
      root.updateName('renamed');
      root.end();
    },
  },
  {
    name: 'in stream mode beforeSendSpan changes each span, and one that fails changes nothing',
    run: (S, { init }) => {
      init({
        traceLifecycle: 'stream',
        beforeSendSpan: S.withStreamedSpan((span) => {
          if (span.name === 'fails') throw new Error('no');
          if (span.name === 'nothing') return null;
          span.attributes = { ...span.attributes, checked: span.name, nested: { a: 1 } };
          return { ...span, name: `${span.name}!` };
        }),
      });
      S.startSpan({ name: 'root' }, () => {
        for (const name of ['fails', 'nothing', 'child']) S.startSpan({ name }, () => {});
      });
    },
  },
  {
    name: 'in stream mode transactions are neither ignored nor changed',
    run: (S, { init }) => {
      const seen = [];
      init({
        traceLifecycle: 'stream',
        ignoreTransactions: ['root'],
        beforeSendTransaction: (event) => {
          seen.push(event.transaction);
          return null;
        },
      });
      S.startSpan({ name: 'root' }, () => {});
      return seen;
    },
  },
  {
    name: 'in stream mode an ignored child is left out from its start, and its children attach above it',
    run: (S, { init }) => {
      init({ traceLifecycle: 'stream', ignoreSpans: ['noise'], parentSpanIsAlwaysRootSpan: false });
      return S.startSpan({ name: 'root' }, (root) =>
        S.startSpan({ name: 'noise' }, (noise) => {
          const active = S.getActiveSpan() === root;
          S.startSpan({ name: 'below' }, () => {});
          return [active, noise.isRecording()];
        }),
      );
    },
  },
  {
    name: 'in stream mode an ignored root takes its tree with it',
    run: (S, { init }) => {
      init({ traceLifecycle: 'stream', ignoreSpans: [{ op: 'noise' }] });
      return S.startSpan({ name: 'root', op: 'noise' }, (root) => [
        root.isRecording(),
        S.startSpan({ name: 'child' }, (child) => child.isRecording()),
        S.getActiveSpan() === root,
        S.getTraceData(),
      ]);
    },
  },
  {
    name: 'in stream mode what is not sampled is counted by spans alone',
    run: (S, { init }) => {
      init({ traceLifecycle: 'stream', tracesSampleRate: 0 });
      S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
      S.startSpan({ name: 'lonely', onlyIfParent: true }, () => {});
      S.suppressTracing(() => S.startSpan({ name: 'suppressed' }, () => {}));
    },
  },
  {
    name: 'in stream mode links and measurements',
    run: (S, { init, TRACE, PARENT }) => {
      init({ traceLifecycle: 'stream' });
      const context = { traceId: TRACE, spanId: PARENT, traceFlags: 1 };
      S.startSpan({ name: 'root', links: [{ context, attributes: { why: 'retry', times: 2 } }] }, () => {
        S.setMeasurement('cart.size', 3, 'none');
      });
    },
  },
  {
    name: 'in stream mode hooks see each span as it is captured',
    run: (S, { init }) => {
      const client = init({ traceLifecycle: 'stream' });
      const seen = [];
      for (const hook of ['preprocessSpan', 'processSegmentSpan', 'processSpan']) {
        client.on(hook, (span) => seen.push([hook, span.name, span.is_segment]));
      }
      S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
      return seen;
    },
  },
];
