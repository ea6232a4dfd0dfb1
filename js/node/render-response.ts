// The tags in what a response of `http` writes: `write`, `end` and `writeHead` of that one response are wrapped.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { getTraceMetaTags } from '../api/traces.js';
import { getCurrentScope, runInScope } from '../scope/active.js';
import { attempt } from '../values/attempt.js';
import { beforeHeaders } from './before-headers.js';
import { HeadTags } from './head-tags.js';
import { type GivenHeaders, headersOf, isOwnPage, pairsOf } from './response-headers.js';
import { nameByRoute } from './route.js';

const LENGTH = 'content-length';

/** Responses that have their tags. */
const rendered = new WeakSet<ServerResponse>();

/** A method that writes: `(chunk?, encoding?, callback?)`, each of which may be left out. */
type Write = (...given: unknown[]) => unknown;

/** Puts the tags of the trace that is in force now into what a response writes from now on. */
export function renderInto(request: IncomingMessage, response: ServerResponse): void {
  if (rendered.has(response) || response.headersSent) return;
  rendered.add(response);
  const scope = getCurrentScope();
  const head = new HeadTags(() => {
    nameByRoute(request);
    return runInScope(scope, getTraceMetaTags);
  });
  /** Whether it is a page, once that is known. */
  let isPage: boolean | undefined;
  /** Whether its whole content is in one piece, of which the length is known. */
  let isWhole = false;

  beforeHeaders(response, (given, status) => {
    isPage ??= isHtml(response, given, status);
    if (!isPage || isWhole) return given;
    response.removeHeader(LENGTH);
    const pairs = pairsOf(given);
    const others = pairs.filter(([name]) => name.toLowerCase() !== LENGTH);
    if (others.length === pairs.length) return given;
    return Array.isArray(given) ? others.flat() : Object.fromEntries(others);
  });

  const replace = (name: 'write' | 'end', isLast: boolean) => {
    const original = response[name] as Write;
    const replacement: Write = function (this: ServerResponse, ...given) {
      const changed = attempt(() => change(given, isLast), given);
      return Reflect.apply(original, this, changed);
    };
    response[name] = replacement as typeof response.write & typeof response.end;
  };

  /** What is written in the place of what was given. */
  const change = (given: unknown[], isLast: boolean): unknown[] => {
    if (head.isDone) return given;
    if (isPage === undefined && !response.headersSent)
      isPage = isHtml(response, undefined, response.statusCode);
    if (!isPage) return given;
    const hasChunk = typeof given[0] !== 'function' && given[0] !== undefined && given[0] !== null;
    if (!hasChunk && !isLast) return given;
    const encoding = typeof given[1] === 'string' ? given[1] : undefined;
    const chunk = hasChunk ? bytesOf(given[0], encoding) : Buffer.alloc(0);
    if (!chunk) return given;
    const out = Buffer.from(head.pass(chunk.toString('latin1'), isLast), 'latin1');
    if (!response.headersSent) {
      // The answer to `HEAD` tells the length of a page without tags.
      isWhole = isLast && hasChunk;
      // What was held back must be written, whatever somebody has made of these methods.
      attempt(() => {
        if (isWhole && response.hasHeader(LENGTH)) response.setHeader(LENGTH, out.length);
      });
    }
    if (!hasChunk && !out.length) return given;
    const callback = given.find((one) => typeof one === 'function');
    return callback ? [out, callback] : [out];
  };

  replace('write', false);
  replace('end', true);
}

/** Whether a response is a page that can have tags. */
function isHtml(response: ServerResponse, given: GivenHeaders, status: number): boolean {
  const read = headersOf(response, given);
  const encoding = read('content-encoding').join().trim().toLowerCase();
  const isPlain = encoding === '' || encoding === 'identity';
  // A part of a page is not searched for its head; and these have no content.
  const isWhole = ![204, 206, 304].includes(status);
  return (
    isPlain && isWhole && !/charset=["']?utf-?(?:16|32)/i.test(read('content-type').join()) && isOwnPage(read)
  );
}

/** What is written, as bytes; nothing for what the response will not take. */
function bytesOf(chunk: unknown, encoding: string | undefined): Buffer | undefined {
  if (typeof chunk === 'string') return Buffer.from(chunk, (encoding || 'utf8') as BufferEncoding);
  return chunk instanceof Uint8Array
    ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    : undefined;
}
