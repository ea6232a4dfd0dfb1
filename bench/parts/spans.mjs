// What spans cost, cold and hot: time on the wall until they have ended and, where the SDK does so at once, are handed to
// the network, which answers at once. What an SDK puts off is in the rows *in all*, as processor time.
import { Problem } from '../../scripts/lib/say.mjs';
import { BEFORE_HOT, figuresOf, inStates, RUN } from './states.mjs';

/** Runs that are timed when the page is hot, of which the median counts. */
const HOT_RUNS = 5;
const RUNS = { runs: BEFORE_HOT / RUN + HOT_RUNS, size: RUN };

/** Roots with three children each that are counted when they arrive, and what they cost in all. */
const COUNTED = { count: 100, children: 3 };
const SPANS_COUNTED = COUNTED.count * (1 + COUNTED.children);

const KINDS = {
  child: { title: 'child by `startSpan`', chart: 'child span' },
  changed: { title: 'the same with `setStatus` and `updateName`' },
  nested: { title: 'child nested below `parentSpan`' },
  root: { title: 'root' },
  newTrace: { title: 'root in a new trace' },
  tree: { title: 'per span of a root with three children' },
};

const UNSAMPLED = {
  child: { title: 'child, not sampled' },
  root: { title: 'root, not sampled' },
};

const row = (kind) => ({ ...kind, unit: 'µs', less: true });

export const spans = {
  title: 'Spans',
  rows: {
    ...inStates({
      ...Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, row(kind)])),
      ...Object.fromEntries(Object.entries(UNSAMPLED).map(([name, kind]) => [unsampled(name), row(kind)])),
    }),
    'inAll.hot': {
      ...{ title: 'per span of a root with three children, in all', state: 'hot', unit: 'µs', less: true },
      chart: 'per span, in all, hot',
    },
    'atOnce.hot': {
      title: 'roots handed over within the time on the wall',
      state: 'hot',
      unit: '%',
      isCheck: true,
    },
    'arrived.hot': { title: 'spans that arrive', state: 'hot', unit: '%', isCheck: true },
  },
  async measure(laboratory, name, subject) {
    const figures = {};
    for (const kind of Object.keys(KINDS)) {
      await laboratory.with(name, {}, async (page) => {
        const { times, sent } = await page.run('spans', { kind, ...RUNS });
        Object.assign(figures, figuresOf(kind, times, HOT_RUNS));
        if (kind === 'tree') Object.assign(figures, await counted(page, name, subject, sent));
      });
    }
    for (const kind of Object.keys(UNSAMPLED)) {
      await laboratory.with(name, { rate: 0 }, async (page) => {
        const { times } = await page.run('spans', { kind, ...RUNS });
        Object.assign(figures, figuresOf(unsampled(kind), times, HOT_RUNS));
      });
    }
    return figures;
  },
};

/** Whether everything arrives, and what it costs including what is put off; the page is hot. */
async function counted(page, name, { sends }, sent) {
  await page.run('keep');
  const { whole } = await page.whole('roots', COUNTED);
  const { roots, children } = await page.run('arrived');
  const arrived = Math.min(roots / COUNTED.count, children / COUNTED.count / COUNTED.children) * 100;
  if (sends && arrived < 99) {
    throw new Problem(`${name} is not measured: only ${arrived.toFixed(1)} % of its spans arrived.`);
  }
  const trees = (RUNS.runs * RUNS.size) / (1 + COUNTED.children);
  return {
    'inAll.hot': whole / SPANS_COUNTED,
    'atOnce.hot': Math.min(1, sent / trees) * 100,
    'arrived.hot': Math.min(100, arrived),
  };
}

function unsampled(kind) {
  return `${kind}Unsampled`;
}

/** Once before, so that the engine has compiled what runs often. */
export async function warm(page) {
  await page.run('roots', { count: 200, children: 3 });
  await page.run('spans', { kind: 'child', runs: 6, size: 200 });
}
