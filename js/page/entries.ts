// What the browser measured by itself, as spans and attributes: the phases of the load of the page, resources, paints.
//
// <https://www.w3.org/TR/navigation-timing-2/>, <https://www.w3.org/TR/resource-timing/>, <https://www.w3.org/TR/paint-timing/>

import type { RecordedUrl } from '../core/core.js';
import { recordUrls } from '../scope/recorded.js';
import { OP, ORIGIN } from '../span/record.js';
import type { SpanAttributes } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { pageOrigin, seconds } from '../values/clock.js';
import { ownOrigin } from './addresses.js';
import type { Measured } from './timeline.js';

const UI = 'auto.ui.browser.metrics';
const RESOURCE = 'auto.resource.browser.metrics';

/** No number of this size or above is recorded: the server keeps 32 bits. */
const TOO_LARGE = 2_147_483_647;

/** Stands for what nobody has judged, because nobody reads it. */
const UNREAD = {} as RecordedUrl;

type Timing = Partial<PerformanceNavigationTiming> & Record<string, unknown>;

/** Operation of a phase of the page load, its name in stream mode, and the members between which it ran. */
const PHASES: [op: string, name: string, from: keyof Timing, to: keyof Timing][] = [
  ['unload_event', 'Unload event', 'unloadEventStart', 'unloadEventEnd'],
  ['redirect', 'Redirect', 'redirectStart', 'redirectEnd'],
  [
    'dom_content_loaded_event',
    'DOMContentLoaded event',
    'domContentLoadedEventStart',
    'domContentLoadedEventEnd',
  ],
  ['load_event', 'Load event', 'loadEventStart', 'loadEventEnd'],
  ['connect', 'Connect', 'connectStart', 'connectEnd'],
  ['tls_ssl', 'TLS handshake', 'secureConnectionStart', 'connectEnd'],
  ['cache', 'Cache lookup', 'fetchStart', 'domainLookupStart'],
  ['dns', 'DNS lookup', 'domainLookupStart', 'domainLookupEnd'],
  ['request', 'Request', 'requestStart', 'responseEnd'],
  ['response', 'Response', 'responseStart', 'responseEnd'],
];

/** The members that say when each step of a request happened. */
const STEPS =
  'redirectStart redirectEnd workerStart fetchStart domainLookupStart domainLookupEnd connectStart ' +
  'secureConnectionStart connectEnd requestStart responseStart responseEnd';

/** They, and their attributes `http.request.…`: `redirect_start`, … Not before they are needed: no bundle could leave them out. */
let steps: [attribute: string, member: string][] | undefined;

