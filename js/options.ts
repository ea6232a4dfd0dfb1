// The options of `init`.

import type { Client } from './client.js';
import type { EventHint, EventProcessor, TransactionEvent } from './event.js';
import type { TracesSamplerSamplingContext } from './sampling.js';
import type { Scope, ScopeContext } from './scope.js';
import type { SpanJSON, StreamedSpanJSON } from './span-json.js';
import type { SpanAttributeValue } from './values.js';

/** A part of the SDK that a page switches on. */
export interface Integration {
  name: string;
  /** Called before anything else of any integration. */
  beforeSetup?(client: Client): void;
  /** Called once, however often `init` is. */
  setupOnce?(): void;
  /** Called by `init` once the options are in force. */
  setup?(client: Client): void;
  /** Called after `setup` of all integrations. */
  afterAllSetup?(client: Client): void;
  /** May change each event before anything else does. */
  // biome-ignore lint/suspicious/noExplicitAny: integrations are written for all kinds of events
  preprocessEvent?(event: any, hint: EventHint | undefined, client: Client): void;
  /** May change each event, or drop it by answering `null`. */
  // biome-ignore lint/suspicious/noExplicitAny: integrations are written for all kinds of events
  processEvent?(event: any, hint: EventHint, client: Client): any;
}

/** The parts of a DSN. */
export interface DsnComponents {
  protocol: 'http' | 'https';
  publicKey: string;
  pass?: string;
  host: string;
  port?: string;
  path?: string;
  projectId: string;
}

/** A span that is not to be sent: by name, or by all of the given parts. */
export type IgnoreSpanFilter =
  | string
  | RegExp
  | {
      name?: string | RegExp;
      op?: string | RegExp;
      attributes?: Record<string, SpanAttributeValue | RegExp>;
    };

/** Sends envelopes in place of `fetch`. */
export interface Transport {
  /** Gets `[headers, [[item headers, payload], …]]`. */
  send(envelope: [object, [object, unknown][]]): PromiseLike<TransportMakeRequestResponse>;
  flush(timeout?: number): PromiseLike<boolean>;
}

/** What a server answered. */
export interface TransportMakeRequestResponse {
  statusCode?: number;
  headers?: {
    [name: string]: string | null | undefined;
    'x-sentry-rate-limits'?: string | null;
    'retry-after'?: string | null;
  };
}

/** Options of the reference that are about other things than tracing. They have no effect. */
export interface OtherOptions {
  beforeSend?: unknown;
  beforeBreadcrumb?: unknown;
  sampleRate?: number | undefined;
  maxBreadcrumbs?: number | undefined;
  maxValueLength?: number | undefined;
  attachStacktrace?: boolean | undefined;
  ignoreErrors?: Array<string | RegExp> | undefined;
  allowUrls?: Array<string | RegExp> | undefined;
  denyUrls?: Array<string | RegExp> | undefined;
  dataCollection?: object | undefined;
  enableLogs?: boolean | undefined;
  replaysSessionSampleRate?: number | undefined;
  replaysOnErrorSampleRate?: number | undefined;
  profileSessionSampleRate?: number | undefined;
  skipBrowserExtensionCheck?: boolean | undefined;
  stackParser?: unknown;
}

/** The options of {@link init}. */
export interface BrowserOptions extends OtherOptions {
  /** Where transactions go. Without it nothing is sent, but headers still flow. */
  dsn?: string | undefined;
  /** The share of traces to record, 0 to 1. Without it no span is recorded, but headers still flow. */
  tracesSampleRate?: number | undefined;
  /** Decides about each trace that begins here: a rate from 0 to 1, or a boolean. */
  tracesSampler?: ((context: TracesSamplerSamplingContext) => number | boolean) | undefined;
  /**
   * The requests that carry trace headers: texts (a host with its subdomains, an origin with a path prefix,
   * a path of the own origin) or regular expressions. Default: same origin, and localhost. `[]`: none.
   */
  tracePropagationTargets?: Array<string | RegExp> | undefined;
  /** The version of the page's code. */
  release?: string | undefined;
  /** Where it runs; `production` if not given. */
  environment?: string | undefined;
  /** The build of a release. */
  dist?: string | undefined;
  /** What to switch on, for example `[browserTracingIntegration()]`. */
  integrations?: Integration[] | ((defaults: Integration[]) => Integration[]) | undefined;
  /** Switched on before `integrations`; this SDK has none of its own. */
  defaultIntegrations?: Integration[] | false | undefined;
  /** What the current scope holds at first. */
  initialScope?: Scope | Partial<ScopeContext> | ((scope: Scope) => Scope) | undefined;
  /** A URL of the own site that passes envelopes on. */
  tunnel?: string | undefined;
  /** Sends envelopes in place of `fetch`. */
  // biome-ignore lint/suspicious/noExplicitAny: each transport has options of its own
  transport?: ((options: any) => Transport) | undefined;
  /** Options for what sends envelopes. */
  transportOptions?: Record<string, unknown> | undefined;
  /** Also send the W3C header `traceparent`. */
  propagateTraceparent?: boolean | undefined;
  /** Continue only traces of the own organization. */
  strictTraceContinuation?: boolean | undefined;
  /** The own organization, if the DSN does not tell. */
  orgId?: `${number}` | number | undefined;
  /** Attach new spans to the root of the active one (default), or to the active one itself. */
  parentSpanIsAlwaysRootSpan?: boolean | undefined;
  /** How spans are sent: with their root, as a transaction (default), or each by itself when it has ended. */
  traceLifecycle?: 'static' | 'stream' | undefined;
  /** Transactions that are not sent, by name: texts that it contains, or regular expressions. */
  ignoreTransactions?: Array<string | RegExp> | undefined;
  /** Spans that are not sent; a root takes its transaction with it. */
  ignoreSpans?: IgnoreSpanFilter[] | undefined;
  /** Changes a transaction before it is sent, or drops it by answering `null`. */
  beforeSendTransaction?:
    | ((
        event: TransactionEvent,
        hint: EventHint,
      ) => PromiseLike<TransactionEvent | null> | TransactionEvent | null)
    | undefined;
  /** Changes a span before it is sent. See {@link withStaticSpan}. */
  beforeSendSpan?: BeforeSendSpan | undefined;
  /** How deep contexts, extras and attributes are sent (default 3). */
  normalizeDepth?: number | undefined;
  /** How many members of each object and array are sent (default 1000). */
  normalizeMaxBreadth?: number | undefined;
  /** Tell the server how much was not sent, and why (default true). */
  sendClientReports?: boolean | undefined;
  /** `false` turns everything off. */
  enabled?: boolean | undefined;
  /** Tell on the console what is done and what is ignored. */
  debug?: boolean | undefined;
}

/** Changes a span before it is sent: one in the static shape, or one in the streamed shape. */
export type BeforeSendSpan = StaticSpanCallback | StreamedSpanCallback;

/** Changes a span in the shape of {@link spanToStaticSpanJSON}. */
export type StaticSpanCallback = ((span: SpanJSON) => SpanJSON) & { _static?: true };

/** Changes a span in the shape of {@link spanToJSON}. */
export type StreamedSpanCallback = ((span: StreamedSpanJSON) => StreamedSpanJSON) & { _streamed?: true };

export type { EventProcessor };
