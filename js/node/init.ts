// `init` on a server: what is different there by default.

import { init as initAnywhere } from '../api/init.js';
import type { BrowserOptions, Client } from '../types/options.js';
import { attempt } from '../values/attempt.js';

/** What options are on a server that nobody gives. What is active is known exactly, so spans nest as they run. */
const DEFAULTS: BrowserOptions = { parentSpanIsAlwaysRootSpan: false };

/**
 * Starts the SDK. As early as possible: what other modules keep of `node:http` before it is not traced on Node 20.
 *
 * @param options as in a browser, see {@link BrowserOptions}; a wrong one is named on the console and left out
 * @returns the client; `undefined` where tracing cannot work
 * @example
 * init({ dsn, tracesSampleRate: 0.1, integrations: [httpIntegration()] });
 */
export function init(options: BrowserOptions = {}): Client | undefined {
  return initAnywhere(attempt(() => ({ ...DEFAULTS, ...options }), {}));
}
