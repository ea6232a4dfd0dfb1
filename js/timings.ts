// What the browser measured about one resource, as attributes of a span.

import type { SpanAttributes } from './values.js';

/** Attribute names after `http.request.`, and the members of a timing entry that they tell. */
const TIMES = {
  redirect_start: 'redirectStart',
  redirect_end: 'redirectEnd',
  worker_start: 'workerStart',
  fetch_start: 'fetchStart',
  domain_lookup_start: 'domainLookupStart',
  domain_lookup_end: 'domainLookupEnd',
  connect_start: 'connectStart',
  secure_connection_start: 'secureConnectionStart',
  connection_end: 'connectEnd',
  request_start: 'requestStart',
  response_start: 'responseStart',
  response_end: 'responseEnd',
} as const;

/**
 * The timings of a resource. Times are seconds since the epoch; 0 stays, because it stands for what the other
 * origin keeps to itself.
 */
export function timingAttributes(entry: PerformanceResourceTiming): SpanAttributes {
  const attributes: SpanAttributes = {};
  const { nextHopProtocol, responseStart } = entry;
  if (typeof nextHopProtocol === 'string') {
    const [name, version] = protocol(nextHopProtocol);
    attributes['network.protocol.version'] = version;
    attributes['network.protocol.name'] = name;
  }
  for (const [name, member] of Object.entries(TIMES)) {
    const time = entry[member];
    if (typeof time === 'number') {
      attributes[`http.request.${name}`] = time && (performance.timeOrigin + time) / 1000;
    }
  }
  if (typeof responseStart === 'number') {
    attributes['http.request.time_to_first_byte'] = responseStart / 1000;
  }
  return attributes;
}

/** Name and version of an ALPN id: `h2` is http 2. */
function protocol(id: string): [name: string, version: string] {
  const [, letters = '', version] = /^([a-z]+)\/?(\d.*)$/i.exec(id) ?? [];
  if (!version) return [id || 'unknown', 'unknown'];
  return [letters === 'h' ? 'http' : letters, version];
}
