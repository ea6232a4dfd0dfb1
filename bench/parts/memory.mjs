// What stays in memory when 20,000 spans have ended and were sent, after the garbage was collected.

const SPANS = { count: 200, children: 99 };

export const memory = {
  title: 'Memory after 20,000 spans',
  rows: {
    heap: { title: 'JavaScript heap, more than before', unit: 'kB', less: true },
    wasm: { title: 'WebAssembly memory, more than before', unit: 'kB' },
    heapInAll: { title: 'JavaScript heap, more than the page without', unit: 'kB', less: true },
    wasmInAll: { title: 'WebAssembly memory, in all', unit: 'kB' },
    inAll: {
      title: 'both, more than the page without',
      unit: 'kB',
      less: true,
      chart: 'memory in all',
    },
    unsampled: { title: 'both, more than before, when nothing is sampled', unit: 'kB', less: true },
  },
  async measure(laboratory, name) {
    const { before, after } = await fill(laboratory, name, { rate: 1 });
    const unsampled = await fill(laboratory, name, { rate: 0 });
    return {
      heap: (after.heap - before.heap) / 1000,
      wasm: (after.wasm - before.wasm) / 1000,
      heapInAll: after.heap / 1000,
      wasmInAll: after.wasm / 1000,
      inAll: sum(after) / 1000,
      unsampled: (sum(unsampled.after) - sum(unsampled.before)) / 1000,
    };
  },
};

/** What is in use before and after all those spans. */
function fill(laboratory, name, options) {
  return laboratory.with(name, options, async (page) => {
    // Code that was not run before is not yet in memory.
    await page.run('roots', { count: 20, children: 3 });
    const before = await page.memory();
    await page.run('roots', SPANS);
    return { before, after: await page.memory() };
  });
}

function sum({ heap, wasm }) {
  return heap + wasm;
}
