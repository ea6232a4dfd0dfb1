// How spans end: who hears of it, and in which order; roots that end by themselves, and what becomes of their children.

import { type ChildTimes, endIdle, FINISH_REASONS } from '../core/core.js';
import { isWaiting, later } from '../core/waiting.js';
import { currentClient } from '../scope/active.js';
import { attempt } from '../values/attempt.js';
import { elapsed, timeOfDay } from '../values/clock.js';
import { lostEarly } from './decided.js';
import { idleRoots } from './idle.js';
import { isIgnored } from './ignore.js';
import {
  CANCELLATION_REASON,
  DISCARDED_SPANS,
  FINISH_REASON,
  isOpen,
  isRecording,
  restore,
  type SpanRecord,
} from './record.js';

/** Why a root ends: its place among {@link FINISH_REASONS}; 0 stands for a deadline that has passed. */
type Reason = 0 | 1 | 2 | 3 | 4 | 5 | 6;
const BY_DEADLINE: Reason = 0;
const EXTERNAL: Reason = 4;
const HIDDEN: Reason = 5;
const CANCELLED: Reason = 6;

/** Ends a span, at a time in seconds or now (NaN). The first call counts. */
export function endSpan(record: SpanRecord, at: number): void {
  if (!isOpen(record)) return;
  if (!record.kept) {
    record.end = record.start;
    restore(record);
    return;
  }
  if (record.tree?.idle) {
    finish(record, EXTERNAL, at);
    return;
  }
  const end = at >= 0 ? at : endsNow(record);
  // The clock may be code of the page, which has ended it.
  if (!isOpen(record)) return;
  record.end = Math.max(end, record.start);
  if (record.sampled) for (const idle of idleRoots) idle.spanEnded(record);
  announce(record);
}

/** Now, for a span. */
export function endsNow(record: SpanRecord): number {
  return timeIn(record, elapsed());
}

/**
 * A time of the timeline, in milliseconds, for a span: by the clock of its root, as it went when that began. So durations are
 * what the steady clock says, and children lie within their roots, even if the other clock jumps.
 */
export function timeIn({ root, began, beganAt }: SpanRecord, at: number): number {
  const anchor = root ?? { began, beganAt };
  return anchor.began >= 0
    ? Math.round((anchor.beganAt + (at - anchor.began) / 1000) * 1e6) / 1e6
    : timeOfDay(at);
}

/** All that listens hears of a span that has ended, and only then it is sent. */
function announce(record: SpanRecord): void {
  restore(record);
  const { span } = record;
  const client = currentClient();
  client?.emit('spanEnd', span);
  client?.emit('afterSpanEnd', span);
  attempt(() => record.afterEnd?.());
  if (record.sampled) attempt(() => record.scope.client?.sender?.ended(span));
}

/** A deadline of a root may have passed. */
export function tick(root: SpanRecord): void {
  finish(root, BY_DEADLINE, Number.NaN);
}

/** Ends all roots that end by themselves, because the next one begins, or the page is left. */
export function cutIdleRoots(reason: 'cancelled' | 'documentHidden'): void {
  for (const { root } of [...idleRoots]) {
    finish(root as SpanRecord, reason === 'cancelled' ? CANCELLED : HIDDEN, Number.NaN);
  }
}

/** The page was hidden: the root of what is active is cut short, because the page may never be seen again. */
export function cutHidden(root: SpanRecord): void {
  if (!isOpen(root) || !root.kept) return;
  announceEnding(root);
  if (!isOpen(root)) return;
  if (root.code !== 2) fail(root, 'cancelled');
  root.attributes[CANCELLATION_REASON] = 'document.hidden';
  if (root.tree?.idle) finishAnnounced(root, EXTERNAL, Number.NaN);
  else endSpan(root, Number.NaN);
}

/** Those who add what was measured hear of a root that is about to end, whatever ends it. */
function announceEnding(root: SpanRecord): void {
  const idle = root.tree?.idle;
  if (!idle || idle.ending || (COMES_LATER && isWaiting())) return;
  idle.ending = true;
  try {
    currentClient()?.emit('beforeIdleSpanEnd', root.span);
  } finally {
    idle.ending = false;
  }
}

function finish(root: SpanRecord, reason: Reason, requested: number): void {
  announceEnding(root);
  finishAnnounced(root, reason, requested);
}

function finishAnnounced(root: SpanRecord, reason: Reason, requested: number): void {
  const { tree } = root;
  const idle = tree?.idle;
  if (!tree || !idle) return;
  if (COMES_LATER && isWaiting()) {
    finishLater(root, reason, requested);
    return;
  }
  const { timeouts, untrimmed, allowed, idleAt, childAt, finalAt, began, beganAt } = idle;
  const steady = (COMES_LATER ? idle.overAt : undefined) ?? elapsed();
  const children = tree.children.filter(({ standalone }) => !standalone);
  const options = root.scope.client?.options;
  // What `ignoreSpans` leaves out of a transaction does not make its root last. In stream mode it never began.
  const times = children.map(
    (child): ChildTimes => [child.start, child.end, !options || !isIgnored(options, child)],
  );
  // The clock and patterns may be code of the page, which has ended it.
  if (tree.idle !== idle) return;
  const facts = [reason, requested, steady, root.start, Number(untrimmed), timeouts.idle, timeouts.last];
  facts.push(tree.goneEnd, Number(allowed), idleAt, childAt, finalAt, began, beganAt);
  const answer = endIdle(facts, times);
  if (!answer && reason === BY_DEADLINE && idle.deadline() > steady) return;
  idle.stop();
  tree.idle = undefined;
  const cut: SpanRecord[] = [];
  let discarded = 0;
  // Where the core could not be asked, it ends at least.
  const otherwise = {
    end: requested >= 0 ? requested : endsNow(root),
    reason: FINISH_REASONS[reason],
    children: [],
  };
  const { end, reason: why, children: ends } = answer ?? otherwise;
  ends.forEach(([start, over], index) => {
    const child = children[index] as SpanRecord;
    if (isOpen(child)) {
      fail(child, 'cancelled');
      child.end = over;
      cut.push(child);
    }
    if (Number.isNaN(start)) {
      child.discarded = true;
      discarded += 1;
    }
  });
  root.end = Math.max(end, root.start);
  if (why === 'finalTimeout') fail(root, 'deadline_exceeded');
  root.attributes[FINISH_REASON] ??= why;
  if (discarded) root.attributes[DISCARDED_SPANS] ??= discarded;
  for (const child of cut) announce(child);
  announce(root);
}

/** Until the core has come and says how it ends, a root is over: nothing begins below it any more. */
function finishLater(root: SpanRecord, reason: Reason, requested: number): void {
  const idle = root.tree?.idle;
  if (!idle || !isOpen(root)) return;
  idle.overAt = elapsed();
  idle.stop();
  root.end = requested >= 0 ? requested : timeIn(root, idle.overAt);
  restore(root);
  const end = () => {
    root.end = Number.NaN;
    finish(root, reason, requested);
  };
  const { client } = root.scope;
  later(end, () => client && lostEarly(root, client));
}

function fail(record: SpanRecord, message: string): void {
  record.code = 2;
  record.message = message;
}

/** Marks a span that is under way as failed, unless somebody has already said that it failed. */
export function failOpen(record: SpanRecord): void {
  if (isRecording(record) && record.code !== 2) fail(record, 'internal_error');
}

/** Moves the start of a span. A duration is never negative. */
export function moveStart(record: SpanRecord, start: number): void {
  record.start = start;
  if (record.end < start) record.end = start;
}
