// startSpan, startSpanManual and startInactiveSpan: their options, and what they answer.

export const starting = [
  {
    name: 'a callback gets the span, which is active meanwhile, and its value is handed on',
    run: (S, { init }) => {
      init();
      const answer = S.startSpan({ name: 'x' }, (span) => [S.getActiveSpan() === span, span.isRecording()]);
      return [answer, S.getActiveSpan()];
    },
  },
  {
    name: 'a manual span is active during the callback, and ends when it is told to',
    run: async (S, { init, later }) => {
      init();
      let kept;
      const answer = S.startSpanManual({ name: 'method' }, (span) => {
        kept = span;
        return S.getActiveSpan() === span;
      });
      const open = [answer, kept.isRecording(), S.getActiveSpan()];
      kept.end();
      const finished = S.startSpanManual({ name: 'function' }, (span, finish) => {
        finish();
        return span.isRecording();
      });
      await S.startSpanManual({ name: 'later' }, async (_span, finish) => {
        await later(1);
        finish();
      });
      return [open, kept.isRecording(), finished];
    },
  },
  {
    name: 'an inactive span is not active, and ends when it is told to',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x' });
      const open = [S.getActiveSpan(), span.isRecording()];
      span.end();
      return [open, span.isRecording()];
    },
  },
  {
    name: 'an operation is an attribute, and an attribute of that name wins',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'a', op: 'given' }, () => {});
      S.startSpan({ name: 'b', op: 'given', attributes: { 'sentry.op': 'attribute' } }, () => {});
      S.startSpan({ name: 'c', attributes: { 'sentry.op': 'attribute' } }, () => {});
      S.startSpan({ name: 'd', op: '' }, () => {});
      S.startSpan({ name: 'e', op: 'given', attributes: { 'sentry.op': undefined } }, () => {});
    },
  },
  {
    name: 'attributes of many types',
    run: (S, { init }) => {
      init();
      const attributes = {
        text: 'é😀"\\\n',
        empty: '',
        number: 1.5,
        zero: 0,
        negative: -1e21,
        yes: true,
        no: false,
        texts: ['a', 'b'],
        numbers: [1, 2],
        mixed: ['a', 1, true, null],
        none: [],
        nothing: null,
        absent: undefined,
        object: { a: { b: { c: { d: 1 } } } },
        nan: Number.NaN,
        infinite: Number.POSITIVE_INFINITY,
        date: new Date(1700000000000),
        code: function code() {},
        'a key with blanks, "quotes" and\nlines': 1,
        '': 'no name',
      };
      return S.startSpan({ name: 'root', attributes }, (root) => {
        S.startSpan({ name: 'child', attributes }, () => {});
        return S.spanToJSON(root).attributes;
      });
    },
  },
  {
    name: 'attributes that belong to the SDK can be given',
    run: (S, { init }) => {
      init();
      const attributes = {
        'sentry.origin': 'auto.mine',
        'sentry.segment.name.source': 'route',
        'sentry.sample_rate': 0.5,
        'sentry.exclusive_time': 12,
        'sentry.profile_id': 'p',
        'sentry.custom_span_name': 'custom',
      };
      const now = (span) => JSON.parse(JSON.stringify(S.spanToStaticSpanJSON(span)));
      return S.startSpan({ name: 'x', attributes }, (root) => [
        now(root),
        S.startSpan({ name: 'child', attributes }, now),
      ]);
    },
  },
  {
    name: 'a name may be missing or odd',
    run: (S, { init }) => {
      init();
      const names = ['', ' ', 'a\nb', 'x'.repeat(300), '😀'];
      S.startSpan({}, () => {});
      return names.map((name) => S.startSpan({ name }, (span) => S.spanToJSON(span).name.length));
    },
  },
  {
    name: 'links given at the start',
    run: (S, { init, TRACE, PARENT }) => {
      init();
      const other = S.startInactiveSpan({ name: 'other' });
      const links = [
        { context: other.spanContext(), attributes: { 'sentry.link.type': 'x', n: 1 } },
        { context: { traceId: TRACE, spanId: PARENT, traceFlags: 0 } },
        { context: { traceId: TRACE, spanId: PARENT, traceFlags: 1, isRemote: true } },
      ];
      return S.startSpan({ name: 'root', links }, (root) => {
        S.startSpan({ name: 'child', links: links.slice(1) }, () => {});
        S.startSpan({ name: 'none', links: [] }, () => {});
        return [S.spanToJSON(root).links, S.spanToStaticSpanJSON(root).links];
      });
    },
  },
  {
    name: 'only with a parent, and there is one',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, (root) => {
        S.startSpan({ name: 'active', onlyIfParent: true }, () => {});
        S.startInactiveSpan({ name: 'given', onlyIfParent: true, parentSpan: root }).end();
        S.startSpanManual({ name: 'none', onlyIfParent: true, parentSpan: null }, (span) => span.end());
      });
    },
  },
  {
    name: 'only with a parent, and there is none: a placeholder in the trace of the scope',
    run: (S, { init, continued }) => {
      init();
      const ask = () =>
        S.startSpan({ name: 'x', onlyIfParent: true }, (span) => [
          span.spanContext(),
          S.spanToJSON(span),
          S.spanToStaticSpanJSON(span),
          S.getActiveSpan() === span,
          S.getTraceData(),
        ]);
      return [ask(), continued('sentry-sample_rand=0.5', ask)];
    },
  },
  {
    name: 'a transaction of its own below a span: inactive, manual and active',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, (root) => {
        const options = { forceTransaction: true };
        S.startInactiveSpan({ name: 'inactive', ...options }).end();
        S.startSpanManual({ name: 'manual', ...options }, (span) => span.end());
        S.startSpan({ name: 'active', ...options }, (span) => {
          S.startSpan({ name: 'child' }, () => {});
          root.setAttribute('own root', S.getRootSpan(span) === span);
        });
        S.startSpan({ name: 'given', parentSpan: root, ...options }, () => {});
      });
      S.startSpan({ name: 'alone', forceTransaction: true }, () => {});
    },
  },
  {
    name: 'no parent on request: a root in the same trace',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, () => {
        S.startSpan({ name: 'active', parentSpan: null }, (span) => {
          span.setAttribute('active', S.getActiveSpan() === span);
          S.startSpan({ name: 'child' }, () => {});
        });
        S.startInactiveSpan({ name: 'inactive', parentSpan: null }).end();
      });
    },
  },
  {
    name: 'a given parent is the parent itself, and the callback runs below the new span',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      S.startSpan({ name: 'other' }, (other) => {
        S.startSpan({ name: 'given', parentSpan: child }, (span) => {
          S.startSpan({ name: 'below' }, () => {});
          other.setAttribute('root', S.getRootSpan(span) === root);
        });
        other.setAttribute('again', S.getActiveSpan() === other);
      });
      child.end();
      root.end();
    },
  },
  {
    name: 'a given scope: its clone is current in a callback',
    run: (S, { init }) => {
      init();
      const scope = S.getCurrentScope().clone();
      scope.setTag('own', 1);
      scope.setPropagationContext({ traceId: '00000000000000000000000000000abc', sampleRand: 0.25 });
      S.startSpan({ name: 'outer' }, () => {
        S.startSpan({ name: 'x', scope }, (span) => {
          S.getCurrentScope().setTag('inside', S.getCurrentScope() === scope);
          span.setAttribute('active', S.getActiveSpan() === span);
        });
        S.startInactiveSpan({ name: 'inactive', scope }).end();
      });
      return scope.getScopeData().tags;
    },
  },
  {
    name: 'a given scope with an active span: that is the parent',
    run: (S, { init }) => {
      init();
      let scope;
      const parent = S.startInactiveSpan({ name: 'parent' });
      S.withActiveSpan(parent, (forked) => {
        scope = forked;
      });
      S.startSpan({ name: 'other' }, () => {
        S.startSpan({ name: 'x', scope }, () => {});
        S.startInactiveSpan({ name: 'inactive', scope }).end();
      });
      parent.end();
    },
  },
  {
    name: 'a span to be sent alone',
    run: (S, { init }) => {
      init({ release: '1' });
      S.startInactiveSpan({
        name: 'alone',
        op: 'ui.interaction',
        startTime: 1700000000,
        attributes: { a: 1, b: 'x', c: true, d: ['y'] },
        experimental: { standalone: true },
      }).end(1700000001);
      S.startSpan({ name: 'root' }, () => {
        S.startInactiveSpan({ name: 'child', experimental: { standalone: true } }).end();
        S.startSpan({ name: 'other' }, () => {});
      });
    },
  },
  {
    name: 'a span to be sent alone that is not sampled',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0 });
      S.startInactiveSpan({ name: 'alone', experimental: { standalone: true } }).end();
    },
  },
  {
    name: 'members of the options that nobody knows change nothing',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'x', kind: 3, tags: { a: 1 }, description: 'd' }, () => {});
    },
  },
];
