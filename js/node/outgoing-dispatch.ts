// Who sent a request of undici that had to wait for a connection of its pool (`new Agent({ connections: 8 })`): the scope in force
// when it is sent at last is that of the request before it. undici has no channel that tells when it is asked, so that `dispatch` of
// the class that everybody's dispatcher is of is wrapped. Pools of no such class are not known: what waits there stays as it is.

import { wrap } from '../../src/app/browser/patch/fetch.js';
import { getCurrentScope } from '../scope/active.js';
import type { Scope } from '../scope/scope.js';
import { attempt } from '../values/attempt.js';
import { waited } from './outgoing-scope.js';

/** Where undici keeps the dispatcher that `fetch` takes when it is given none: until version 6, and since version 7. */
const DISPATCHERS = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

type Dispatch = (...given: never[]) => unknown;

/** In which scope a handler was given first; nothing where several have shared it. */
const givenIn = new WeakMap<object, Scope | undefined>();

/** The dispatchers, and what they have in common, whose `dispatch` is ours. */
let found = new WeakSet<object>();
let stops: (() => void)[] = [];

/** The scope of whoever gave the handler that is being sent. */
let sender: Scope | undefined;

/** The scope of whoever gave what is being sent, as far as it is known. */
export function senderOf(): Scope | undefined {
  return sender;
}

/** Learns from now on who sends, wherever a dispatcher of everybody stands that it does not know. */
export function learnSenders(): void {
  for (const name of DISPATCHERS) {
    const dispatcher: unknown = Reflect.get(globalThis, name);
    if (typeof dispatcher !== 'object' || !dispatcher || found.has(dispatcher)) continue;
    found.add(dispatcher);
    let owner: object | null = Reflect.getPrototypeOf(dispatcher);
    while (owner && !Object.hasOwn(owner, 'dispatch')) owner = Reflect.getPrototypeOf(owner);
    if (!owner || owner === Object.prototype || found.has(owner)) continue;
    found.add(owner);
    stops.push(wrap(owner as Record<string, Dispatch>, 'dispatch', dispatched));
  }
}

/** Takes that back. */
export function forgetSenders(): void {
  for (const stop of stops) stop();
  stops = [];
  found = new WeakSet();
}

function dispatched(dispatch: Dispatch, self: unknown, args: unknown[]): unknown {
  const before = sender;
  sender = attempt(() => giverOf(args[1] as object));
  try {
    return Reflect.apply(dispatch, self, args as never[]);
  } finally {
    sender = before;
  }
}

/** Who gave a handler first: it is handed on from a dispatcher to its pools and clients, and again once a connection is free. */
function giverOf(handler: object): Scope | undefined {
  const scope = getCurrentScope();
  if (!givenIn.has(handler)) givenIn.set(handler, scope);
  // The same one for requests of many: nobody knows whose turn it is.
  else if (givenIn.get(handler) !== scope && !waited(dispatched)) givenIn.set(handler, undefined);
  return givenIn.get(handler);
}
