// When batches leave: once enough spans wait or the first of them has waited for a while, at the last moments of a page, and again
// where a collector asks for a pause or does not answer.

import { setTimeout } from '../host/timers.js';
import type { Client } from '../types/options.js';
import { attempt } from '../values/attempt.js';
import { elapsed, millis } from '../values/clock.js';
import { type Batch, Batches } from './batches.js';
import { gzip, type Outcome, post, say } from './post.js';
import { processOfNode, type Service } from './resource.js';
import type { Part } from './spans.js';

/** How often a batch is sent at most to a collector that answers. */
const MAX_ATTEMPTS = 5;

/** What a collector may answer so that the same is sent again, as the protocol says; and -1, if nobody answers. */
const AGAIN = [-1, 429, 502, 503, 504];

/** The first pause after a failure, and the longest, in milliseconds; a collector that says how long may ask for more. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
const LONGEST_ASKED = 3_600_000;

/** Below this gzip saves nothing, in characters. */
const MIN_GZIP = 1024;

/**
 * The first requests of the last moments are so small, in characters, that each finds room among what may outlive the page, if there
 * is any; for more than so many there is none.
 */
const LAST_SIZE = 12_000;
const LAST_REQUESTS = 5;

/** What is known about a collector. */
export interface Collector extends Service {
  url: string;
  /** Further headers, all of which requests can have. */
  headers: [name: string, value: string][];
  zips: boolean;
  /** How long the first span of a batch waits, in milliseconds. */
  delay: number;
}

/** Sends the spans of a client. */
export class Sending {
  private readonly batches: Batches;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<boolean> | undefined;
  /** The batch that is being compressed. */
  private zipping: Batch | undefined;
  private failures = 0;
  /** Before when nothing is sent, by the steady clock; and before when the collector wants nothing. */
  private nextAt = 0;
  private closedUntil = 0;

  constructor(
    private readonly client: Client,
    private readonly collector: Collector,
  ) {
    this.batches = new Batches(collector, (spans) => this.lose(spans, 'too many wait'));
  }

  private lose(spans: number, why: string): void {
    say(this.client, `${spans} spans did not reach ${this.collector.url}: ${why}`);
  }

  /** Takes what is to be sent. */
  take(parts: Part[]): void {
    if (!parts.length) return;
    for (const part of parts) this.batches.take(part);
    // Nobody says when a worker is left.
    const isLast = typeof document === 'undefined' ? !processOfNode() : isHidden();
    if (isLast) Promise.resolve().then(() => this.leave());
    else if (this.batches.isFull()) this.drain();
    else this.wakeIn(this.collector.delay);
  }

  private wakeIn(millis: number): void {
    this.timer ??= attempt(() =>
      setTimeout(() => {
        this.timer = undefined;
        this.drain();
      }, millis),
    );
  }

