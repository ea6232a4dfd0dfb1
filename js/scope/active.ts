// Which scope is in force: a stack of scopes, or the engine's own `AsyncContext` where it exists.
//
// Without it nobody can tell which of two overlapping asynchronous callbacks runs. As in the reference, a
// scope then stays in force until its promise settles; it is left by identity, so that overlapping ones
// cannot remove each other. In an exact scope (`span.run`) it is left as soon as the callback returns:
// a link may be missing, but it is never wrong.

import { newVariable } from 'throughline:host';
import type { EnteredVariable, Variable } from '../host/variable.js';
import type { AnySpan } from '../types/spans.js';
import { attempt, isA } from '../values/attempt.js';
import { callable } from '../values/debug.js';
import { shared } from '../values/shared.js';
import { isThenable } from '../values/values.js';
import { BrowserClient } from './client.js';
import { beginTrace } from './propagation.js';
import { Scope } from './scope.js';

/** Scopes whose promise never settles stay behind; past this many the oldest of them goes. */
const MAX_WAITING = 1000;

const state = shared as {
  inForce?: [
    page: Scope,
    isolation: Scope,
    everywhere: Scope,
    above: Scope[],
    /** Those of them whose callback has returned, and whose promise has not settled. */
    waiting: Scope[],
    variable: Variable<Scope> | undefined,
  ];
};
state.inForce ??= [new Scope(), new Scope(), new Scope(), [], [], attempt(newVariable<Scope>)];
const [page, isolation, everywhere, above, waiting, variable] = state.inForce;

/**
 * The scope in force: what is set in it goes on the spans and events that begin here.
 *
 * @example
 * getCurrentScope().setTag('part', 'checkout');
 */
export function getCurrentScope(): Scope {
  return variable?.get() ?? above[above.length - 1] ?? page;
}

/**
 * The scope of this page: what is set here goes on every event.
 *
 * @example
 * getIsolationScope().setUser({ id: '42' });
 */
export function getIsolationScope(): Scope {
  return (ON_SERVER && getCurrentScope().isolation) || isolation;
}

/** On a server: that of the request that another scope belongs to. */
export function isolationOf(scope: Scope): Scope {
  return scope.isolation ?? isolation;
}

/**
 * The scope of everything: like the isolation scope in a browser, but weaker.
 *
 * @example
 * getGlobalScope().setTag('shop', 'north');
 */
export function getGlobalScope(): Scope {
  return everywhere;
}

/** The scope beneath all others, which a page load or a navigation puts into its trace. */
export function pageScope(): Scope {
  return page;
}

/** The client of the current scope: what `init` answered with. */
export function currentClient(): BrowserClient | undefined {
  const client: unknown = getCurrentScope().client;
  return client && isA(client, BrowserClient) ? client : undefined;
}

/** On a server: puts a scope into force for the rest of what is running, and all that it begins. */
export function enterScope(scope: Scope): void {
  (variable as EnteredVariable<Scope> | undefined)?.enter(scope);
}

/**
 * Runs a callback with a scope in force, until it returns or its promise settles. `settled` is called once,
 * after that, with whether the callback failed.
 */
export function runInScope<T>(scope: Scope, callback: () => T, settled?: (failed: boolean) => void): T {
  let result: T;
  try {
    if (variable) {
      result = variable.run(scope, callback);
    } else {
      above.push(scope);
      result = callback();
    }
    if (isThenable(result)) return awaited(scope, result, settled) as T;
  } catch (error) {
    // Without a call, here and below, where that can be: the page's stack may just have overflowed.
    if (above[above.length - 1] === scope) above.length--;
    else if (!variable) take(above, scope);
    settled?.(true);
    throw error;
  }
  if (above[above.length - 1] === scope) above.length--;
  else if (!variable) take(above, scope);
  settled?.(false);
  return result;
}

// Of its own, so that callbacks inside each other take little of the stack.
function awaited(
  scope: Scope,
  result: PromiseLike<unknown>,
  settled: ((failed: boolean) => void) | undefined,
): unknown {
  // Once: the same scope may be in force for another callback too.
  let inForce = !variable;
  const quit = () => {
    if (inForce) remove(scope);
    inForce = false;
  };
  if (scope.exact) quit();
  else if (inForce) wait(scope);
  return whenSettled(result, (failed) => {
    quit();
    settled?.(failed);
  });
}

