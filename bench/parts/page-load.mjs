// The end of a page load: a page has loaded 250 small resources, and its root ends for the first and only time. Whoever
// has no page loads is left out.
import { Problem } from '../../scripts/lib/say.mjs';

/** Until what follows `init` is done, in milliseconds; Elastic's agent waits for a second after the load. */
const SETTLED = 1500;

export const pageLoad = {
  title: 'End of a page load with 250 resources',
  rows: {
    end: {
      ...{ title: 'processor time until it is handed over, at first use', unit: 'ms', less: true },
      chart: 'end of a page load',
    },
    resources: { title: 'resources that arrive', unit: '', isCheck: true },
  },
  measure: (laboratory, name, { pageLoads, sends }) =>
    laboratory.visit(`/page-load?subject=${name}`, async (page) => {
      if (sends && !pageLoads) return {};
      await page.page.evaluate((settled) => new Promise((done) => setTimeout(done, settled)), SETTLED);
      const { call: wasThere, whole } = await page.whole('finishPageLoad');
      if (!wasThere) throw new Problem(`${name} is not measured: its page load ended by itself.`);
      return { end: whole / 1000, resources: await page.run('arrivedImages') };
    }),
};
