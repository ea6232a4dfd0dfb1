// Envelopes that wait: for a place among the requests under way, for a server that does not answer, or for the end of a pause that
// it asked for. How long is the core's to say (src/decide/retry.rs).

import { backoff, judgeAnswer, spacing } from '../core/delivery.js';
import { isHidden, isLeft, mayReturn } from '../scope/lifecycle.js';
import { attempt } from '../values/attempt.js';
import { elapsed } from '../values/clock.js';
import { newSampleRand } from '../values/ids.js';
import { text } from '../values/values.js';
import type { Cargo } from './envelope.js';
import { bytesOf, fitted, type Parcel, rank } from './parcel.js';
import { type Answer, hasPlace, keepaliveRoom, NO_ANSWER, onPlace, placeGiven } from './under-way.js';

/** Envelopes that wait at the same time, and their characters: past either, some are counted as lost. */
const MAX_WAITING = 1000;
const MAX_WAITING_SIZE = 2_000_000;

/** An envelope that was not taken so often while others were is the reason itself. */
const MAX_FAILURES = 5;

/** The browser says that it is online again: so long the attempts of a site's pages are spread, in milliseconds. */
const ONLINE_SPREAD = 2000;

/** What is kept for the report of losses, which leaves with the page last, in bytes. */
const FOR_REPORT = 1000;

/** What a line does with an envelope. */
export interface Ends {
  go: (parcel: Parcel) => Promise<Answer>;
  lose: (reason: string, cargo: Cargo) => void;
  /** Why the server does not want it; nothing if it does. */
  limited: (category: string) => boolean;
  /** An envelope is over: it was taken, or given up. */
  over: (parcel: Parcel, answer: Answer, isGivenUp: boolean) => void;
}

/** The envelopes of a client that wait. */
export class Line {
  private parcels: Parcel[] = [];
  private size = 0;
  /** Requests of this line that are under way. */
  private under = 0;
  /** Failures in a row. While there are any, one envelope at a time finds out whether the server is back. */
  private failures = 0;
  /** Whether what waits was kept from a server that is back: it leaves no faster than it came. */
  private recovers = false;
  /** When the next may leave, and before when the server wants none at all; by the steady clock. */
  private nextAt = 0;
  private closedUntil = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** While anything waits: stops listening to what may make room for it. */
  private stop: (() => void) | undefined;

  constructor(private readonly ends: Ends) {}

  /** Whether the server does not take what waits now. */
  isStuck(): boolean {
    return this.failures > 0 || this.isClosed();
  }

  /** Whether nothing waits. */
  isEmpty(): boolean {
    return !this.parcels.length;
  }

  private isClosed(): boolean {
    // The clock may be the page's, and begin spans: whoever is well does not ask it.
    return this.closedUntil > 0 && elapsed() < this.closedUntil;
  }

  /** Takes an envelope that was made just now. */
  take(parcel: Parcel): void {
    // A page that is hidden may be about to be left: what cannot outlive it waits for that, one task long.
    const isLarge = isHidden() && bytesOf(parcel.lines) > keepaliveRoom() - FOR_REPORT;
    if (!isLeft() && !this.failures && !this.isClosed() && hasPlace() && !isLarge) {
      this.start(parcel);
      return;
    }
    this.wait(parcel);
    if (isLeft()) this.leave();
    else if (isLarge) this.wakeAt(0);
    else this.drain();
  }

  private wait(parcel: Parcel): void {
    this.stop ??= this.listen();
    this.size += parcel.lines.length;
    const { parcels } = this;
    const at = parcels.findIndex(({ born }) => born > parcel.born);
    parcels.splice(at < 0 ? parcels.length : at, 0, parcel);
    while (parcels.length > MAX_WAITING || this.size > MAX_WAITING_SIZE) {
      // The oldest of those that say the least; one that is too large by itself makes no room by others.
      const isHuge = parcel.lines.length > MAX_WAITING_SIZE;
      const least = isHuge ? parcel : parcels.reduce((one, other) => (rank(other) < rank(one) ? other : one));
      this.remove(least);
      this.ends.lose('queue_overflow', least.cargo);
    }
  }

  private remove(parcel: Parcel): void {
    this.parcels.splice(this.parcels.indexOf(parcel), 1);
    this.size -= parcel.lines.length;
    if (!this.parcels.length) this.clear();
  }

  /** A place that is given back, and a browser that says that it is online again. */
  private listen(): () => void {
    const online = () => {
      this.nextAt = Math.min(this.nextAt, elapsed() + newSampleRand() * ONLINE_SPREAD);
      this.wakeAt(this.nextAt);
    };
    const stop = onPlace(() => this.drain());
    attempt(() => globalThis.addEventListener('online', online));
    return () => {
      stop();
      attempt(() => globalThis.removeEventListener('online', online));
    };
  }

