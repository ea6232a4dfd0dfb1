// Time inputs: how a start and an end may be given, and what an odd one does.

/** Ways to give a time, as expressions for the page. */
const inputs = [
  ['seconds with a fraction', '1700000000.25'],
  ['milliseconds', '1700000000250'],
  ['a date', 'new Date(1700000000250)'],
  ['seconds and nanoseconds', '[1700000000, 250000000]'],
  ['a text', `"1700000000"`],
  ['null', 'null'],
  ['an object', '{ seconds: 1700000000 }'],
];

const given = inputs.map(([said, time]) => ({
  name: `spans that start or end at ${said}`,
  given: time,
  run: (S, { init }, time) => {
    init();
    const begun = S.startInactiveSpan({ name: 'begun', startTime: time });
    const child = S.startInactiveSpan({ name: 'child', parentSpan: begun, startTime: 1600000000 });
    const ended = S.startInactiveSpan({ name: 'ended', startTime: 1600000000 });
    child.end(time);
    ended.end(time);
    begun.end();
    const spans = [begun, child, ended];
    return [spans.map(S.spanToJSON), spans.map((span) => span.isRecording())];
  },
}));

/** Times that are none, or that put an end before a start. */
const odd = [
  ['the last number that is seconds', '9999999999'],
  ['the first number that is milliseconds', '10000000000'],
  ['zero', '0'],
  ['a negative number', '-5'],
  ['not a number', 'Number.NaN'],
  ['infinity', 'Number.POSITIVE_INFINITY'],
  ['a date that is none', 'new Date(Number.NaN)'],
  ['seconds without nanoseconds', '[1700000000]'],
  ['an empty array', '[]'],
];

const strange = odd.map(([said, time]) => ({
  name: `spans that start or end at ${said}`,
  given: time,
  only: 'result',
  run: (S, { init }, time) => {
    init();
    const begun = S.startInactiveSpan({ name: 'begun', startTime: time });
    const ended = S.startInactiveSpan({ name: 'ended', startTime: 1600000000 });
    ended.end(time);
    begun.end();
    const [start, end] = [S.spanToJSON(begun), S.spanToJSON(ended)];
    return {
      start: start.start_timestamp,
      orderly: start.end_timestamp >= start.start_timestamp,
      end: end.end_timestamp,
      ended: !ended.isRecording(),
    };
  },
}));

export const times = [
  ...given,
  ...strange,
  {
    name: 'a span ends before it starts',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root', startTime: 1700000010 });
      const child = S.startInactiveSpan({ name: 'child', parentSpan: root, startTime: 1700000009 });
      child.end(1700000001);
      root.end(1700000002);
      return [S.spanToJSON(root), S.spanToJSON(child)];
    },
  },
  {
    name: 'the first end counts',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x', startTime: 1700000000 });
      span.end(1700000001);
      span.end(1700000002);
      return S.spanToJSON(span).end_timestamp;
    },
  },
  {
    name: 'a span ends once more after an end at zero',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x', startTime: 1700000000 });
      span.end(0);
      const between = span.isRecording();
      span.end(1700000001);
      return [between, span.isRecording(), S.spanToJSON(span).end_timestamp];
    },
  },
  {
    name: 'a child may start before its root and end after it',
    run: (S, { init }) => {
      init();
      const root = S.startInactiveSpan({ name: 'root', startTime: 1700000010 });
      S.startInactiveSpan({ name: 'early', parentSpan: root, startTime: 1700000001 }).end(1700000020);
      root.end(1700000011);
    },
  },
  {
    name: 'an end in the far future is taken as given',
    run: (S, { init }) => {
      init();
      S.startInactiveSpan({ name: 'x', startTime: 4000000000 }).end(4000000001);
    },
  },
  {
    name: 'a duration stays true when the clock of the day jumps meanwhile',
    run: (S, { init }) => {
      init();
      const now = Date.now;
      const spans = [-50_000, 50_000].map((jump) => {
        const span = S.startInactiveSpan({ name: 'x' });
        Date.now = () => now() + jump;
        span.end();
        Date.now = now;
        return S.spanToJSON(span);
      });
      return spans.map((json) => Math.abs(json.end_timestamp - json.start_timestamp) < 5);
    },
  },
  {
    name: 'a span that starts after the clock of the day has jumped follows that clock',
    run: (S, { init }) => {
      init();
      S.startInactiveSpan({ name: 'before' }).end();
      const now = Date.now;
      Date.now = () => now() + 50_000_000;
      const span = S.startInactiveSpan({ name: 'x' });
      const ahead = S.spanToJSON(span).start_timestamp - now() / 1000;
      Date.now = now;
      return Math.round(ahead / 1000);
    },
  },
  {
    name: 'a time with more digits than microseconds',
    run: (S, { init }) => {
      init();
      const span = S.startInactiveSpan({ name: 'x', startTime: [1700000000, 123456789] });
      span.end([1700000000, 987654321]);
      const { start_timestamp: start, end_timestamp: end } = S.spanToJSON(span);
      return [start, end].map((time) => Math.round(time * 1e5) / 1e5);
    },
  },
];
