// The options of `httpIntegration`.

import type { IncomingMessage } from 'node:http';

/** A request as {@link HttpOptions.ignoreOutgoingRequests} gets it. */
export interface OutgoingRequest {
  method: string;
  protocol: string;
  /** With port, if the URL has one. */
  host: string;
  hostname: string;
  port: string;
  /** With query. */
  path: string;
  /** By their names in small letters, as far as they are known yet. */
  headers: Record<string, unknown>;
}

/** The options of {@link httpIntegration}. */
export interface HttpOptions {
  /** Trace what comes in (default true). */
  incoming?: boolean | undefined;
  /** Trace what goes out (default true). */
  outgoing?: boolean | undefined;
  /**
   * Requests that have no span: their trace goes on all the same. Gets the path with its query, as the request has it. If it
   * throws, the request has a span.
   */
  ignoreIncomingRequests?: ((urlPath: string, request: IncomingMessage) => boolean) | undefined;
  /** Whether `GET` requests for what looks like a file of a page (`.js`, `.png`, `/robots.txt`, …) have no span (default true). */
  ignoreStaticAssets?: boolean | undefined;
  /**
   * The statuses whose transactions are not sent, as numbers and ranges: by default, as in the reference, 301 to 303, 305 to 399
   * and 401 to 404. `[]`: all are sent. Not in stream mode.
   */
  ignoreStatusCodes?: (number | [from: number, to: number])[] | undefined;
  /**
   * Tell pages their trace by the header `Server-Timing` (default false), where their HTML cannot be changed: only HTML that no
   * shared cache may keep gets it.
   */
  serverTiming?: boolean | undefined;
  /** Requests that have neither span nor headers. Gets the URL, and what is known of the request. If it throws, the request has both. */
  ignoreOutgoingRequests?: ((url: string, request: OutgoingRequest) => boolean) | undefined;
}
