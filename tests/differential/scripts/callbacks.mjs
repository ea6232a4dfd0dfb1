// Callbacks of spans: promises, thenables, errors and rejections.

export const callbacks = [
  {
    name: 'a promise of the callback keeps the span open and active',
    run: async (S, { init, later }) => {
      init();
      const seen = [];
      let kept;
      const promise = S.startSpan({ name: 'x' }, async (span) => {
        kept = span;
        await later(5);
        seen.push(S.getActiveSpan() === span, span.isRecording());
        return 'answer';
      });
      seen.push(promise instanceof Promise, S.getActiveSpan() === kept);
      seen.push(await promise, kept.isRecording(), S.getActiveSpan());
      return seen;
    },
  },
  {
    name: 'a span has ended before what the caller hung on its promise runs',
    run: async (S, { init }) => {
      init();
      let kept;
      const promise = S.startSpan({ name: 'x' }, (span) => {
        kept = span;
        return Promise.resolve();
      });
      return promise.then(() => [kept.isRecording(), S.getActiveSpan()]);
    },
  },
  {
    name: 'an error of the callback is handed on, and the span says so',
    run: (S, { init, attempt }) => {
      init();
      const error = new Error('mine');
      const mine = (options, before) =>
        attempt(() =>
          S.startSpan(options, (span) => {
            before?.(span);
            throw error;
          }),
        );
      return [
        mine({ name: 'plain' }),
        mine({ name: 'ok' }, (span) => span.setStatus({ code: 1 })),
        mine({ name: 'known' }, (span) => span.setStatus({ code: 2, message: 'not_found' })),
        mine({ name: 'unset' }, (span) => span.setStatus({ code: 0 })),
        mine({ name: 'ended' }, (span) => span.end()),
      ];
    },
  },
  {
    name: 'what a callback throws need not be an error',
    run: (S, { init }) => {
      init();
      return ['text', 7, null, undefined].map((thrown) => {
        try {
          S.startSpan({ name: String(thrown) }, () => {
            throw thrown;
          });
        } catch (caught) {
          return caught === thrown;
        }
        return 'nothing was thrown';
      });
    },
  },
  {
    name: 'a rejection of the callback is handed on, and the span says so',
    run: async (S, { init }) => {
      init();
      const error = new Error('mine');
      const caught = (thrown) => thrown === error;
      return [
        await S.startSpan({ name: 'x' }, () => Promise.reject(error)).catch(caught),
        await S.startSpan({ name: 'known' }, async (span) => {
          span.setStatus({ code: 2, message: 'cancelled' });
          throw error;
        }).catch(caught),
      ];
    },
  },
  {
    name: 'a rejection that nobody handles stays unhandled',
    run: async (S, { init }) => {
      init();
      const told = new Promise((resolve) => {
        addEventListener('unhandledrejection', (event) => {
          event.preventDefault();
          resolve(event.reason);
        });
      });
      S.startSpan({ name: 'x' }, () => Promise.reject('the reason'));
      return told;
    },
  },
  {
    name: 'an error in a manual span marks it and leaves it open',
    run: async (S, { init, attempt }) => {
      init();
      const spans = [];
      const fail = (span) => {
        spans.push(span);
        throw new Error('mine');
      };
      attempt(() => S.startSpanManual({ name: 'sync' }, fail));
      await S.startSpanManual({ name: 'async' }, async (span) => fail(span)).catch(() => {});
      const seen = spans.map((span) => [span.isRecording(), S.spanToJSON(span).status]);
      for (const span of spans) span.end();
      return seen;
    },
  },
  {
    name: 'a promise with members beside then keeps them',
    run: async (S, { init }) => {
      init();
      const promise = Object.assign(Promise.resolve(1), { abort: () => 'aborted' });
      const derived = S.startSpan({ name: 'x' }, () => promise);
      return [derived === promise, derived.abort?.(), await derived];
    },
  },
  {
    name: 'a thenable of a library keeps its members, and keeps the span open until it settles',
    run: async (S, { init, later }) => {
      init();
      class Deferred {
        constructor(promise) {
          this.promise = promise;
          this.label = 'x';
        }
        // biome-ignore lint/suspicious/noThenProperty: this is what is tested
        then(fulfilled, rejected) {
          return new Deferred(this.promise.then(fulfilled, rejected));
        }
        abort() {
          return `aborted ${this.label}`;
        }
      }
      let kept;
      let settle;
      const given = new Deferred(
        new Promise((resolve) => {
          settle = resolve;
        }),
      );
      const extra = Object.assign(given, { own: 'own', call: () => 'called' });
      const derived = S.startSpan({ name: 'x' }, (span) => {
        kept = span;
        return extra;
      });
      const open = kept.isRecording();
      settle('answer');
      await later(1);
      return [open, kept.isRecording(), derived.abort(), derived.own, derived.call(), await derived];
    },
  },
];
