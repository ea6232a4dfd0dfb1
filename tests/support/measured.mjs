// A page that has loaded before the package starts, so that there is something to measure.

/** Opens a page that has loaded the files in its head, starts the package, and waits for `run` in it. */
export async function openMeasured(
  browser,
  server,
  { head = '', files = {}, options = {}, init = {}, further = [], idleTimeout = 20_000 },
) {
  server.reset(head);
  server.files = files;
  const page = await browser.page();
  await page.goto(`${server.url}/page`, { waitUntil: 'load' });
  await page.evaluate(
    async ([options, init, further, tunnel]) => {
      globalThis.T = await import('/index.js');
      const integrations = [
        T.browserTracingIntegration({ instrumentNavigation: false, ...options }),
        ...further.map((name) => T[name]()),
      ];
      T.init({ dsn: 'http://public@localhost:1/1', tunnel, tracesSampleRate: 1, integrations, ...init });
      /** Ends the root that is under way. */
      globalThis.finish = () => T.getActiveSpan()?.end();
      /** Keeps the page busy, and waits until the browser has told of it. */
      globalThis.block = (type) =>
        new Promise((resolve) => {
          let from = Number.POSITIVE_INFINITY;
          new PerformanceObserver((list) => {
            // Not what kept it busy before, such as starting the package.
            if (list.getEntries().some((entry) => entry.startTime + entry.duration > from))
              setTimeout(resolve);
          }).observe({ type });
          setTimeout(() => {
            from = performance.now();
            while (performance.now() < from + 120);
            requestAnimationFrame(() => {});
          });
        });
    },
    [{ idleTimeout, ...options }, init, further, server.tunnel],
  );
  return page;
}

/** The spans of a transaction with this operation. */
export const spansOf = ({ payload }, op) => payload.spans.filter((span) => span.op === op);
