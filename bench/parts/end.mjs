// (e) The end of a large root, up to the handed-over envelope. What has sent some of the children before, as batches
// and streams do, has less to do here; what that took is part of the cost of spans.
import { median } from '../statistics.mjs';

const CHILDREN = 900;
const TIMES = 5;

export const end = {
  title: 'End of a root with 900 children',
  rows: {
    end: {
      title: 'until everything is handed over',
      unit: 'ms',
      less: true,
      chart: 'end of 900 children',
      mark: 0.3,
    },
    endCall: { title: '… of which the page’s code waits', unit: 'ms', less: true },
  },
  measure: (laboratory, name) =>
    laboratory.with(name, {}, async (page) => {
      const wholes = [];
      const calls = [];
      for (let time = -1; time < TIMES; time++) {
        await page.run('build', { children: CHILDREN });
        const { call, whole } = await page.whole('finish');
        if (time < 0) continue; // the engine has not compiled it yet
        wholes.push(whole / 1000);
        calls.push(call / 1000);
      }
      return { end: median(wholes), endCall: median(calls) };
    }),
};
