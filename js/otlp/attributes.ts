// Attributes as OpenTelemetry wants them: with their types, and by its names.

import { attempt } from '../values/attempt.js';
import type { AnyValue, KeyValue } from './payload.js';

/** How deep objects are followed; what a page sets is not deeper. */
const MAX_DEPTH = 8;

/**
 * What is called otherwise in OpenTelemetry's semantic conventions, and in transactions otherwise than in stream mode, by our name.
 * All others keep theirs, which in most cases is the conventions' own: `http.request.method`, `http.response.status_code`, `url.full`,
 * `server.address`, `user_agent.original`, `user.id`, `db.query.text`, …
 */
export const SEMANTIC_NAMES: Record<string, string> = {
  'http.method': 'http.request.method',
  'http.status_code': 'http.response.status_code',
  'http.url': 'url.full',
  'http.query': 'url.query',
  'http.fragment': 'url.fragment',
  'db.system': 'db.system.name',
  'db.name': 'db.namespace',
  'db.statement': 'db.query.text',
  'db.operation': 'db.operation.name',
  'user.ip_address': 'client.address',
  'user.username': 'user.name',
  'lcp.element': 'browser.web_vital.lcp.element',
  'lcp.id': 'browser.web_vital.lcp.id',
  'lcp.url': 'browser.web_vital.lcp.url',
  'lcp.loadTime': 'browser.web_vital.lcp.load_time',
  'lcp.renderTime': 'browser.web_vital.lcp.render_time',
  'lcp.size': 'browser.web_vital.lcp.size',
  'performance.timeOrigin': 'browser.performance.time_origin',
  'performance.activationStart': 'browser.performance.navigation.activation_start',
  // Measurements.
  'measurement.lcp': 'browser.web_vital.lcp.value',
  'measurement.cls': 'browser.web_vital.cls.value',
  'measurement.inp': 'browser.web_vital.inp.value',
  'measurement.fcp': 'browser.web_vital.fcp.value',
  'measurement.fp': 'browser.web_vital.fp.value',
  'measurement.ttfb': 'browser.web_vital.ttfb.value',
  'measurement.ttfb.requestTime': 'browser.web_vital.ttfb.request_time',
  'measurement.connection.rtt': 'network.connection.rtt',
};

/** What the resource and the scope of the spans say already. */
const SAID = ['sentry.release', 'sentry.environment', 'sentry.sdk.name', 'sentry.sdk.version'];

/** Is a text by the conventions. */
const USER_ID = 'user.id';

/** Attributes by name, of which the first with a name counts. */
export class Attributes {
  private readonly all = new Map<string, AnyValue>();

  /** Adds a value, if it is one, unless there is one of that name. */
  add(name: string, value: unknown): void {
    if (!name || value === undefined || value === null || SAID.includes(name)) return;
    const key = Object.hasOwn(SEMANTIC_NAMES, name) ? (SEMANTIC_NAMES[name] as string) : name;
    // What goes by the name of the conventions itself wins.
    if (this.all.has(key) && key !== name) return;
    // Pages have numbers too.
    if (key === USER_ID) this.all.set(key, { stringValue: String(value) });
    // Of requests Sentry has the port in it, which has an attribute of its own.
    else if (key === 'server.address') this.all.set(key, { stringValue: String(value).replace(/:\d+$/, '') });
    else this.all.set(key, anyValue(value));
  }

  /** Adds those of an object that have no value yet. */
  addAll(given: unknown): void {
    for (const [name, value] of entries(given)) if (!this.all.has(name)) this.add(name, value);
  }

  /** An integer among them, as text; an empty one for none. */
  integer(name: string): string {
    return this.all.get(name)?.intValue ?? '';
  }

  /** As they are written. */
  list(): KeyValue[] {
    return Array.from(this.all, ([key, value]) => ({ key, value }));
  }
}

/** The members of an object; none of what is no object, or cannot be read. */
export function entries(given: unknown): [string, unknown][] {
  if (typeof given !== 'object' || given === null) return [];
  return attempt(() => Object.entries(given), []);
}

/** A value with its type. */
export function anyValue(value: unknown, depth = 0): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return numberValue(value);
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || depth > MAX_DEPTH)
    return { stringValue: attempt(() => String(value), '[Unreadable]') };
  if (Array.isArray(value))
    return { arrayValue: { values: attempt(() => value.map((one) => anyValue(one, depth + 1)), []) } };
  const { toJSON } = attempt(() => value as { toJSON?: () => unknown }) ?? {};
  if (typeof toJSON === 'function')
    return anyValue(
      attempt(() => toJSON.call(value)),
      depth + 1,
    );
  return {
    kvlistValue: {
      values: entries(value).map(([key, one]) => ({ key, value: anyValue(one, depth + 1) })),
    },
  };
}

/** Numbers that are whole and exact are integers; what JSON has no number for stands as a text, which Protobuf's JSON wants. */
function numberValue(value: number): AnyValue {
  if (Number.isSafeInteger(value)) return { intValue: String(value) };
  return { doubleValue: Number.isFinite(value) ? value : (String(value) as 'NaN') };
}
