// The end of a large root, up to the handed-over envelope. What has sent some of the children before, as batches and
// streams do, has less to do here; what that took is part of the cost of spans.
import { median } from '../statistics.mjs';
import { BEFORE_HOT, inStates } from './states.mjs';

const CHILDREN = 900;
const TIMES = 5;

const ROWS = {
  end: { title: 'until it is handed over', unit: 'ms', less: true, chart: 'end of 900 children' },
  endCall: { title: '… of which the page’s code waits', unit: 'ms', less: true },
  endInAll: { title: 'in all', unit: 'ms', less: true },
};

export const end = {
  title: 'End of a root with 900 children',
  states: { cold: 'cold: the first root of a page', hot: 'hot: after 6,000 spans' },
  rows: inStates(ROWS),
  measure: (laboratory, name) =>
    laboratory.with(name, {}, async (page) => {
      const cold = await once(page);
      for (let spans = CHILDREN; spans < BEFORE_HOT; spans += CHILDREN) await once(page);
      const hot = [];
      for (let time = 0; time < TIMES; time++) hot.push(await once(page));
      return Object.fromEntries(
        Object.keys(ROWS).flatMap((row) => [
          [`${row}.cold`, cold[row]],
          [`${row}.hot`, median(hot.map((figures) => figures[row]))],
        ]),
      );
    }),
};

async function once(page) {
  await page.run('build', { children: CHILDREN });
  const { call, whole } = await page.whole('finish');
  return { end: call.sent / 1000, endCall: call.call / 1000, endInAll: whole / 1000 };
}
