// Envelopes as spans of OpenTelemetry: transactions, and the containers of stream mode.

import { attempt } from '../values/attempt.js';
import { Attributes, entries } from './attributes.js';
import type { OtlpLink, OtlpSpan } from './payload.js';
import type { Root, Roots } from './roots.js';

/** Flags of a span beside those of its trace: whether it is known if its parent runs elsewhere, and whether it does. */
const SAMPLED = 1;
const KNOWS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Kinds of spans, as enum, by op. All others are internal. */
const KINDS = new Map<unknown, number>([
  ['http.server', 2],
  ['http.client', 3],
  ['queue.publish', 4],
  ['queue.process', 5],
]);
const INTERNAL = 1;
const SERVER = 2;

/** The kinds by the names that bridges to OpenTelemetry give them, in the order of the enum. */
const KIND_NAMES = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const KIND = ['otel.kind', 'sentry.kind'];

/** What counts as no failure. Whether somebody has set `ok` an envelope does not tell. */
const NO_FAILURES = ['ok', 'cancelled', 'unknown'];

/**
 * What answers from 400 to 499 are called (src/decide/status.rs). Of a server they are no failure of its own: the conventions leave its
 * status unset. Who sets one of these by hand beside such an answer says the same.
 */
const CLIENT_FAILURES = [
  'invalid_argument',
  'unauthenticated',
  'permission_denied',
  'not_found',
  'already_exists',
  'failed_precondition',
  'resource_exhausted',
];
const STATUS_CODE = 'http.response.status_code';

const OP = 'sentry.op';
const ORIGIN = 'sentry.origin';
const STATUS = 'sentry.status';
const STATUS_MESSAGE = 'sentry.status.message';

/** Part of an envelope, and how many spans it has; it is read when it is sent. */
export interface Part {
  type: 'transaction' | 'span';
  payload: Payload;
  count: number;
  /** What is known of the roots of its spans, by their ids. */
  roots: Map<unknown, Root>;
}

/** A span, and what its resource depends on. */
export interface Found {
  span: OtlpSpan;
  release: string;
  environment: string;
}

// What stands in an envelope a callback of the page may have made: any member may be anything.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Payload = any;

/** The parts of an envelope that have spans. */
export function partsOf(envelope: unknown, roots: Roots): Part[] {
  return attempt(
    () => (envelope as [object, [Payload, Payload][]])[1].flatMap((item) => partOf(item, roots)),
    [],
  );
}

function partOf([header, payload]: [Payload, Payload], roots: Roots): Part[] {
  const type = header?.type;
  if (type === 'transaction') {
    const ids = [attempt(() => payload.contexts.trace.span_id)];
    return [{ type, payload, count: 1 + list(payload.spans).length, roots: roots.of(ids) }];
  }
  if (type !== 'span') return [];
  const items = list(payload.items);
  const ids = items.map((item) => attempt(() => segmentOf(item)));
  return [{ type, payload, count: items.length, roots: roots.of(ids) }];
}

/** The id of the root of a span of stream mode. */
const segmentOf = (item: Payload): unknown => item.attributes?.['sentry.segment.id']?.value ?? item.span_id;

/** The spans of a part. What is none, because a callback has changed it, is left out. */
export function spansOf({ type, payload, roots }: Part): Found[] {
  if (type === 'span')
    return list(payload.items).flatMap((item: Payload) =>
      attempt(() => streamed(item, roots.get(segmentOf(item))), []),
    );
  const { release, environment, spans } = payload;
  const [root] = roots.values();
  const found = [
    () => rootOf(payload, root),
    ...list(spans).map((json) => () => staticSpan(json, new Attributes(), root)),
  ];
  return found
    .flatMap((make) => attempt(make) ?? [])
    .map((span) => ({ span, release: textOf(release), environment: textOf(environment) }));
}

/** The root of a transaction. It says what the event says: measurements, the user, tags, and where it happened. */
function rootOf(event: Payload, root: Root | undefined): OtlpSpan | undefined {
  const { trace, culture, response } = event.contexts ?? {};
  const { user, tags, request } = event;
  const attributes = new Attributes();
  attributes.addAll(trace.data);
  const { 'User-Agent': userAgent, Referer: referrer } = request?.headers ?? {};
  const { id, email, username, ip_address } = user ?? {};
  const everything = {
    'user.id': id,
    'user.email': email,
    'user.name': username,
    'client.address': ip_address,
    'user_agent.original': userAgent,
    'http.request.header.referer': referrer && [referrer],
    'url.full': trace.op === 'http.client' ? undefined : request?.url || undefined,
    'culture.locale': culture?.locale,
    'culture.timezone': culture?.timezone,
    [STATUS_CODE]: response?.status_code,
    'http.response.body.size': response?.body_size,
    'sentry.dist': event.dist,
  };
  attributes.addAll(everything);
  attributes.addAll(tags);
  const { transaction: description, start_timestamp, timestamp, measurements } = event;
  const json = { ...trace, description, start_timestamp, timestamp, measurements };
  return staticSpan(json, attributes, root, true);
}

