// `init`, and the object that stands for an initialised SDK.

import { ask, attempt } from './guard.js';

/** A part of the SDK that a page switches on. */
export interface Integration {
  name: string;
  /** Called by `init` once the options are in force. */
  afterAllSetup?(client: Client): void;
}

/** The options of {@link init}. */
export interface BrowserOptions {
  /** Where transactions go. Without it nothing is sent, but headers still flow. */
  dsn?: string;
  /** The share of traces to record, 0 to 1. Without it no span is recorded, but headers still flow. */
  tracesSampleRate?: number;
  /**
   * The requests that carry trace headers: texts (a host with its subdomains, an origin with a path prefix,
   * a path of the own origin) or regular expressions. Default: same origin, and localhost. `[]`: none.
   */
  tracePropagationTargets?: Array<string | RegExp>;
  /** The version of the page's code. */
  release?: string;
  /** Where it runs; `production` if not given. */
  environment?: string;
  /** What to switch on, for example `[browserTracingIntegration()]`. */
  integrations?: Integration[] | ((defaults: Integration[]) => Integration[]);
  /** A URL of the own site that passes envelopes on. */
  tunnel?: string;
  /** Also send the W3C header `traceparent`. */
  propagateTraceparent?: boolean;
  /** Continue only traces of the own organization. */
  strictTraceContinuation?: boolean;
  /** The own organization, if the DSN does not tell. */
  orgId?: `${number}` | number;
  /** Attach new spans to the root of the active one (default), or to the active one itself. */
  parentSpanIsAlwaysRootSpan?: boolean;
  /** `false` turns everything off. */
  enabled?: boolean;
  /** Tell on the console what is done and what is ignored. */
  debug?: boolean;
}

/** An initialised SDK. */
export class Client {
  readonly #options: BrowserOptions;

  /** @internal */
  constructor(options: BrowserOptions) {
    this.#options = options;
  }

  /** The options that `init` was given. */
  getOptions(): BrowserOptions {
    return this.#options;
  }

  /** Same as {@link flush}. */
  flush(timeout?: number): PromiseLike<boolean> {
    return flush(timeout);
  }
}

/**
 * Starts the SDK. Synchronous: the first `fetch` after it is traced already.
 *
 * @returns the client; `undefined` where tracing cannot work, for example on a server
 * @example
 * init({ dsn, tracesSampleRate: 1, integrations: [browserTracingIntegration()] });
 */
export function init(options: BrowserOptions = {}): Client | undefined {
  const given: BrowserOptions = attempt(() => ({ ...options }), {});
  const integrations = integrationsOf(given);
  const names = integrations.map((integration) => integration.name);
  const started = ask((core) => {
    core.init(given, names);
    return true;
  }, false);
  if (!started) return undefined;
  const client = new Client(given);
  for (const integration of integrations) attempt(() => integration.afterAllSetup?.(client), undefined);
  return client;
}

/**
 * Waits until every envelope that is under way has been answered.
 *
 * @param timeout milliseconds; without it, or with 0, as long as it takes
 * @returns false if time ran out
 * @example
 * await flush(2000);
 */
export function flush(timeout?: number): Promise<boolean> {
  const settled = ask((core) => core.settled(), Promise.resolve()).then(() => true);
  if (!timeout) return settled;
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeout);
  });
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}

function integrationsOf({ integrations }: BrowserOptions): Integration[] {
  const list = typeof integrations === 'function' ? attempt(() => integrations([]), []) : integrations;
  if (!Array.isArray(list)) return [];
  return list.filter((integration) => attempt(() => typeof integration.name === 'string', false));
}
