// What a page may do to what is about to be sent: ignore it, change it, drop it.

/** Lists for `ignoreSpans`, looked at with a small tree. */
const ignoring = [
  ['a part of a name', `['hea']`],
  ['a name in other letters', `['HEALTH']`],
  ['an expression', '[/^health/i]'],
  ['an object with a name', `[{ name: 'health' }, { name: /^data/ }]`],
  ['an object with an operation', `[{ op: 'db' }]`],
  ['an object with an operation as an expression', '[{ op: /^http/ }]'],
  ['an object of which one part does not match', `[{ name: 'health', op: 'db' }]`],
  ['an object of which all parts match', `[{ name: 'health', op: 'http', attributes: { size: 3 } }]`],
  ['an attribute that is a text', `[{ attributes: { kind: 'lo' } }]`],
  ['an attribute by an expression', '[{ attributes: { kind: /^slow$/ } }]'],
  ['an attribute that is a number', '[{ attributes: { size: 3 } }]'],
  ['an attribute that is a number, as a text', `[{ attributes: { size: '3' } }]`],
  ['an attribute that is a list', `[{ attributes: { list: ['a', 'b'] } }]`],
  ['an attribute that is a shorter list', `[{ attributes: { list: ['a'] } }]`],
  ['empty objects and an empty text', `[{}, { attributes: {} }, '']`],
  ['the parent of others', `['group']`],
  ['two levels of parents', `['group', 'inner']`],
  ['the root', `['root']`],
  ['the root by its operation', `[{ op: 'navigation' }]`],
  ['nothing', '[]'],
];

const ignored = ignoring.map(([said, given]) => ({
  name: `ignoring spans by ${said}`,
  given,
  run: (S, { init }, ignoreSpans) => {
    init({ ignoreSpans, parentSpanIsAlwaysRootSpan: false });
    S.startSpan({ name: 'root', op: 'navigation' }, () => {
      S.startSpan({ name: 'health', op: 'http', attributes: { size: 3 } }, () => {});
      S.startSpan({ name: 'health again', op: 'http.client', attributes: { size: 4 } }, () => {});
      S.startSpan({ name: 'group' }, () =>
        S.startSpan({ name: 'inner' }, () => S.startSpan({ name: 'database', op: 'db' }, () => {})),
      );
      S.startSpan({ name: 'kind', attributes: { kind: 'slow', list: ['a', 'b'] } }, () => {});
    });
    S.startSpan({ name: 'other' }, () => {});
  },
}));

