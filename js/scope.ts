// What is active. The stack itself is the core's; here are the span objects that belong to its keys.

import { ask, attempt } from './guard.js';
import { Span } from './span.js';

/** The spans that some layer made active, so that `getActiveSpan()` answers with the page's own object. */
const entered = new Map<number, Span>();

/** Callbacks whose promise never settles leave theirs behind; past this many the oldest goes. */
const MAX_ENTERED = 1000;

/**
 * Runs a callback with a span active. If it answers with a promise, the span stays active until the promise
 * settles. `settled` is called once, after the layer is gone, with whether the callback failed.
 */
export function runActive<T>(span: Span, callback: () => T, settled: (failed: boolean) => void): T {
  const key = Span.keyOf(span);
  const layer = ask((core) => core.scope_enter(key), 0);
  const added = key !== 0 && !entered.has(key);
  if (added) entered.set(key, span);
  const [oldest] = entered.size > MAX_ENTERED ? entered.keys() : [];
  if (oldest !== undefined) entered.delete(oldest);
  return runInLayer(layer, callback, (failed) => {
    if (added) entered.delete(key);
    settled(failed);
  });
}

/** Runs a callback inside a layer that the core has already entered. */
export function runInLayer<T>(layer: number, callback: () => T, settled: (failed: boolean) => void): T {
  const leave = (failed: boolean) => {
    ask((core) => core.scope_leave(layer), undefined);
    settled(failed);
  };
  let result: T;
  try {
    result = callback();
  } catch (error) {
    leave(true);
    throw error;
  }
  if (!isThenable(result)) {
    leave(false);
    return result;
  }
  try {
    // The derived promise: whoever awaits it sees the span ended, and a rejection nobody handles stays one.
    const derived = result.then(
      (value) => {
        leave(false);
        return value;
      },
      (error) => {
        leave(true);
        throw error;
      },
    );
    decorate(derived, result);
    return derived as T;
  } catch {
    // Something that only looks like a promise: the page gets what its callback answered.
    leave(false);
    return result;
  }
}

/** Gives a derived promise what the original has beside `then`: the `abort` of a cancellable one, say. */
function decorate(derived: object, original: object): void {
  for (const name in original) {
    if (name in derived) continue;
    const member = attempt(() => (original as Record<string, unknown>)[name], undefined);
    (derived as Record<string, unknown>)[name] =
      typeof member === 'function' ? member.bind(original) : member;
  }
}

/** The span that new spans become children of; `undefined` if there is none. */
export function getActiveSpan(): Span | undefined {
  return ask((core) => {
    const key = core.scope_active();
    return key === 0 ? undefined : (entered.get(key) ?? adopt(core.span_ticket(key)));
  }, undefined);
}

/** Remembers the object of a span that the core made active by itself, until another one takes its place. */
let adopted: Span | undefined;

function adopt(ticket: string): Span | undefined {
  if (!ticket) return undefined;
  const span = new Span(ticket);
  if (Span.keyOf(adopted) !== Span.keyOf(span)) adopted = span;
  return adopted;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}