/** A span as it stands in a transaction. */
function staticSpan(
  json: Payload,
  attributes: Attributes,
  root: Root | undefined,
  isRoot = false,
): OtlpSpan | undefined {
  attributes.addAll(json.data);
  if (json.op) attributes.addAll({ [OP]: json.op });
  if (json.origin) attributes.addAll({ [ORIGIN]: json.origin });
  for (const [name, measured] of entries(json.measurements)) {
    const { value, unit } = (measured ?? {}) as { value?: unknown; unit?: unknown };
    attributes.add(`measurement.${name}`, value);
    if (unit && unit !== 'none' && unit !== 'millisecond') attributes.add(`measurement.${name}.unit`, unit);
  }
  const { status } = json;
  // `ok` says that nothing failed, whoever has set it: of that instrumentations say nothing, and OK is the word of whoever overrules them.
  const isFailure = Boolean(status) && !NO_FAILURES.includes(status);
  if (status && status !== 'ok' && !isFailure) attributes.add(STATUS, status);
  return spanOf(json, {
    name: json.description,
    end: json.timestamp,
    kind: kindOf(json.op ?? json.data?.[OP], (name) => json.data?.[name]),
    attributes,
    root,
    isRoot,
    code: isFailure ? 2 : 0,
    message: isFailure ? status : '',
    valuesOf: (given) => given,
  });
}

/** A span of stream mode. Its attributes have types, of which JSON knows most as well. */
function streamed(json: Payload, root: Root | undefined): Found[] {
  const valuesOf = (given: unknown) =>
    Object.fromEntries(entries(given).map(([name, one]) => [name, (one as { value?: unknown })?.value]));
  const values = valuesOf(json.attributes);
  const { [STATUS_MESSAGE]: message, 'sentry.release': release, 'sentry.environment': environment } = values;
  const isFailure = json.status === 'error';
  if (isFailure) delete values[STATUS_MESSAGE];
  const attributes = new Attributes();
  attributes.addAll(values);
  const span = spanOf(json, {
    name: json.name,
    end: json.end_timestamp,
    kind: kindOf(values[OP], (name) => values[name]),
    attributes,
    root,
    isRoot: json.is_segment === true,
    code: isFailure ? 2 : 0,
    message: isFailure ? textOf(message) : '',
    valuesOf,
  });
  return span ? [{ span, release: textOf(release), environment: textOf(environment) }] : [];
}

/** What the two shapes say in different words. */
interface Described {
  name: unknown;
  end: unknown;
  kind: number;
  attributes: Attributes;
  root: Root | undefined;
  isRoot: boolean;
  code: number;
  message: string;
  /** What the attributes of a link say. */
  valuesOf: (given: unknown) => unknown;
}

function spanOf(json: Payload, described: Described): OtlpSpan | undefined {
  const traceId = idOf(json.trace_id, 32);
  const spanId = idOf(json.span_id, 16);
  if (!traceId || !spanId) return undefined;
  const parentSpanId = idOf(json.parent_span_id, 16);
  const { name, end, kind, attributes, root, isRoot, valuesOf } = described;
  let { code, message } = described;
  if (
    kind === SERVER &&
    CLIENT_FAILURES.includes(message) &&
    /^4\d\d$/.test(attributes.integer(STATUS_CODE))
  ) {
    attributes.add(STATUS, message);
    code = 0;
    message = '';
  }
  const links = list(json.links).flatMap((link) => attempt(() => linkOf(link, valuesOf)) ?? []);
  const startTimeUnixNano = nanos(json.start_timestamp);
  return {
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    ...(root?.traceState && root.traceId === traceId && { traceState: root.traceState }),
    // Only the root of what is sent here may have a parent elsewhere.
    flags: SAMPLED | KNOWS_REMOTE | (isRoot && parentSpanId && !root?.isBelowOurs ? IS_REMOTE : 0),
    name: textOf(name),
    kind,
    startTimeUnixNano,
    endTimeUnixNano: end === undefined ? startTimeUnixNano : nanos(end),
    attributes: attributes.list(),
    ...(links.length && { links }),
    status: { ...(code && { code }), ...(message && { message }) },
  };
}

function linkOf(link: Payload, valuesOf: Described['valuesOf']): OtlpLink | undefined {
  const traceId = idOf(link.trace_id, 32);
  const spanId = idOf(link.span_id, 16);
  if (!traceId || !spanId) return undefined;
  const attributes = new Attributes();
  attributes.addAll(valuesOf(link.attributes));
  const { sampled, isRemote, traceState } = link;
  const remote = typeof isRemote === 'boolean' ? KNOWS_REMOTE | (isRemote ? IS_REMOTE : 0) : 0;
  return {
    traceId,
    spanId,
    ...(typeof traceState === 'string' && { traceState }),
    flags: (sampled ? SAMPLED : 0) | remote,
    attributes: attributes.list(),
  };
}

function kindOf(op: unknown, attribute: (name: string) => unknown): number {
  for (const name of KIND) {
    const at = KIND_NAMES.indexOf(textOf(attribute(name)).toUpperCase());
    if (at > 0) return at;
  }
  return KINDS.get(op) ?? INTERNAL;
}

/** An id in lower case; nothing for what is none: collectors refuse all that comes with it. */
function idOf(id: unknown, digits: number): string | undefined {
  const text = textOf(id).toLowerCase();
  return text.length === digits && /^[\da-f]+$/.test(text) && /[^0]/.test(text) ? text : undefined;
}

/** Seconds as nanoseconds, exactly: they are whole microseconds, which nine digits more would not keep in a number. */
function nanos(seconds: unknown): string {
  const micros = Math.round(Number(seconds) * 1e6);
  return micros > 0 && micros <= Number.MAX_SAFE_INTEGER ? `${micros}000` : '0';
}

function list(given: unknown): Payload[] {
  return Array.isArray(given) ? given : [];
}

function textOf(given: unknown): string {
  return given === undefined || given === null ? '' : attempt(() => String(given), '');
}
