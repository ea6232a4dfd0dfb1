// The context manager: what is active is what our scopes say. On a server that is exact across every `await`; in a browser a
// context is in force until its callback returns, as with OpenTelemetry's own manager there. What a callback answers stays as it is.

import type { Context, ContextManager } from '@opentelemetry/api';
import { bindScopeToEmitter, getCurrentScope, withScope } from '../index.js';
import { attempt } from '../values/attempt.js';
import { callable } from '../values/debug.js';
import { contextOf, forkOf } from './contexts.js';

type Callback = (this: unknown, ...given: unknown[]) => unknown;

/** Runs a callback with a context in force. */
function within<T>(given: Context, callback: () => T): T {
  const scope = attempt(() => forkOf(given)) ?? getCurrentScope();
  let result: T | undefined;
  withScope(scope, () => {
    // Not the answer of this function, which would be waited for if it is a promise.
    result = callback();
  });
  return result as T;
}

/** The manager that is registered. */
export const contextManager: ContextManager = {
  active: () => contextOf(getCurrentScope()),

  with(given, callback, receiver, ...args) {
    const call = callable(callback, 'context.with');
    return within(given, () => Reflect.apply(call, receiver, args));
  },

  bind<T>(given: Context, target: T): T {
    if (typeof target === 'function') return bound(given, target as unknown as Callback) as T;
    // What stands in the place of an emitter that cannot be read is the application's own to find out.
    if (attempt(() => typeof (target as { on?: unknown }).on === 'function'))
      attempt(() => bindScopeToEmitter(target, forkOf(given)));
    return target;
  },

  enable: () => contextManager,
  disable: () => contextManager,
};

function bound(given: Context, callback: Callback): Callback {
  const wrapper: Callback = function (...args) {
    return within(given, () => Reflect.apply(callback, this, args));
  };
  // Frameworks tell handlers of errors by how many arguments they take.
  attempt(() => Object.defineProperty(wrapper, 'length', { value: callback.length, configurable: true }));
  return wrapper;
}
