// What scopes add to a transaction, and what event processors make of it.

export const scopeData = [
  {
    name: 'a transaction carries the options that describe the page',
    run: (S, { init }) => {
      init({ release: 'app@1', environment: 'staging', dist: '7' });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'initial scope data from the options is on every transaction',
    run: (S, { init }) => {
      init({
        initialScope: { tags: { a: 1 }, user: { id: '1' }, extra: { e: 1 }, contexts: { c: { x: 1 } } },
      });
      S.startSpan({ name: 'x' }, () => {});
      return S.getCurrentScope().getScopeData().tags;
    },
  },
  {
    name: 'initial scope data may be a function',
    run: (S, { init }) => {
      init({ initialScope: (scope) => scope.setTag('a', 1) });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'what is set inside the callback of a root lands on its transaction',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'x' }, () => {
        S.getCurrentScope().setTag('current', 1).setContext('c', { x: 1 }).setExtra('e', 1);
        S.setTag('isolation', 1);
        S.getGlobalScope().setTag('global', 1);
      });
      S.startSpan({ name: 'next' }, () => {});
    },
  },
  {
    name: 'what is set inside the callback of a child stays with the child',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'x' }, () => {
        S.startSpan({ name: 'child' }, () => S.getCurrentScope().setTag('current', 1));
        S.withScope((scope) => scope.setTag('fork', 1));
      });
    },
  },
  {
    name: 'what is set between start and end of an inactive root lands on its transaction',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x' });
      S.getCurrentScope().setTag('after', 1);
      S.withScope((scope) => {
        scope.setTag('elsewhere', 1);
        span.end();
      });
      S.getCurrentScope().setTag('late', 1);
    },
  },
  {
    name: 'a root started on a fork keeps the data of that fork',
    run: (S, { init }) => {
      init();
      const span = S.withScope((scope) => {
        scope.setTag('fork', 1);
        return S.startInactiveSpan({ name: 'x' });
      });
      span.end();
    },
  },
  {
    name: 'tags, extra and user of many types',
    run: (S, { init }) => {
      init();
      const date = new Date(1700000000000);
      S.getCurrentScope()
        .setTags({ s: 's', n: 1.5, b: false, nothing: null, absent: undefined })
        .setExtras({ list: [1, [2]], deep: { a: { b: { c: { d: 1 } } } }, date, f: () => 1, nan: Number.NaN })
        .setUser({
          id: 7,
          email: 'a@example.com',
          ip_address: '{{auto}}',
          segment: 's',
          more: { a: { b: 1 } },
        });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'contexts are cut at the third level',
    run: (S, { init }) => {
      init();
      S.setContext('deep', { a: { b: { c: { d: 1 } } }, list: [[[[1]]]], at: new Date(0) });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'how deep and how wide data may be is an option',
    run: (S, { init }) => {
      init({ normalizeDepth: 2, normalizeMaxBreadth: 3 });
      S.setContext('deep', { a: { b: { c: 1 } }, b: 2, c: 3, d: 4 });
      S.getCurrentScope().setExtra('wide', [1, 2, [3], 4]);
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'a context called trace does not take the place of the span',
    run: (S, { init }) => {
      init();
      S.setContext('trace', { trace_id: 'mine', op: 'mine' });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'name, level and fingerprint of a scope',
    run: (S, { init }) => {
      init();
      S.getCurrentScope().setTransactionName('other').setLevel('warning').setFingerprint(['f']);
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'event processors run for the client first, then from the global to the current scope',
    run: (S, { init }) => {
      const seen = [];
      const processor = (said) => (event) => {
        seen.push([said, event.transaction, event.type]);
        event.tags = { ...event.tags, order: `${event.tags?.order ?? ''}${said}` };
        return event;
      };
      const client = init();
      S.getCurrentScope().addEventProcessor(processor('current '));
      S.getIsolationScope().addEventProcessor(processor('isolation '));
      S.getGlobalScope().addEventProcessor(processor('global '));
      client.addEventProcessor(processor('client '));
      S.addEventProcessor(processor('top '));
      S.startSpan({ name: 'x' }, () => {});
      return seen;
    },
  },
  {
    name: 'an event processor sees what is about to be sent',
    run: (S, { init }) => {
      const seen = [];
      init({ release: '1' });
      S.addEventProcessor((event, hint) => {
        const { sdkProcessingMetadata, sdk, ...rest } = event;
        seen.push(rest, typeof hint, hint.event_id === event.event_id);
        return event;
      });
      S.startSpan({ name: 'x', op: 'o' }, () => S.startSpan({ name: 'child' }, () => {}));
      return seen;
    },
  },
  {
    name: 'an event processor that answers null drops the transaction and ends the chain',
    run: (S, { init }) => {
      const seen = [];
      init();
      S.addEventProcessor(() => null);
      S.getCurrentScope().addEventProcessor((event) => {
        seen.push('called');
        return event;
      });
      S.startSpan({ name: 'x' }, () => S.startSpan({ name: 'child' }, () => {}));
      return seen;
    },
  },
  {
    name: 'an event processor that throws drops the transaction',
    run: (S, { init }) => {
      init();
      S.addEventProcessor(() => {
        throw new Error('mine');
      });
      S.startSpan({ name: 'x' }, () => S.startSpan({ name: 'child' }, () => {}));
    },
  },
  {
    name: 'an event processor may take its time',
    run: (S, { init, later }) => {
      init();
      S.addEventProcessor(async (event) => {
        await later(1);
        return { ...event, tags: { slow: true } };
      });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'an event processor that promises null, or rejects, drops the transaction',
    run: async (S, { init }) => {
      init();
      S.addEventProcessor((event) => (event.transaction === 'a' ? Promise.resolve(null) : event));
      S.addEventProcessor((event) => (event.transaction === 'b' ? Promise.reject(new Error('mine')) : event));
      for (const name of ['a', 'b', 'c']) S.startSpan({ name }, () => {});
    },
  },
  {
    name: 'an event processor that renames a transaction makes its source custom',
    run: (S, { init }) => {
      init();
      S.addEventProcessor((event) => ({ ...event, transaction: 'renamed' }));
      S.startSpan({ name: 'x', attributes: { 'sentry.segment.name.source': 'route' } }, () => {});
    },
  },
  {
    name: 'an event processor that takes children away has them counted',
    run: (S, { init }) => {
      init();
      S.addEventProcessor((event) => ({ ...event, spans: event.spans.slice(1) }));
      S.startSpan({ name: 'x' }, () => {
        for (const name of ['a', 'b', 'c']) S.startSpan({ name }, () => {});
      });
    },
  },
  {
    name: 'an event processor of a fork sees only what began there',
    run: (S, { init }) => {
      init();
      S.withScope((scope) => {
        scope.addEventProcessor((event) => ({ ...event, tags: { fork: true } }));
        S.startSpan({ name: 'inside' }, () => {});
      });
      S.startSpan({ name: 'outside' }, () => {});
    },
  },
  {
    name: 'an event processor may write what it likes',
    run: (S, { init }) => {
      init({ release: '1' });
      S.addEventProcessor((event) =>
        Object.assign(event, {
          release: '2',
          environment: 'e',
          transaction_info: undefined,
          extra: { a: 1 },
        }),
      );
      S.startSpan({ name: 'x' }, () => {});
    },
  },
];
