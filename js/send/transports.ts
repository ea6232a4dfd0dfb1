// Transports under the reference's names, for pages that name one or build on one. What they answer, the client judges: it keeps
// what a server did not take, sends it again, and counts what is lost.

import type { Transport, TransportMakeRequestResponse } from '../types/options.js';
import { json } from '../values/normalize.js';
import type { Envelope } from './envelope.js';
import { bytesOf } from './parcel.js';
import { post } from './post.js';
import { begin, NO_ANSWER, placeGiven } from './under-way.js';

/** As long as `flush` waits at most, in milliseconds: some requests are never answered. */
const PATIENCE = 60_000;

/** What `transport` is called with: `transportOptions`, and what the client adds. */
export interface BaseTransportOptions {
  /** Where envelopes go. */
  url: string;
  tunnel?: string | undefined;
  /** Further headers of the requests. */
  headers?: Record<string, string> | undefined;
  /** No effect: what finds no place waits. */
  bufferSize?: number | undefined;
  /** Counts what a transport gives up by itself. What it rejects, the client counts. */
  recordDroppedEvent: (reason: string, category: string, count?: number) => void;
}

/** The options of {@link makeFetchTransport}. */
export interface BrowserTransportOptions extends BaseTransportOptions {
  /** Further members of the second argument of `fetch`. */
  fetchOptions?: RequestInit | undefined;
}

/** Posts the text of an envelope, and answers with the status and the two headers about limits. */
export type TransportRequestExecutor = (request: {
  body: string;
}) => PromiseLike<TransportMakeRequestResponse>;

/**
 * Makes a transport of a function that posts a text.
 *
 * @param _options what `transport` was called with
 * @param makeRequest posts the text of an envelope; a rejection is taken for a failing network, and the envelope is sent again
 * @example
 * init({ dsn, transport: (options) => createTransport(options, ({ body }) => postNatively(options.url, body)) });
 */
export function createTransport(_options: object, makeRequest: TransportRequestExecutor): Transport {
  const underWay = new Set<Promise<unknown>>();
  return {
    send(envelope) {
      const sent = (async () => makeRequest({ body: printEnvelope(envelope) }))();
      const over = () => underWay.delete(sent);
      underWay.add(sent);
      sent.then(over, over);
      return sent;
    },
    async flush(timeout) {
      const done = Promise.allSettled(underWay).then(() => true);
      return Promise.race([done, later(timeout || PATIENCE)]);
    },
  };
}

/**
 * The transport by `fetch`; it is what the client uses where there is no `transport`, but for servers, which use `node:http`.
 *
 * @param options see {@link BrowserTransportOptions}
 * @param nativeFetch the `fetch` to use; that of the page before it was wrapped if not given
 * @example
 * init({ dsn, transport: makeBrowserOfflineTransport(makeFetchTransport) });
 */
export function makeFetchTransport(options: BrowserTransportOptions, nativeFetch?: typeof fetch): Transport {
  return createTransport(options, async ({ body }) => {
    const [statusCode, limits, retry] = await begin(bytesOf(body), (mine) =>
      post(options.url, body, options, mine, nativeFetch),
    ).finally(placeGiven);
    if (statusCode === NO_ANSWER[0]) throw new TypeError(`${options.url} did not answer`);
    // Whether it arrived is not known where the page was left.
    if (statusCode < 0) return {};
    return {
      statusCode,
      headers: { 'x-sentry-rate-limits': limits as string | null, 'retry-after': retry as string | null },
    };
  });
}

/** An envelope as it is sent. */
export function printEnvelope([header, items]: Envelope): string {
  return [header, ...items.flat()].map((part) => (typeof part === 'string' ? part : json(part))).join('\n');
}

function later(millis: number): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis, false);
  });
}