  /** Sends what waits, one request after the other. False if some of it waits on because the collector does not take it now. */
  drain(): Promise<boolean> {
    this.running ??= this.run()
      .catch(() => false)
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  private async run(): Promise<boolean> {
    // What has ended in the same moment leaves with it.
    await undefined;
    // What comes meanwhile is not waited for: it may come of what is sent here.
    let { count } = this.batches;
    while (count > 0) {
      const pause = this.nextAt - elapsed();
      if (pause > 0) {
        this.wakeIn(pause);
        return false;
      }
      const batch = this.isOff() ? undefined : this.batches.next();
      if (!batch) break;
      count -= batch.spans;
      await this.send(batch);
    }
    if (this.batches.count) this.wakeIn(Math.max(this.collector.delay, this.nextAt - elapsed()));
    return !this.failures || !this.batches.count;
  }

  /** Whether the page has switched everything off. Then what waits is forgotten. */
  private isOff(): boolean {
    const isOff = attempt(() => this.client.getOptions().enabled === false, false);
    if (isOff) this.clear();
    return isOff;
  }

  /** Sends a batch; compressed, where there is time for that. */
  private async send(batch: Batch): Promise<void> {
    const { zips } = this.collector;
    let zipped: ArrayBuffer | undefined;
    if (zips && batch.body.length >= MIN_GZIP) {
      this.zipping = batch;
      zipped = await gzip(batch.body);
      this.zipping = undefined;
    }
    // The page was hidden meanwhile.
    if (!batch.isBegun) await this.begin(batch, zipped);
  }

  private async begin(batch: Batch, zipped?: ArrayBuffer): Promise<void> {
    batch.isBegun = true;
    const { url, headers } = this.collector;
    const own = attempt(() => headersOf(headers, zipped !== undefined), {});
    this.answered(batch, await post(this.client, url, own, zipped ?? batch.body));
  }

  private answered(batch: Batch, { status, retryAfter }: Outcome): void {
    if (!AGAIN.includes(status)) {
      this.failures = 0;
      this.nextAt = this.closedUntil = 0;
      if (status >= 300) this.lose(batch.spans, `it answered ${status}`);
      return;
    }
    const now = elapsed();
    const asked = Math.min(pauseOf(retryAfter), LONGEST_ASKED);
    if (asked > 0) this.closedUntil = Math.max(this.closedUntil, now + asked);
    this.failures += 1;
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.failures - 1));
    // Half of it by chance, so that pages that failed together do not come back together.
    this.nextAt = Math.max(this.closedUntil, now + (asked > 0 ? 0 : longest * (0.5 + Math.random() / 2)));
    // A network that fails says nothing about the batch.
    if (status > 0) batch.failures += 1;
    const why =
      status < 0 ? 'nobody answered; of a page: does it allow that origin (CORS)?' : `it answered ${status}`;
    if (batch.failures >= MAX_ATTEMPTS) {
      this.lose(batch.spans, why);
      return;
    }
    if (this.failures === 1)
      say(this.client, `${this.collector.url} takes no spans now, they are sent again: ${why}`);
    this.batches.takeBack(batch);
    attempt(() => clearTimeout(this.timer));
    this.timer = undefined;
    this.wakeIn(this.nextAt - now);
  }

  /** The page may never be seen again, or the client is closed: sends all at once, uncompressed, unless the collector wants nothing now. */
  leave(isClosed = false): void {
    if (elapsed() < this.closedUntil || (!isClosed && this.isOff())) return;
    const { zipping } = this;
    if (zipping && !zipping.isBegun) this.begin(zipping).catch(() => {});
    for (let at = 0; ; at++) {
      const batch = this.batches.next(at < LAST_REQUESTS ? LAST_SIZE : undefined);
      if (!batch) return;
      this.begin(batch).catch(() => {});
    }
  }

  /** Sends what waits without delay. False if some of it waits on because the collector does not take it now. */
  async flush(): Promise<boolean> {
    this.nextAt = this.closedUntil;
    await this.running;
    return this.drain();
  }

  /** Forgets what waits. */
  clear(): void {
    attempt(() => clearTimeout(this.timer));
    this.timer = undefined;
    this.batches.clear();
  }
}

/** The headers of a request. What its body is nobody else says, whatever letters an option has: two would be joined by a comma. */
function headersOf(given: Collector['headers'], isZipped: boolean): Record<string, string> {
  const headers = new Headers(given);
  headers.set('content-type', 'application/json');
  headers.delete('content-encoding');
  if (isZipped) headers.set('content-encoding', 'gzip');
  return Object.fromEntries(headers);
}

/** What `Retry-After` says, seconds or a date, in milliseconds; 0 for nothing. */
function pauseOf(retryAfter: unknown): number {
  if (typeof retryAfter !== 'string') return 0;
  const seconds = Number(retryAfter);
  return Math.max(0, (Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - millis()) || 0);
}

function isHidden(): boolean {
  return attempt(() => document.visibilityState === 'hidden', false);
}
