// What loading the page takes longer: compiling, evaluating, `init`, and what `init` has set going; and how long a page that
// stands already waits from before it asks for the script until `init` has returned, with download and compilation.

/** Lighthouse's idea of a slow phone. */
const SLOW = { throttling: 4 };

/** Page-load spans end about a second after the load; what that costs belongs to the start. */
const WATCHED = 1300;

/** Until what follows `init` is done, in milliseconds. */
const SETTLED = 100;

const MODULE = 'from before the request of a bundled module to after `init`';
const TAG = 'from before the request of a script tag to after `init`';

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
    // What a request takes by itself is part of these, also in the ratios: a page waits for it.
    module: { title: MODULE, unit: 'ms' },
    slowModule: { title: `${MODULE}, 4× slower`, unit: 'ms', chart: 'request to init, 4× slower' },
    tag: { title: TAG, unit: 'ms' },
    slowTag: { title: `${TAG}, 4× slower`, unit: 'ms' },
  },
  async measure(laboratory, name, { sends, tag }) {
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
    const figures = {
      ...{ script: quick.script, thread: quick.thread },
      ...{ slowScript: slow.script, slowThread: slow.thread, blocking: slow.blocking },
    };
    const request = (script, options) =>
      laboratory.visit(
        '/real',
        (page) => page.page.evaluate(requested, { ...script, settled: SETTLED }),
        options,
      );
    const module = { src: `/start/${name}.js`, type: 'module', below: '' };
    figures.module = await request(module);
    figures.slowModule = await request(module, SLOW);
    if (sends && !tag) return figures;
    const script = { src: `/tags/${name}.js`, type: '', below: tag?.start ?? '' };
    figures.tag = await request(script);
    figures.slowTag = await request(script, SLOW);
    return figures;
  },
};

async function loaded(lab) {
  const script = await lab.page.evaluate(async (settled) => {
    await new Promise((resolve) => setTimeout(resolve, settled));
    return performance.getEntriesByName('start')[0].duration;
  }, SETTLED);
  return { script, thread: (await lab.busy()) / 1000 };
}

/** Milliseconds until a script, and what the page writes below its tag, has been loaded and run. Runs in the page. */
async function requested({ src, type, below, settled }) {
  await new Promise((resolve) => setTimeout(resolve, settled));
  // Else the first connection of the page would be part of it.
  await (await fetch('/warm')).text();
  const began = performance.now();
  const script = Object.assign(document.createElement('script'), { src, type });
  const loaded = new Promise((resolve, reject) =>
    Object.assign(script, { onload: resolve, onerror: reject }),
  );
  document.head.append(script);
  await loaded;
  document.head.append(Object.assign(document.createElement('script'), { text: below }));
  return performance.now() - began;
}

/** What long tasks have above 50 ms each, in all. */
async function blockingTime(watched) {
  await new Promise((resolve) => setTimeout(resolve, watched));
  return longTasks.reduce((sum, duration) => sum + Math.max(0, duration - 50), 0);
}
