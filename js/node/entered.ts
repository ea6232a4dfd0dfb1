// Whether a scope that was entered when a request began stays in force for the events of that request. Node up to 23 keeps it with
// the connection's parser; later versions know only what a callback began in, and the request's events begin in the parser.

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { runInScope } from '../scope/active.js';
import type { Scope } from '../scope/scope.js';

let keeps: boolean | undefined;

/** Whether this version of Node keeps what was entered, for all callbacks of what it was entered in. */
function isKept(): boolean {
  const storage = new AsyncLocalStorage<boolean>();
  const resource = new AsyncResource('throughline');
  resource.runInAsyncScope(() => storage.enterWith(true));
  return resource.runInAsyncScope(() => storage.getStore()) === true;
}

/** Lets the events of a request run in its scope, where Node does not. */
export function keepEntered(request: IncomingMessage, scope: Scope): void {
  keeps ??= isKept();
  if (keeps) return;
  const { emit } = request;
  request.emit = function (this: IncomingMessage, ...given: Parameters<typeof emit>) {
    return runInScope(scope, () => Reflect.apply(emit, this, given));
  } as typeof emit;
}
