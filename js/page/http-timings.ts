// Waits for what the browser measured about requests, with one observer for all of them, which is there only while
// somebody waits.

import { attempt } from '../values/attempt.js';

/** A request whose body is never read is never measured: past this many, the oldest wait in vain. */
const MAX_WAITING = 100;

/** How long a request waits for its timings, in milliseconds: its transaction has been sent by then. */
const PATIENCE = 60_000;

/** How far the clocks of entry and call may be apart, in milliseconds: browsers blur them. */
const BLUR = 2;

/** A request that is to be measured. */
export interface Measured {
  /** Its URL, without fragment. */
  bare: string;
  /** When it was sent, in milliseconds of `performance.now()`. */
  sent: number;
  /** `fetch` or `xmlhttprequest`. */
  initiator: string;
}

type Tell = (request: Measured, entry: PerformanceResourceTiming) => void;

const waiting = new Map<Measured, Tell>();
let observer: PerformanceObserver | undefined;

/** Waits for the timings of a request that is about to be sent; `tell` gets them once. */
export function measure<R extends Measured>(
  request: R,
  tell: (request: R, entry: PerformanceResourceTiming) => void,
): void {
  // Each gets the very request that it was given with.
  waiting.set(request, tell as Tell);
  if (waiting.size > MAX_WAITING) waiting.delete(waiting.keys().next().value as Measured);
  if (observer) return;
  attempt(() => {
    observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) attempt(() => match(entry as PerformanceResourceTiming));
      for (const one of waiting.keys()) if (performance.now() - one.sent > PATIENCE) waiting.delete(one);
      if (waiting.size) return;
      observer?.disconnect();
      observer = undefined;
    });
    observer.observe({ type: 'resource' });
  });
}

/** Nobody waits for anything any more. */
export function stopMeasuring(): void {
  waiting.clear();
  attempt(() => observer?.disconnect());
  observer = undefined;
}

function match(entry: PerformanceResourceTiming): void {
  const { initiatorType, startTime } = entry;
  if (initiatorType !== 'fetch' && initiatorType !== 'xmlhttprequest') return;
  const [name] = entry.name.split('#');
  let best: Measured | undefined;
  // Of several for one URL, the one that was sent last before the browser began.
  for (const one of waiting.keys()) {
    const fits = one.bare === name && one.initiator === initiatorType && one.sent <= startTime + BLUR;
    if (fits && !(best && best.sent > one.sent)) best = one;
  }
  if (!best) return;
  const tell = waiting.get(best);
  waiting.delete(best);
  tell?.(best, entry);
}
