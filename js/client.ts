// The object that stands for an initialised SDK, and `init`.

import { getCurrentScope, getIsolationScope, scopeInForce } from './active.js';
import { complain, setDebug, shown } from './debug.js';
import type { EventProcessor } from './event.js';
import { checkOptions } from './filters.js';
import { ask, attempt, isA } from './guard.js';
import { applied, apply } from './in-force.js';
import { inTurn, settle, waits } from './later.js';
import { setLimits } from './normalize.js';
import type { BrowserOptions, DsnComponents, Integration } from './options.js';
import { pending } from './pipeline.js';
import { answered, ENVELOPE_HOOKS, flushed, useTransport } from './transport.js';
import { text } from './values.js';

/** The integrations whose `setupOnce` was called. */
const setUpOnce = new Set<string>();

/** The hooks whose listeners must hear of every span, also of those that the core begins and ends by itself. */
const SPAN_HOOKS = ['spanStart', 'spanEnd', 'afterSpanEnd'];

/** What listeners of {@link Client.on} are called with depends on the event. */
// biome-ignore lint/suspicious/noExplicitAny: each event has arguments of its own
type Listener = (...details: any[]) => void;

/** An initialised SDK. */
export class Client {
  // No private fields: proxies of reactive frameworks could not read them.
  /** @internal */
  readonly options: BrowserOptions;
  /** @internal */
  readonly listeners = new Map<string, Set<Listener>>();
  /** @internal */
  readonly integrations = new Map<string, Integration>();
  /** @internal */
  readonly processors: EventProcessor[] = [];

  /** @internal The names of its integrations, for the core. */
  readonly names: string[];

  /** @internal Whether the root of the active span stands in for it, see `parentSpanIsAlwaysRootSpan`. */
  readonly attachesToRoots: boolean;
  /** @internal Whether somebody hears, or has heard, of each span. */
  observed = false;

  /** Made by {@link init}. */
  constructor(options: BrowserOptions, names: string[] = []) {
    this.names = names;
    this.options = typeof options === 'object' && options ? options : {};
    this.attachesToRoots = attempt(() => this.options.parentSpanIsAlwaysRootSpan !== false, true);
  }

  /** The options that `init` was given. */
  getOptions(): BrowserOptions {
    // What the page writes to them counts from then on.
    settle();
    return this.options;
  }

  /** The parts of the DSN; `undefined` if there is no valid one. */
  getDsn(): DsnComponents | undefined {
    const { dsn } = this.options;
    if (typeof dsn !== 'string') return undefined;
    return ask((core) => JSON.parse(core.dsn_parts(dsn) || 'null'), null) ?? undefined;
  }

  /** @internal Whether `close` was called. */
  isClosed = false;

  /** @internal Whether code of the page listens, or did. */
  isHeard = false;

  /** @internal Whether headers flow: not after `close`, and not with `enabled: false`. */
  isOn(): boolean {
    return this.options.enabled !== false;
  }

  /** @internal Whether spans are recorded: a rate or a sampler is set, even if the rate is 0. */
  traces(): boolean {
    const { tracesSampleRate, tracesSampler } = this.options;
    return (tracesSampleRate !== undefined && tracesSampleRate !== null) || Boolean(tracesSampler);
  }

  /** @internal Whether spans are sent by themselves. */
  streams(): boolean {
    return this.options.traceLifecycle === 'stream';
  }

  /** @internal Whether anybody in JavaScript has a say about roots. */
  decides(): boolean {
    return this.traces() && (Boolean(this.options.tracesSampler) || this.listens('beforeSampling'));
  }

  /**
   * Listens to what happens in the SDK, for example `spanStart` and `spanEnd`, which get the span.
   *
   * @returns a function that stops listening
   * @example
   * const stop = getClient()?.on('spanEnd', (span) => console.log(spanToJSON(span).name));
   */
  on(hook: string, listener: Listener): () => void {
    if (typeof listener !== 'function') {
      complain(`a listener of ${shown(hook)} was ignored: ${shown(listener)} is no function`);
      return () => {};
    }
    if (waits) settle();
    this.isHeard = true;
    return this.hear(hook, listener);
  }

