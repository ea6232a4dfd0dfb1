// From an ended root span to what is sent: scope data, event processors, filters, `beforeSendTransaction`.
//
// Most pages use none of these. Then the core writes the envelope by itself, and takes only the text of the
// scope's data from here; otherwise the event passes through JavaScript as an object.

import { getCurrentScope, getGlobalScope, getIsolationScope } from './active.js';
import type { Client } from './client.js';
import { complain, shown } from './debug.js';
import type { EventHint, EventProcessor, TransactionEvent } from './event.js';
import { filterSpans, filters, isIgnoredTransaction } from './filters.js';
import { ask, attempt } from './guard.js';
import { json, normalize } from './normalize.js';
import { NOTHING, type Scope, type ScopeFields } from './scope.js';
import { oursOf } from './span.js';
import { note } from './transport.js';
import { spanOf } from './tree.js';
import { isThenable } from './values.js';

/** Hooks whose listeners see the event. */
const EVENT_HOOKS = ['preprocessEvent', 'postprocessEvent', 'beforeSendEvent', 'afterSendEvent'];

const underWay = new Set<Promise<unknown>>();

/** A promise that is fulfilled once no callback of the page holds an event back. */
export async function pending(): Promise<void> {
  while (underWay.size) await Promise.all(underWay);
}

/**
 * A root has ended and is about to be sent. Answers with what its scope adds: members of the event, and
 * members of its contexts, a line each; or with nothing if the event goes through here.
 */
export function finished(key: number, spans: number): string | undefined {
  const root = spanOf(key);
  const scope = oursOf(root)?.scope ?? getCurrentScope();
  const client = scope.getClient();
  const data = merged(scope);
  // Of a scope that was given no client nothing is sent; and the options that `getOptions` answers with are the
  // page's to write to, so that it may be switched off by hand.
  if (!client?.isOn()) return undefined;
  const looks =
    filters(client.getOptions()) ||
    client.getEventProcessors().length + data.eventProcessors.length > 0 ||
    EVENT_HOOKS.some((hook) => client.listens(hook));
  if (!looks) return members(data);
  process(client, key, spans, data, scope);
  return undefined;
}

/** What holds in a scope: its own data, the page's, and that of everything; of two the nearer wins. */
export function merged(scope: Scope): ScopeFields {
  return [getGlobalScope(), getIsolationScope(), scope]
    .map(({ fields }) => fields)
    .filter((fields) => fields !== NOTHING)
    .reduce<ScopeFields>(
      (all, fields) => ({
        tags: { ...all.tags, ...fields.tags },
        extra: { ...all.extra, ...fields.extra },
        user: { ...all.user, ...fields.user },
        contexts: { ...all.contexts, ...fields.contexts },
        attributes: { ...all.attributes, ...fields.attributes },
        transactionName: fields.transactionName ?? all.transactionName,
        level: fields.level ?? all.level,
        fingerprint: [...all.fingerprint, ...fields.fingerprint],
        eventProcessors: [...all.eventProcessors, ...fields.eventProcessors],
        sdkProcessingMetadata: { ...all.sdkProcessingMetadata, ...fields.sdkProcessingMetadata },
      }),
      NOTHING,
    );
}

/** A scope's data as text that the core writes into the event. */
function members({ tags, extra, user, contexts, level, fingerprint }: ScopeFields): string {
  const event = {
    tags: some(normalize(tags)),
    extra: some(normalize(extra)),
    user: some(normalize(user)),
    level: typeof level === 'string' ? level : undefined,
    fingerprint: fingerprint.length ? fingerprint : undefined,
  };
  // The trace of the event is the root's own.
  const { trace: _, ...others } = contexts;
  return `${inside(event)}\n${inside(normalize(others))}`;
}

function some<T>(data: T): T | undefined {
  return typeof data === 'object' && data && Object.keys(data).length ? data : undefined;
}

/** The members of an object as JSON, without its braces. */
function inside(data: unknown): string {
  return attempt(() => JSON.stringify(data).slice(1, -1), '');
}