function stepsOf(): [attribute: string, member: string][] {
  steps ??= STEPS.split(' ').map((member) => [
    // One has another name there.
    `http.request.${member.replace('connectEnd', 'connectionEnd').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
    member,
  ]);
  return steps;
}

/** What is known about a response. */
const RESPONSE: [attribute: string, member: string][] = [
  ['http.response.status_code', 'responseStatus'],
  ['http.response.size', 'transferSize'],
  ['http.response.body.size', 'encodedBodySize'],
  ['http.response.body.decoded_size', 'decodedBodySize'],
  ['resource.render_blocking_status', 'renderBlockingStatus'],
  ['http.response_delivery_type', 'deliveryType'],
];

/**
 * The spans of entries: many for the load of the page, none for what is not recorded.
 *
 * @param notBefore seconds since the epoch: what began before is left out
 * @param ignored operations of resources that get no span
 * @param streams whether spans are sent by themselves: their names then group them
 * @param isRead whether anybody reads them; else they are only as many
 */
export function entrySpans(
  entries: PerformanceEntry[],
  notBefore: number,
  ignored: unknown[],
  streams: boolean,
  isRead: boolean,
): Measured[] {
  const origin = pageOrigin() || 0;
  const taken = entries.filter((entry) =>
    attempt(() => {
      const { entryType, startTime } = entry;
      if (!(startTime >= 0) || seconds(origin + startTime) < notBefore) return false;
      if (entryType !== 'resource') return entryType === 'navigation' || entryType === 'paint';
      const { initiatorType } = entry as PerformanceResourceTiming;
      // Those of `fetch` and `XMLHttpRequest` have spans of their own.
      return (
        initiatorType !== 'fetch' &&
        initiatorType !== 'xmlhttprequest' &&
        !ignored.includes(resourceOp(initiatorType))
      );
    }, false),
  );
  const named = taken.map((entry) => (entry.entryType === 'paint' ? '' : String(entry.name)));
  const urls = isRead ? recordUrls(named) : named.map(() => UNREAD);
  return taken.flatMap((entry, at) => {
    const url = urls[at];
    // What nobody could judge is not recorded.
    if (!url) return [];
    return attempt(() => {
      if (entry.entryType === 'navigation') return phases(entry as unknown as Timing, url, streams);
      if (entry.entryType === 'resource')
        return [resource(entry as PerformanceResourceTiming, url, streams, origin)];
      return [paint(entry)];
    }, []);
  });
}

function resourceOp(initiator: string | undefined): string {
  return `resource.${initiator || 'other'}`;
}

function phases(entry: Timing, { full }: RecordedUrl, streams: boolean): Measured[] {
  const url = full || String(entry.name);
  const found: Measured[] = [];
  for (const [op, name, first, last] of PHASES) {
    const from = Number(entry[first]) || 0;
    const to = Number(entry[last]) || 0;
    // Zero stands for "did not happen, or not yet". A request may have begun with the page.
    if (to <= 0 || (from <= 0 && last !== 'responseEnd')) continue;
    const attributes: SpanAttributes = { [OP]: `browser.${op}`, [ORIGIN]: UI, 'url.full': url };
    if (op === 'redirect' && typeof entry.redirectCount === 'number') {
      attributes['http.redirect_count'] = entry.redirectCount;
    }
    found.push({ name: streams ? name : url, attributes, from, to });
  }
  return found;
}

function paint({ name, startTime, duration }: PerformanceEntry): Measured {
  const attributes = { [OP]: 'browser.paint', [ORIGIN]: RESOURCE, 'browser.paint.type': name };
  return { name, attributes, from: startTime, to: startTime + Math.max(0, duration) };
}

function resource(
  entry: PerformanceResourceTiming,
  url: RecordedUrl,
  streams: boolean,
  origin: number,
): Measured {
  const { startTime, duration, initiatorType } = entry;
  const { full, scheme, host, hostAndPort } = url;
  const attributes: SpanAttributes = { [OP]: resourceOp(initiatorType), [ORIGIN]: RESOURCE };
  let name = full || String(entry.name);
  let isOwn = false;
  if (full) {
    attributes['url.scheme'] = scheme;
    if (host) {
      attributes['server.address'] = hostAndPort;
      attributes['url.domain'] = host;
    }
    attributes['url.full'] = full;
    const own = ownOrigin();
    // A `blob:` URL has the origin of the URL inside it.
    isOwn = full.replace(/^blob:/, '').startsWith(`${own}/`);
    if (streams) name = host || 'Resource';
    else if (isOwn) name = full.replace(own, '');
  }
  attributes['http.request.same_origin'] = isOwn;
  for (const [attribute, member] of RESPONSE) {
    const value = (entry as unknown as Timing)[member];
    if (typeof value === 'string' || (typeof value === 'number' && value < TOO_LARGE)) {
      attributes[attribute] = value;
    }
  }
  addTimings(attributes, entry, origin);
  return { name, attributes, from: startTime, to: startTime + Math.max(0, duration) };
}

/** When each step of a request happened, in seconds; a step that the browser does not tell keeps its zero. */
export function addTimings(
  attributes: SpanAttributes,
  entry: PerformanceResourceTiming,
  origin = pageOrigin() || 0,
): void {
  const timing = entry as unknown as Timing;
  for (const [attribute, member] of stepsOf()) {
    const at = timing[member];
    if (typeof at === 'number') attributes[attribute] = at ? seconds(origin + at) : 0;
  }
  const { responseStart, nextHopProtocol } = entry;
  // From the beginning of the page, so that it says how its visitor waited.
  if (typeof responseStart === 'number') {
    attributes['http.request.time_to_first_byte'] = seconds(Math.abs(responseStart));
  }
  if (typeof nextHopProtocol === 'string') {
    const [name, version] = protocolOf(nextHopProtocol);
    attributes['network.protocol.name'] = name;
    attributes['network.protocol.version'] = version;
  }
}

/** Name and version of a protocol by its ALPN id (RFC 7301): `http/1.1`, `h2`, `h3`. */
function protocolOf(alpn: string): [name: string, version: string] {
  const [, name = '', version] = /^([^/\d]*)\/?(.*)$/.exec(alpn) ?? [];
  if (alpn.includes('/')) return alpn.split(/\/(.*)/) as [string, string];
  return [name === 'h' && version ? 'http' : name || 'unknown', version || 'unknown'];
}

/** The device and its connection, as far as the browser tells; and its round-trip time, in milliseconds. */
export function deviceAttributes(
  streams: boolean,
): [attributes: SpanAttributes, roundTrip: number | undefined] {
  const { connection, deviceMemory, hardwareConcurrency } = attempt(
    () => navigator as Navigator & { connection?: Record<string, unknown>; deviceMemory?: number },
    {} as never,
  );
  const of = (name: string) => attempt(() => connection?.[name]);
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  const [memory, processors, rtt] = [deviceMemory, hardwareConcurrency, of('rtt')].map(number);
  const kind = (name: string) => (of(name) && typeof of(name) === 'string' ? String(of(name)) : undefined);
  const given: SpanAttributes = streams
    ? {
        'network.connection.effective_type': kind('effectiveType'),
        'network.connection.type': kind('type'),
        'device.memory.estimated_capacity': memory,
        'device.processor_count': processors,
        'network.connection.rtt': rtt,
      }
    : {
        effectiveConnectionType: kind('effectiveType'),
        connectionType: kind('type'),
        deviceMemory: memory === undefined ? undefined : `${memory} GB`,
        hardwareConcurrency: processors === undefined ? undefined : String(processors),
      };
  return [given, streams ? undefined : rtt];
}
