// One envelope from a server, by `node:http` with connections that are kept: `fetch` takes several times as much of the processor.

import { AsyncResource } from 'node:async_hooks';
import http from 'node:http';
import https from 'node:https';

/** As they were when this was loaded, before anybody wrapped them. */
const ways = /* @__PURE__ */ (() => ({ 'http:': http.request, 'https:': https.request }))();

/** Outside of what is traced: a connection that is kept would hold the scope, and so the spans, of whoever opened it. */
const outside = /* @__PURE__ */ new AsyncResource('throughline');

const agents: Partial<Record<keyof typeof ways, http.Agent>> = {};

/** As much of an answer as is read. */
interface Answered {
  status: number | undefined;
  headers: { get(name: string): string | null };
}

/** Posts a text, as `fetch` does with these members of its options. */
export function postByNode(
  url: string,
  { body, headers, signal }: { body?: unknown; headers?: object; signal?: AbortSignal },
): Promise<Answered> {
  const bytes = Buffer.from(String(body));
  const protocol = new URL(url).protocol as keyof typeof ways;
  agents[protocol] ??= new (protocol === 'https:' ? https : http).Agent({ keepAlive: true });
  const options: http.RequestOptions = {
    method: 'POST',
    agent: agents[protocol],
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers, 'content-length': bytes.length },
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const send = () => {
      const request = ways[protocol](url, options, (response) => {
        // What is not read would hold its connection.
        response.resume().on('error', () => {});
        const { statusCode, headers } = response;
        resolve({ status: statusCode, headers: { get: (name) => headers[name]?.toString() ?? null } });
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server has given up a connection that was kept, before it saw this.
        if (request.reusedSocket && error.code === 'ECONNRESET') send();
        else reject(error);
      });
      request.end(bytes);
    };
    outside.runInAsyncScope(send);
  });
}
