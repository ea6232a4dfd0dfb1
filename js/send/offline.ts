// A transport that keeps what could not be sent in IndexedDB, also over the end of the page (section 9.10 of the protocol).

import { judgeAnswer } from '../core/delivery.js';
import { currentClient } from '../scope/active.js';
import type { Transport } from '../types/options.js';
import { attempt } from '../values/attempt.js';
import { type Envelope, sentAt } from './envelope.js';
import { OfflineStore } from './offline-store.js';
import {
  type BaseTransportOptions,
  type BrowserTransportOptions,
  makeFetchTransport,
  printEnvelope,
} from './transports.js';

/** Between two stored envelopes, in milliseconds. */
const MIN_DELAY = 100;
/** After a failure, and at most, as it doubles; in milliseconds. */
const START_DELAY = 5000;
const MAX_DELAY = 3_600_000;
/** So many envelopes are stored. */
const MAX_STORED = 30;

/** The options of {@link makeBrowserOfflineTransport}, in `transportOptions`. */
export interface BrowserOfflineTransportOptions {
  /** The name of the database (default `sentry-offline`). */
  dbName?: string | undefined;
  /** The name of the store in it (default `queue`). */
  storeName?: string | undefined;
  /** How many envelopes are stored at most (default 30). */
  maxQueueSize?: number | undefined;
  /** Whether what an earlier page has stored is sent soon after the start (default false). */
  flushAtStartup?: boolean | undefined;
  /** Whether an envelope that could not be sent is stored; the delay is that of the next attempt, in milliseconds. */
  shouldStore?:
    | ((envelope: Envelope, error: Error, retryDelay: number) => boolean | Promise<boolean>)
    | undefined;
  /** Whether an envelope is sent now. */
  shouldSend?: ((envelope: Envelope) => boolean | Promise<boolean>) | undefined;
}

/**
 * Makes the function for the option `transport` that keeps what could not be sent, in a database of the browser. What finds no
 * room there waits in the page.
 *
 * @param createTransport makes what sends; {@link makeFetchTransport} if not given
 * @returns the function; `transportOptions` may have {@link BrowserOfflineTransportOptions}
 * @example
 * init({ dsn, transport: makeBrowserOfflineTransport(), transportOptions: { flushAtStartup: true } });
 */
export function makeBrowserOfflineTransport<T extends BaseTransportOptions = BrowserTransportOptions>(
  createTransport: (options: T) => Transport = makeFetchTransport as unknown as (options: T) => Transport,
): (options: T & BrowserOfflineTransportOptions) => Transport {
  return (options) => {
    const transport = createTransport(options);
    const { dbName, storeName, maxQueueSize, shouldSend, shouldStore } = options;
    const store = new OfflineStore(
      dbName || 'sentry-offline',
      storeName || 'queue',
      maxQueueSize || MAX_STORED,
    );
    let delay = START_DELAY;
    let timer: ReturnType<typeof setTimeout> | undefined;

    async function send(envelope: Envelope, isStored: boolean) {
      try {
        if (shouldSend && (await shouldSend(envelope)) === false)
          throw new Error('shouldSend answered false');
        const answer = await transport.send(envelope);
        const { statusCode = 200, headers } = answer ?? {};
        const isLimited = Boolean(headers?.['x-sentry-rate-limits']);
        const retryAfter = Number(headers?.['retry-after'] ?? -1);
        const { again, pause } = judgeAnswer(statusCode, isLimited, retryAfter);
        // What was just made, the client keeps.
        if (again && isStored) {
          delay = Math.max(delay, pause);
          throw new Error(`the server answered ${statusCode}`);
        }
        if (!again) {
          delay = START_DELAY;
          sendStoredIn(Math.max(MIN_DELAY, isLimited ? 60_000 : pause));
        }
        return answer;
      } catch (error) {
        const isReport = envelope[1].some(([item]) => (item as { type?: unknown }).type === 'client_report');
        const isWanted = !isReport && (!shouldStore || (await shouldStore(envelope, error as Error, delay)));
        if (!isWanted || !(await store.add(printEnvelope(envelope), isStored))) throw error;
        if (timer === undefined) {
          sendStoredIn(delay);
          delay = Math.min(2 * delay, MAX_DELAY);
        }
        return {};
      }
    }

    function sendStoredIn(millis: number): void {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        timer = undefined;
        // The page has switched us off meanwhile.
        if (!currentClient()?.isOn()) return;
        const text = await store.take();
        const stored = attempt(() => parsed(text as string));
        if (stored) send(stored, true).catch(() => attempt(() => lose(stored)));
      }, millis);
    }

    function lose([, items]: Envelope): void {
      for (const [header, payload] of items) {
        const { type, item_count = 1 } = header as { type: string; item_count?: number };
        const spans = (payload as { spans?: unknown[] }).spans?.length ?? 0;
        options.recordDroppedEvent('network_error', type, item_count);
        if (type === 'transaction') options.recordDroppedEvent('network_error', 'span', spans + 1);
      }
    }

    async function flush(timeout?: number): Promise<boolean> {
      if (timeout === undefined) {
        delay = START_DELAY;
        sendStoredIn(MIN_DELAY);
      }
      return transport.flush(timeout);
    }

    attempt(() => globalThis.addEventListener('online', () => flush().catch(() => {})));
    if (options.flushAtStartup) sendStoredIn(delay);
    return { send: (envelope) => send(envelope, false), flush };
  };
}

/** A stored envelope, with the time of this attempt. */
function parsed(text: string): Envelope {
  const [header, ...lines] = text.split('\n').map((line) => JSON.parse(line));
  if (header.sent_at) header.sent_at = sentAt();
  const items: Envelope[1] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) items.push([lines[at], lines[at + 1]]);
  return [header, items];
}
