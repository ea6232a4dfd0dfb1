// In which scope a request of undici is made, and in which one its response is heard of.
//
// undici tells about a response in the scope of whoever opened the connection, which is another request's where connections are
// kept alive. What an application awaits goes on in its own scope all the same; what interceptors do is not awaited: a redirection
// or another attempt, which they send from there, would be a child of the other request.

import { getCurrentScope, runInScope } from '../scope/active.js';
import { Scope } from '../scope/scope.js';
import { attempt } from '../values/attempt.js';
import { complain } from '../values/debug.js';

/** What undici calls of a request when its response comes: until version 7, and since version 8. */
const HEARING = `
  onHeaders onData onComplete onError
  onResponseStart onResponseData onResponseEnd onResponseError
`
  .trim()
  .split(/\s+/);

/** As far as the stack must be known: between the one who sends and whoever hears of it are fewer functions. */
const FRAMES = 10;

/** Whether the developer has heard of those that waited. */
let isTold = false;

/** Has undici tell about the response of a request in a scope, so that what is sent because of it belongs to that scope as well. */
export function hearIn(scope: Scope, request: object): void {
  const methods = request as Record<string, unknown>;
  for (const name of HEARING) {
    const method = methods[name];
    if (typeof method !== 'function') continue;
    methods[name] = (...given: unknown[]) => runInScope(scope, () => Reflect.apply(method, request, given));
  }
}

/** A scope in which nothing is known of the one who sends: what is sent there stays as it is. */
export function nobodys(): Scope {
  const scope = new Scope();
  scope.client = getCurrentScope().client;
  scope.isOurs = true;
  return scope;
}

/** Tells the developer once that a request waited where nobody learns who sends. */
export function explainWaiting(): void {
  if (!isTold)
    complain('requests that wait for a connection of their pool have no span and no trace headers');
  isTold = true;
}

/**
 * Whether a request has waited until one of the connections of a pool was free. The scope in force is then that of the request
 * before it. Where its own is not known (see outgoing-dispatch.ts), it stays as it is: a link may be missing; it is never wrong.
 *
 * @param hears who heard of the request from undici: below that the stack says who sent it
 */
export function waited(hears: (...given: never[]) => unknown): boolean {
  const { stackTraceLimit } = Error;
  const prepares = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  try {
    Error.stackTraceLimit = FRAMES;
    // Not as a text, which would cost more, and be an application's to write.
    Error.prepareStackTrace = (_error, frames) =>
      frames.some((one) => /onDrain/.test(one.getFunctionName() ?? ''));
    const here: { stack?: unknown } = {};
    Error.captureStackTrace(here, hears);
    return here.stack === true;
  } catch {
    return false;
  } finally {
    attempt(() => {
      Error.stackTraceLimit = stackTraceLimit;
      if (prepares) Object.defineProperty(Error, 'prepareStackTrace', prepares);
      else Reflect.deleteProperty(Error, 'prepareStackTrace');
    });
  }
}
