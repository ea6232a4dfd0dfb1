// spanStreamingIntegration(): spans are sent by themselves, each when it has ended.

import type { BrowserClient } from '../scope/client.js';
import type { Integration } from '../types/options.js';

/**
 * Switches stream mode on, as the option `traceLifecycle: 'stream'` does; a page that has set that option to `'static'`
 * keeps its transactions.
 *
 * @example
 * init({ dsn, tracesSampleRate: 1, integrations: [browserTracingIntegration(), spanStreamingIntegration()] });
 */
export function spanStreamingIntegration(): Integration {
  return {
    name: 'SpanStreaming',
    // Before any other integration asks how spans are sent.
    beforeSetup(client) {
      if ((client as BrowserClient).isLifecycleOpen) client.getOptions().traceLifecycle = 'stream';
    },
  };
}