export const filters = [
  ...ignored,
  {
    name: 'ignoring transactions by parts of names and by expressions',
    run: (S, { init }) => {
      init({ ignoreTransactions: ['health', /^GET \/ping$/, /stats/i] });
      for (const name of ['GET /healthz', 'GET /ping', 'GET /ping/1', 'Stats', 'stats', 'Health', '']) {
        S.startSpan({ name }, () => S.startSpan({ name: 'child' }, () => {}));
      }
    },
  },
  {
    name: 'an expression that remembers where it was matches each time',
    only: 'result',
    run: async (S, { init }) => {
      const sent = [];
      init({
        ignoreSpans: [/health/g],
        ignoreTransactions: [/stats/g],
        beforeSendTransaction: (event) => {
          sent.push([event.transaction, event.spans.map((span) => span.description)]);
          return event;
        },
      });
      for (const name of ['stats', 'stats', 'other']) {
        S.startSpan({ name }, () => {
          for (const child of ['health', 'health', 'kept']) S.startSpan({ name: child }, () => {});
        });
      }
      await S.flush();
      return sent;
    },
  },
  {
    name: 'ignoring transactions sees the latest name',
    run: (S, { init }) => {
      init({ ignoreTransactions: ['health'] });
      S.startSpan({ name: 'health' }, (span) => span.updateName('fine'));
      S.startSpan({ name: 'fine' }, (span) => span.updateName('health'));
    },
  },
  {
    name: 'ignoring transactions by an empty text and an empty list',
    run: (S, { init }) => {
      init({ ignoreTransactions: [''] });
      S.startSpan({ name: 'a' }, () => {});
      init({ ignoreTransactions: [] });
      S.startSpan({ name: 'b' }, () => {});
    },
  },
  {
    name: 'beforeSendTransaction sees the whole transaction and may change it',
    run: (S, { init }) => {
      const seen = [];
      init({
        release: '1',
        beforeSendTransaction: (event, hint) => {
          const { sdk, sdkProcessingMetadata, ...rest } = event;
          seen.push(JSON.parse(JSON.stringify(rest)), typeof hint);
          event.tags = { changed: true };
          event.spans = event.spans.slice(1);
          event.contexts.trace.data.changed = true;
          return { ...event, transaction: 'renamed' };
        },
      });
      S.setTag('a', 1);
      S.startSpan({ name: 'x', op: 'o' }, () => {
        S.startSpan({ name: 'first' }, () => {});
        S.startSpan({ name: 'second' }, () => {});
      });
      return seen;
    },
  },
  {
    name: 'beforeSendTransaction drops with null, also as a promise',
    run: (S, { init, later }) => {
      init({
        beforeSendTransaction: (event) => {
          if (event.transaction === 'now') return null;
          if (event.transaction === 'soon') return later(1).then(() => null);
          return later(1).then(() => ({ ...event, tags: { slow: true } }));
        },
      });
      for (const name of ['now', 'soon', 'never']) {
        S.startSpan({ name }, () => S.startSpan({ name: 'child' }, () => {}));
      }
    },
  },
  {
    name: 'beforeSendTransaction that throws or rejects drops the transaction',
    run: (S, { init }) => {
      init({
        beforeSendTransaction: (event) => {
          if (event.transaction === 'throws') throw new Error('mine');
          return Promise.reject(new Error('mine'));
        },
      });
      for (const name of ['throws', 'rejects'])
        S.startSpan({ name }, () => S.startSpan({ name: 'child' }, () => {}));
    },
  },
  {
    name: 'beforeSendTransaction that answers with nothing drops the transaction',
    run: (S, { init }) => {
      init({ beforeSendTransaction: () => undefined });
      S.startSpan({ name: 'x' }, () => S.startSpan({ name: 'child' }, () => {}));
    },
  },
  {
    name: 'beforeSendTransaction that answers with a text drops the transaction',
    run: (S, { init }) => {
      init({ beforeSendTransaction: () => 'yes' });
      S.startSpan({ name: 'x' }, () => {});
    },
  },
  {
    name: 'a wrapped beforeSendSpan sees the root and every child, and may change them',
    run: (S, { init }) => {
      const seen = [];
      init({
        beforeSendSpan: S.withStaticSpan((span) => {
          seen.push(JSON.parse(JSON.stringify(span)));
          return {
            ...span,
            description: `${span.description} changed`,
            data: { ...span.data, added: 1 },
            op: 'changed',
          };
        }),
      });
      S.startSpan({ name: 'root', op: 'o' }, () => {
        S.startSpan({ name: 'child', attributes: { a: 1 } }, (span) => span.setStatus({ code: 2 }));
      });
      return seen;
    },
  },
  {
    name: 'a wrapped beforeSendSpan may change every field of a root',
    run: (S, { init, TRACE, PARENT }) => {
      init({
        beforeSendSpan: S.withStaticSpan((span) => ({
          ...span,
          trace_id: TRACE,
          span_id: PARENT,
          parent_span_id: PARENT,
          status: 'aborted',
          origin: 'auto.mine',
          start_timestamp: 1700000000,
          timestamp: 1700000001,
          measurements: { m: { value: 1, unit: 'none' } },
          exclusive_time: 3,
          profile_id: 'p',
          data: {},
        })),
      });
      S.startSpan({ name: 'root' }, () => {});
    },
  },
  {
    name: 'a wrapped beforeSendSpan that changes the span it was given',
    run: (S, { init }) => {
      init({
        beforeSendSpan: S.withStaticSpan((span) => {
          span.description = 'changed';
          span.data.added = 1;
          delete span.data['sentry.origin'];
          return span;
        }),
      });
      S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
    },
  },
  {
    name: 'a wrapped beforeSendSpan cannot drop a span',
    run: (S, { init }) => {
      init({ beforeSendSpan: S.withStaticSpan((span) => (span.description === 'kept' ? span : null)) });
      S.startSpan({ name: 'root' }, () => {
        S.startSpan({ name: 'kept' }, () => {});
        S.startSpan({ name: 'child' }, () => {});
      });
    },
  },
  {
    name: 'a wrapped beforeSendSpan that throws leaves the span as it was',
    run: (S, { init }) => {
      init({
        beforeSendSpan: S.withStaticSpan(() => {
          throw new Error('mine');
        }),
      });
      S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
    },
  },
  {
    name: 'a beforeSendSpan without a wrapper',
    run: (S, { init }) => {
      const seen = [];
      init({
        beforeSendSpan: (span) => {
          seen.push(span.description);
          return { ...span, data: { ...span.data, added: 1 } };
        },
      });
      S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
      return seen;
    },
  },
  {
    name: 'a beforeSendSpan that is wrapped for streaming is not asked',
    run: (S, { init }) => {
      const seen = [];
      init({
        beforeSendSpan: S.withStreamedSpan((span) => {
          seen.push(span);
          return span;
        }),
      });
      S.startSpan({ name: 'root' }, () => {});
      return seen;
    },
  },
  {
    name: 'everything that filters, in its order',
    run: (S, { init }) => {
      const seen = [];
      const client = init({
        ignoreSpans: ['ignored'],
        beforeSendSpan: S.withStaticSpan((span) => {
          seen.push(`span ${span.description}`);
          return span;
        }),
        beforeSendTransaction: (event) => {
          seen.push(`transaction ${event.spans.map((span) => span.description)}`);
          return event;
        },
      });
      client.on('preprocessEvent', () => seen.push('preprocess'));
      client.on('postprocessEvent', () => seen.push('postprocess'));
      client.on('beforeSendEvent', () => seen.push('send'));
      client.on('beforeEnvelope', () => seen.push('envelope'));
      S.addEventProcessor((event) => {
        seen.push(`processor ${event.spans.length}`);
        return event;
      });
      S.startSpan({ name: 'root' }, () => {
        S.startSpan({ name: 'ignored' }, () => {});
        S.startSpan({ name: 'child' }, () => {});
      });
      return S.flush().then(() => seen);
    },
  },
  {
    name: 'what was dropped before is not asked again',
    run: (S, { init }) => {
      const seen = [];
      init({
        ignoreSpans: ['root'],
        beforeSendTransaction: (event) => {
          seen.push(event.transaction);
          return event;
        },
      });
      S.startSpan({ name: 'root' }, () => S.startSpan({ name: 'child' }, () => {}));
      return S.flush().then(() => seen);
    },
  },
];
