// Envelopes on their way out: by the page's own `fetch`, as it was before anybody wrapped it, or by the `transport`
// option; how many may be under way, and what the server answers about limits.

import { addLimits, isLimited } from '../core/core.js';
import type { BrowserClient } from '../scope/client.js';
import type { EventHint, TransactionEvent } from '../types/events.js';
import type { Transport, TransportMakeRequestResponse } from '../types/options.js';
import { attempt, isA } from '../values/attempt.js';
import { complain, shown } from '../values/debug.js';
import { text } from '../values/values.js';
import { type Cargo, type Envelope, printEnvelope } from './envelope.js';

/** Hooks whose listeners see envelopes, or what became of them. */
const ENVELOPE_HOOKS = ['beforeEnvelope', 'afterEnvelope', 'afterSendEvent'];

/** Requests at the same time, as in the reference: past it the network is not keeping up. */
const MAX_REQUESTS = 40;

/**
 * `fetch` refuses keepalive bodies past 64 KiB in all (Fetch, section 4.6); a little less, as in the reference, leaves room
 * for the page's own.
 */
const MAX_KEEPALIVE_BYTES = 60_000;

/** Chromium refuses more keepalive requests than this at the same time. */
const MAX_KEEPALIVE_REQUESTS = 15;

/** What became of an envelope: the status, and the two headers about limits. */
type Answer = [status: number, limits?: unknown, retry?: unknown];

/** Nothing was answered. */
const NO_ANSWER: Answer = [-1];
/** It could not be written. */
const UNWRITABLE: Answer = [-2];

/** The event of an envelope that listeners hear of once it was answered. */
export interface Sent {
  event: TransactionEvent;
  hint: EventHint;
}

/** Why an envelope is not sent. */
export type Refusal = 'no_destination' | 'ratelimit_backoff' | 'queue_overflow';

/** The `fetch` of the page as it was before we wrapped it. */
let fetched: typeof fetch | undefined;

/** What is under way, of all clients of the page. */
const underWay = new Set<{ size: number }>();
/** Those who wait until nothing is. */
const waiting: (() => void)[] = [];
/** What servers have said about limits, as the core writes it, by where envelopes go. */
const limits = new Map<string, string>();
/** So many destinations are remembered. */
const MAX_DESTINATIONS = 10;

/** Remembers the `fetch` of the page, before anybody wraps it. */
export function rememberFetch(): void {
  fetched ??= globalThis.fetch;
}

/** What a client sends by. */
export class Outgoing {
  private current: Transport | undefined;
  /** Against what a tunnel is read: the page as it was when `init` ran. */
  private readonly base = attempt(() => document.baseURI, '');
  private known = { given: '', href: '' };

  constructor(
    private readonly client: BrowserClient,
    private readonly lose: (reason: string, cargo: Cargo) => void,
  ) {
    this.useTransport();
  }

  /** Takes the `transport` option. */
  private useTransport(): void {
    const { client } = this;
    const transport = client.option('transport');
    if (typeof transport !== 'function') return;
    const recordDroppedEvent = client.recordDroppedEvent.bind(client);
    const made = attempt(() => {
      const { transportOptions, tunnel } = client.getOptions();
      return transport({ ...transportOptions, tunnel, url: this.url(), recordDroppedEvent });
    });
    if (attempt(() => typeof made?.send === 'function', false)) this.current = made;
    else complain(`transport was ignored: it answered ${shown(made)}, which has no send`);
  }

  /** Where envelopes go, as the browser resolves it; empty for nowhere. */
  url(): string {
    const { client } = this;
    const { parts, url } = client.dsn();
    if (!parts || !client.isOn()) return '';
    const given = client.text('tunnel') || url;
    if (this.known.given === given) return this.known.href;
    const href = attempt(() => new URL(given, this.base).href, '');
    if (href) this.known = { given, href };
    return href;
  }

  /** Why something of a category may not be sent now; asked before the envelope is written. */
  refuses(category: string): Refusal | undefined {
    const url = this.url();
    if (!url) return 'no_destination';
    const known = limits.get(url);
    if (known && isLimited(known, category)) return 'ratelimit_backoff';
    return underWay.size >= MAX_REQUESTS ? 'queue_overflow' : undefined;
  }

