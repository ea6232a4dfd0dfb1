// Scopes: which one is current, what a fork copies, and when it ends.

export const scopes = [
  {
    name: 'a fork of the current scope is current during its callback',
    run: (S, { init }) => {
      init();
      const outer = S.getCurrentScope();
      const inside = S.withScope((scope) => [
        scope === S.getCurrentScope(),
        scope === outer,
        scope instanceof S.Scope,
        S.withScope((inner) => inner === scope),
      ]);
      return [inside, S.getCurrentScope() === outer];
    },
  },
  {
    name: 'a fork starts with what the scope holds, and changes do not reach that scope',
    run: (S, { init }) => {
      init();
      const outer = S.getCurrentScope();
      outer
        .setTag('a', 1)
        .setExtra('e', 1)
        .setContext('c', { x: 1 })
        .setUser({ id: '1' })
        .setAttribute('t', 1);
      S.withScope((scope) => {
        scope
          .setTag('b', 2)
          .setExtra('f', 2)
          .setContext('d', { y: 2 })
          .setUser({ id: '2' })
          .setAttribute('u', 2);
        S.startSpan({ name: 'inside' }, () => {});
      });
      S.startSpan({ name: 'outside' }, () => {});
    },
  },
  {
    name: 'a context that was asked for may be written to, and forks have their own',
    run: (S, { init, TRACE }) => {
      init();
      const outer = S.getCurrentScope();
      const context = outer.getPropagationContext();
      return S.withScope((fork) => {
        outer.getPropagationContext();
        context.traceId = TRACE;
        return [outer, fork].map((scope) => scope.getPropagationContext().traceId === TRACE);
      });
    },
  },
  {
    name: 'a given scope becomes current as it is, without a client where it has none',
    run: (S, { init }) => {
      init();
      const own = new S.Scope();
      own.setTag('own', true);
      return S.withScope(own, (scope) => {
        S.startSpan({ name: 'x' }, () => {});
        return [scope === own, S.getCurrentScope() === own, S.getClient() === undefined, S.getTraceData()];
      });
    },
  },
  {
    name: 'a fork stays until the promise of its callback settles',
    run: async (S, { init, later }) => {
      init();
      const outer = S.getCurrentScope();
      const seen = [];
      const promise = S.withScope(async (scope) => {
        await later(2);
        seen.push(S.getCurrentScope() === scope);
        return 'answer';
      });
      seen.push(S.getCurrentScope() === outer);
      seen.push(await promise, S.getCurrentScope() === outer);
      await S.withScope(() => Promise.reject(new Error('mine'))).catch((error) => seen.push(error.message));
      seen.push(S.getCurrentScope() === outer);
      return seen;
    },
  },
  {
    name: 'an error of the callback is handed on, and the fork ends',
    run: (S, { init, attempt }) => {
      init();
      const outer = S.getCurrentScope();
      const thrown = attempt(() =>
        S.withScope(() => {
          throw new Error('mine');
        }),
      );
      return [thrown, S.getCurrentScope() === outer];
    },
  },
  {
    name: 'there is one isolation scope, and isolating forks the current one',
    run: (S, { init }) => {
      init();
      const isolation = S.getIsolationScope();
      const current = S.getCurrentScope();
      return S.withIsolationScope((scope) => {
        scope.setTag('isolated', 1);
        S.startSpan({ name: 'x' }, () => {});
        return [scope === isolation, S.getIsolationScope() === isolation, S.getCurrentScope() === current];
      });
    },
  },
  {
    name: 'the top-level setters write to the isolation scope',
    run: (S, { init }) => {
      init();
      S.setTag('a', 1);
      S.setTags({ b: 'two', c: true });
      S.setContext('c', { x: 1 });
      S.setUser({ id: '1' });
      S.setAttribute('d', 1);
      S.setAttributes({ e: 2 });
      S.startSpan({ name: 'x' }, () => {});
      const { tags, contexts, user, attributes } = S.getIsolationScope().getScopeData();
      return [{ tags, contexts, user, attributes }, S.getCurrentScope().getScopeData().tags];
    },
  },
  {
    name: 'global, isolation and current scope come together in this order',
    run: (S, { init }) => {
      init();
      const levels = [S.getGlobalScope(), S.getIsolationScope(), S.getCurrentScope()];
      levels.forEach((scope, level) => {
        scope.setTags({ [`only${level}`]: level, all: level, [`from${level}`]: 'x' });
        scope.setExtras({ [`only${level}`]: level, all: level });
        scope.setContext('all', { level, [`only${level}`]: true });
        scope.setContext(`only${level}`, { level });
        scope.setUser({ id: String(level), [`only${level}`]: level });
      });
      S.getIsolationScope().setTag('lower', 'isolation');
      S.getGlobalScope().setTag('lower', 'global').setTag('lowest', 'global');
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'setters answer with the scope',
    run: (S, { init }) => {
      init();
      const scope = S.getCurrentScope();
      return [
        scope.setTag('a', 1),
        scope.setTags({}),
        scope.setExtra('a', 1),
        scope.setExtras({}),
        scope.setContext('a', {}),
        scope.setUser(null),
        scope.setAttribute('a', 1),
        scope.setAttributes({}),
        scope.removeAttribute('a'),
        scope.addEventProcessor((event) => event),
        scope.setPropagationContext(scope.getPropagationContext()),
        scope.setSDKProcessingMetadata({}),
        scope.setTransactionName('x'),
        scope.setLevel('warning'),
        scope.setFingerprint(['x']),
        scope.update({}),
        scope.update(),
      ].map((answer) => answer === scope);
    },
  },
  {
    name: 'a clone is a scope of its own with the same data',
    run: (S, { init }) => {
      init();
      const scope = new S.Scope();
      scope.setTag('a', 1).setUser({ id: '1' }).setContext('c', { x: 1 }).setExtra('e', [1]);
      scope.setPropagationContext({ traceId: '00000000000000000000000000000abc', sampleRand: 0.25 });
      const clone = scope.clone();
      clone.setTag('b', 2).setUser({ id: '2' }).setContext('c', null);
      const pick = ({ tags, user, contexts, extra, propagationContext }) => ({
        tags,
        user,
        contexts,
        extra,
        propagationContext,
      });
      return [
        pick(scope.getScopeData()),
        pick(clone.getScopeData()),
        clone instanceof S.Scope,
        clone === scope,
      ];
    },
  },
  {
    name: 'a context set to null is gone, one set to undefined is as good as gone',
    run: (S, { init }) => {
      init();
      const scope = S.getCurrentScope();
      scope.setContext('a', { x: 1 }).setContext('b', { x: 1 }).setContext('c', { x: 1 });
      scope.setContext('a', null).setContext('b', undefined).setContext('c', { y: 2 });
      S.startSpan({ name: 'x' }, () => {});
      return Object.keys(scope.getScopeData().contexts);
    },
  },
  {
    name: 'a user set to null leaves nothing to send',
    run: (S, { init }) => {
      init();
      S.setUser({ id: '1', email: 'a@example.com' });
      S.setUser(null);
      S.startSpan({ name: 'x' }, () => {});
      return [S.getIsolationScope().getUser(), S.getCurrentScope().getUser()];
    },
  },
  {
    name: 'a scope is updated by an object, by a scope and by a function',
    run: (S, { init }) => {
      init();
      const scope = new S.Scope();
      scope.setTag('a', 1).setUser({ id: '1' });
      scope.update({
        tags: { b: 2 },
        extra: { e: 1 },
        contexts: { c: { x: 1 } },
        user: {},
        attributes: { t: 1 },
      });
      const other = new S.Scope();
      other.setTag('c', 3).setUser({ id: '3' });
      other.setPropagationContext({ traceId: '00000000000000000000000000000abc', sampleRand: 0.25 });
      scope.update(other);
      scope.update((given) => given.setTag('d', given === scope));
      const { tags, extra, contexts, user, attributes, propagationContext } = scope.getScopeData();
      return { tags, extra, contexts, user, attributes, propagationContext };
    },
  },
  {
    name: 'a propagation context that is set decides the trace of the next root',
    run: (S, { init }) => {
      init({ tracesSampleRate: 0.5 });
      const answers = [];
      for (const sampled of [true, false, undefined]) {
        S.withScope((scope) => {
          scope.setPropagationContext({
            traceId: '00000000000000000000000000000abc',
            parentSpanId: '0000000000000def',
            sampleRand: 0.25,
            sampled,
          });
          answers.push(S.getTraceData());
          S.startSpan({ name: 'x' }, (span) => answers.push([S.spanToJSON(span), S.getTraceData()]));
        });
      }
      return answers;
    },
  },
  {
    name: 'a propagation context with a sampling context freezes it',
    run: (S, { init }) => {
      init();
      S.getCurrentScope().setPropagationContext({
        traceId: '00000000000000000000000000000abc',
        sampleRand: 0.25,
        dsc: { trace_id: 'zzz', release: 'frozen' },
      });
      return [S.getTraceData(), S.startSpan({ name: 'x' }, () => S.getTraceData())];
    },
  },
  {
    name: 'a propagation context may name the span id of requests without a span',
    run: (S, { init }) => {
      init({ tracesSampleRate: undefined });
      S.getCurrentScope().setPropagationContext({
        traceId: '00000000000000000000000000000abc',
        sampleRand: 0.25,
        propagationSpanId: '0000000000000def',
      });
      return [
        S.getTraceData(),
        S.startSpan({ name: 'x' }, () => S.getTraceData({ propagateTraceparent: true })),
      ];
    },
  },
  {
    name: 'the isolation scope has no part in the trace of a root',
    run: (S, { init }) => {
      init();
      S.getIsolationScope().setPropagationContext({
        traceId: '00000000000000000000000000000abc',
        parentSpanId: '0000000000000def',
        sampleRand: 0.25,
        sampled: false,
      });
      return S.startSpan({ name: 'x' }, (span) => S.spanToJSON(span));
    },
  },
  {
    name: 'overlapping forks of asynchronous callbacks end one by one',
    clock: true,
    run: async (S, { init, later }) => {
      init();
      const outer = S.getCurrentScope();
      const first = S.withScope(async () => later(2));
      const second = S.withScope(async () => later(10));
      await first;
      await second;
      return S.getCurrentScope() === outer;
    },
  },
  {
    name: 'of overlapping forks of asynchronous callbacks each ends its own',
    clock: true,
    run: async (S, { init, later }) => {
      init();
      const named = (name, time) =>
        S.withScope(async (scope) => {
          scope.setTag('name', name);
          await later(time);
        });
      const first = named('first', 2);
      const second = named('second', 10);
      await first;
      const between = S.getCurrentScope().getScopeData().tags;
      await second;
      return [between, S.getCurrentScope().getScopeData().tags];
    },
  },
  {
    name: 'a listener hears of changes',
    run: (S, { init }) => {
      init();
      const seen = [];
      const scope = S.getCurrentScope();
      scope.addScopeListener((heard) => seen.push([heard === scope, { ...heard.getScopeData().tags }]));
      scope.setTag('a', 1);
      scope.setUser({ id: '1' });
      return seen;
    },
  },
];
