// A scope: the trace that is in force, the active span, and what is known about the user and the page.

import { holdCopy, originalOf } from '../core/early.js';
import type {
  EventProcessor,
  Primitive,
  ScopeContext,
  ScopeData,
  ScopeFields,
  SeverityLevel,
  User,
} from '../types/events.js';
import type { Client, ScopeMethods } from '../types/options.js';
import type { AnySpan, PropagationContext } from '../types/spans.js';
import { attempt, isA } from '../values/attempt.js';
import { complain, shown } from '../values/debug.js';
import { shared } from '../values/shared.js';
import { text } from '../values/values.js';
import type { BrowserClient } from './client.js';
import { beginTrace, readable } from './propagation.js';

/** What a scope holds at first. */
export const NOTHING: ScopeFields = {
  tags: {},
  attributes: {},
  extra: {},
  contexts: {},
  user: {},
  level: undefined,
  fingerprint: [],
  transactionName: undefined,
  eventProcessors: [],
  sdkProcessingMetadata: {},
};

const NOBODY_LISTENS: readonly never[] = [];

/** Holds what belongs together: a trace, the active span, tags, user and contexts. Methods never throw. */
class OwnScope implements ScopeMethods {
  /** @internal */
  fields: ScopeFields = NOTHING;
  /** @internal The active span. */
  span: AnySpan | undefined = undefined;
  /** @internal Whether spans that begin here are left out. */
  suppressed = false;
  /** @internal Whether the active span is known to be the running one: children attach to it itself. */
  exact = false;
  /** @internal */
  client: BrowserClient | undefined = undefined;
  // No private fields: proxies of reactive frameworks could not read them. All are set, so that a scope is never asked
  // for what a page has put into `Object.prototype`.
  /** @internal */
  listeners: readonly ((scope: Scope) => void)[] = NOBODY_LISTENS;
  /** @internal */
  telling = false;
  /** @internal Drawn when somebody asks. Shared with copies of this scope while nobody can write to it. */
  context: PropagationContext | undefined = undefined;
  /** @internal Whether the page holds the context, and may write to it. */
  given = false;
  /** @internal On a server: the scope of the request that this one belongs to. */
  declare isolation?: Scope | undefined;
  /** @internal On a server: of the isolation scope of a request, when it came in, in seconds since the epoch. */
  declare cameIn?: number | undefined;
  /** @internal On a server: whether what is requested here is left alone: by the SDK itself, or by nobody knows whom. */
  declare isOurs?: boolean | undefined;

  /** A scope with the same content, which changes on its own from now on. */
  clone(): Scope {
    const copy = new Scope();
    copy.fields = this.fields;
    copy.span = this.span;
    copy.suppressed = this.suppressed;
    copy.exact = this.exact;
    copy.client = this.client;
    copy.context = this.trace();
    if (ON_SERVER) copy.isolation = this.isolation;
    return copy;
  }

  /** @internal The trace of this scope, to read. */
  trace(): Readonly<PropagationContext> {
    this.context ??= beginTrace();
    if (!this.given) return this.context;
    // What the page may write to is read once, as far as it makes sense.
    return (COMES_LATER && originalOf(this.context)) || readable(this.context);
  }

  /** The trace of this scope. What is written to it counts. */
  getPropagationContext(): PropagationContext {
    if (!this.given || !this.context) {
      const context = this.trace();
      this.context = { ...context };
      if (COMES_LATER) holdCopy(this.context, context);
      this.given = true;
    }
    return this.context;
  }

  /** Puts the scope into another trace. */
  setPropagationContext(context: PropagationContext): this {
    const copy = plain(context);
    if (typeof copy?.traceId !== 'string') return this;
    this.context = copy;
    if (COMES_LATER) {
      const early = originalOf(context);
      if (early) holdCopy(copy, early);
    }
    // What is no trace stands for a new one each time.
    this.given = readable(copy).traceId !== copy.traceId;
    return this;
  }

  /** Sets a tag, by which events can be searched. */
  setTag(name: string, value: Primitive): this {
    return this.setTags({ [text(name)]: value });
  }

  /** Sets tags. */
  setTags(tags: { [name: string]: Primitive }): this {
    change(this, { tags: { ...this.fields.tags, ...plain(tags) } });
    return this;
  }

  /** Sets an attribute. */
  setAttribute(name: string, value: unknown): this {
    return this.setAttributes({ [text(name)]: value });
  }

  /** Sets attributes. */
  setAttributes(attributes: Record<string, unknown>): this {
    change(this, { attributes: { ...this.fields.attributes, ...plain(attributes) } });
    return this;
  }

  /** Removes an attribute. */
  removeAttribute(name: string): this {
    const { [text(name)]: _, ...attributes } = this.fields.attributes;
    change(this, { attributes });
    return this;
  }

  /** Sets arbitrary data. */
  setExtra(name: string, extra: unknown): this {
    return this.setExtras({ [text(name)]: extra });
  }

  /** Sets arbitrary data. */
  setExtras(extras: Record<string, unknown>): this {
    change(this, { extra: { ...this.fields.extra, ...plain(extras) } });
    return this;
  }

