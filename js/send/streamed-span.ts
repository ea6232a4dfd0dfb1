// A span that is sent by itself (stream mode, and spans that go alone): what every such span says, and its attributes with
// their types, as version 2 of the item type `span` wants them (section 10 of the protocol).

import { RUNTIME } from 'throughline:host';
import type { BrowserClient } from '../scope/client.js';
import { SDK_NAME, SDK_VERSION } from '../scope/sdk.js';
import { streamedJson } from '../span/json.js';
import { CUSTOM_NAME, idOf, OP, SEGMENT_NAME, type SpanRecord } from '../span/record.js';
import type { ScopeFields } from '../types/events.js';
import type { StreamedSpanJSON } from '../types/spans.js';
import { normalize } from '../values/normalize.js';
import { NO_PAGE, pageData } from './page-data.js';

/** The root of a span, or the span itself where it has none. */
export function segmentOf(record: SpanRecord): SpanRecord {
  return record.root ?? record;
}

/** A span in the streamed shape with what every span says. Its own attributes win, and then what its scopes say. */
export function captured(record: SpanRecord, client: BrowserClient, data: ScopeFields): StreamedSpanJSON {
  const { attributes: own, ...span } = streamedJson(record);
  const segment = segmentOf(record);
  const { url, referrer, userAgent, isLocalhost } = ON_SERVER ? NO_PAGE : pageData();
  const isRoot = record.root === record;
  const attributes: Record<string, unknown> = {
    ...own,
    ...missing(own, ofScopes(data, isRoot)),
  };
  delete attributes[CUSTOM_NAME];
  const everySpan: Record<string, unknown> = {
    'sentry.trace_lifecycle': 'stream',
    'sentry.segment.id': idOf(segment),
    'sentry.sdk.name': SDK_NAME,
    'sentry.sdk.version': SDK_VERSION,
    'sentry.release': client.text('release') || undefined,
    'sentry.environment': client.environment(),
    'user_agent.original': userAgent || undefined,
    'sentry.is_localhost': isLocalhost,
    // A segment without a name may get one while it waits.
    [SEGMENT_NAME]: segment.name,
  };
  if (ON_SERVER) ofServer(everySpan);
  if (isRoot) {
    const names = client.getIntegrationNames();
    everySpan['sentry.sdk.integrations'] = names.length ? names : undefined;
    everySpan['http.request.header.referer'] = referrer ? [referrer] : undefined;
    // The span of a request names the URL of the request.
    if (attributes[OP] !== 'http.client') everySpan['url.full'] = url || undefined;
  }
  return { ...span, attributes: { ...attributes, ...missing(attributes, everySpan) } };
}

/** What every span of a server says. */
function ofServer(everySpan: Record<string, unknown>): void {
  everySpan['process.runtime.name'] = RUNTIME?.name;
  everySpan['process.runtime.version'] = RUNTIME?.version;
}

/** What some attributes do not say, of others; without what has no value. */
function missing(own: object, others: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(others).filter(([name, value]) => {
      return value !== undefined && value !== null && !Object.hasOwn(own, name);
    }),
  );
}

/** What scopes say as attributes of a span: the user, their own attributes, and of contexts what has a name. */
function ofScopes({ user, attributes, contexts }: ScopeFields, isRoot: boolean): object {
  const { id, email, ip_address, username } = user;
  const { culture, response } = contexts;
  const ofContexts = {
    'culture.locale': culture?.locale,
    'culture.timezone': culture?.timezone,
    'http.response.status_code': response?.status_code,
    'http.response.body.size': response?.body_size,
  };
  return {
    'user.id': id,
    'user.email': email,
    'user.ip_address': ip_address,
    'user.name': username,
    ...attributes,
    ...(isRoot ? ofContexts : {}),
  };
}

/** A span as it is written: with typed attributes, its own and those of its links. */
export function typedSpan(span: StreamedSpanJSON): object & { attributes: Record<string, object> } {
  const { attributes, links } = span;
  return {
    ...span,
    attributes: typed(normalize(attributes ?? {}) as object),
    ...(Array.isArray(links) && {
      links: links.map((link) => ({ ...link, attributes: typed(link?.attributes ?? {}) })),
    }),
  };
}

/** Attributes with their types; what has none, such as an object, is left out. A value with a unit is unwrapped. */
export function typed(attributes: object): Record<string, object> {
  const written: Record<string, object> = {};
  for (const [name, given] of Object.entries(attributes)) {
    const { value, unit } = isWrapped(given) ? given : { value: given, unit: undefined };
    const type = typeOf(value);
    if (type) written[name] = { value, type, ...(unit && typeof unit === 'string' ? { unit } : {}) };
  }
  return written;
}

function isWrapped(value: unknown): value is { value: unknown; unit?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'value' in value;
}

function typeOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'double';
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value;
  return Array.isArray(value) ? 'array' : undefined;
}
