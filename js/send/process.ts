// What code of the page may do to a transaction before it is sent: event processors, filters, `beforeSendTransaction`, hooks.

import type { SamplingContext } from '../core/core.js';
import { getIsolationScope, isolationOf } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import type { Scope } from '../scope/scope.js';
import type { EventHint, EventProcessor, ScopeFields, TransactionEvent } from '../types/events.js';
import { attempt } from '../values/attempt.js';
import { complain, shown } from '../values/debug.js';
import { notDeep } from '../values/normalize.js';
import { isThenable } from '../values/values.js';
import { filterSpans, isIgnoredTransaction } from './filters.js';
import { bounded, dressed } from './scope-data.js';

/** Hooks whose listeners see the event. */
const EVENT_HOOKS = ['preprocessEvent', 'postprocessEvent', 'beforeSendEvent', 'afterSendEvent'];

/** Events that promises of the page may hold at the same time, as in the reference: what comes then is lost. */
const MAX_HELD = 64;

/** How long somebody waits for such a promise, and it keeps its place, in milliseconds. */
const PATIENCE = 30_000;

/** The events that promises of the page hold. */
export class Held {
  /** Each stands for its event: what gives it up for lost. */
  private readonly events = new Set<() => void>();
  /** Those nobody waits for any more: as many again, the oldest first. */
  private readonly late = new Set<() => void>();
  private waiting: (() => void)[] = [];

  /** Whether there is no place for another one. */
  isFull(): boolean {
    return this.events.size >= MAX_HELD;
  }

  /** Takes a place; the answer gives it back. A promise that never settles loses it after a while, and its event in the end. */
  hold(giveUp: () => void): () => void {
    const free = () => {
      this.events.delete(giveUp);
      if (!this.events.size) for (const resolve of this.waiting.splice(0)) resolve();
    };
    let isOver = false;
    const loses = () => {
      if (isOver) return;
      free();
      this.late.add(giveUp);
      const [oldest] = this.late.size > MAX_HELD ? this.late : [];
      if (!oldest) return;
      this.late.delete(oldest);
      oldest();
    };
    // Without a timer nobody would ever stop waiting.
    const timer = attempt(() => setTimeout(loses, PATIENCE));
    if (timer === undefined) loses();
    else this.events.add(giveUp);
    return () => {
      isOver = true;
      attempt(() => clearTimeout(timer));
      this.late.delete(giveUp);
      free();
    };
  }

