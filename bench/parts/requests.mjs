// What a `fetch` costs above the bare one, cold and hot: time on the wall until the page has its answer, which the network
// gives at once. What an SDK puts off is in the row *in all*, as processor time.
import { BEFORE_HOT, figuresOf, inStates, RUN } from './states.mjs';

const PER_ROOT = 20;

/** Runs that are timed when the page is hot, of which the median counts. */
const HOT_RUNS = 5;

/** The page is hot after as many spans as elsewhere, of which a third are requests. */
const RUNS_BEFORE = BEFORE_HOT / RUN / 3;
const CHILDREN_BEFORE = { kind: 'child', runs: BEFORE_HOT / RUN - RUNS_BEFORE, size: RUN };

const SAME_ORIGIN = '/api/orders?page=2';
const OTHER_ORIGIN = 'http://elsewhere.invalid/orders?page=2';

const KINDS = {
  inRoot: { title: '`fetch` in a root, with headers', chart: 'fetch in a root', url: SAME_ORIGIN },
  inChild: { title: '`fetch` in a child, with headers', url: SAME_ORIGIN, below: 'bench-child' },
  otherOrigin: { title: '`fetch` in a root, to an origin that gets no headers', url: OTHER_ORIGIN },
  alone: { title: '`fetch` without an active span, with headers', url: SAME_ORIGIN, alone: true },
  aloneOtherOrigin: {
    ...{ title: '`fetch` without an active span, to an origin that gets no headers', url: OTHER_ORIGIN },
    alone: true,
  },
  unsampled: { title: '`fetch` in a root that is not sampled', url: SAME_ORIGIN, rate: 0 },
};

export const requests = {
  title: 'Requests',
  rows: {
    ...inStates(
      Object.fromEntries(
        Object.entries(KINDS).map(([name, { title, chart }]) => [
          name,
          { title, chart, unit: 'µs', less: true },
        ]),
      ),
    ),
    'inAll.hot': { title: '`fetch` in a root, with headers, in all', state: 'hot', unit: 'µs', less: true },
  },
  async measure(laboratory, name) {
    const figures = {};
    for (const [kind, { url, alone = false, below, rate = 1 }] of Object.entries(KINDS)) {
      const run = { size: RUN, perRoot: PER_ROOT, url, alone, below };
      await laboratory.with(name, { rate }, async (page) => {
        const cold = await page.run('requests', { ...run, runs: 1 });
        await page.run('spans', CHILDREN_BEFORE);
        const hot = await page.run('requests', { ...run, runs: RUNS_BEFORE - 1 + HOT_RUNS });
        Object.assign(figures, figuresOf(kind, [...cold, ...hot], HOT_RUNS));
        if (kind !== 'inRoot') return;
        const { whole } = await page.whole('requests', { ...run, runs: 1 });
        figures['inAll.hot'] = whole / RUN;
      });
    }
    return figures;
  },
};
