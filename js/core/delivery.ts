// What the core is asked about envelopes: what the server's answers mean for this one and for the next (src/decide/rate_limit.rs
// and retry.rs).

import { millis } from '../values/clock.js';
import { answerOf, ask, put } from './abi.js';

/** What the server's answer says about limits, added to what is known of them. */
export function addLimits(known: string, status: number, limits: string, retryAfter: number): string {
  return answerOf('limits', [known, limits], status, retryAfter, millis()) ?? known;
}

/** Whether the server does not want things of a category now. */
export function isLimited(known: string, category: string): boolean {
  const now = millis();
  return ask((core) => core.limited(put(known), put(category), now) > 0, false);
}

/** What becomes of an envelope after an answer, and of those behind it. */
export interface Verdict {
  /** Whether it was not taken, and may be sent again. */
  again: boolean;
  /** How long nothing may be sent, in milliseconds. */
  pause: number;
}

/**
 * Judges an answer; a status of 0 stands for none. `isLimited` says whether the server named limits, `retryAfter` is in seconds,
 * NaN for a time that cannot be read, negative where there is none.
 */
export function judgeAnswer(status: number, isLimited: boolean, retryAfter: number): Verdict {
  const answer = ask((core) => core.retry(status, Number(isLimited), retryAfter), -1);
  return answer < 0 ? { again: false, pause: -1 - answer } : { again: true, pause: answer };
}

/** How long to wait after so many failures in a row, in milliseconds. `dice` is in [0, 1). */
export function backoff(failures: number, dice: number): number {
  return ask((core) => core.backoff(failures, dice), 0);
}

/** How long an envelope that has waited waits for the one before it, that was made so many milliseconds earlier. */
export function spacing(between: number, dice: number): number {
  return ask((core) => core.spacing(between, dice), 0);
}
