// The object that stands for an initialised SDK: its options, its listeners and its integrations. What it sends, it sends by a
// sender, which `init` gives it (js/send/).

import { hasFailed } from '../core/abi.js';
import type { Head } from '../core/core.js';
import { readDsn } from '../core/core.js';
import type { EventProcessor } from '../types/events.js';
import type { BrowserOptions, Client, DsnComponents, Integration, Listener } from '../types/options.js';
import type { AnySpan } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { cut } from '../values/cut.js';
import { complain, shown } from '../values/debug.js';
import { shared } from '../values/shared.js';
import { text } from '../values/values.js';
import { SDK } from './sdk.js';

/** What becomes of spans that have ended, and of what was lost. */
export interface Sender {
  /** A span has ended whose trace is recorded, and everybody has heard of it. */
  ended(span: AnySpan): void;
  /** So many things of a category were lost for a reason, in the words of client reports. */
  lose(reason: string, category: string, count: number): void;
  /** Where envelopes go, as the browser resolves it; empty for nowhere. */
  url(): string;
  /** Sends what waits without delay: the page may never be seen again. */
  hurry(): void;
  /** Sends what waits, and waits for what is under way. False if time ran out, in milliseconds. */
  flush(timeout: number | undefined): Promise<boolean>;
}

/** What options are that nobody gives, where whoever asks `getOptions()` may see it: as in the reference. */
const DEFAULTS: BrowserOptions = {
  attachStacktrace: true,
  parentSpanIsAlwaysRootSpan: true,
  sendClientReports: true,
  traceLifecycle: 'static',
};

/** The integrations whose `setupOnce` was called. */
const setUpOnce = new Set<string>();

/** A DSN that was read. */
interface Dsn {
  given: string;
  parts: DsnComponents | undefined;
  orgId: string;
  /** Where envelopes go. */
  url: string;
  /** The same without secret. */
  text: string;
  /** Why it is none. */
  wrong: string;
}

const NO_DSN: Dsn = { given: '', parts: undefined, orgId: '', url: '', text: '', wrong: '' };

/** An initialised SDK. */
class OwnClient implements Client {
  // No private fields: proxies of reactive frameworks could not read them.
  /** @internal */
  readonly options: BrowserOptions;
  /** @internal */
  readonly listeners = new Map<string, Set<Listener>>();
  /** @internal */
  readonly integrations = new Map<string, Integration>();
  /** @internal */
  readonly processors: EventProcessor[] = [];
  /** @internal */
  sender: Sender | undefined = undefined;
  /** @internal Whether the page has left open how spans are sent. */
  readonly isLifecycleOpen: boolean;
  /** @internal Whether `close` was called. */
  isClosed = false;
  /** @internal Whether `close` is over, and the page's options could not be told. */
  isOff = false;
  /** @internal How many listeners are being told, one inside of the other. */
  telling = 0;
  /** @internal Whether the stack has ended meanwhile: until all of them are back, nobody is told of anything. */
  isDeaf = false;
  /** @internal */
  known: Dsn = NO_DSN;

  /** Made by {@link init}. */
  constructor(options: BrowserOptions) {
    // Bundler plugins name the release of what they build so.
    const release = attempt(() => (globalThis as { SENTRY_RELEASE?: { id?: string } }).SENTRY_RELEASE?.id);
    // What cannot be copied is asked where it is needed.
    this.options = attempt(() => ({ ...DEFAULTS, release, ...options }), options);
    this.isLifecycleOpen = attempt(() => options.traceLifecycle === undefined, false);
  }

  getOptions(): BrowserOptions {
    return this.options;
  }

  getDsn(): DsnComponents | undefined {
    return this.dsn().parts;
  }

  /** @internal An option as it is now; nothing if it cannot be read. */
  option<Name extends keyof BrowserOptions>(name: Name): BrowserOptions[Name] | undefined {
    // No closure: each span asks.
    try {
      return this.options[name];
    } catch {
      return undefined;
    }
  }

  /** @internal The DSN as it is now. */
  dsn(): Dsn {
    const given = this.text('dsn');
    if (this.known.given === given) return this.known;
    const read = given ? parseDsn(given) : NO_DSN;
    if (!hasFailed) this.known = read;
    return read;
  }

  /** @internal A text among the options, as it is now; empty for what is none. */
  text(name: 'dsn' | 'tunnel' | 'release' | 'environment' | 'dist'): string {
    const given: unknown = this.option(name);
    return typeof given === 'string' ? cut(given) : '';
  }

  /** @internal The environment, which always has a name. */
  environment(): string {
    return this.text('environment') || 'production';
  }

  /** @internal What the options say about a trace that begins here. */
  head(): Head {
    const { parts } = this.dsn();
    return {
      environment: this.environment(),
      release: this.text('release'),
      publicKey: parts?.publicKey ?? '',
      orgId: this.orgId(),
    };
  }