  /** Is fulfilled once no place is taken. */
  async empty(): Promise<void> {
    if (this.events.size) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

/** Whether anybody may see or change the transactions of a client. */
export function isSeen(client: BrowserClient, { eventProcessors }: ScopeFields): boolean {
  const { beforeSendTransaction, beforeSendSpan, ignoreSpans, ignoreTransactions } = client.getOptions();
  return Boolean(
    beforeSendTransaction ||
      beforeSendSpan ||
      ignoreSpans?.length ||
      ignoreTransactions?.length ||
      client.getEventProcessors().length + eventProcessors.length > 0 ||
      EVENT_HOOKS.some((hook) => client.listens(hook)),
  );
}

/** A transaction on its way. */
export interface Passing {
  event: TransactionEvent;
  /** Whether anybody sees it, see {@link isSeen}. */
  seen: boolean;
  samplingContext: SamplingContext;
  client: BrowserClient;
  /** What its scopes say, and the scope itself. */
  data: ScopeFields;
  scope: Scope;
  held: Held;
  /** Sends it, with a copy for the page's hooks. */
  leave: (event: TransactionEvent, payload: object, hint: EventHint) => void;
}

/** Lets those see a transaction who want to, and sends it, or counts it as lost. */
export function pass(passing: Passing): void {
  const { event: begun, seen, samplingContext, client, data, scope, held, leave } = passing;
  const name = begun.transaction;
  const spans = countSpans(begun);
  const hint: EventHint = { event_id: begun.event_id ?? '', integrations: client.getIntegrationNames() };
  if (!seen) {
    const event = dressed(begun, data);
    leave(event, bounded(event), hint);
    return;
  }
  const sdkProcessingMetadata = {
    ...data.sdkProcessingMetadata,
    dynamicSamplingContext: attempt(() => JSON.parse(samplingContext[0]), {}),
    capturedSpanScope: scope,
    capturedSpanIsolationScope: ON_SERVER ? isolationOf(scope) : getIsolationScope(),
  };
  let event = dressed({ ...begun, sdkProcessingMetadata }, data);
  client.emit('preprocessEvent', event, hint);
  const processors = [...client.getEventProcessors(), ...data.eventProcessors];
  let left = spans;
  const lose = (reason: string, count: number) => {
    client.recordDroppedEvent(reason, 'transaction');
    client.recordDroppedEvent(reason, 'span', 1 + count);
  };
  if (held.isFull()) {
    lose('queue_overflow', spans);
    return;
  }

  /** What a callback answers with may fail at any question: then it is lost, and counted. */
  const guarded =
    <A>(step: (answer: A, failed: boolean) => void) =>
    (answer: A, failed: boolean) => {
      try {
        step(answer, failed);
      } catch (error) {
        lose('internal_sdk_error', left);
        complain(`the transaction ${shown(name)} was not sent: ${shown(error)}`);
      }
    };

  const afterProcessors = guarded((processed: TransactionEvent | null, failed) => {
    if (!processed) {
      lose(failed ? 'callback_error' : 'event_processor', spans);
      complain(
        `the transaction ${shown(name)} was not sent: an event processor ${failed ? 'failed' : 'dropped it'}`,
      );
      return;
    }
    left = countSpans(processed);
    if (left < spans) client.recordDroppedEvent('event_processor', 'span', spans - left);
    event = processed;
    client.emit('postprocessEvent', event, hint);
    const [filtered, ignored] = filterSpans(event, client.getOptions());
    if (ignored) client.recordDroppedEvent('ignored', 'span', ignored);
    if (!filtered) {
      lose('ignored', left);
      return;
    }
    event = filtered;
    left -= ignored;
    const { beforeSendTransaction } = client.getOptions();
    if (typeof beforeSendTransaction !== 'function') return send(event);
    settle(held, () => beforeSendTransaction(event, hint), beforeSent, giveUp);
  });

  const beforeSent = guarded((answer: unknown, failed) => {
    if (failed || typeof answer !== 'object' || answer === null) {
      lose(failed ? 'callback_error' : 'before_send', left);
      const why = failed ? 'failed' : `answered ${shown(answer)}`;
      complain(`the transaction ${shown(name)} was not sent: beforeSendTransaction ${why}`);
      return;
    }
    const kept = countSpans(answer as TransactionEvent);
    if (kept < left) client.recordDroppedEvent('before_send', 'span', left - kept);
    left = kept;
    send(answer as TransactionEvent);
  });

  const send = (answered: TransactionEvent) => {
    // A copy: what a callback answers with may be frozen.
    const ready = { ...answered };
    if (ready.transaction_info && ready.transaction !== name) {
      ready.transaction_info = { ...ready.transaction_info, source: 'custom' };
    }
    client.emit('beforeSendEvent', ready, hint);
    const { sdkProcessingMetadata: _, ...payload } = ready;
    leave(ready, notDeep(bounded(payload)), hint);
  };

  const giveUp = () => lose('queue_overflow', left);

  runProcessors(processors, { event, hint, client, held, guarded, giveUp, done: afterProcessors });
}

/** An event, and what becomes of it. */
interface Processing {
  event: TransactionEvent;
  hint: EventHint;
  client: BrowserClient;
  held: Held;
  guarded: <A>(step: (answer: A, failed: boolean) => void) => (answer: A, failed: boolean) => void;
  giveUp: () => void;
  done: (event: TransactionEvent | null, failed: boolean) => void;
}

/** Asks each processor in turn; each may answer with a promise. */
function runProcessors([processor, ...others]: EventProcessor[], processing: Processing): void {
  const { event, hint, client, held, guarded, giveUp, done } = processing;
  if (!processor) {
    if (isIgnoredTransaction(event, client.getOptions())) done(null, false);
    else done(event, false);
    return;
  }
  const answered = guarded((answer: unknown, failed) => {
    if (failed || !answer) done(null, failed);
    else runProcessors(others, { ...processing, event: answer as TransactionEvent });
  });
  settle(held, () => processor({ ...event }, hint), answered, giveUp);
}

/** Calls code of the page and goes on with its answer: at once, or when its promise settles, unless nobody can wait any more. */
function settle(
  held: Held,
  code: () => unknown,
  goOn: (answer: unknown, failed: boolean) => void,
  giveUp: () => void,
): void {
  let answer: unknown;
  let failed = false;
  try {
    answer = code();
  } catch {
    failed = true;
  }
  if (isThenable(answer)) wait(held, answer, goOn, giveUp);
  else goOn(answer, failed);
}

// Of its own: what its closures hold lives as long as the promise, which may be for ever.
function wait(
  held: Held,
  answer: PromiseLike<unknown>,
  goOn: ((answer: unknown, failed: boolean) => void) | undefined,
  giveUp: (() => void) | undefined,
): void {
  const release = held.hold(() => {
    giveUp?.();
    goOn = giveUp = undefined;
  });
  const promise = attempt(() => Promise.resolve(answer)) ?? Promise.reject();
  // Not by a `then` of the page, which may call back at once, or answer with nothing.
  Promise.prototype.then
    .call(
      promise,
      (value) => goOn?.(value, false),
      () => goOn?.(undefined, true),
    )
    .catch(() => {})
    .finally(release);
}

/** How many children an event has. */
export function countSpans({ spans }: TransactionEvent): number {
  return Array.isArray(spans) ? spans.length : 0;
}
