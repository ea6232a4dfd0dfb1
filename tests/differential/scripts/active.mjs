// Which span is active, and what goes to the active one.

export const active = [
  {
    name: 'nothing is active on an empty page',
    run: (S, { init }) => {
      const before = S.getActiveSpan();
      init();
      return [before, S.getActiveSpan()];
    },
  },
  {
    name: 'an inactive span is made active for a callback, which gets the scope',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x' });
      const answer = S.withActiveSpan(span, (scope) => {
        S.startSpan({ name: 'child' }, () => {});
        return [S.getActiveSpan() === span, scope === S.getCurrentScope(), S.getTraceData()];
      });
      span.end();
      return [answer, S.getActiveSpan()];
    },
  },
  {
    name: 'no span is active for a callback, whatever is around it',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'outer' }, (outer) => {
        const inside = S.withActiveSpan(null, () => {
          S.startSpan({ name: 'root' }, () => {});
          return [S.getActiveSpan(), S.getTraceData()];
        });
        return [inside, S.getActiveSpan() === outer];
      });
    },
  },
  {
    name: 'an asynchronous callback keeps the span active until it settles',
    run: async (S, { init, later }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x' });
      const seen = [];
      const promise = S.withActiveSpan(span, async () => {
        await later(1);
        seen.push(S.getActiveSpan() === span);
        S.startSpan({ name: 'child' }, () => {});
        return 'answer';
      });
      seen.push(S.getActiveSpan() === span, await promise, S.getActiveSpan());
      span.end();
      return seen;
    },
  },
  {
    name: 'an error of the callback is handed on, and says nothing about the span',
    run: (S, { init, attempt }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x' });
      const thrown = attempt(() =>
        S.withActiveSpan(span, () => {
          throw new Error('mine');
        }),
      );
      span.end();
      return [thrown, S.getActiveSpan()];
    },
  },
  {
    name: 'a child made active is the parent where the option says so, and else its root is',
    run: (S, { init }) => {
      for (const parentSpanIsAlwaysRootSpan of [true, false]) {
        init({ parentSpanIsAlwaysRootSpan });
        const root = S.startInactiveSpan({ name: `root ${parentSpanIsAlwaysRootSpan}` });
        const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
        S.withActiveSpan(child, () => S.startSpan({ name: 'below' }, () => {}));
        child.end();
        root.end();
      }
    },
  },
  {
    name: 'a span made active in the browser is active until it ends',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x' });
      const answer = S.setActiveSpanInBrowser(span);
      const open = [S.getActiveSpan() === span, S.getTraceData()];
      S.startSpan({ name: 'child' }, () => {});
      S.startInactiveSpan({ name: 'inactive' }).end();
      span.end();
      return [answer, open, S.getActiveSpan()];
    },
  },
  {
    name: 'spans made active in the browser one after the other give way in turn',
    run: (S, { init }) => {
      init();
      const names = () => {
        const span = S.getActiveSpan();
        return span ? S.spanToJSON(span).name : 'none';
      };
      const seen = [];
      const spans = ['a', 'b', 'c'].map((name) => {
        const span = S.startInactiveSpan({ name, parentSpan: null });
        S.setActiveSpanInBrowser(span);
        S.setActiveSpanInBrowser(span);
        seen.push(names());
        return span;
      });
      spans[2].end();
      seen.push(names());
      spans[0].end();
      seen.push(names());
      spans[1].end();
      seen.push(names());
      return seen;
    },
  },
  {
    name: 'a span made active in the browser inside a callback',
    run: (S, { init }) => {
      init();
      let inner;
      S.startSpan({ name: 'outer' }, (outer) => {
        inner = S.startInactiveSpan({ name: 'inner' });
        S.setActiveSpanInBrowser(inner);
        S.startSpan({ name: 'child' }, () => {});
        inner.end();
        outer.setAttribute('again', S.getActiveSpan() === outer);
      });
      return S.getActiveSpan();
    },
  },
  {
    name: 'a measurement lands on the root, the last one of a name counts',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, () => {
        S.setMeasurement('a', 1, 'millisecond');
        S.startSpan({ name: 'child' }, () => {
          S.setMeasurement('b', 2.5, 'byte');
          S.setMeasurement('a', 3, 'second');
          S.setMeasurement('none', 0, '');
        });
      });
    },
  },
  {
    name: 'a measurement for a given span lands on its root',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root' });
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root });
      S.startSpan({ name: 'other' }, () => S.setMeasurement('m', 1, 'percent', child));
      child.end();
      root.end();
    },
  },
  {
    name: 'a measurement without an active span goes nowhere, and odd ones are left out',
    run: (S, { init }) => {
      init();
      const answer = S.setMeasurement('m', 1, 'percent');
      S.startSpan({ name: 'x' }, () => {
        S.setMeasurement('text', '1', 'percent');
        S.setMeasurement('no unit', 1);
        S.setMeasurement('not a number', Number.NaN, 'percent');
        S.setMeasurement('good', 1, 'percent');
      });
      return answer;
    },
  },
  {
    name: 'HTTP codes and the statuses they mean',
    run: (S) => {
      const odd = [0, -1, 99, 600, 999, 200.5, Number.NaN];
      const codes = [...Array.from({ length: 500 }, (_, n) => n + 100), ...odd];
      const meaning = (code) => JSON.stringify(S.getSpanStatusFromHttpCode(code));
      return codes
        .map((code) => `${code} ${meaning(code)}`)
        .filter((line) => !/^[123]\d\d \{"code":1\}$/.test(line));
    },
  },
  {
    name: 'an HTTP code sets an attribute and a status',
    run: (S, { init }) => {
      init();
      return S.startSpan({ name: 'root' }, () =>
        [200, 304, 404, 429, 500, 0].map((code) =>
          S.startSpan({ name: String(code) }, (span) => {
            const answer = S.setHttpStatus(span, code);
            return [answer, S.spanToJSON(span), S.spanToStaticSpanJSON(span).status];
          }),
        ),
      );
    },
  },
  {
    name: 'an error of the page marks the root of the active span',
    run: async (S, { init, later }) => {
      init();
      S.registerSpanErrorInstrumentation();
      addEventListener('error', (event) => event.preventDefault());
      await S.startSpan({ name: 'root' }, () =>
        S.startSpan({ name: 'child' }, async () => {
          dispatchEvent(
            new ErrorEvent('error', { error: new Error('mine'), message: 'mine', cancelable: true }),
          );
          await later(1);
        }),
      );
      S.startSpan({ name: 'next' }, () => {});
    },
  },
  {
    name: 'an error of the page overwrites a status that was set before',
    run: async (S, { init, later }) => {
      init();
      S.registerSpanErrorInstrumentation();
      await S.startSpan({ name: 'root' }, async (span) => {
        span.setStatus({ code: 2, message: 'not_found' });
        dispatchEvent(new ErrorEvent('error', { error: new Error('mine'), message: 'mine' }));
        await later(1);
      });
    },
  },
  {
    name: 'a rejection that nobody handles marks the root of the active span',
    run: async (S, { init }) => {
      init();
      S.registerSpanErrorInstrumentation();
      const told = new Promise((resolve) => {
        addEventListener('unhandledrejection', (event) => {
          event.preventDefault();
          resolve();
        });
      });
      await S.startSpan({ name: 'root' }, () => {
        Promise.reject(new Error('mine'));
        return told;
      });
    },
  },
  {
    name: 'without that instrumentation an error of the page marks nothing',
    run: (S, { init }) => {
      init();
      S.startSpan({ name: 'root' }, () => {
        dispatchEvent(new ErrorEvent('error', { error: new Error('mine'), message: 'mine' }));
      });
    },
  },
];
