// `init` on a server: what is different there by default.

import { init as initAnywhere } from '../api/init.js';
import { addressOf, FETCH } from '../page/addresses.js';
import { currentClient, getCurrentScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { receiveTrace } from '../scope/propagation.js';
import type { BrowserOptions, Client } from '../types/options.js';
import { attempt } from '../values/attempt.js';
import { complain, shown } from '../values/debug.js';
import { shared } from '../values/shared.js';
import { isInternal } from './targets.js';

/** What options are on a server that nobody gives. What is active is known exactly, so spans nest as they run. */
const DEFAULTS: BrowserOptions = { parentSpanIsAlwaysRootSpan: false };

/** Whether requests to a URL get our headers: what is beside this file of the package asks, see js/opentelemetry/. */
function allows(url: string): boolean {
  const client = currentClient();
  return Boolean(client && addressOf(client, url, FETCH, isInternal).attaches);
}

/** Continues the trace that the environment of this process names, outside of requests. */
function joinEnvironment(client: BrowserClient): void {
  const { SENTRY_TRACE: sentryTrace, SENTRY_BAGGAGE: baggage = '' } = process.env;
  if (!sentryTrace) return;
  const context = receiveTrace(client, sentryTrace, baggage);
  if (context) getCurrentScope().setPropagationContext(context);
  else complain(`SENTRY_TRACE was ignored: ${shown(sentryTrace)} is malformed, or another organization's`);
}

/**
 * Starts the SDK, in the trace that the variables `SENTRY_TRACE` and `SENTRY_BAGGAGE` name if they are there (a process that
 * another one has started): what begins outside of requests continues it. As early as possible: what other modules keep of `node:http` before it is not traced on Node 20.
 *
 * @param options as in a browser, see {@link BrowserOptions}; a wrong one is named on the console and left out
 * @returns the client; `undefined` where tracing cannot work
 * @example
 * init({ dsn, tracesSampleRate: 0.1, integrations: [httpIntegration()] });
 */
export function init(options: BrowserOptions = {}): Client | undefined {
  const client = initAnywhere(attempt(() => ({ ...DEFAULTS, ...options }), {}));
  shared.allows = allows;
  if (client) attempt(() => joinEnvironment(client as BrowserClient));
  return client;
}
