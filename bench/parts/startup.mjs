// What loading the page takes longer: compiling, evaluating, `init`, and what `init` has set going.

/** Lighthouse's idea of a slow phone. */
const SLOW = { throttling: 4 };

/** Page-load spans end about a second after the load; what that costs belongs to the start. */
const WATCHED = 1300;

/** Until what `init` has put off is done. */
const SETTLED = 100;

export const startup = {
  title: 'Start-up',
  rows: {
    script: { title: 'evaluation and `init`', unit: 'ms', less: true },
    thread: {
      ...{ title: 'main thread until loaded, all in all', unit: 'ms', less: true },
      chart: 'start-up, main thread',
    },
    slowScript: { title: 'evaluation and `init`, processor 4× slower', unit: 'ms', less: true },
    slowThread: { title: 'main thread until loaded, 4× slower', unit: 'ms', less: true },
    blocking: { title: 'total blocking time, 4× slower', unit: 'ms', less: true },
  },
  async measure(laboratory, name) {
    const path = `/start?subject=${name}`;
    const quick = await laboratory.visit(path, loaded);
    const slow = await laboratory.visit(
      path,
      async (page) => {
        const figures = await loaded(page);
        return { ...figures, blocking: await page.page.evaluate(blockingTime, WATCHED - SETTLED) };
      },
      SLOW,
    );
    return {
      ...{ script: quick.script, thread: quick.thread },
      ...{ slowScript: slow.script, slowThread: slow.thread, blocking: slow.blocking },
    };
  },
};

async function loaded(lab) {
  const script = await lab.page.evaluate(async (settled) => {
    await new Promise((resolve) => setTimeout(resolve, settled));
    return performance.getEntriesByName('start')[0].duration;
  }, SETTLED);
  return { script, thread: (await lab.busy()) / 1000 };
}

/** What long tasks have above 50 ms each, in all. */
async function blockingTime(watched) {
  await new Promise((resolve) => setTimeout(resolve, watched));
  return longTasks.reduce((sum, duration) => sum + Math.max(0, duration - 50), 0);
}
