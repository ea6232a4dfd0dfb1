// The time from `performance`, which is finer than a millisecond and does not jump; corrected by `Date` when the two
// drift apart, because some browsers stop the former while the device sleeps. src/browser/clock.rs does the same for
// applications in Rust.

/** Past this many milliseconds the two clocks have drifted apart. */
const MAX_DRIFT = 1000;

const timeline: Performance | undefined = globalThis.performance;

/** Milliseconds since the page began, or since the epoch where nobody knows. */
export function elapsed(): number {
  return timeline ? timeline.now() : Date.now();
}

/** When the timeline began that is at so many milliseconds now: then, unless the clocks have drifted apart. */
export function corrected(origin: number, now: number): number {
  const byDate = Date.now() - now;
  return Math.abs(origin - byDate) > MAX_DRIFT ? byDate : origin;
}

/**
 * When the page began, in milliseconds since the epoch; NaN where nobody knows. Not the browser's own `timeOrigin` where
 * it is off by more than the drift, as in a process that is older than the device's last sleep.
 */
export function pageOrigin(): number {
  return timeline ? corrected(timeline.timeOrigin, timeline.now()) : Number.NaN;
}
