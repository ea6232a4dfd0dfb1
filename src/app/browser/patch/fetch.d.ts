// What fetch.js and xhr.js give to the JavaScript face, and ask of it.

/** A request that is about to be sent. */
export interface Call {
  /** As the page wrote it; of a `data:` URL only the beginning. */
  url: string;
  /** Uppercase. Of a `fetch` it is known, like the two below, once the call was read. */
  method: string;
  /** What is sent. */
  body?: unknown;
  /** Whether the browser would drop our headers (`mode: 'no-cors'`). */
  noCors?: boolean;
  /** What `fetch` was called with. */
  args?: unknown[];
  /** The second argument of `fetch`. */
  init?: RequestInit | null;
  /** The first argument of `fetch`, if it is a request. */
  request?: Request;
  /** Whether `fetch` has failed before anything could be sent. */
  refused?: boolean;
  /** Of an `XMLHttpRequest`: the headers that were set. */
  headers?: Record<string, string>;
}

/** What is done with a request. */
export interface Plan {
  /** Where it goes, as the browser resolved it. */
  href: string;
  /** The number of its span; 0 for none. */
  key: number;
  /** sentry-trace, baggage, traceparent and tracestate. */
  headers: string[] | undefined;
  /** Whether it carries them. */
  carries: boolean;
}

/** What the wrapper of `fetch` asks. */
export interface Callbacks<P extends Plan, Answer> {
  start(call: Call): P | undefined;
  merge(theirs: string, ours: string): string | undefined;
  end(plan: P, call: Call, response: Answer, error: unknown): void;
}

export function patchFetch<P extends Plan>(
  owner: object,
  callbacks: Callbacks<P, Response | undefined>,
): () => void;
export function hasFailed(plan: Plan, call: Call, error: unknown): boolean | undefined;
export function hasMoved(plan: Plan, url: string): boolean | undefined;
export function statusOf(response: unknown): number;
export function sizeOf(response: unknown): number;
export function theirs(call: Call): HeadersInit | null | undefined;
export function describe(call: Call): boolean;
export function read(call: Call): void;
export function isEnvelope(body: unknown): boolean;
export function wrap<Target extends (...given: never[]) => unknown>(
  owner: object,
  name: string,
  apply: (target: Target, self: unknown, args: unknown[]) => unknown,
): () => void;
