// bindScopeToEmitter(): what hears of an event runs with a scope of the page's choice.

import { getCurrentScope, runInScope } from '../scope/active.js';
import { Scope } from '../scope/scope.js';
import { attempt, isA } from '../values/attempt.js';
import { complain, shown } from '../values/debug.js';

type Listener = (this: unknown, ...given: unknown[]) => unknown;
type Methods = Record<string, unknown>;

const ADD = ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener', 'addEventListener'];
const REMOVE = ['off', 'removeListener', 'removeEventListener'];

/** Emitters that have their scope. */
const bound = new WeakSet<object>();

/**
 * Lets the listeners that are added to an emitter from now on run with a scope active. The first scope that an emitter is
 * given stays.
 *
 * @param emitter of Node's kind (`on`, `once`, `off`), or an `EventTarget`
 * @param scope without it the current one
 * @returns the emitter
 * @example
 * const socket = bindScopeToEmitter(new WebSocket(url));
 * socket.addEventListener('message', () => startSpan({ name: 'message' }, handle));
 */
export function bindScopeToEmitter<T>(emitter: T, scope: Scope = getCurrentScope()): T {
  if (!isA(scope, Scope) || !emitter || (typeof emitter !== 'object' && typeof emitter !== 'function')) {
    complain(`bindScopeToEmitter was ignored: ${shown(isA(scope, Scope) ? emitter : scope)}`);
    return emitter;
  }
  if (bound.has(emitter)) return emitter;
  bound.add(emitter);
  const wrappers = new WeakMap<object, Listener>();
  /** What is being added: `once` adds what it makes of a listener by `on`. */
  let adding: unknown;

  const wrap = (listener: unknown): unknown => {
    if (!listener || (typeof listener !== 'function' && typeof listener !== 'object')) return listener;
    if (adding && (listener === adding || (listener as { listener?: unknown }).listener === adding))
      return listener;
    let wrapper = wrappers.get(listener);
    if (!wrapper) {
      wrapper = function (...given) {
        return runInScope(scope, () =>
          typeof listener === 'function'
            ? Reflect.apply(listener, this, given)
            : (listener as { handleEvent: Listener }).handleEvent(...given),
        );
      };
      wrappers.set(listener, wrapper);
    }
    return wrapper;
  };

  const replace = (name: string, change: (listener: unknown) => unknown) =>
    attempt(() => {
      const methods = emitter as Methods;
      const original = methods[name];
      if (typeof original !== 'function') return;
      methods[name] = function (this: unknown, ...given: unknown[]) {
        const before = adding;
        if (given.length > 1) {
          given[1] = attempt(() => change(given[1]), given[1]);
          if (change === wrap) adding = given[1];
        }
        try {
          return Reflect.apply(original, this, given);
        } finally {
          adding = before;
        }
      };
    });
  for (const name of ADD) replace(name, wrap);
  for (const name of REMOVE) replace(name, (listener) => wrappers.get(listener as object) ?? listener);
  return emitter;
}
