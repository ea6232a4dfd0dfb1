// Opens pages with a subject in them, and reads the browser's own account of what its main thread did.
import { chromium } from 'playwright-core';
import { browserArgs, browserPath } from '../scripts/toolchain.mjs';

const ARGUMENTS = [
  ...browserArgs,
  // A page that nobody looks at runs its timers like one that somebody looks at.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

/** @param {{ url: string }} server */
export async function openLaboratory(server) {
  const browser = await chromium.launch({ executablePath: browserPath(), args: ARGUMENTS });

  /**
   * Opens a page in a context of its own, runs `use` with it and closes it.
   *
   * @template T
   * @param {string} path
   * @param {(page: LabPage) => Promise<T>} use
   * @param {{ throttling?: number }} [options] how many times slower the processor shall seem
   * @returns {Promise<T>}
   */
  async function visit(path, use, { throttling = 1 } = {}) {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      // Processor time of the thread, not time on the wall: what else the machine does is not measured.
      await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
      if (throttling > 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttling });
      await page.goto(`${server.url}${path}`, { waitUntil: 'load' });
      return await use(new LabPage(page, devtools));
    } finally {
      await context.close();
    }
  }

  return {
    version: browser.version().split('.')[0],
    visit,
    /** Opens a page that measures, and starts a subject in it. */
    with: (name, options, use) =>
      visit(options.real ? '/real' : '/measure', async (page) => {
        await page.start(name, options);
        return use(page);
      }),
    close: () => browser.close(),
  };
}

class LabPage {
  constructor(page, devtools) {
    Object.assign(this, { page, devtools });
  }

  /** Imports a subject, and starts it. */
  async start(name, { rate = 1, sink = '/sink/measure' } = {}) {
    await this.page.evaluate(
      async ({ name, rate, sink }) => {
        const memory = { bytes: () => 0 };
        const { Instance } = WebAssembly;
        // How much memory a WebAssembly core has, whoever brings one.
        WebAssembly.Instance = class extends Instance {
          constructor(...given) {
            super(...given);
            const own = Object.values(this.exports).find((value) => value instanceof WebAssembly.Memory);
            if (own) memory.bytes = () => own.buffer.byteLength;
          }
        };
        const [{ subject }, lab] = await Promise.all([import(`/subjects/${name}.js`), import('/lab.mjs')]);
        Object.assign(globalThis, { subject, lab, wasmBytes: () => memory.bytes() });
        subject.start({ rate, sink, pageLoad: 'none' });
      },
      { name, rate, sink },
    );
  }

  /** Calls a function of page/lab.mjs with the subject. */
  run(what, options) {
    return this.page.evaluate(({ what, options }) => lab[what](subject, options), { what, options });
  }

  /**
   * The same, and what the main thread spent on it in all: also on what the subject has put off, collecting
   * garbage included, waiting not. In microseconds.
   */
  async whole(what, options) {
    const before = await this.#busy();
    const call = await this.run(what, options);
    return { call, whole: (await this.#busy()) - before };
  }

  /** Microseconds that the main thread has been busy since the page was opened. */
  busy() {
    return this.#busy();
  }

  async #busy() {
    const { metrics } = await this.devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1e6;
  }

  /** Bytes that are in use once the garbage is collected: by JavaScript, and of WebAssembly. */
  async memory() {
    for (let time = 0; time < 3; time++) await this.devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.devtools.send('Runtime.getHeapUsage');
    return { heap: usedSize, wasm: await this.page.evaluate(() => wasmBytes()) };
  }
}