  /** Sets a named group of data; `null` removes it. */
  setContext(name: string, context: Record<string, unknown> | null): this {
    const contexts = { ...this.fields.contexts };
    if (context === null) delete contexts[text(name)];
    else contexts[text(name)] = context;
    change(this, { contexts });
    return this;
  }

  /** Sets who uses the page; `null` for nobody. */
  setUser(user: User | null): this {
    change(this, { user: user ? { ...plain(user) } : NOBODY });
    return this;
  }

  /** Who uses the page. */
  getUser(): User | undefined {
    return this.fields.user;
  }

  /** Sets how serious events are. */
  setLevel(level: SeverityLevel): this {
    change(this, { level });
    return this;
  }

  /** Sets what groups events. */
  setFingerprint(fingerprint: string[]): this {
    if (Array.isArray(fingerprint)) change(this, { fingerprint });
    return this;
  }

  /** Sets the name that error events get; spans keep their own. */
  setTransactionName(name?: string): this {
    change(this, { transactionName: name });
    return this;
  }

  /** Adds a function that may change each event, or drop it by answering `null`. */
  addEventProcessor(processor: EventProcessor): this {
    if (typeof processor !== 'function') {
      complain(`addEventProcessor was ignored: ${shown(processor)} is no function`);
      return this;
    }
    change(this, { eventProcessors: [...this.fields.eventProcessors, processor] });
    return this;
  }

  /** Notes something for other parts of an SDK; it is never sent. */
  setSDKProcessingMetadata(metadata: Record<string, unknown>): this {
    const sdkProcessingMetadata = { ...this.fields.sdkProcessingMetadata, ...plain(metadata) };
    change(this, { sdkProcessingMetadata });
    return this;
  }

  /** Takes over another scope's data, or some of it. */
  update(source?: Scope | Partial<ScopeContext> | ((scope: Scope) => Scope | Partial<ScopeContext>)): this {
    const given = typeof source === 'function' ? attempt(() => source(this)) : source;
    const isScope = isA(given, Scope);
    const members = plain((isScope ? given.fields : given) as Partial<ScopeContext>);
    if (!members) return this;
    // Not what libraries have put into `Object.prototype`.
    const data: Partial<ScopeContext> = { __proto__: null, ...members } as object;
    const { fields } = this;
    change(this, {
      tags: { ...fields.tags, ...plain(data.tags) },
      attributes: { ...fields.attributes, ...plain(data.attributes) },
      extra: { ...fields.extra, ...plain(data.extra) },
      contexts: { ...fields.contexts, ...plain(data.contexts) },
    });
    const user = plain(data.user);
    if (user && Object.keys(user).length) change(this, { user });
    if (data.level) change(this, { level: data.level });
    if (data.fingerprint?.length) this.setFingerprint(data.fingerprint);
    const context = isScope ? given.context : data.propagationContext;
    return context ? this.setPropagationContext(context) : this;
  }

  /** A copy of everything in this scope. */
  getScopeData(): ScopeData {
    const { tags, attributes, extra, contexts, eventProcessors, ...rest } = this.fields;
    return {
      ...rest,
      tags: { ...tags },
      attributes: { ...attributes },
      extra: { ...extra },
      contexts: { ...contexts },
      eventProcessors: [...eventProcessors],
      propagationContext: this.getPropagationContext(),
    };
  }

  /** Sets the client that events of this scope go through. */
  setClient(client: Client | undefined): void {
    this.client = client as BrowserClient | undefined;
  }

  /** The client that events of this scope go through. */
  getClient(): Client | undefined {
    return this.client;
  }

  /** Adds a function that is called, with the scope, whenever its data changes. Copies do not inherit it. */
  addScopeListener(listener: (scope: Scope) => void): void {
    if (typeof listener === 'function') this.listeners = [...this.listeners, listener];
  }
}

export type Scope = OwnScope;
const state = shared as { Scope?: typeof OwnScope };
state.Scope ??= OwnScope;
/** The class of the first copy, so that the scopes of each are of one class. */
export const Scope: typeof OwnScope = state.Scope;

/** Puts other data into a scope, and tells its listeners. */
function change(scope: Scope, fields: Partial<ScopeFields>): void {
  scope.fields = { ...scope.fields, ...fields };
  // A listener may change the scope itself.
  if (scope.telling) return;
  scope.telling = true;
  try {
    for (const listener of scope.listeners) attempt(() => listener(scope));
  } finally {
    scope.telling = false;
  }
}

/** What the reference makes of `setUser(null)`: members without a value, which are not sent. */
const NOBODY = {
  email: undefined,
  id: undefined,
  ip_address: undefined,
  username: undefined,
} as unknown as User;

/** A copy of the members of an object; of anything else, or where a getter throws, nothing. */
function plain<T>(value: T): T | undefined {
  if (value === undefined || value === null) return undefined;
  const copy = attempt(() => (typeof value === 'object' ? { ...value } : undefined));
  if (!copy) complain(`data of a scope was ignored: ${shown(value)} is no object that can be read`);
  return copy;
}
