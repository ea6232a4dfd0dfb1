// fetchStreamPerformanceIntegration(): how long the page reads from a response that is streamed.
//
// A body is never cloned or teed: that would make the browser keep all of it for the slower reader. What the page
// itself reads is watched, by methods of this one response and of its body, which stay the objects they are.

import { startInactiveSpan } from '../api/spans.js';
import { type Answered, hearResponses } from '../page/requests.js';
import type { BrowserClient } from '../scope/client.js';
import { spanToJSON } from '../span/json.js';
import { ORIGIN } from '../span/record.js';
import type { Integration } from '../types/options.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';

/** Content types of responses that go on. */
const STREAMS = ['text/event-stream', 'application/x-ndjson', 'application/stream+json'];

/** What nobody reads to its end is given up after this long, in milliseconds. */
const PATIENCE = 90_000;

/** The methods of a response that read all of it. */
const READING = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'];

/**
 * Times how long the bodies of streamed responses take (event streams and lines of JSON), each in a span
 * `http.client.stream` beside that of its request.
 *
 * @example
 * init({ dsn, tracesSampleRate: 1, integrations: [browserTracingIntegration(), fetchStreamPerformanceIntegration()] });
 */
export function fetchStreamPerformanceIntegration(): Integration {
  return { name: 'FetchStreamPerformance', setup: (client) => hearResponses(client as BrowserClient, heard) };
}

function heard({ response, span, scope }: Answered): void {
  const type = response.headers.get('content-type') ?? '';
  if (response.headers.get('content-length') || !STREAMS.some((stream) => type.startsWith(stream))) return;
  const { body } = response;
  if (!body) return;
  const { name = '', attributes: known } = spanToJSON(span);
  const attributes: SpanAttributes = {};
  for (const one of ['url.full', 'url.domain', 'http.request.method', 'type'])
    attributes[one] = known[one] as string;
  const streamed = startInactiveSpan({
    name,
    op: 'http.client.stream',
    attributes: { ...attributes, [ORIGIN]: 'auto.http.browser.stream' },
    scope,
  });
  const done = () => {
    attempt(() => clearTimeout(timer));
    streamed.end();
  };
  const timer = attempt(() => setTimeout(done, PATIENCE));
  for (const name of READING) replace(response, name, (answer) => whenSettled(answer, done));
  watch(body, done);
}

/** Watches what reads a stream to its end. */
function watch(stream: ReadableStream, done: () => void): void {
  replace(stream, 'getReader', (reader: ReadableStreamDefaultReader) => {
    let released = false;
    replace(reader, 'releaseLock', (answer) => {
      released = true;
      return answer;
    });
    // A reader that was released is not at the end.
    reader.closed.then(done, () => released || done());
    return reader;
  });
  replace(stream, 'pipeTo', (answer) => whenSettled(answer, done));
  replace(stream, 'pipeThrough', (next: ReadableStream) => {
    watch(next, done);
    return next;
  });
  replace(stream, 'tee', (branches: ReadableStream[]) => {
    for (const branch of branches) watch(branch, done);
    return branches;
  });
  for (const name of ['values', Symbol.asyncIterator]) {
    replace(stream, name, (iterator: AsyncIterator<unknown>) => {
      replace(iterator, 'next', (step: Promise<IteratorResult<unknown>>) =>
        whenSettled(step, (last?: IteratorResult<unknown>) => last?.done !== false && done()),
      );
      replace(iterator, 'return', (step) => whenSettled(step, done));
      return iterator;
    });
  }
}

/** Lets a method of one object answer with what is made of its answer. */
// biome-ignore lint/suspicious/noExplicitAny: each method answers with something else
function replace(owner: object, name: string | symbol, change: (answer: any) => unknown): void {
  attempt(() => {
    const method = (owner as Record<string | symbol, unknown>)[name];
    if (typeof method !== 'function') return;
    const value = new Proxy(method, {
      apply: (target, self, given) => {
        const answer = Reflect.apply(target as () => unknown, self, given);
        return self === owner ? attempt(() => change(answer), answer) : answer;
      },
    });
    Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  });
}

/** The derived promise, so that a rejection that nobody handles stays one. */
function whenSettled<T>(promise: Promise<T>, tell: (value?: T) => unknown): Promise<T> {
  return promise.then(
    (value) => {
      tell(value);
      return value;
    },
    (error) => {
      tell();
      throw error;
    },
  );
}
