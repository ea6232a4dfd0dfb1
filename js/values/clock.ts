// The time from `performance`, which is finer than a millisecond and does not jump; corrected by `Date` when the two
// drift apart, because some browsers stop the former while the device sleeps. src/app/browser/clock.rs does the same for
// applications in Rust. A page may have put code of its own in the place of either: where that fails the other counts.

import { attempt } from './attempt.js';

/** Past this many milliseconds the two clocks have drifted apart. */
const MAX_DRIFT = 1000;

const timeline: Performance | undefined = globalThis.performance;

/** When the timeline began, in milliseconds since the epoch, as the clocks agreed last. */
let origin = attempt(() => timeline?.timeOrigin);

/** Milliseconds since the epoch, by the clock that the page sees. */
export function millis(): number {
  return attempt(() => Date.now(), 0);
}

/** Milliseconds since the page began, or since the epoch where nobody knows. By it durations are measured. */
export function elapsed(): number {
  try {
    const now = timeline?.now();
    if (Number.isFinite(now)) return now as number;
  } catch {
    // The time of the day must do.
  }
  return attempt(Date.now, 0) - (origin ?? 0);
}

/** A time of the timeline that is about now, as seconds since the epoch. */
export function timeOfDay(at: number): number {
  if (origin === undefined) return seconds(at);
  try {
    const byDate = Date.now() - at;
    if (Math.abs(origin - byDate) > MAX_DRIFT) origin = byDate;
  } catch {
    // The timeline must do.
  }
  return seconds(origin + at);
}

/** Now, as seconds since the epoch. */
export function now(): number {
  return timeOfDay(elapsed());
}

/**
 * When the page began, in milliseconds since the epoch; NaN where nobody knows. Not the browser's own `timeOrigin` where
 * it is off by more than the drift, as in a process that is older than the device's last sleep.
 */
export function pageOrigin(): number {
  now();
  return origin ?? Number.NaN;
}

/** A time of the timeline, in milliseconds, as seconds since the epoch. */
export function pageTime(millis: number): number {
  return seconds((pageOrigin() || 0) + millis);
}

/** Milliseconds as seconds, in whole microseconds: what the wire needs. */
export function seconds(millis: number): number {
  return Math.round(millis * 1000) / 1e6;
}
