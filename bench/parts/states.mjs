// What a page has done before: a figure that is *cold* is about its first 200 spans, when the engine has compiled nothing
// yet; one that is *hot* is about what follows 6,000.
import { median } from '../statistics.mjs';

/** Spans, or requests, that are timed as one. */
export const RUN = 200;

/** How many have been made before the hot ones. */
export const BEFORE_HOT = 6000;

export const STATES = {
  cold: 'cold: the first 200 of a page',
  hot: 'hot: after 6,000 spans',
};

/**
 * Every row once for each state.
 * @param {Record<string, object>} rows
 */
export function inStates(rows) {
  return Object.fromEntries(
    Object.keys(STATES).flatMap((state) =>
      Object.entries(rows).map(([name, { chart, ...row }]) => [
        `${name}.${state}`,
        { ...row, state, ...(chart && { chart: `${chart}, ${state}` }) },
      ]),
    ),
  );
}

/**
 * Both figures of a row, from the times of its runs.
 * @param {string} name
 * @param {number[]} times the first is cold
 * @param {number} hot how many of the last are hot
 */
export function figuresOf(name, times, hot) {
  return { [`${name}.cold`]: times[0], [`${name}.hot`]: median(times.slice(-hot)) };
}
