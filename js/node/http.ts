// `httpIntegration`: the requests of a server that come in and go out.

import { isTraced, leaveTracing } from '../page/tracer.js';
import { currentClient } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import type { Integration } from '../types/options.js';
import { attempt } from '../values/attempt.js';
import type { HttpOptions } from './http-options.js';
import { traceIncoming } from './incoming.js';
import { traceOutgoing } from './outgoing.js';

/**
 * Traces what comes in, by `http` and `https`: each request runs in the trace that its headers `sentry-trace` and `baggage`, or
 * else `traceparent`, name, or in one of its own, with scopes of its own, below a span `http.server` from its first byte to the end of its response. And what
 * goes out, by `http`, `https` and `fetch`.
 *
 * @param options see {@link HttpOptions}
 * @example
 * init({ dsn, tracesSampleRate: 0.1, integrations: [httpIntegration()] });
 */
export function httpIntegration(options: HttpOptions = {}): Integration {
  const own: HttpOptions = attempt(() => ({ ...options }), {});
  return {
    name: 'Http',
    setup(given) {
      const client = given as BrowserClient;
      if (!client.isOn() || isTraced()) return;
      client.on('close', () => {
        if (currentClient() === client) leaveTracing();
      });
      if (own.incoming !== false) traceIncoming(client, own);
      if (own.outgoing !== false) traceOutgoing(client, own);
    },
  };
}
