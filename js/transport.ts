// Envelopes on their way out, for the `transport` option and for those who listen to them. Without either the
// core sends them by itself.

import type { Client } from './client.js';
import { complain, shown } from './debug.js';
import type { EventHint, TransactionEvent } from './event.js';
import { ask, attempt, isA } from './guard.js';
import type { Transport } from './options.js';
import { text } from './values.js';

/** Hooks whose listeners see envelopes, or what became of them. */
export const ENVELOPE_HOOKS = ['beforeEnvelope', 'afterEnvelope', 'afterSendEvent'];

/** An envelope as the transports of the reference get it: headers, and items with headers of their own. */
type Envelope = [object, [object, unknown][]];

let owner: Client | undefined;
let current: Transport | undefined;

/** What is under way: its envelope, and the event in it where it went through JavaScript. */
const underWay = new Map<number, { envelope: Envelope; event?: TransactionEvent; hint?: EventHint }>();

/** Takes the `transport` option of a client; its listeners see envelopes from now on. */
export function useTransport(client: Client): void {
  const { transport, transportOptions, tunnel } = client.getOptions();
  if (owner !== client) current = undefined;
  owner = client;
  if (typeof transport === 'function' && !current) {
    const recordDroppedEvent = client.recordDroppedEvent.bind(client);
    const url = ask((core) => core.destination(), '');
    const options = { ...transportOptions, tunnel, url, recordDroppedEvent };
    const made = attempt(() => transport(options), undefined);
    if (attempt(() => typeof made?.send === 'function', false)) current = made;
    else complain(`transport was ignored: it answered ${shown(made)}, which has no send`);
  }
  const shows = Boolean(current) || ENVELOPE_HOOKS.some((hook) => client.listens(hook));
  ask((core) => core.use_transport(shows), undefined);
}

/** An envelope of the core: answers with what to send, or with nothing once the transport has it. */
export function deliver(id: number, body: string): string | undefined {
  const envelope = attempt(() => parsed(body), undefined);
  if (!envelope) return body;
  underWay.set(id, { envelope });
  owner?.emit('beforeEnvelope', envelope);
  if (!current) return owner?.listens('beforeEnvelope') ? printed(envelope, body) : body;
  const done = (status: number, limits?: string, retry?: string) =>
    ask((core) => core.delivered(id, status, limits, retry), undefined);
  const sent = attempt(() => current?.send(envelope), undefined);
  Promise.resolve(sent).then(
    (answer) => {
      const { statusCode, headers } = answer ?? {};
      const [limits, retry] = [headers?.['x-sentry-rate-limits'], headers?.['retry-after']].map((value) =>
        value === undefined || value === null ? undefined : text(value),
      );
      done(sent ? Number(statusCode ?? 200) || 0 : -1, limits, retry);
    },
    () => done(-1),
  );
  return undefined;
}

/** Waits for a transport that keeps envelopes back. */
export async function flushed(timeout?: number): Promise<void> {
  const flush = attempt(() => current?.flush?.(timeout), undefined);
  await Promise.resolve(flush).catch(() => {});
}

/** Remembers which event an envelope holds, until it is answered. */
export function note(id: number, event: TransactionEvent, hint: EventHint): void {
  const known = underWay.get(id);
  if (known) underWay.set(id, { ...known, event, hint });
}

/** An envelope was answered; a negative status stands for no answer. */
export function answered(id: number, status: number): void {
  const known = underWay.get(id);
  underWay.delete(id);
  if (!known || !owner) return;
  if (status >= 0) owner.emit('afterEnvelope', known.envelope);
  if (known.event) owner.emit('afterSendEvent', known.event, status < 0 ? {} : { statusCode: status });
}

function parsed(body: string): Envelope {
  const [header = '{}', ...rest] = body.split('\n');
  const items: [object, unknown][] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    items.push([JSON.parse(rest[at] ?? '{}'), JSON.parse(rest[at + 1] ?? '{}')]);
  }
  return [JSON.parse(header), items];
}

/** The text of an envelope that listeners may have changed. */
function printed(envelope: Envelope, otherwise: string): string {
  return attempt(() => {
    const [header, items] = envelope;
    if (!isA(items, Array)) return otherwise;
    return [header, ...items.flat()].map((part) => JSON.stringify(part)).join('\n');
  }, otherwise);
}
