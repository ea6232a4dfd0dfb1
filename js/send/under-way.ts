// Requests with envelopes that are under way, of all clients of the page: how many there may be, which may outlive the page, and
// what becomes of those that are never answered. A page that goes into the back/forward cache, a service worker that swallows
// them and a server that hangs leave promises behind that never settle.

import { isHidden, isLeft, onHidden, onReturn } from '../scope/lifecycle.js';
import { attempt } from '../values/attempt.js';
import { elapsed } from '../values/clock.js';

/** Requests at the same time, as in the reference: past it the network is not keeping up. */
const MAX_REQUESTS = 40;

/**
 * `fetch` refuses keepalive bodies past 64 KiB in all (Fetch, section 4.6); a little less, as in the reference, leaves room
 * for the page's own.
 */
const MAX_KEEPALIVE_BYTES = 60_000;

/** Of a page that is seen, not more: Chromium takes a moment to give room back for what was answered, and refuses meanwhile. */
const MAX_KEEPALIVE_REQUESTS = 14;

/** How long an answer is awaited, in milliseconds; a body may have one more for so many bytes (a slow line carries 16 kB/s). */
const PATIENCE = 30_000;
const BYTES_PER_MILLI = 16;

/** What became of an envelope: the status, and the two headers about limits. */
export type Answer = [status: number, limits?: unknown, retry?: unknown];

/** Nobody answered. */
export const NO_ANSWER: Answer = [-1];
/** The page was left, or its own transport keeps silent: it may have arrived. */
export const UNKNOWN: Answer = [-2];

/** A request that is under way. */
export interface UnderWay {
  bytes: number;
  keepalive: boolean;
  /** When it began, by the steady clock. */
  since: number;
  /** Whether the page was left meanwhile. */
  left: boolean;
  /** Gives its place back. */
  settle: (answer: Answer) => void;
  /** Takes it back where it can be. */
  abort: (() => void) | undefined;
}

/**
 * Makes a request of an integration, which emits `request` at the client with how many bytes it has, this, and who hears the answer.
 * Integrations may be of another file of the package, with another version.
 */
export type GuestRequest = (
  mine: Pick<UnderWay, 'keepalive' | 'abort'>,
  fetch: typeof globalThis.fetch,
) => Promise<Answer>;

const underWay = new Set<UnderWay>();
/** Those who act whenever a place is given back. */
const waiting = new Set<() => void>();

/** Calls a function whenever a place is given back; the answer stops that. */
export function onPlace(act: () => void): () => void {
  waiting.add(act);
  return () => waiting.delete(act);
}

/** Says that what became of a request is known to those who asked for it. */
export function placeGiven(): void {
  for (const act of [...waiting]) attempt(act);
}

/** Whether another request may begin. */
export function hasPlace(): boolean {
  return underWay.size < MAX_REQUESTS;
}

/** Whether anything is under way. */
export function isUnderWay(): boolean {
  return underWay.size > 0;
}

/**
 * What may outlive the page, beside what is under way, in bytes. How many requests those are no engine limits (a hundred were
 * tried; the reference allows fifteen): when a page ends, all leave for which there is room.
 */
export function keepaliveRoom(): number {
  let room = MAX_KEEPALIVE_BYTES;
  let requests = 0;
  for (const { bytes, keepalive } of underWay) {
    if (!keepalive) continue;
    room -= bytes;
    requests += 1;
  }
  return requests < MAX_KEEPALIVE_REQUESTS || isHidden() || isLeft() ? room : -1;
}

/** Begins a request of so many bytes; `keepalive` is decided here. Negative: the page's own transport makes it. */
export function begin(bytes: number, request: (mine: UnderWay) => Promise<Answer>): Promise<Answer> {
  return new Promise((resolve) => {
    const mine: UnderWay = {
      bytes,
      keepalive: bytes >= 0 && bytes <= keepaliveRoom(),
      since: elapsed(),
      left: isLeft(),
      settle(answer) {
        if (underWay.delete(mine)) resolve(mine.left && answer[0] === -1 ? UNKNOWN : answer);
      },
      abort: undefined,
    };
    underWay.add(mine);
    watch();
    request(mine).then(mine.settle, () => mine.settle(NO_ANSWER));
  });
}

let watched = false;

/** Sees to it that somebody looks after the oldest request once it is too old. */
function watch(): void {
  const [oldest] = underWay;
  if (watched || !oldest) return;
  watched =
    attempt(() => {
      setTimeout(giveUp, Math.max(1, patience(oldest) - elapsed()));
      return true;
    }) ?? false;
}

/** When a request is too old. A transport of the page may itself wait for one. */
function patience({ since, bytes }: UnderWay): number {
  return since + (bytes < 0 ? 2 * PATIENCE : PATIENCE + bytes / BYTES_PER_MILLI);
}

/** Requests that are too old give their places back. */
function giveUp(): void {
  watched = false;
  const now = elapsed();
  for (const one of underWay) {
    if (patience(one) > now) continue;
    attempt(() => one.abort?.());
    // What cannot be taken back may arrive yet.
    one.settle(one.abort ? NO_ANSWER : UNKNOWN);
  }
  watch();
}

/** The page is left: what becomes of what is under way it may never hear. */
function leave(): void {
  for (const one of underWay) one.left = isLeft();
}

/** The page has returned. What was under way when it was left does not settle in every browser. */
function comeBack(): void {
  for (const one of underWay) if (one.left) one.settle(UNKNOWN);
}

/** Listens to the page, once. */
export function watchPage(): void {
  if (watchesPage) return;
  watchesPage = true;
  onHidden({ hide() {}, leave });
  onReturn(comeBack);
}

let watchesPage = false;
