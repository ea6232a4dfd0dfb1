// What the developer hears with `debug: true`: one sentence for each thing that was ignored, and why.

import { attempt } from './attempt.js';
import { shared } from './shared.js';

/** Takes the `debug` option of `init`. */
export function setDebug(debug: boolean): void {
  shared.debug = debug;
}

/** Whether the developer wants to hear. */
export function isDebugging(): boolean {
  return Boolean(shared.debug);
}

/** Says one sentence on the console, if the developer wants to hear it. */
export function complain(sentence: string): void {
  if (shared.debug) warn(sentence);
}

/** Says one sentence on the console: something is wrong that the developer can put right. */
export function warn(sentence: string): void {
  attempt(() => console.warn(`[throughline] ${sentence}`));
}

/** A value of the page as a sentence can show it: short, and never a failing `toString`. */
export function shown(value: unknown): string {
  return attempt(
    () => {
      const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
      return text.length > 80 ? `${text.slice(0, 80)}…` : text;
    },
    typeof value,
  );
}

/** A callback of the page; where it gave none, one that does nothing. */
export function callable<F extends (...given: never[]) => unknown>(callback: F, of: string): F {
  if (typeof callback === 'function') return callback;
  complain(`${of} did nothing: ${shown(callback)} is no function`);
  return (() => undefined) as unknown as F;
}
