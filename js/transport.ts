// The `transport` option: envelopes go through a function of the page instead of `fetch`.

import type { Client } from './client.js';
import { complain, shown } from './debug.js';
import { ask, attempt } from './guard.js';
import type { Transport } from './options.js';

let current: Transport | undefined;

/** Takes the `transport` option of `init`; without it the core sends with `fetch`. */
export function useTransport(client: Client): void {
  const { transport, transportOptions, tunnel } = client.getOptions();
  current = undefined;
  if (typeof transport === 'function') {
    const recordDroppedEvent = client.recordDroppedEvent.bind(client);
    const options = { ...transportOptions, tunnel, recordDroppedEvent };
    const made = attempt(() => transport(options), undefined);
    if (attempt(() => typeof made?.send === 'function', false)) current = made;
    else complain(`transport was ignored: it answered ${shown(made)}, which has no send`);
  }
  ask((core) => core.use_transport(Boolean(current)), undefined);
}

/** Sends an envelope of the core, and tells it how that went. */
export function deliver(id: number, body: string): void {
  const done = (status: number, limits?: string, retry?: string) =>
    ask((core) => core.delivered(id, status, limits, retry), undefined);
  const sent = attempt(() => current?.send(parsed(body)), undefined);
  Promise.resolve(sent).then(
    (answer) => {
      const { statusCode, headers } = answer ?? {};
      const limits = headers?.['x-sentry-rate-limits'] ?? undefined;
      done(sent ? (statusCode ?? 200) : -1, limits, headers?.['retry-after'] ?? undefined);
    },
    () => done(-1),
  );
}

/** An envelope as the transports of the reference get it. */
function parsed(body: string): [object, [object, unknown][]] {
  const [header = '{}', ...rest] = body.split('\n');
  const items: [object, unknown][] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    items.push([JSON.parse(rest[at] ?? '{}'), JSON.parse(rest[at + 1] ?? '{}')]);
  }
  return [JSON.parse(header), items];
}