  /** Sends an envelope that is not refused. */
  send(envelope: Envelope, cargo: Cargo, sent?: Sent): void {
    const { client, current } = this;
    if (client.listens('beforeEnvelope')) client.emit('beforeEnvelope', envelope);
    const request = { size: 0 };
    underWay.add(request);
    const leaves = current ? handOver(current, envelope) : this.post(envelope, request);
    leaves
      .catch(() => NO_ANSWER)
      .then((answer) => this.done(envelope, cargo, answer, sent))
      .catch(() => {})
      .finally(() => {
        underWay.delete(request);
        if (!underWay.size) for (const resolve of waiting.splice(0)) resolve();
      });
  }

  private async post(envelope: Envelope, mine: { size: number }): Promise<Answer> {
    const body = printEnvelope(envelope);
    if (!body) return UNWRITABLE;
    mine.size = bytesOf(body);
    let bytes = 0;
    for (const { size } of underWay) bytes += size;
    const keepalive = bytes <= MAX_KEEPALIVE_BYTES && underWay.size < MAX_KEEPALIVE_REQUESTS;
    const [headers, fetchOptions] = ['headers', 'fetchOptions'].map((name) =>
      attempt(() => this.client.getOptions().transportOptions?.[name]),
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
        request[name] = attempt(() => fetchOptions[name]);
      }
    }
    const response = await Reflect.apply(fetched ?? fetch, globalThis, [this.url(), request]);
    // Whatever a wrapper of the page answers.
    if (!isA(response, Response)) return NO_ANSWER;
    return [
      response.status,
      response.headers.get('x-sentry-rate-limits'),
      response.headers.get('retry-after'),
    ];
  }

  /** What became of an envelope is counted, and told to whoever listens. */
  private done(
    envelope: Envelope,
    cargo: Cargo,
    [status, limited, retry]: Answer,
    sent: Sent | undefined,
  ): void {
    const { client } = this;
    if (status < 0) this.lose(status === -2 ? 'internal_sdk_error' : 'network_error', cargo);
    else {
      if (limited || retry || status >= 400) {
        const url = this.url();
        const said = limited ? text(limited) : '';
        if (limits.size > MAX_DESTINATIONS) limits.clear();
        limits.set(url, addLimits(limits.get(url) ?? '', status, said, retrySeconds(retry)));
      }
      if (status === 413) this.lose('send_error', cargo);
      client.emit('afterEnvelope', envelope);
    }
    if (sent) client.emit('afterSendEvent', sent.event, status < 0 ? {} : { statusCode: status });
  }

  /** Waits for a transport that keeps envelopes back, and until every envelope has been answered. */
  async flush(timeout: number | undefined): Promise<void> {
    const flush = attempt(() => this.current?.flush?.(timeout));
    await Promise.resolve(flush).catch(() => {});
    if (underWay.size) await new Promise<void>((resolve) => waiting.push(resolve));
  }

  /** Whether anybody sees envelopes as objects. */
  isSeen(): boolean {
    return Boolean(this.current) || ENVELOPE_HOOKS.some((hook) => this.client.listens(hook));
  }
}

/** Any character of more than one byte. */
const LONG = /[^\0-\x7f]/;

/** How many bytes a body has; of one that is too long to outlive its page at least so many. */
function bytesOf(body: string): number {
  const { length } = body;
  return length <= MAX_KEEPALIVE_BYTES && LONG.test(body) ? new Blob([body]).size : length;
}

/** Gives an envelope to the page's transport. */
async function handOver(transport: Transport, envelope: Envelope): Promise<Answer> {
  const sent = transport.send(envelope) as PromiseLike<TransportMakeRequestResponse | undefined> | undefined;
  const { statusCode, headers } = (await sent) ?? {};
  const status = sent ? Math.max(0, Number(statusCode ?? 200) || 0) : -1;
  return [status, headers?.['x-sentry-rate-limits'], headers?.['retry-after']];
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, section 10.2.3). Negative where there is none. */
function retrySeconds(header: unknown): number {
  if (header === undefined || header === null) return -1;
  const given = text(header).trim();
  if (/^\d+$/.test(given)) return Number(given);
  const millis = Date.parse(given) - attempt(() => Date.now(), 0);
  return millis < 0 ? 0 : Math.ceil(millis / 1000);
}
