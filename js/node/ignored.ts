// The requests that have no span, and those whose transaction is not sent.

import type { IncomingMessage } from 'node:http';
import { judgeRequest } from '../core/core.js';
import type { BrowserClient } from '../scope/client.js';
import { attempt } from '../values/attempt.js';
import type { HttpOptions } from './http-options.js';

/** The files of a page, as the reference knows them. */
const ASSET =
  /\.(?:ico|png|jpg|jpeg|gif|svg|css|js|woff|woff2|ttf|eot|webp|avif)$|^\/(?:robots\.txt|sitemap\.xml|manifest\.json|browserconfig\.xml)$/;

/** The statuses whose transactions are not sent by default, as in the reference: mostly what nobody wrote a handler for. */
const STATUSES: NonNullable<HttpOptions['ignoreStatusCodes']> = [
  [301, 303],
  [305, 399],
  [401, 404],
];

/** Whether a request has no span: as in the reference, and none that brings envelopes, which might be those about it. */
export function hasNoSpan(client: BrowserClient, request: IncomingMessage, options: HttpOptions): boolean {
  const { method = '', url } = request;
  if (method === 'OPTIONS' || method === 'HEAD' || !url) return true;
  if (method === 'POST' && attempt(() => bringsEnvelope(client, url), false)) return true;
  const [path = ''] = url.split(/[?#]/, 1);
  if (options.ignoreStaticAssets !== false && method === 'GET' && ASSET.test(path)) return true;
  return attempt(() => options.ignoreIncomingRequests?.(url, request) === true, false);
}

/**
 * Whether what is sent to a path of ours is an envelope, by any SDK, or through our own tunnel. Which host was meant only its client
 * says, who may say anything: so nobody asks, and nothing of the answer is kept for requests that go out.
 */
function bringsEnvelope(client: BrowserClient, url: string): boolean {
  const origin = 'http://localhost';
  const here = ({ pathname, search }: URL) => origin + pathname + search;
  const tunnel = attempt(() => new URL(client.sender?.url() ?? ''));
  // As proxies are asked, with the whole address.
  const asked = new URL(/^https?:/i.test(url) ? url : origin + url);
  const [code] =
    judgeRequest({
      isXhr: false,
      noCors: false,
      href: here(asked),
      given: url,
      page: '',
      targets: '',
      patterns: '',
      // At the root there is mostly something else, and the tunnel is another server.
      destination: tunnel && tunnel.pathname !== '/' ? here(tunnel) : '',
      broken: '',
      sensitive: '',
    }) ?? [];
  return code === 'envelope';
}

/** Whether the transactions of a status are not sent. */
export function isIgnoredStatus(status: number, { ignoreStatusCodes = STATUSES }: HttpOptions): boolean {
  return attempt(
    () =>
      ignoreStatusCodes.some((one) =>
        typeof one === 'number' ? one === status : one[0] <= status && status <= one[1],
      ),
    false,
  );
}
