// (c) What spans cost, sent as in life; the network answers at once. Each has two figures: what the page's own code
// waits for, and everything the main thread does for it, also later, until it is handed to the network.
import { Problem } from '../../scripts/lib/say.mjs';

const TREES = { count: 200, children: 3 };
const ROOTS = { count: 400, children: 0 };
const CHILDREN = { count: 2000, perRoot: 400 };

export const spans = {
  title: 'Spans',
  rows: {
    tree: { title: 'root with three children, two attributes each', unit: 'µs', less: true },
    treeCall: { title: '… of which the page’s code waits', unit: 'µs', less: true },
    root: {
      title: 'span with its own root',
      unit: 'µs',
      less: true,
      chart: 'span with its own root',
      mark: 0.25,
    },
    rootCall: { title: '… of which the page’s code waits', unit: 'µs', less: true },
    child: {
      title: 'child span inside an open root',
      unit: 'µs',
      less: true,
      chart: 'child span',
      mark: 0.15,
    },
    childCall: { title: '… of which the page’s code waits', unit: 'µs', less: true },
    unsampledRoot: { title: 'span with its own root, not sampled', unit: 'µs', less: true, mark: 0.1 },
    unsampledChild: {
      title: 'child span, not sampled',
      unit: 'µs',
      less: true,
      chart: 'child span, not sampled',
      mark: 0.1,
    },
    arrived: { title: 'spans that arrive', unit: '%' },
  },
  async measure(laboratory, name, { sends }) {
    const figures = await laboratory.with(name, { keeps: true }, async (page) => {
      await warm(page);
      await page.run('arrived');
      const tree = await page.whole('roots', TREES);
      const { children } = await page.run('arrived');
      const arrived = (children / TREES.count / TREES.children) * 100;
      if (sends && arrived < 99) {
        throw new Problem(`${name} is not measured: only ${arrived.toFixed(1)} % of its spans arrived.`);
      }
      const root = await page.whole('roots', ROOTS);
      const child = await page.whole('children', CHILDREN);
      return {
        ...{ tree: tree.whole / TREES.count, treeCall: tree.call, arrived },
        ...{ root: root.whole / ROOTS.count, rootCall: root.call },
        ...{ child: child.whole / CHILDREN.count, childCall: child.call },
      };
    });
    const unsampled = await laboratory.with(name, { rate: 0 }, async (page) => {
      await warm(page);
      return {
        unsampledRoot: (await page.whole('roots', ROOTS)).whole / ROOTS.count,
        unsampledChild: (await page.whole('children', CHILDREN)).whole / CHILDREN.count,
      };
    });
    return { ...figures, ...unsampled };
  },
};

/** Once before, so that the engine has compiled what runs often. */
export async function warm(page) {
  await page.run('roots', { count: 200, children: 3 });
  await page.run('children', { count: 1200, perRoot: 400 });
}
