// `renderTraceMetaTags`: puts the tags by which a page load goes on in its request's trace into the HTML that a server writes.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { getTraceMetaTags } from '../api/traces.js';
import { getCurrentScope, runInScope } from '../scope/active.js';
import { attempt, isA } from '../values/attempt.js';
import { complain, shown } from '../values/debug.js';
import { HeadTags } from './head-tags.js';
import { renderInto } from './render-response.js';
import { isOwnPage } from './response-headers.js';

/** Middleware of Express, Connect and the like. */
export type TraceMetaTagsMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Puts the tags of {@link getTraceMetaTags} behind the `<head>` of HTML, or where a document without that tag begins its head, so
 * that the page load in the browser goes on in the trace of the request that it came from.
 *
 * Without an argument it is middleware for Express and the like: whatever writes the page below it, in whatever pieces. Pages that
 * are compressed already, or that a shared cache may keep, stay as they are; so does what is no HTML, or only a part of a page, and
 * a head that has such tags. With a `Response`, or the stream of a page, it answers with another one, to be called while the request's span is active.
 *
 * @returns middleware; or the response or stream with the tags. Nothing is thrown; what cannot be read is answered as it came
 * @example
 * app.use(renderTraceMetaTags());
 * @example
 * return renderTraceMetaTags(new Response(html, { headers: { 'content-type': 'text/html' } }));
 */
export function renderTraceMetaTags(): TraceMetaTagsMiddleware;
export function renderTraceMetaTags<Page extends Response | ReadableStream>(page: Page): Page;
export function renderTraceMetaTags(page?: unknown): unknown {
  if (page === undefined) return middleware;
  if (isA(page, ReadableStream)) return attempt(() => throughTags(page), page);
  if (isA(page, Response)) return attempt(() => renderResponse(page), page);
  complain(`renderTraceMetaTags was ignored: ${shown(page)} is neither a Response nor a ReadableStream`);
  return page;
}

function middleware(
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
): void {
  attempt(() => renderInto(request, response));
  next();
}

function renderResponse(response: Response): Response {
  const { body, status, statusText, headers } = response;
  const read = (name: string) => {
    const value = headers.get(name);
    return value === null ? [] : [value];
  };
  // A part of a page is not searched for its head.
  if (!body || status === 206 || headers.has('content-encoding') || !isOwnPage(read)) return response;
  const others = new Headers(headers);
  others.delete('content-length');
  return new Response(throughTags(body), { status, statusText, headers: others });
}

/** A stream of texts or bytes with the tags of the trace that is in force now. */
function throughTags(stream: ReadableStream): ReadableStream {
  const scope = getCurrentScope();
  const head = new HeadTags(() => runInScope(scope, getTraceMetaTags));
  let isText = false;
  const send = (text: string, controller: TransformStreamDefaultController) => {
    if (text) controller.enqueue(isText ? text : new Uint8Array(Buffer.from(text, 'latin1')));
  };
  return stream.pipeThrough(
    new TransformStream({
      transform(piece, controller) {
        if (head.isDone) {
          controller.enqueue(piece);
          return;
        }
        isText = typeof piece === 'string';
        // Tags and heads are ASCII: each byte is a character here, and becomes the same byte again.
        const text = isText ? piece : attempt(() => bytes(piece).toString('latin1'));
        if (text === undefined) controller.enqueue(piece);
        else send(head.pass(text), controller);
      },
      flush: (controller) => send(head.pass('', true), controller),
    }),
  );
}

function bytes(piece: ArrayBufferView | ArrayBuffer): Buffer {
  return ArrayBuffer.isView(piece)
    ? Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    : Buffer.from(piece);
}