  /** @internal The own organization: what `orgId` says, else the host of the DSN; empty if neither does. */
  orgId(): string {
    const given: unknown = this.option('orgId');
    if (typeof given === 'number' && given > 0) return String(Math.trunc(given));
    return typeof given === 'string' && given && given !== '0' ? given : this.dsn().orgId;
  }

  /** @internal Whether headers flow and spans are recorded: not once `close` is over, and not with `enabled: false`. */
  isOn(): boolean {
    return !this.isOff && this.option('enabled') !== false;
  }

  /** @internal Whether spans are recorded: a rate or a sampler is set, even if the rate is 0. */
  traces(): boolean {
    return (
      (this.option('tracesSampleRate') ?? undefined) !== undefined || Boolean(this.option('tracesSampler'))
    );
  }

  /** @internal Whether spans are sent by themselves. */
  streams(): boolean {
    return this.option('traceLifecycle') === 'stream';
  }

  on(hook: string, listener: Listener): () => void {
    if (typeof listener !== 'function') {
      complain(`a listener of ${shown(hook)} was ignored: ${shown(listener)} is no function`);
      return () => {};
    }
    const listeners = this.listeners.get(hook) ?? new Set();
    // Of its own, so that one function can listen twice.
    const own: Listener = (...details) => listener(...details);
    this.listeners.set(hook, listeners.add(own));
    return () => listeners.delete(own);
  }

  emit(hook: string, ...details: unknown[]): void {
    const listeners = this.listeners.get(hook);
    if (!listeners?.size || this.isDeaf) return;
    this.telling += 1;
    try {
      for (const listener of [...listeners]) {
        try {
          listener(...details);
        } catch (error) {
          // Two listeners that begin spans without end would try it again on each level: longer than any page lives.
          this.isDeaf ||= attempt(() => /stack|recursion/.test((error as Error).message), true);
        }
      }
    } finally {
      this.telling -= 1;
      if (!this.telling) this.isDeaf = false;
    }
  }

  /** @internal Whether anybody listens. */
  listens(hook: string): boolean {
    return Boolean(this.listeners.get(hook)?.size);
  }

  addEventProcessor(processor: EventProcessor): void {
    if (typeof processor === 'function') this.processors.push(processor);
    else complain(`addEventProcessor was ignored: ${shown(processor)} is no function`);
  }

  getEventProcessors(): EventProcessor[] {
    return this.processors;
  }

  addIntegration(integration: Integration): void {
    this.setUp([integration]);
  }

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
      // A function has a name as well.
      const name = typeof integration !== 'function' && attempt(() => integration.name);
      if (typeof name !== 'string') {
        complain(`an integration was ignored: ${shown(integration)} has no name, or was not called`);
        return false;
      }
      if (this.integrations.has(name)) return false;
      this.integrations.set(name, integration);
      return true;
    });
    for (const integration of added) attempt(() => integration.beforeSetup?.(this));
    for (const integration of added) attempt(() => listenFor(this, integration));
    for (const integration of added) attempt(() => integration.afterAllSetup?.(this));
  }

  recordDroppedEvent(reason: string, category: string, count = 1): void {
    this.sender?.lose(text(reason), text(category), attempt(() => Number(count), 0) || 0);
  }

  async flush(timeout?: number): Promise<boolean> {
    this.emit('flush');
    return (await this.sender?.flush(timeout)) ?? false;
  }

  async close(timeout?: number): Promise<boolean> {
    this.isClosed = true;
    const result = await this.flush(timeout);
    // What has ended meanwhile.
    this.sender?.hurry();
    attempt(() => {
      this.options.enabled = false;
    });
    this.isOff ||= this.isOn();
    this.emit('close');
    return result;
  }
}

export type BrowserClient = OwnClient;
const state = shared as { Client?: typeof OwnClient };
state.Client ??= OwnClient;
/** The class of the first copy, so that each knows the client of another. */
export const BrowserClient: typeof OwnClient = state.Client;

/** Switches a part on. */
function listenFor(client: BrowserClient, integration: Integration): void {
  const { name } = integration;
  if (!setUpOnce.has(name)) {
    setUpOnce.add(name);
    attempt(() => integration.setupOnce?.());
  }
  attempt(() => integration.setup?.(client));
  if (typeof integration.preprocessEvent === 'function') {
    client.on('preprocessEvent', (event, hint) => integration.preprocessEvent?.(event, hint, client));
  }
  if (typeof integration.processEvent === 'function') {
    const process: EventProcessor = (event, hint) => integration.processEvent?.(event, hint, client);
    process.id = name;
    client.addEventProcessor(process);
  }
}

function parseDsn(given: string): Dsn {
  const lines = readDsn(given, SDK);
  const [protocol = '', publicKey = '', pass = '', host = '', port = '', path = '', projectId = ''] = lines;
  if (protocol.startsWith('!')) return { ...NO_DSN, given, wrong: protocol.slice(1) };
  const parts = { protocol: protocol as 'https', publicKey, pass, host, port, path, projectId };
  const [orgId = '', url = '', text = ''] = lines.slice(7);
  return { given, parts, orgId, url, text, wrong: '' };
}