  /** @internal The same for what belongs to `init`, which does not wait for what that has put off. */
  hear(hook: string, listener: Listener): () => void {
    const listeners = this.listeners.get(hook) ?? new Set();
    // Of its own, so that one function can listen twice.
    const own: Listener = (...details) => listener(...details);
    this.listeners.set(hook, listeners.add(own));
    if (SPAN_HOOKS.includes(hook)) {
      this.observed = true;
      inTurn(() => ask((core) => core.observe(1), undefined));
    }
    if (ENVELOPE_HOOKS.includes(hook) && applied === this) useTransport(this);
    return () => listeners.delete(own);
  }

  /** Tells all listeners of a hook. What one of them throws does not reach the others. */
  emit(hook: string, ...details: unknown[]): void {
    if (waits) settle();
    const listeners = this.listeners.get(hook);
    if (!listeners?.size) return;
    for (const listener of [...listeners]) {
      attempt(() => listener(...details), undefined);
    }
  }

  /** @internal Whether anybody listens. */
  listens(hook: string): boolean {
    return Boolean(this.listeners.get(hook)?.size);
  }

  /** Adds a function that may change each event, or drop it by answering `null`. */
  addEventProcessor(processor: EventProcessor): void {
    if (typeof processor === 'function') this.processors.push(processor);
    else complain(`addEventProcessor was ignored: ${shown(processor)} is no function`);
  }

  /** The functions that may change events. */
  getEventProcessors(): EventProcessor[] {
    return this.processors;
  }

  /** Switches a part of the SDK on; a second one of the same name is ignored. */
  addIntegration(integration: Integration): void {
    settle();
    this.setUp([integration]);
  }

  /** A part of the SDK that is switched on. */
  getIntegrationByName<T extends Integration = Integration>(name: string): T | undefined {
    return this.integrations.get(name) as T | undefined;
  }

  /** @internal The parts that are switched on, by name. */
  getIntegrationNames(): string[] {
    return [...this.integrations.keys()];
  }

  /** @internal Switches parts on. One that fails does not stop the others. */
  setUp(integrations: Integration[]): void {
    const added = integrations.filter((integration) => {
      const name = attempt(() => integration.name, undefined);
      if (typeof name !== 'string') {
        complain(`an integration was ignored: ${shown(integration)} has no name`);
        return false;
      }
      if (this.integrations.has(name)) return false;
      this.integrations.set(name, integration);
      return true;
    });
    for (const integration of added) attempt(() => integration.beforeSetup?.(this), undefined);
    for (const integration of added) {
      if (!setUpOnce.has(integration.name)) {
        setUpOnce.add(integration.name);
        attempt(() => integration.setupOnce?.(), undefined);
      }
      attempt(() => integration.setup?.(this), undefined);
      if (typeof integration.preprocessEvent === 'function') {
        this.on('preprocessEvent', (event, hint) => integration.preprocessEvent?.(event, hint, this));
      }
      if (typeof integration.processEvent === 'function') {
        const process: EventProcessor = (event, hint) => integration.processEvent?.(event, hint, this);
        process.id = integration.name;
        this.addEventProcessor(process);
      }
    }
    for (const integration of added) attempt(() => integration.afterAllSetup?.(this), undefined);
  }

  /** Notes that something was not sent, for the client report. */
  recordDroppedEvent(reason: string, category: string, count = 1): void {
    ask((core) => core.record_loss(text(reason), text(category), Number(count) || 0), undefined);
  }

  /** Same as {@link flush}. */
  flush(timeout?: number): PromiseLike<boolean> {
    this.emit('flush');
    ask((core) => core.flush_spans(), undefined);
    return settled(timeout);
  }

  /** Same as {@link close}. */
  async close(timeout?: number): Promise<boolean> {
    settle();
    this.isClosed = true;
    const result = await this.flush(timeout);
    this.options.enabled = false;
    if (applied === this) ask((core) => core.close(), undefined);
    this.emit('close');
    return result;
  }
}

/**
 * Starts the SDK. Synchronous: the first `fetch` after it is traced already.
 *
 * @param options see {@link BrowserOptions}; a wrong one is named on the console and left out
 * @returns the client; `undefined` where tracing cannot work, for example on a server, as far as that can be told at once
 * @example
 * init({ dsn, tracesSampleRate: 1, integrations: [browserTracingIntegration()] });
 */