  private start(parcel: Parcel): void {
    const failuresBefore = this.failures;
    this.under += 1;
    (async () => this.ends.go(parcel))()
      // Whatever fails in here, a place is given back.
      .catch(() => NO_ANSWER)
      .then((answer) => {
        this.under -= 1;
        this.answered(parcel, answer, failuresBefore);
      })
      .catch(() => {})
      // After those who are told what became of it.
      .finally(placeGiven);
  }

  private answered(parcel: Parcel, answer: Answer, failuresBefore: number): void {
    const [status, limited, retry] = answer;
    const isPlain = status === 0 || (status > 0 && status < 400 && !limited && !retry);
    if (isPlain && !this.failures) {
      this.ends.over(parcel, answer, false);
      return;
    }
    const now = elapsed();
    const { again, pause } =
      isPlain || status < -1
        ? { again: false, pause: 0 }
        : judgeAnswer(Math.max(0, status), Boolean(limited), retrySeconds(retry));
    this.closedUntil = Math.max(this.closedUntil, now + pause);
    if (!again) {
      if (status >= 0 && this.failures) {
        this.failures = 0;
        this.nextAt = now;
        this.recovers = true;
        this.space(parcel, now);
      }
      this.ends.over(parcel, answer, false);
      return;
    }
    // Those that began before the first failure say nothing new.
    if (this.failures === failuresBefore) {
      this.failures += 1;
      this.nextAt = Math.max(now, this.closedUntil) + backoff(this.failures, newSampleRand());
    }
    if (!failuresBefore) parcel.failures += 1;
    if (parcel.failures >= MAX_FAILURES) {
      this.ends.over(parcel, answer, true);
      return;
    }
    parcel.unsure ||= status < 0 && isHidden();
    this.wait(parcel);
    this.wakeAt(this.nextAt);
  }

  /** The next leaves so long after this one as the core says. */
  private space({ born }: Parcel, now: number): void {
    const [next] = this.parcels;
    if (next) this.nextAt = now + spacing(Math.abs(next.born - born), newSampleRand());
    else this.recovers = false;
  }

  /** Sends what may be sent now; with `hurry` what waits for nothing but its time does so now. */
  drain(hurry = false): void {
    while (this.parcels.length && hasPlace()) {
      const now = elapsed();
      const at = hurry ? this.closedUntil : Math.max(this.closedUntil, this.nextAt);
      if (now < at) {
        this.wakeAt(at);
        return;
      }
      // Whether the server is back is found out by one, and not always by the same.
      if (this.failures && this.under) return;
      const place = this.failures ? Math.floor(newSampleRand() * this.parcels.length) : 0;
      const parcel = this.parcels[place] as Parcel;
      this.remove(parcel);
      if (this.ends.limited(parcel.category)) {
        this.ends.lose('ratelimit_backoff', parcel.cargo);
        continue;
      }
      if (this.recovers) this.space(parcel, now);
      this.start(parcel);
      if (this.failures) return;
    }
  }

  /** The page is hidden or left: what may outlive it leaves. */
  leave(): void {
    const { parcels } = this;
    this.clear();
    for (const parcel of parcels) {
      const room = keepaliveRoom() - (parcel.category === 'internal' ? 0 : FOR_REPORT);
      const isAllowed = !parcel.unsure && !this.isClosed() && !this.ends.limited(parcel.category);
      const [part, lost = 0] = (isAllowed && room > 0 && fitted(parcel, room)) || [];
      // A page that is only hidden lives on: there is time to send all of it, and to see whether the server is back.
      if (part && (isLeft() || !(lost || this.failures))) {
        this.ends.lose('buffer_overflow', { transactions: 0, spans: lost });
        this.start(part);
      } else if (!isLeft() || mayReturn()) this.wait(parcel);
      // What is not known to be lost is not told.
      else if (!parcel.unsure) this.ends.lose('queue_overflow', parcel.cargo);
    }
    if (this.parcels.length) this.wakeAt(this.failures ? this.nextAt : 0);
  }

  /** Forgets what waits. */
  clear(): void {
    this.parcels = [];
    this.size = 0;
    this.stop?.();
    this.stop = undefined;
    attempt(() => clearTimeout(this.timer));
    if (this.failures) return;
    this.recovers = false;
    this.nextAt = 0;
  }

  private wakeAt(at: number): void {
    attempt(() => {
      clearTimeout(this.timer);
      const delay = Math.max(0, Math.ceil(Math.max(at, this.closedUntil) - elapsed()));
      this.timer = setTimeout(() => this.drain(), Math.min(delay, 2 ** 31 - 1));
    });
  }
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, section 10.2.3). Negative where there is none. */
function retrySeconds(header: unknown): number {
  if (header === undefined || header === null) return -1;
  const given = text(header).trim();
  if (/^\d+$/.test(given)) return Number(given);
  const millis = Date.parse(given) - attempt(() => Date.now(), 0);
  return millis < 0 ? 0 : Math.ceil(millis / 1000);
}
