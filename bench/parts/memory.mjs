// (f) What stays in memory when 20,000 spans have ended and were sent, after the garbage was collected.

const SPANS = { count: 200, children: 99 };

export const memory = {
  title: 'Memory after 20,000 spans',
  rows: {
    heap: { title: 'JavaScript heap, more than before', unit: 'kB', less: true, mark: 0.5 },
    wasm: { title: 'WebAssembly memory, more than before', unit: 'kB' },
    heapInAll: { title: 'JavaScript heap, more than the page without', unit: 'kB', less: true },
    wasmInAll: { title: 'WebAssembly memory, in all', unit: 'kB' },
    inAll: { title: 'both, more than the page without', unit: 'kB', less: true, chart: 'memory in all' },
  },
  measure: (laboratory, name) =>
    laboratory.with(name, {}, async (page) => {
      await page.run('roots', { count: 20, children: 3 });
      const before = await page.memory();
      await page.run('roots', SPANS);
      const after = await page.memory();
      return {
        heap: (after.heap - before.heap) / 1000,
        wasm: (after.wasm - before.wasm) / 1000,
        heapInAll: after.heap / 1000,
        wasmInAll: after.wasm / 1000,
        inAll: (after.heap + after.wasm) / 1000,
      };
    }),
};
