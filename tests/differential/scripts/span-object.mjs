// The span object: what its methods do, and what they answer.

export const spanObject = [
  {
    name: 'setters answer with the span, also when it has ended',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x' }, (span) => {
        const calls = () => [
          span.setAttribute('a', 1),
          span.setAttributes({ b: 2 }),
          span.setStatus({ code: 1 }),
          span.updateName('y'),
          span.addEvent('e'),
          span.addLink({ context: span.spanContext() }),
          span.addLinks([]),
        ];
        const open = calls().map((answer) => answer === span);
        const rest = [span.recordException(new Error('mine')), span.end()];
        return [open, rest, calls().map((answer) => answer === span)];
      });
    },
  },
  {
    name: 'setters of a span that is not recorded answer with it as well',
    run: (S, { init }) => {
      init({ tracesSampleRate: undefined });
      return S.startSpan({ name: 'x' }, (span) => {
        const calls = [
          span.setAttribute('a', 1),
          span.setAttributes({ b: 2 }),
          span.setStatus({ code: 1 }),
          span.updateName('y'),
          span.addEvent('e'),
          span.addLink({ context: span.spanContext() }),
          span.addLinks([]),
        ];
        return [
          calls.map((answer) => answer === span),
          span.recordException(1),
          span.end(),
          S.spanToJSON(span),
        ];
      });
    },
  },
  {
    name: 'an attribute is set, overwritten and removed',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x', attributes: { a: 1, b: 1, c: 1 } }, (span) => {
        span
          .setAttribute('a', 2)
          .setAttribute('b', undefined)
          .setAttribute('c', null)
          .setAttribute('d', 'new');
        span.setAttribute('e', undefined).setAttribute('sentry.origin', undefined);
        return S.spanToJSON(span).attributes;
      });
    },
  },
  {
    name: 'attributes are set, overwritten and removed together',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x', attributes: { a: 1, b: 1 } }, (span) => {
        span.setAttributes({ a: 2, b: undefined, c: ['x', 'y'] }).setAttributes({});
        return S.spanToJSON(span).attributes;
      });
    },
  },
  {
    name: 'what happens to a value after it was set',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x' }, (span) => {
        const list = ['a'];
        span.setAttribute('list', list);
        list.push('b');
        return S.spanToJSON(span).attributes.list;
      });
    },
  },
  {
    name: 'an operation and an origin may be set later',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x', op: 'first' }, (span) => {
        span.setAttribute('sentry.op', 'second').setAttribute('sentry.origin', 'auto.second');
        return [S.spanToStaticSpanJSON(span).op, S.spanToStaticSpanJSON(span).origin];
      });
    },
  },
  {
    name: 'the source of a name belongs to the root',
    run: (S, { init }) => {
      init();
      const attributes = { 'sentry.segment.name.source': 'route' };
      return S.startSpan({ name: 'root' }, (root) => {
        root.setAttribute('sentry.segment.name.source', 'route');
        return S.startSpan({ name: 'child', attributes }, (child) => {
          child.setAttribute('sentry.segment.name.source', 'url');
          child.updateName('renamed');
          S.updateSpanName(child, 'renamed again');
          return [S.spanToJSON(root).attributes, S.spanToJSON(child)];
        });
      });
    },
  },
  {
    name: 'a status of every form',
    run: (S, { init }) => {
      init();
      const statuses = [
        { code: 0 },
        { code: 1 },
        { code: 2 },
        { code: 1, message: 'not_found' },
        { code: 2, message: 'not_found' },
        { code: 2, message: 'unheard of' },
        { code: 2, message: 'ok' },
        { code: 2, message: 'cancelled' },
        { code: 2, message: '' },
        { code: 0, message: 'aborted' },
        { code: 3 },
        {},
      ];
      return S.startSpan({ name: 'root' }, () =>
        statuses.map((status) =>
          S.startSpan({ name: JSON.stringify(status) }, (span) => {
            span.setStatus(status);
            const json = S.spanToJSON(span);
            return [
              json.status,
              json.attributes['sentry.status.message'],
              S.spanToStaticSpanJSON(span).status,
            ];
          }),
        ),
      );
    },
  },
  {
    name: 'every name of a status is kept',
    run: (S, { init }) => {
      init();
      const names = `deadline_exceeded unauthenticated permission_denied not_found resource_exhausted
        invalid_argument unimplemented unavailable internal_error unknown_error cancelled already_exists
        failed_precondition aborted out_of_range data_loss`.split(/\s+/);
      return names.map((message) => {
        const span = S.startInactiveSpan({ name: message });
        span.setStatus({ code: 2, message });
        return [S.spanToStaticSpanJSON(span).status, S.spanToJSON(span).status];
      });
    },
  },
  {
    name: 'the last status counts',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'a' }, (span) =>
        span.setStatus({ code: 2, message: 'aborted' }).setStatus({ code: 1 }),
      );
      S.startSpan({ name: 'b' }, (span) => span.setStatus({ code: 1 }).setStatus({ code: 2 }));
      S.startSpan({ name: 'c' }, (span) => span.setStatus({ code: 2 }).setStatus({ code: 0 }));
    },
  },
  {
    name: 'a status message beside an attribute of that name',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x', attributes: { 'sentry.status.message': 'mine' } }, (span) => {
        span.setStatus({ code: 2, message: 'aborted' });
        return S.spanToJSON(span);
      });
    },
  },
  {
    name: 'a new name makes the source custom, on a root',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x', attributes: { 'sentry.segment.name.source': 'url' } }, (span) => {
        span.updateName('y');
        return S.spanToJSON(span);
      });
    },
  },
  {
    name: 'a name given by the page is marked, and the mark is not sent',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x', attributes: { 'sentry.segment.name.source': 'url' } }, (root) =>
        S.startSpan({ name: 'child' }, (child) => {
          const answers = [S.updateSpanName(root, 'y'), S.updateSpanName(child, 'z')];
          return [answers, S.spanToJSON(root), S.spanToJSON(child)];
        }),
      );
    },
  },
  {
    name: 'events are measurements where they hold a number and a unit',
    run: (S, { init }) => {
      init();
      const value = 'sentry.measurement_value';
      const unit = 'sentry.measurement_unit';
      S.startSpan({ name: 'root' }, (root) => {
        root.addEvent('good', { [value]: 1.5, [unit]: 'millisecond' });
        root.addEvent('good again', { [value]: 0, [unit]: '' }, 1700000000);
        root.addEvent('without unit', { [value]: 1 });
        root.addEvent('without value', { [unit]: 'byte' });
        root.addEvent('text', { [value]: '1', [unit]: 'byte' });
        root.addEvent('twice', { [value]: 1, [unit]: 'byte' });
        root.addEvent('twice', { [value]: 2, [unit]: 'kilobyte' });
        root.addEvent('plain');
        root.addEvent('at a time', 1700000000);
        S.startSpan({ name: 'child' }, (child) => child.addEvent('child', { [value]: 3, [unit]: 'none' }));
      });
    },
  },
  {
    name: 'links are appended to those given at the start',
    run: (S, { init, TRACE, PARENT }) => {
      init();
      const link = (n) => ({
        context: { traceId: TRACE, spanId: PARENT, traceFlags: n % 2 },
        attributes: { n },
      });
      return S.startSpan({ name: 'x', links: [link(1)] }, (span) => {
        span.addLink(link(2)).addLinks([link(3), link(4)]);
        S.startSpan({ name: 'child' }, (child) => child.addLinks([link(5)]).addLink(link(6)));
        return S.spanToJSON(span).links;
      });
    },
  },
  {
    name: 'a link holds what a span says about itself',
    run: (S, { init }) => {
      init();
      const none = S.suppressTracing(() => S.startInactiveSpan({ name: 'none' }));
      const other = S.startInactiveSpan({ name: 'other' });
      S.startSpan({ name: 'x' }, (span) => {
        span.addLink({
          context: other.spanContext(),
          attributes: { why: 'because', n: 1, b: true, l: ['a'] },
        });
        span.addLink({ context: none.spanContext() });
      });
    },
  },
  {
    name: 'what a span says about itself, in both shapes, open and ended',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({
        name: 'root',
        op: 'o',
        startTime: 1700000000,
        attributes: { a: 1 },
      });
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      const both = (span) => [S.spanToJSON(span), S.spanToStaticSpanJSON(span)];
      const open = [both(root), both(child)];
      child.end();
      root.end(1700000001);
      return [open, both(root), both(child)];
    },
  },
  {
    name: 'a measurement among what a span says about itself',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'x' }, (span) => {
        S.setMeasurement('m', 1, 'second');
        return [S.spanToStaticSpanJSON(span).measurements, S.spanToJSON(span).measurements];
      });
    },
  },
  {
    name: 'methods of a span that has ended change what it says, but not what was sent',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x' });
      span.end();
      span.setAttribute('a', 1).setStatus({ code: 2 }).updateName('y');
      return [span.isRecording(), span.spanContext().traceFlags, S.spanToTraceHeader(span)];
    },
  },
];
