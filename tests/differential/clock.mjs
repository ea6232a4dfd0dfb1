// Served to the page: a clock of its own, for scripts whose result hangs on time. It stands still while code runs,
// and goes from one timer to the next only while a script waits for it: no machine is too slow, or too quick.

/** What it shows first, in milliseconds since the page began: so early that any move of the page is a redirect. */
const START = 300;

/**
 * Takes the place of the browser's clock, which has to happen before an SDK is loaded. What the browser measures by
 * itself is told in the time of that other clock, so nobody hears of it.
 */
export function ownClock() {
  const { setTimeout: browserTimeout } = globalThis;
  /** @type {Map<number, { at: number, run: () => void }>} */
  const timers = new Map();
  let now = START;
  let ids = 0;
  let waiting = 0;

  // In whole milliseconds, as the time of the day: the two clocks agree.
  const timeOrigin = Math.floor(performance.timeOrigin);
  Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin });
  performance.now = () => now;
  performance.getEntries = () => [];
  PerformanceObserver.prototype.observe = () => {};
  Date.now = () => timeOrigin + now;
  globalThis.setTimeout = (run, delay, ...given) => {
    ids += 1;
    timers.set(ids, { at: now + Math.max(0, Number(delay) || 0), run: () => run(...given) });
    return ids;
  };
  globalThis.clearTimeout = (id) => void timers.delete(id);

  /** Goes on while somebody waits. Of timers for one moment the one that was set first goes off first. */
  async function goOn() {
    while (waiting) {
      // What promises have in hand comes before the next timer, as in a browser.
      await new Promise((resolve) => browserTimeout(resolve));
      const [[id, { at, run }]] = [...timers].sort(([, one], [, other]) => one.at - other.at);
      timers.delete(id);
      now = at;
      try {
        run();
      } catch (error) {
        reportError(error);
      }
    }
  }

  return {
    /** Waits as long as a timer of this many milliseconds. */
    later: (milliseconds) =>
      new Promise((resolve) => {
        waiting += 1;
        setTimeout(() => {
          waiting -= 1;
          resolve();
        }, milliseconds);
        if (waiting === 1) goOn();
      }),
  };
}