export function init(options: BrowserOptions = {}): Client | undefined {
  settle();
  const given: BrowserOptions = attempt(() => ({ ...options }), {});
  setDebug(given.debug === true);
  setLimits(given.normalizeDepth, given.normalizeMaxBreadth);
  const integrations = integrationsOf(given);
  const names = [...new Set(integrations.map(({ name }) => name))];
  const client = new Client(given, names);
  if (getClient()?.isClosed === false) {
    complain('init was called again: its options replace those of the first call');
  }
  if (!apply(client)) return undefined;
  checkOptions(given);
  const scope = scopeInForce().update(given.initialScope);
  // What the page does there may have needed the core, which may have failed to start.
  if (applied !== client) return undefined;
  scope.setClient(client);
  if (client.isOn()) client.setUp(integrations);
  return client;
}

/**
 * The client of the current scope.
 *
 * @returns `undefined` before `init`
 *
 * @example
 * const { environment } = getClient()?.getOptions() ?? {};
 */
export function getClient(): Client | undefined {
  const client: unknown = getCurrentScope().client;
  return client === applied || isA(client, Client) ? (client as Client | undefined) : undefined;
}

/**
 * Makes a client the one of the current scope, in place of the one that `init` made.
 *
 * @param client what `init` answered with
 * @example
 * setCurrentClient(client);
 */
export function setCurrentClient(client: Client): void {
  if (!isA(client, Client)) {
    complain(`setCurrentClient was ignored: ${shown(client)} is no client`);
    return;
  }
  apply(client);
  getCurrentScope().setClient(client);
}

/**
 * Whether `init` was called, and not `close` after it.
 *
 * @example
 * if (!isInitialized()) init({ dsn });
 */
export function isInitialized(): boolean {
  return getClient()?.isClosed === false;
}

/**
 * Whether events can be sent: there is a valid DSN, and the SDK was not closed or disabled.
 *
 * @example
 * if (isEnabled()) showConsentHint();
 */
export function isEnabled(): boolean {
  const client = getClient();
  return Boolean(client?.isOn() && client.getDsn());
}

/**
 * Switches a part of the SDK on after `init`. A second one of the same name is ignored.
 *
 * @param integration an object with a `name`
 * @example
 * addIntegration(browserTracingIntegration());
 */
export function addIntegration(integration: Integration): void {
  const client = getClient();
  if (client) client.addIntegration(integration);
  else complain('addIntegration was ignored: call init first');
}

/**
 * Adds a function that may change each event, or drop it by answering `null`.
 *
 * @param processor gets the event and a hint, and answers with the event, `null`, or a promise of them
 * @example
 * addEventProcessor((event) => (event.transaction === '/health' ? null : event));
 */
export function addEventProcessor(processor: EventProcessor): void {
  getIsolationScope().addEventProcessor(processor);
}

/**
 * Waits until every envelope that is under way has been answered.
 *
 * @param timeout milliseconds; without it, or with 0, as long as it takes
 * @returns false if time ran out, or before `init`
 * @example
 * await flush(2000);
 */
export async function flush(timeout?: number): Promise<boolean> {
  return (await getClient()?.flush(timeout)) ?? false;
}

/**
 * Sends what is left and stops: nothing is recorded or sent from then on.
 *
 * @param timeout milliseconds to wait for envelopes; without it, or with 0, as long as it takes
 * @returns false if time ran out, or before `init`
 * @example
 * await close(2000);
 */
export async function close(timeout?: number): Promise<boolean> {
  return (await getClient()?.close(timeout)) ?? false;
}

async function settled(timeout?: number): Promise<boolean> {
  const done = pending()
    .then(() => flushed(timeout))
    .then(answered)
    .then(() => true);
  if (!timeout) return done;
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeout);
  });
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}

function integrationsOf({ integrations, defaultIntegrations }: BrowserOptions): Integration[] {
  const defaults = Array.isArray(defaultIntegrations) ? defaultIntegrations : [];
  const list =
    typeof integrations === 'function'
      ? attempt(() => integrations(defaults), defaults)
      : [...defaults, ...(Array.isArray(integrations) ? integrations : [])];
  if (integrations && !Array.isArray(integrations) && typeof integrations !== 'function') {
    complain(`integrations was ignored: ${shown(integrations)} is no array`);
  }
  return Array.isArray(list) ? list.filter((one) => attempt(() => typeof one.name === 'string', false)) : [];
}
