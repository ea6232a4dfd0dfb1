// Roots that end by themselves once nothing happens below them any more (section 8.3 of the protocol): what is under way
// below them, and when to look again. How they end is the core's to say (src/decide/idle.rs); what follows is in end.ts.

import { attempt } from '../values/attempt.js';
import { elapsed, timeOfDay } from '../values/clock.js';
import { shared } from '../values/shared.js';

/** How long a root waits, in milliseconds. */
export interface Timeouts {
  /** Without any open child. */
  idle: number;
  /** For the child that began last. */
  child: number;
  /** In all. */
  last: number;
}

/** As in the reference. */
export const TIMEOUTS: Timeouts = { idle: 1000, child: 15_000, last: 30_000 };

/** What a caller says about a root that ends by itself. */
export interface Waiting {
  timeouts: Timeouts;
  /** Whether it may end by itself already; else {@link IdleRoot.allow} says so later. */
  allowed: boolean;
  /** Whether it lasts until it is ended, and is not trimmed to its last child. */
  untrimmed: boolean;
}

/** The longest that a browser's timer waits, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

const state = shared as { idleRoots?: Set<IdleRoot> };
state.idleRoots ??= new Set();
/** The waiting of all roots that end by themselves. */
export const idleRoots: Set<IdleRoot> = state.idleRoots;

/** The waiting of one root. All times are milliseconds of the steady clock. */
export class IdleRoot {
  /** Whether listeners are being told that it is about to end. */
  ending = false;
  allowed: boolean;
  readonly timeouts: Timeouts;
  readonly untrimmed: boolean;
  readonly began = elapsed();
  /** The time of the day then, in seconds: a clock that is set meanwhile does not change a duration. */
  readonly beganAt = timeOfDay(this.began);
  readonly finalAt: number;
  idleAt: number;
  childAt = Number.NaN;
  private readonly running = new Set<object>();
  /** The record of the root. */
  readonly root: object;
  private readonly due: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer goes off. */
  private wakesAt = Number.POSITIVE_INFINITY;

  /** When it was over, if the core had yet to come and say how. */
  overAt?: number;

  /** Begins to wait; `due` is called when a deadline may have passed. */
  constructor(root: object, { timeouts, allowed, untrimmed }: Waiting, due: () => void) {
    this.root = root;
    this.timeouts = timeouts;
    this.allowed = allowed;
    this.untrimmed = untrimmed;
    this.due = due;
    this.idleAt = this.began + timeouts.idle;
    this.finalAt = this.began + timeouts.last;
    idleRoots.add(this);
    this.wake();
  }

  /** A child began. */
  childStarted(child: object): void {
    // What listeners do while they are told of its end does not put that off.
    if (this.ending) return;
    this.running.add(child);
    this.idleAt = Number.NaN;
    this.childAt = elapsed() + this.timeouts.child;
    this.wake();
  }

  /** A span ended, a child or not: something has happened on the page. */
  spanEnded(span: object): void {
    this.running.delete(span);
    if (this.ending || this.running.size) return;
    this.childAt = Number.NaN;
    this.idleAt = elapsed() + this.timeouts.idle;
    this.wake();
  }

  /** From now on it may end by itself. */
  allow(): void {
    this.allowed = true;
    if (this.running.size) this.childAt = elapsed() + this.timeouts.child;
    else this.idleAt = elapsed() + this.timeouts.idle;
    this.wake();
  }

  /** Waits no longer. */
  stop(): void {
    idleRoots.delete(this);
    attempt(() => clearTimeout(this.timer));
  }

  /** The deadline that comes first. What passes first is the core's to say, when one has passed. */
  deadline(): number {
    const { finalAt, idleAt, childAt } = this;
    const soon = idleAt >= 0 ? idleAt : childAt;
    return this.allowed && soon < finalAt ? soon : finalAt;
  }

  /** Sees to it that somebody looks at the next deadline. A timer that goes off too early is set again. */
  wake(): void {
    const at = this.deadline();
    if (at >= this.wakesAt) return;
    // If this fails, as where the page's stack ends, the next call does it.
    this.wakesAt = Number.POSITIVE_INFINITY;
    attempt(() => {
      clearTimeout(this.timer);
      const delay = Math.min(Math.max(0, Math.ceil(at - elapsed())), MAX_DELAY);
      this.timer = setTimeout(() => {
        this.wakesAt = Number.POSITIVE_INFINITY;
        if (elapsed() >= this.deadline()) this.due();
        if (idleRoots.has(this)) this.wake();
      }, delay);
      this.wakesAt = at;
    });
  }
}
