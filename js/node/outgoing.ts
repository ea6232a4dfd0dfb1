// Traces what a server asks others for: `fetch`, `node:http` and `node:https`.

import { isTraced, leaveTracing } from '../page/tracer.js';
import { currentClient } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { targetsOf } from '../scope/targets.js';
import { attempt } from '../values/attempt.js';
import { shared } from '../values/shared.js';
import type { HttpOptions } from './http-options.js';
import { traceFetch } from './outgoing-fetch.js';
import { traceHttp } from './outgoing-http.js';
import { rootEnded, state } from './outgoing-request.js';

const taken = shared as {
  /** Takes back what was done to hear of requests. */
  stopOutgoing?: (() => void) | undefined;
};

/**
 * Gives requests that a server sends spans and trace headers, until the client is closed. Each request is handled once, however often
 * this is called; the options of the last call count.
 */
export function traceOutgoing(client: BrowserClient, options: HttpOptions = {}): void {
  if (isTraced()) return;
  if (state.outgoing?.client !== client) {
    attempt(() => client.on('close', () => stop(client)));
    attempt(() => client.on('spanEnd', rootEnded));
  }
  state.outgoing = { client, options };
  // What is wrong with them is said now, and not when the first request is sent.
  targetsOf(client);
  if (taken.stopOutgoing) return;
  const stops = [traceFetch(), traceHttp()];
  taken.stopOutgoing = () => {
    for (const one of stops) one();
  };
}

function stop(client: BrowserClient): void {
  if (state.outgoing?.client !== client) return;
  state.outgoing = undefined;
  attempt(() => taken.stopOutgoing?.());
  taken.stopOutgoing = undefined;
  if (currentClient() === client) leaveTracing();
}
