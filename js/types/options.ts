// The options of `init`, and the three things that refer to each other: options, client and scope. Types only.

import type {
  Contexts,
  EventHint,
  EventProcessor,
  Primitive,
  ScopeContext,
  ScopeData,
  SeverityLevel,
  TransactionEvent,
  User,
} from './events.js';
import type {
  PropagationContext,
  SpanAttributeValue,
  SpanJSON,
  StreamedSpanJSON,
  TracesSamplerSamplingContext,
} from './spans.js';

/** What listeners of {@link Client.on} are called with depends on the event. */
// biome-ignore lint/suspicious/noExplicitAny: each event has arguments of its own
export type Listener = (...details: any[]) => void;

/** An initialised SDK. */
export interface Client {
  /** The options that `init` was given. What is written to them counts from then on. */
  getOptions(): BrowserOptions;
  /** The parts of the DSN; `undefined` if there is no valid one. */
  getDsn(): DsnComponents | undefined;
  /**
   * Listens to what happens in the SDK, for example `spanStart` and `spanEnd`, which get the span.
   *
   * @returns a function that stops listening
   * @example
   * const stop = getClient()?.on('spanEnd', (span) => console.log(spanToJSON(span).name));
   */
  on(hook: string, listener: Listener): () => void;
  /** Tells all listeners of a hook. What one of them throws does not reach the others. */
  emit(hook: string, ...details: unknown[]): void;
  /** Adds a function that may change each event, or drop it by answering `null`. */
  addEventProcessor(processor: EventProcessor): void;
  /** The functions that may change events. */
  getEventProcessors(): EventProcessor[];
  /** Switches a part of the SDK on; a second one of the same name is ignored. */
  addIntegration(integration: Integration): void;
  /** A part of the SDK that is switched on. */
  getIntegrationByName<T extends Integration = Integration>(name: string): T | undefined;
  /** Notes that something was not sent, for the client report. */
  recordDroppedEvent(reason: string, category: string, count?: number): void;
  /** Same as {@link flush}. */
  flush(timeout?: number): PromiseLike<boolean>;
  /** Same as {@link close}. */
  close(timeout?: number): PromiseLike<boolean>;
}

/** The methods of a scope; the class of that name says what each does. */
export interface ScopeMethods {
  clone(): ScopeMethods;
  getPropagationContext(): PropagationContext;
  setPropagationContext(context: PropagationContext): this;
  setTag(name: string, value: Primitive): this;
  setTags(tags: { [name: string]: Primitive }): this;
  setAttribute(name: string, value: unknown): this;
  setAttributes(attributes: Record<string, unknown>): this;
  removeAttribute(name: string): this;
  setExtra(name: string, extra: unknown): this;
  setExtras(extras: Record<string, unknown>): this;
  setContext(name: string, context: Contexts[string] | null): this;
  setUser(user: User | null): this;
  getUser(): User | undefined;
  setLevel(level: SeverityLevel): this;
  setFingerprint(fingerprint: string[]): this;
  setTransactionName(name?: string): this;
  addEventProcessor(processor: EventProcessor): this;
  setSDKProcessingMetadata(metadata: Record<string, unknown>): this;
  getScopeData(): ScopeData;
  setClient(client: Client | undefined): void;
  getClient(): Client | undefined;
}

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

/** Which requests carry `traceparent`: none, all that carry `sentry-trace`, or of these those of recorded traces. */
export type PropagateTraceparent = boolean | { unsampled: 'omit' };

/** The options of {@link init}. */
export interface BrowserOptions extends OtherOptions {
  /** Where transactions go. Without it nothing is sent, but headers still flow. */
  dsn?: string | undefined;
  /** The share of traces to record, 0 to 1. Without it no span is recorded, but headers still flow. */
  tracesSampleRate?: number | undefined;
  /** Decides about each trace that begins here: a rate from 0 to 1, or a boolean. */
  tracesSampler?: ((context: TracesSamplerSamplingContext) => number | boolean) | undefined;
  /**
   * The requests that carry trace headers: texts (a host with its subdomains, `*.host` for these alone, an origin, or
   * `//host` for either scheme; each with a path prefix or without; a path of the own origin) or regular expressions.
   * Default: same origin, and localhost; on a server hosts that are surely not on the public internet. `[]`: none.
   */
  tracePropagationTargets?: Array<string | RegExp> | undefined;
  /**
   * Further parameters of URLs whose values are secret: the names, or parts of them, in either case. In no URL that is
   * recorded are these, and those of the built-in list (`token`, `password`, `sig`, `code`, …).
   */
  sensitiveParams?: string[] | undefined;
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
  initialScope?: ScopeMethods | Partial<ScopeContext> | ((scope: ScopeMethods) => ScopeMethods) | undefined;
  /** A URL of the own site that passes envelopes on. */
  tunnel?: string | undefined;
  /** Sends envelopes in place of `fetch`. */
  // biome-ignore lint/suspicious/noExplicitAny: each transport has options of its own
  transport?: ((options: any) => Transport) | undefined;
  /** Options for what sends envelopes. */
  transportOptions?: Record<string, unknown> | undefined;
  /**
   * Also send the W3C header `traceparent`, and beside it the `tracestate` that came with the trace.
   *
   * Of a trace that is not recorded `traceparent` says so, and the default sampler of OpenTelemetry records nothing then: where
   * the servers behind are to decide themselves, `{ unsampled: 'omit' }` leaves it out of such requests.
   */
  propagateTraceparent?: PropagateTraceparent | undefined;
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
  /** How deep contexts, extras and attributes are sent (default 3). Read by `init` alone, for the whole page. */
  normalizeDepth?: number | undefined;
  /** How many members of each object and array are sent (default 1000). Read by `init` alone, for the whole page. */
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
