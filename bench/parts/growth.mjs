// Whether a span costs more when its trace has many, or when there were many traces before.
import { warm } from './spans.mjs';

const IN_ALL = 2000;
const BLOCK = { count: 300, children: 1 };

export const growth = {
  title: 'Growth',
  /** It takes longest, and varies least: every third round has it. */
  every: 3,
  /** Rows of which the first should hardly be exceeded. A large trace shares one envelope, so that it may cost less. */
  flat: [
    { title: 'per span, from 10 to 1,000 in a trace', rows: ['per10', 'per100', 'per1000'] },
    { title: 'per trace, from the first to after 10,000', rows: ['after1', 'after1000', 'after10000'] },
  ],
  rows: {
    per10: { title: 'per span, 10 in a trace', unit: 'µs', less: true },
    per100: { title: 'per span, 100 in a trace', unit: 'µs', less: true },
    per1000: { title: 'per span, 1,000 in a trace', unit: 'µs', less: true },
    after1: { title: 'per trace of two spans, the first ones', unit: 'µs', less: true },
    after1000: { title: 'per trace of two spans, after 1,000', unit: 'µs', less: true },
    after10000: { title: 'per trace of two spans, after 10,000', unit: 'µs', less: true },
  },
  async measure(laboratory, name) {
    const perSpan = await laboratory.with(name, {}, async (page) => {
      await warm(page);
      const figures = {};
      for (const size of [10, 100, 1000]) {
        const { whole } = await page.whole('roots', { count: IN_ALL / size, children: size - 1 });
        figures[`per${size}`] = whole / IN_ALL;
      }
      return figures;
    });
    const perTrace = await laboratory.with(name, {}, async (page) => {
      await warm(page);
      const figures = {};
      let done = 0;
      for (const before of [1, 1000, 10_000]) {
        await page.run('roots', { count: Math.max(0, before - done), children: 0 });
        const { whole } = await page.whole('roots', BLOCK);
        done = before + BLOCK.count;
        figures[`after${before}`] = whole / BLOCK.count;
      }
      return figures;
    });
    return { ...perSpan, ...perTrace };
  },
};
