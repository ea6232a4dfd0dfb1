// What happens to spans when their root, or they themselves, are over; and which children of many are sent.

export const lateSpans = [
  {
    name: 'spans below a root that has ended are recorded, and have their parents',
    run: (S, { init }) => {
      const client = init({ parentSpanIsAlwaysRootSpan: false });
      const heard = [];
      for (const hook of ['spanStart', 'spanEnd'])
        client.on(hook, (span) => heard.push([hook, S.spanToJSON(span).name]));
      const root = S.startInactiveSpan({ name: 'root' });
      root.end();
      const attributes = { a: 1, 'sentry.segment.name.source': 'url' };
      const late = S.startInactiveSpan({ name: 'late', op: 'o', attributes, parentSpan: root });
      const told = (span) => [
        span.isRecording(),
        S.spanToJSON(span),
        S.spanToStaticSpanJSON(span),
        S.spanToTraceHeader(span),
      ];
      const seen = [told(late), S.getRootSpan(late) === root];
      const below = S.withActiveSpan(root, () =>
        S.startSpan({ name: 'in it' }, (span) => {
          span.setAttribute('b', 1);
          return S.startSpan({ name: 'deeper' }, (deeper) => [told(deeper), S.getTraceData()]);
        }),
      );
      late.end();
      S.startInactiveSpan({ name: 'a root of its own', forceTransaction: true, parentSpan: late }).end();
      return [seen, below, late.isRecording(), heard];
    },
  },
  {
    name: 'in stream mode spans below a root that has ended are sent',
    run: async (S, { init }) => {
      init({ traceLifecycle: 'stream' });
      const root = S.startInactiveSpan({ name: 'root' });
      root.end();
      const late = S.startInactiveSpan({ name: 'late', parentSpan: root });
      const seen = [late.isRecording(), S.spanToJSON(late), S.getRootSpan(late) === root];
      late.end();
      await S.flush();
      S.startInactiveSpan({ name: 'later', parentSpan: root }).end();
      return seen;
    },
  },
  {
    name: 'spans below a root that has ended, and was not sampled, are counted',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0 });
      const root = S.startInactiveSpan({ name: 'root' });
      root.end();
      const late = S.startInactiveSpan({ name: 'late', parentSpan: root });
      late.end();
      return [late.isRecording(), S.spanToJSON(late)];
    },
  },
  {
    name: 'what is set on a span that has ended counts until its root has ended',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      child.end();
      child.setAttribute('late', 1).setAttributes({ a: 1 }).setStatus({ code: 2, message: 'not_found' });
      child.updateName('renamed').addLink({ context: root.spanContext() });
      child.addEvent('m', { 'sentry.measurement_value': 1, 'sentry.measurement_unit': 'none' });
      const seen = [S.spanToJSON(child)];
      root.end();
      root.setAttribute('too late', 1).updateName('too late').setStatus({ code: 2, message: 'aborted' });
      child.setAttribute('too late', 1);
      return [...seen, S.spanToJSON(root), S.spanToJSON(child)];
    },
  },
  {
    name: 'in stream mode what is set on a span that has ended does not count',
    run: (S, { init }) => {
      init({ traceLifecycle: 'stream' });
      const root = S.startInactiveSpan({ name: 'root' });
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      child.end();
      child.setAttribute('late', 1).setStatus({ code: 2, message: 'not_found' }).updateName('renamed');
      child.addLink({ context: root.spanContext() });
      root.end();
      root.setAttribute('too late', 1).updateName('too late').setStatus({ code: 2, message: 'aborted' });
      return [S.spanToJSON(root), S.spanToJSON(child)];
    },
  },
  {
    name: 'of 1,100 children those are sent that have ended',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      for (let n = 0; n < 1100; n += 1) {
        const child = S.startInactiveSpan({ name: `c${n}`, parentSpan: root });
        if (n >= 200) child.end();
      }
      root.end();
    },
  },
  {
    name: 'of 1,100 children those are sent that began first',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      for (let n = 0; n < 1100; n += 1) S.startInactiveSpan({ name: `c${n}`, parentSpan: root }).end();
      root.end();
    },
  },
  {
    name: 'ends before the start, in the past and in the future',
    only: 'result',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      const from = S.spanToJSON(root).start_timestamp;
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      child.end(from - 5);
      const future = S.startInactiveSpan({ name: 'future', startTime: from + 1000 });
      future.end();
      return [child, future].map((span) => {
        const { start_timestamp: start, end_timestamp: end } = S.spanToJSON(span);
        return end < start ? 'backwards' : 'at its start';
      });
    },
  },
];
