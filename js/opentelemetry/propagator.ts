// The propagator: a trace into and out of the headers of requests, or whatever carries texts by name. Out go all headers that
// somebody may continue by; in, `sentry-trace` counts before `traceparent`. Baggage of the context goes both ways.

import {
  type Baggage,
  type BaggageEntry,
  baggageEntryMetadataFromString,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import {
  continueTrace,
  getClient,
  getCurrentScope,
  getTraceData,
  type PropagationContext,
  type Scope,
  withScope,
} from '../index.js';
import { recordOf } from '../span/record.js';
import { attempt } from '../values/attempt.js';
import { shared } from '../values/shared.js';
import { continuing, enterTrace, forkOf } from './contexts.js';
import { SCOPE_NAME } from './semantics.js';
import { addressOf } from './span.js';

/** A method of propagators. Written as a text: scopes have a property of this name, which is short in the package. */
export const NAMES = 'fields';

const FIELDS = ['sentry-trace', 'baggage', 'traceparent', 'tracestate'] as const;

/** As the specification of baggage has it: what longer headers say, servers may not read. */
const MAX_BAGGAGE = 8192;
const MAX_ENTRIES = 64;

type Headers = Partial<Record<(typeof FIELDS)[number], string | undefined>>;

/** The propagator that is registered. Nothing that it does throws. */
export const propagator: TextMapPropagator = {
  inject(given: Context, carrier: unknown, setter: TextMapSetter) {
    const headers: Headers = attempt(() => headersOf(given), {});
    for (const name of FIELDS) {
      const value = headers[name];
      if (value) attempt(() => setter.set(carrier, name, value));
    }
  },
  extract(given: Context, carrier: unknown, getter: TextMapGetter) {
    return attempt(() => extracted(given, carrier, getter), given);
  },
  [NAMES]: () => [...FIELDS],
};

function headersOf(given: Context): Headers {
  const { allows } = shared as { allows?: (url: string) => boolean };
  const scope = forkOf(given);
  const span = trace.getSpan(given);
  const own = recordOf(span);
  if (scope.suppressed || own?.scope.suppressed) return {};
  const remote = own ? undefined : span?.spanContext();
  // Who passes a trace on, and has no span of its own, names the span that it came from.
  if (remote && scope.trace().traceId === remote.traceId)
    enterTrace(scope, { ...scope.trace(), propagationSpanId: remote.spanId });
  const address = addressOf(span);
  // Baggage of the context is the application's own: it goes wherever that sends it.
  const isLeft =
    isForNobody() || isOurs(own?.attributes[SCOPE_NAME]) || (address && allows?.(address) === false);
  const data: Headers = isLeft ? {} : headersIn(scope);
  const room = MAX_BAGGAGE - (data.baggage?.length ?? 0) - 1;
  const theirs = attempt(() => printed(propagation.getBaggage(given), room), '');
  const baggage = [theirs, data.baggage].filter(Boolean).join(',');
  return { ...data, baggage };
}

/** OpenTelemetry's instrumentations of what Node sends requests by. */
const OF_NODE = /^@opentelemetry\/instrumentation-(?:http|undici)$/;

/**
 * Whether `httpIntegration` gives the requests of such a library their headers, because it traces what goes out: of two values other
 * servers believe none.
 */
function isOurs(library: unknown): boolean {
  return Boolean(shared.outgoing) && OF_NODE.test(text(library));
}

/** Whether the options say that no request carries headers, wherever it goes: of some nobody says where. */
function isForNobody(): boolean {
  const targets = attempt(() => getClient()?.getOptions().tracePropagationTargets);
  return Array.isArray(targets) && !targets.length;
}

/** The headers of what is active in a scope. `traceparent` is among them unless the options of the SDK forbid it. */
function headersIn(scope: Scope): Headers {
  const { propagateTraceparent = true } = getClient()?.getOptions() ?? {};
  return withScope(scope, () => getTraceData({ propagateTraceparent }));
}

/** Baggage as the header has it, so much of it as fits. What is ours we say ourselves; what cannot be said is left out alone. */
function printed(baggage: Baggage | undefined, room: number): string {
  const entries: string[] = [];
  let left = room;
  for (const [name, entry] of baggage?.getAllEntries() ?? []) {
    if (isOwn(name) || entries.length >= MAX_ENTRIES) continue;
    const member = attempt(() => memberOf(name, entry));
    if (!member || member.length > left) continue;
    left -= member.length + 1;
    entries.push(member);
  }
  return entries.join(',');
}

/** Metadata stands in the header as it is: with other characters no request could be made, and behind a comma is another member. */
const METADATA = /^[\t !-+\--~]+$/;

function memberOf(name: string, { value, metadata }: BaggageEntry): string {
  const more = attempt(() => `${metadata ?? ''}`, '');
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}${METADATA.test(more) ? `;${more}` : ''}`;
}

const isOwn = (name: string) => name.startsWith('sentry-');

function extracted(given: Context, carrier: unknown, getter: TextMapGetter): Context {
  const read = (name: string) => attempt(() => getter.get(carrier, name));
  const first = (name: string) => {
    const value = read(name);
    return text(Array.isArray(value) ? value[0] : value);
  };
  const all = (name: string) => {
    const value = read(name);
    return Array.isArray(value) ? value.map(text).join(',') : text(value);
  };
  const baggage = all('baggage');
  const theirs = entriesOf(baggage);
  const context = theirs ? propagation.setBaggage(given, theirs) : given;
  const headers = {
    sentryTrace: first('sentry-trace'),
    baggage,
    traceparent: first('traceparent'),
    tracestate: all('tracestate'),
  };
  if (!headers.sentryTrace && !headers.traceparent) return context;
  const inForce: Readonly<PropagationContext> = continueTrace(headers, () => getCurrentScope().trace());
  return continuing(context, inForce);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The members of a header; of a long one those that stand in its beginning as a whole. */
function membersOf(header: string): string[] {
  const whole =
    header.length > MAX_BAGGAGE ? header.slice(0, Math.max(0, header.lastIndexOf(',', MAX_BAGGAGE))) : header;
  return whole.split(',').slice(0, MAX_ENTRIES);
}

/** What a header says of baggage, without what is ours. */
function entriesOf(header: string): Baggage | undefined {
  const entries: Record<string, BaggageEntry> = { __proto__: null } as never;
  for (const member of membersOf(header)) {
    const [pair = '', ...metadata] = member.split(';');
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at)).trim();
    const value = pair.slice(at + 1).trim();
    if (!name || /\s/.test(name) || isOwn(name)) continue;
    const entry: BaggageEntry = { value: decoded(value) };
    if (metadata.length) entry.metadata = baggageEntryMetadataFromString(metadata.join(';'));
    entries[decoded(name)] = entry;
  }
  return Object.keys(entries).length ? propagation.createBaggage(entries) : undefined;
}

const decoded = (written: string) => attempt(() => decodeURIComponent(written), written);
