// One request to a collector.

import type { GuestRequest } from '../send/under-way.js';
import type { Client } from '../types/options.js';
import { attempt } from '../values/attempt.js';
import { warn } from '../values/debug.js';

/** What became of a request: the status, negative for none (-1: nobody answered, -2: the page was left), and `Retry-After`. */
export interface Outcome {
  status: number;
  retryAfter: unknown;
}

/** So much of what a collector says is told. */
const MAX_TOLD = 200;

/** Says one sentence, where the page's developer wants to hear it. */
export function say(client: Client, sentence: string): void {
  if (attempt(() => client.getOptions().debug === true, false)) warn(sentence);
}

/**
 * Posts a body, among the client's own requests: it knows what may outlive the page, and the `fetch` from before anybody wrapped it.
 * Never rejected.
 */
export function post(
  client: Client,
  url: string,
  headers: Record<string, string>,
  body: string | ArrayBuffer,
): Promise<Outcome> {
  const bytes =
    typeof body === 'string'
      ? attempt(() => new TextEncoder().encode(body).length, body.length)
      : body.byteLength;
  return new Promise((resolve) => {
    let isMade = false;
    const request: GuestRequest = async (mine, fetch) => {
      isMade = true;
      const control = new AbortController();
      mine.abort = () => control.abort();
      const { keepalive } = mine;
      const { signal } = control;
      const given = { method: 'POST', headers, body, keepalive, signal, referrerPolicy: 'strict-origin' };
      const response: Response = await Reflect.apply(fetch, globalThis, [url, given]);
      hear(client, response).catch(() => {});
      return [response.status, undefined, attempt(() => response.headers.get('retry-after'))];
    };
    client.emit('request', bytes, request, ([status, , retryAfter]: [number, unknown, unknown]) =>
      resolve({ status, retryAfter }),
    );
    // A client that tells nobody anything now.
    if (!isMade) resolve({ status: -1, retryAfter: undefined });
  });
}

/** Tells what a collector says about what it did not take. Nobody waits for that. */
async function hear(client: Client, response: Response): Promise<void> {
  if (!attempt(() => client.getOptions().debug, false)) {
    await response.body?.cancel();
    return;
  }
  const text = await response.text();
  if (!response.ok) {
    say(client, `the collector answered ${response.status}: ${text.slice(0, MAX_TOLD)}`);
    return;
  }
  const { partialSuccess } = attempt(() => JSON.parse(text)) ?? {};
  const { rejectedSpans = 0, errorMessage = '' } = partialSuccess ?? {};
  if (Number(rejectedSpans) || errorMessage)
    say(client, `the collector refused ${rejectedSpans} spans: ${String(errorMessage).slice(0, MAX_TOLD)}`);
}

/** A text by gzip; nothing where there is no such thing. */
export async function gzip(text: string): Promise<ArrayBuffer | undefined> {
  try {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
    return await new Response(stream).arrayBuffer();
  } catch {
    return undefined;
  }
}
