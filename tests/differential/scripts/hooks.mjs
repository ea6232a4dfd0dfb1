// The client: its hooks and their order, and its life from `init` to `close`.

export const hooks = [
  {
    name: 'starting and ending spans is told in this order',
    run: (S, { init }) => {
      const client = init();
      const seen = [];
      for (const hook of ['spanStart', 'spanEnd', 'afterSpanEnd', 'beforeSampling']) {
        client.on(hook, (told) => seen.push([hook, told.spanName ?? S.spanToJSON(told).name]));
      }
      S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
      return seen;
    },
  },
  {
    name: 'a listener may ask about the span that it is told of',
    run: (S, { init }) => {
      const client = init();
      const seen = [];
      client.on('spanStart', (span) => {
        span.setAttribute('started', true);
        seen.push([span.isRecording(), S.getRootSpan(span) === span, S.spanToJSON(span)]);
      });
      client.on('spanEnd', (span) => {
        span.setAttribute('ended', true);
        seen.push([span.isRecording(), S.spanToJSON(span).end_timestamp !== undefined]);
      });
      S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
      return seen;
    },
  },
  {
    name: 'spans that are not recorded are told of as well, where tracing is on',
    run: (S, { init }) => {
      const seen = [];
      const listen = (client, said) => {
        client.on('spanStart', (span) =>
          seen.push([said, 'start', span.isRecording(), S.spanToJSON(span).name]),
        );
        client.on('spanEnd', (span) => seen.push([said, 'end', S.spanToJSON(span).name]));
      };
      listen(init({ tracesSampleRate: 0 }), 'zero');
      S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
      S.startSpan({ name: 'missing', onlyIfParent: true }, () => {});
      S.suppressTracing(() => S.startSpan({ name: 'suppressed' }, () => {}));
      listen(init({ tracesSampleRate: undefined }), 'off');
      S.startSpan({ name: 'off' }, () => {});
      return seen;
    },
  },
  {
    name: 'what is told before sampling may be changed',
    run: (S, { init, continued }) => {
      const seen = [];
      const client = init({
        tracesSampler: ({ name, attributes, parentSampled }) => {
          seen.push({ name, attributes, parentSampled });
          return parentSampled ?? 0;
        },
      });
      client.on('beforeSampling', (told) => {
        seen.push(JSON.parse(JSON.stringify(told)));
        told.spanAttributes.added = 1;
        told.spanAttributes.a = 2;
        told.parentSampled ??= true;
        told.spanName = 'renamed';
      });
      S.startSpan({ name: 'x', op: 'o', attributes: { a: 1 } }, () => {});
      continued('sentry-sample_rand=0.5', () => S.startSpan({ name: 'y' }, () => {}), '-0');
      return seen;
    },
  },
  {
    name: 'a listener may add to the sampling context',
    run: (S, { init, continued }) => {
      const seen = [];
      const client = init();
      client.on('createDsc', (dsc, root) => {
        seen.push(root ? S.spanToJSON(root).name : 'no span');
        dsc.replay_id = 'r';
      });
      const headers = [
        S.getTraceData().baggage,
        S.startSpan({ name: 'x' }, () => S.getTraceData().baggage),
        continued('sentry-sample_rand=0.5', () => S.startSpan({ name: 'y' }, () => S.getTraceData().baggage)),
      ];
      return [headers, [...new Set(seen)].sort()];
    },
  },
  {
    name: 'a listener may change what is about to be sent',
    run: (S, { init }) => {
      const client = init();
      client.on('preprocessEvent', (event) => {
        event.tags = { ...event.tags, before: true };
      });
      client.on('postprocessEvent', (event) => {
        event.tags = { ...event.tags, after: true };
      });
      client.on('beforeSendEvent', (event) => {
        event.tags = { ...event.tags, last: true };
      });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'an envelope is told of before and after it was sent',
    run: async (S, { init }) => {
      const seen = [];
      const client = init();
      client.on('beforeEnvelope', (envelope) =>
        seen.push(['before', envelope[1].map(([item]) => item.type)]),
      );
      client.on('afterSendEvent', (event, response) =>
        seen.push(['sent', event.transaction, response.statusCode]),
      );
      S.startSpan({ name: 'x' }, () => {});
      await S.flush();
      return seen;
    },
  },
  {
    name: 'a listener that has unsubscribed hears nothing more',
    run: (S, { init }) => {
      const client = init();
      const seen = [];
      const listener = (span) => seen.push(S.spanToJSON(span).name);
      const first = client.on('spanStart', listener);
      const second = client.on('spanStart', listener);
      S.startInactiveSpan({ name: 'both' });
      first();
      S.startInactiveSpan({ name: 'one' });
      first();
      second();
      S.startInactiveSpan({ name: 'none' });
      return seen;
    },
  },
  {
    name: 'a listener that leaves while it is called does not disturb the others',
    run: (S, { init }) => {
      const client = init();
      const seen = [];
      const stop = client.on('spanStart', () => {
        seen.push('first');
        stop();
      });
      client.on('spanStart', () => seen.push('second'));
      S.startInactiveSpan({ name: 'a' });
      S.startInactiveSpan({ name: 'b' });
      return seen;
    },
  },
  {
    name: 'hooks of the page pass what is emitted',
    run: (_S, { init }) => {
      const client = init();
      const seen = [];
      client.on('mine', (...told) => seen.push(told));
      client.emit('mine', 1, 'two');
      client.emit('nobody listens');
      return seen;
    },
  },
  {
    name: 'flushing and closing are told',
    run: async (S, { init }) => {
      const client = init();
      const seen = [];
      client.on('flush', () => seen.push('flush'));
      client.on('close', () => seen.push('close'));
      seen.push(await S.flush(), await client.flush(60_000), await S.close());
      return seen;
    },
  },
  {
    name: 'calls before init answer as if nothing were there',
    run: (S) => [
      S.isInitialized(),
      S.isEnabled(),
      S.getClient(),
      S.getActiveSpan(),
      S.startSpan({ name: 'x' }, (span) => [span.isRecording(), S.spanToJSON(span), S.getTraceData()]),
      S.startInactiveSpan({ name: 'x' }).end(),
      S.startSpanManual({ name: 'x' }, () => 'manual'),
      S.suppressTracing(() => 'suppressed'),
      S.startNewTrace(() => 'new'),
      S.withActiveSpan(null, () => 'active'),
      S.setMeasurement('m', 1, 'none'),
      typeof S.setTag('a', 1),
    ],
  },
  {
    name: 'scope data from before init is on later transactions',
    run: (S, { init }) => {
      S.setTag('isolation', 1);
      S.getCurrentScope().setTag('current', 1);
      S.getGlobalScope().setTag('global', 1);
      init();
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'a span from before init stays unrecorded',
    run: (S, { init }) => {
      const span = S.startInactiveSpan({ name: 'before' });
      init();
      S.startInactiveSpan({ name: 'child', parentSpan: span }).end();
      span.end();
      return [span.isRecording(), S.startSpan({ name: 'after' }, () => S.getTraceData())];
    },
  },
  {
    name: 'init answers with the client, which knows its options and its DSN',
    run: (S, { init }) => {
      const client = init({ release: '1', tracesSampleRate: 0.5 });
      const { release, tracesSampleRate, dsn } = client.getOptions();
      const { protocol, publicKey, host, port, projectId } = client.getDsn();
      return [
        S.getClient() === client,
        S.isInitialized(),
        S.isEnabled(),
        { release, tracesSampleRate, dsn },
        { protocol, publicKey, host, port, projectId },
        S.getCurrentScope().getClient() === client,
      ];
    },
  },
  {
    name: 'a second init takes over, and the trace goes on',
    run: (S, { init }) => {
      const first = init({ release: 'first', sendClientReports: false });
      const trace = S.getCurrentScope().getPropagationContext().traceId;
      S.startSpan({ name: 'a' }, () => {});
      const open = S.startInactiveSpan({ name: 'open' });
      const second = init({ release: 'second', tracesSampleRate: 0.5, sendClientReports: false });
      open.end();
      return [
        S.getClient() === second,
        first === second,
        S.getCurrentScope().getPropagationContext().traceId === trace,
        S.getTraceData().baggage,
      ];
    },
  },
  {
    name: 'a client that is switched off',
    run: (S, { init }) => {
      init({ enabled: false });
      return [S.isInitialized(), S.isEnabled(), S.startSpan({ name: 'x' }, () => 'ran')];
    },
  },
  {
    name: 'a client that was switched off by its options later',
    run: (S, { init }) => {
      init();
      S.getClient().getOptions().enabled = false;
      S.startSpan({ name: 'x' }, () => {});
      return [S.isEnabled(), S.getTraceData()];
    },
  },
  {
    name: 'a client that was closed sends no more',
    run: async (S, { init }) => {
      init();
      S.startSpan({ name: 'before' }, () => {});
      const open = S.startInactiveSpan({ name: 'open' });
      const closed = await S.close();
      open.end();
      return [
        closed,
        S.isInitialized(),
        S.isEnabled(),
        S.getTraceData(),
        S.startSpan({ name: 'x' }, () => 'ran'),
      ];
    },
  },
  {
    name: 'flushing waits for what is under way, and without anything it does not wait',
    run: async (S, { init }) => {
      const before = await S.flush();
      init();
      S.startSpan({ name: 'x' }, () => {});
      return [before, await S.flush(60_000), await S.flush(0), await S.getClient().flush()];
    },
  },
  {
    name: 'integrations are set up in order, each once',
    run: (S, { init }) => {
      const seen = [];
      const integration = (name) => ({
        name,
        beforeSetup: () => seen.push(`${name} beforeSetup`),
        setupOnce: () => seen.push(`${name} setupOnce`),
        setup: (client) => seen.push(`${name} setup ${client === S.getClient()}`),
        afterAllSetup: (client) => seen.push(`${name} afterAllSetup ${client === S.getClient()}`),
      });
      const client = init({ integrations: [integration('a'), integration('b'), integration('a')] });
      S.addIntegration(integration('c'));
      client.addIntegration(integration('c'));
      seen.push(client.getIntegrationByName('b')?.name, client.getIntegrationByName('d'));
      return seen;
    },
  },
  {
    name: 'an integration may process events',
    run: (S, { init }) => {
      init({
        integrations: [
          {
            name: 'mine',
            preprocessEvent: (event, _hint, client) => {
              event.tags = { before: client === S.getClient() };
            },
            processEvent: (event) =>
              event.transaction === 'dropped' ? null : { ...event, extra: { processed: 1 } },
          },
        ],
      });
      S.startSpan({ name: 'x' }, () => {});
      S.startSpan({ name: 'dropped' }, () => {});
    },
  },
  {
    name: 'integrations of a client that is switched off, or has nowhere to send, are not set up',
    run: (_S, { init }) => {
      const seen = [];
      const integration = (name) => ({ name, setup: () => seen.push(name) });
      init({ enabled: false, integrations: [integration('off')] });
      init({ dsn: 'https://example.com', integrations: [integration('no DSN')] });
      init({ integrations: [integration('on')] });
      return seen;
    },
  },
  {
    name: 'a client may be set by hand',
    run: (S, { init }) => {
      const first = init({ release: 'first' });
      init({ release: 'second' });
      S.setCurrentClient(first);
      return [S.getClient() === first, S.getTraceData().baggage];
    },
  },
];