/** Leaves a scope whose callback has returned with a promise. */
function remove(scope: Scope): void {
  take(above, scope);
  take(waiting, scope);
}

function take(list: Scope[], scope: Scope): void {
  const place = list.lastIndexOf(scope);
  if (place >= 0) list.splice(place, 1);
}

function wait(scope: Scope): void {
  waiting.push(scope);
  const [oldest] = waiting.length > MAX_WAITING ? waiting : [];
  if (oldest) remove(oldest);
}

/** The promise that the page gets: derived, so that whoever awaits it sees the span ended. */
function whenSettled(result: PromiseLike<unknown>, leave: (failed: boolean) => void): unknown {
  try {
    const derived = result.then(
      (value) => {
        leave(false);
        return value;
      },
      (error) => {
        leave(true);
        // Thrown again: a rejection that nobody handles stays one.
        throw error;
      },
    );
    decorate(derived, result);
    return derived;
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
    attempt(() => {
      const member = (original as Record<string, unknown>)[name];
      (derived as Record<string, unknown>)[name] =
        typeof member === 'function' ? member.bind(original) : member;
    });
  }
}

/**
 * Runs a callback in a copy of the current scope, or in the given scope: what is set in it ends with it.
 *
 * @param scope the scope to run in; without it a copy of the current one
 * @param callback gets the scope
 * @returns what the callback returns
 * @example
 * withScope((scope) => {
 *   scope.setTag('part', 'checkout');
 *   startSpan({ name: 'pay' }, pay);
 * });
 */
export function withScope<T>(callback: (scope: Scope) => T): T;
export function withScope<T>(scope: Scope | undefined, callback: (scope: Scope) => T): T;
export function withScope<T>(
  ...given: [callback: (scope: Scope) => T] | [scope: Scope | undefined, callback: (scope: Scope) => T]
): T {
  const [scope, callback] = given.length === 2 ? given : [undefined, given[0]];
  const used = isA(scope, Scope) ? scope : getCurrentScope().clone();
  const call = callable(callback, 'withScope');
  return runInScope(used, () => call(used));
}

/**
 * Runs a callback in a copy of the current scope. A browser has one isolation scope for the whole page, so
 * that is what the callback gets, as in the reference. On a server the callback has one of its own (a copy, or the given one), and a
 * trace of its own unless it runs in a span or a trace that is continued: for jobs of a worker, say.
 *
 * @param callback gets the isolation scope
 * @returns what the callback returns
 * @example
 * withIsolationScope((scope) => scope.setTag('seen', 'everywhere'));
 */
export function withIsolationScope<T>(callback: (scope: Scope) => T): T;
export function withIsolationScope<T>(scope: Scope | undefined, callback: (scope: Scope) => T): T;
export function withIsolationScope<T>(
  ...given: [callback: (scope: Scope) => T] | [scope: Scope | undefined, callback: (scope: Scope) => T]
): T {
  const callback = callable(given.length === 2 ? given[1] : given[0], 'withIsolationScope');
  const scope = getCurrentScope().clone();
  if (ON_SERVER) {
    scope.isolation = isA(given[0], Scope) ? given[0] : isolationOf(scope).clone();
    const { traceId, parentSpanId } = scope.trace();
    // What a process does outside of any trace is one of its own each time, as in the reference.
    if (!scope.span && !parentSpanId && traceId === page.trace().traceId) {
      scope.context = beginTrace();
      scope.given = false;
    }
  }
  return runInScope(scope, () => callback(ON_SERVER ? isolationOf(scope) : isolation));
}

/** Runs a callback in which a span is known to be the running one. */
export function runExactly<T>(span: AnySpan, origin: Scope, callback: () => T): T {
  const scope = origin.clone();
  scope.span = span;
  scope.exact = true;
  const call = callable(callback, 'span.run');
  if (variable) return variable.run(scope, call);
  above.push(scope);
  try {
    // Whatever it answers is the page's own: a promise is neither awaited nor replaced.
    return call();
  } finally {
    if (above[above.length - 1] === scope) above.length--;
    else take(above, scope);
  }
}
