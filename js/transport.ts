// Envelopes on their way out: by the page's own `fetch`, as it was before anybody wrapped it, or by the `transport`
// option; and for those who listen to them.

import type { Client } from './client.js';
import { pageFetch } from './core.js';
import { complain, shown } from './debug.js';
import type { EventHint, TransactionEvent } from './event.js';
import { ask, attempt, isA } from './guard.js';
import type { Transport } from './options.js';
import { text } from './values.js';

/** Hooks whose listeners see envelopes, or what became of them. */
export const ENVELOPE_HOOKS = ['beforeEnvelope', 'afterEnvelope', 'afterSendEvent'];

/** An envelope as the transports of the reference get it: headers, and items with headers of their own. */
type Envelope = [object, [object, unknown][]];

/** What became of an envelope: the status, and the two headers about limits. */
type Answer = [status: number, limits?: unknown, retry?: unknown];

/** Nothing was answered. */
const NO_ANSWER: Answer = [-1];

let owner: Client | undefined;
let current: Transport | undefined;
/** Whether somebody sees envelopes as objects. */
let shows = false;

/** What is under way; where somebody sees it, its envelope, and the event in it if that went through JavaScript. */
const underWay = new Map<number, { envelope?: Envelope; event?: TransactionEvent; hint?: EventHint }>();
/** Those who wait until nothing is. */
const waiting: (() => void)[] = [];

/** Takes the `transport` option of a client; its listeners see envelopes from now on. */
export function useTransport(client: Client): void {
  const { transport, transportOptions, tunnel } = client.getOptions();
  if (owner !== client) current = undefined;
  owner = client;
  if (typeof transport === 'function' && !current) {
    const url = ask((core) => core.destination(), '');
    const recordDroppedEvent = client.recordDroppedEvent.bind(client);
    const options = { ...transportOptions, tunnel, url, recordDroppedEvent };
    const made = attempt(() => transport(options), undefined);
    if (attempt(() => typeof made?.send === 'function', false)) current = made;
    else complain(`transport was ignored: it answered ${shown(made)}, which has no send`);
  }
  shows = Boolean(current) || ENVELOPE_HOOKS.some((hook) => client.listens(hook));
}

/** An envelope of the core leaves. However it fails, that is told later: the core is at work. */
export function send(id: number, url: string, body: string, keepalive: boolean): void {
  const envelope = shows ? attempt(() => parsed(body), undefined) : undefined;
  underWay.set(id, envelope ? { envelope } : {});
  if (envelope) owner?.emit('beforeEnvelope', envelope);
  const leaves = envelope && current ? handOver(envelope) : post(url, changed(envelope, body), keepalive);
  leaves.then(
    (answer) => done(id, answer),
    () => done(id, NO_ANSWER),
  );
}

/** Gives an envelope to the page's transport. */
async function handOver(envelope: Envelope): Promise<Answer> {
  const sent = current?.send(envelope);
  const { statusCode, headers } = (await sent) ?? {};
  const status = sent ? Number(statusCode ?? 200) || 0 : -1;
  return [status, headers?.['x-sentry-rate-limits'], headers?.['retry-after']];
}

async function post(url: string, body: string, keepalive: boolean): Promise<Answer> {
  const [headers, fetchOptions] = ['headers', 'fetchOptions'].map((name) =>
    attempt(() => owner?.getOptions().transportOptions?.[name], undefined),
  );
  const request: Record<PropertyKey, unknown> = {
    method: 'POST',
    body,
    referrerPolicy: 'strict-origin',
    keepalive,
  };
  if (isObject(headers)) request.headers = headers;
  if (isObject(fetchOptions)) {
    for (const name of Reflect.ownKeys(fetchOptions)) {
      request[name] = attempt(() => fetchOptions[name], undefined);
    }
  }
  const response = await Reflect.apply(pageFetch(), globalThis, [url, request]);
  // Whatever a wrapper of the page answers.
  if (!isA(response, Response)) return NO_ANSWER;
  return [response.status, response.headers.get('x-sentry-rate-limits'), response.headers.get('retry-after')];
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Tells the core, and whoever listens, what became of an envelope. */
function done(id: number, [status, limits, retry]: Answer): void {
  const known = underWay.get(id);
  underWay.delete(id);
  ask((core) => core.delivered(id, status, limits ? text(limits) : '', retrySeconds(retry)), undefined);
  if (known?.envelope && status >= 0) owner?.emit('afterEnvelope', known.envelope);
  if (known?.event) owner?.emit('afterSendEvent', known.event, status < 0 ? {} : { statusCode: status });
  if (underWay.size) return;
  for (const resolve of waiting.splice(0)) resolve();
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, section 10.2.3). Negative where there is none. */
function retrySeconds(header: unknown): number {
  if (header === undefined || header === null) return -1;
  const given = text(header).trim();
  if (/^\d+$/.test(given)) return Number(given);
  const millis = Date.parse(given) - Date.now();
  return millis < 0 ? 0 : Math.ceil(millis / 1000);
}

/** Waits until every envelope has been answered. */
export async function answered(): Promise<void> {
  if (underWay.size) await new Promise<void>((resolve) => waiting.push(resolve));
}

/** Waits for a transport that keeps envelopes back. */
export async function flushed(timeout?: number): Promise<void> {
  const flush = attempt(() => current?.flush?.(timeout), undefined);
  await Promise.resolve(flush).catch(() => {});
}

/** Remembers which event an envelope holds, until it is answered. */
export function note(id: number, event: TransactionEvent, hint: EventHint): void {
  const known = underWay.get(id);
  if (known?.envelope) underWay.set(id, { ...known, event, hint });
}

function parsed(body: string): Envelope {
  const [header = '{}', ...rest] = body.split('\n');
  const items: [object, unknown][] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    items.push([JSON.parse(rest[at] ?? '{}'), JSON.parse(rest[at + 1] ?? '{}')]);
  }
  return [JSON.parse(header), items];
}

/** The text of an envelope, which listeners may have changed. */
function changed(envelope: Envelope | undefined, body: string): string {
  if (!envelope || !owner?.listens('beforeEnvelope')) return body;
  return attempt(() => {
    const [header, items] = envelope;
    if (!isA(items, Array)) return body;
    return [header, ...items.flat()].map((part) => JSON.stringify(part)).join('\n');
  }, body);
}