function process(client: Client, key: number, spans: number, data: ScopeFields, scope: Scope): void {
  const [dsc = '', written = ''] = ask((core) => core.transaction_event(key), '').split('\n');
  if (!written) return;
  const begun: TransactionEvent = JSON.parse(written);
  const name = begun.transaction;
  const hint: EventHint = { event_id: begun.event_id ?? '', integrations: client.getIntegrationNames() };
  const sdkProcessingMetadata = {
    ...data.sdkProcessingMetadata,
    dynamicSamplingContext: attempt(() => JSON.parse(dsc), {}),
    capturedSpanScope: scope,
    capturedSpanIsolationScope: getIsolationScope(),
  };
  let event = dressed({ ...begun, sdkProcessingMetadata }, data);
  client.emit('preprocessEvent', event, hint);
  const processors = [...client.getEventProcessors(), ...data.eventProcessors];
  let left = spans;
  const lose = (reason: string, count: number) => {
    client.recordDroppedEvent(reason, 'transaction');
    client.recordDroppedEvent(reason, 'span', 1 + count);
  };

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
    later(() => beforeSendTransaction(event, hint), beforeSent);
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
    const text = json(bounded(payload));
    if (!text) {
      lose('internal_sdk_error', countSpans(ready));
      return;
    }
    const id = ask((core) => core.send_event(String(ready.event_id ?? ''), dsc, text, countSpans(ready)), 0);
    note(id, ready, hint);
  };

  runProcessors(processors, event, hint, client, afterProcessors);
}

/** Asks each processor in turn; each may answer with a promise. */
function runProcessors(
  processors: EventProcessor[],
  event: TransactionEvent,
  hint: EventHint,
  client: Client,
  done: (event: TransactionEvent | null, failed: boolean) => void,
): void {
  const [processor, ...others] = processors;
  if (!processor) {
    if (isIgnoredTransaction(event, client.getOptions())) done(null, false);
    else done(event, false);
    return;
  }
  later(
    () => processor({ ...event }, hint),
    (answer, failed) => {
      if (failed || !answer) done(null, failed);
      else runProcessors(others, answer as TransactionEvent, hint, client, done);
    },
  );
}

/** Calls code of the page and goes on with its answer: at once, or when its promise settles. */
function later(code: () => unknown, then: (answer: unknown, failed: boolean) => void): void {
  let answer: unknown;
  let failed = false;
  try {
    answer = code();
  } catch {
    failed = true;
  }
  if (!isThenable(answer)) {
    then(answer, failed);
    return;
  }
  // A promise of our own: a `then` of the page may call back at once, or answer with nothing.
  const settling: Promise<unknown> = Promise.resolve(answer)
    .then(
      (value) => then(value, false),
      () => then(undefined, true),
    )
    .catch(() => {})
    .finally(() => underWay.delete(settling));
  underWay.add(settling);
}

/** An event with the data of its scopes; what it says itself wins. */
function dressed(event: TransactionEvent, data: ScopeFields): TransactionEvent {
  const { tags, extra, user, contexts, level, fingerprint } = data;
  return {
    ...event,
    ...(some(tags) && { tags: { ...tags } }),
    ...(some(extra) && { extra: { ...extra } }),
    ...(some(user) && { user: { ...user } }),
    ...(level && { level }),
    ...(fingerprint.length && { fingerprint: [...fingerprint] }),
    contexts: { ...contexts, ...event.contexts },
  };
}

/** An event as it is written: what a page may have put into it has no cycles and no endless depth. */
function bounded(event: TransactionEvent): unknown {
  const { contexts = {}, extra, user } = event;
  const { trace, ...others } = contexts;
  return {
    ...event,
    ...(extra && { extra: normalize(extra) }),
    ...(user && { user: normalize(user) }),
    contexts: { ...(normalize(others) as object), trace },
  };
}

function countSpans({ spans }: TransactionEvent): number {
  return Array.isArray(spans) ? spans.length : 0;
}
