// What two runs of one script must differ in, taken out: ids become labels in the order in which they appear,
// the present becomes a word, and so does a random value that the script did not name itself.
import { PARENT, TRACE } from './tools.mjs';

const PAGE = /http:\/\/localhost:\d+(?=\/page)/g;
const HEX = /(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{16})(?![0-9a-f])/g;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const RAND_IN_BAGGAGE = /(?<=sentry-sample_rand=)[^,;]+/g;

/** How far from now a time may be and still be the present, in seconds. */
const PRESENT = 3600;

/** Members that are times: they are compared to the microsecond, which is what a float of today can hold. */
const TIMES = new Set(['start_timestamp', 'timestamp', 'end_timestamp']);

/**
 * Names and versions of the SDK that sent it; everything else that it says about itself is compared.
 * PROTOCOL.md section 16, row 16.
 */
const IDENTITY = new Set(['name', 'version', 'packages', 'integrations']);
const IDENTITY_ATTRIBUTES = new Set(['sentry.sdk.name', 'sentry.sdk.version', 'sentry.sdk.integrations']);

/**
 * @param {object} observed what the harness saw
 * @param {string} source the script's text: ids and random values that stand in it are kept
 */
export function normalise(observed, source) {
  const labels = new Map();
  const counts = { T: 0, S: 0, E: 0 };

  const label = (hex, key) => {
    if (hex === TRACE) return 'TRACE';
    if (hex === PARENT) return 'PARENT';
    if (/^0+$/.test(hex)) return hex;
    if (source.includes(hex)) return hex;
    if (!labels.has(hex)) {
      const kind = key === 'event_id' ? 'E' : hex.length === 32 ? 'T' : 'S';
      counts[kind] += 1;
      labels.set(hex, `${kind}${counts[kind]}`);
    }
    return labels.get(hex);
  };

  const rand = (value) => {
    if (source.includes(String(value))) return value;
    return Number(value) >= 0 && Number(value) < 1 ? 'rand' : `not a random value: ${value}`;
  };

  const visit = (value, key) => {
    if (key === 'sample_rand' || key === 'sampleRand') return rand(value);
    if (typeof value === 'string') {
      if (ISO_TIME.test(value) && isPresent(Date.parse(value) / 1000)) return 'now';
      const known = value.replace(PAGE, 'http://localhost').replace(RAND_IN_BAGGAGE, rand);
      return known.replace(HEX, (hex) => label(hex, key));
    }
    if (typeof value === 'number') {
      if (isPresent(value)) return 'now';
      if (isPresent(value / 1000)) return 'now in milliseconds';
      return TIMES.has(key) ? Math.round(value * 1e6) / 1e6 : value;
    }
    if (Array.isArray(value)) return value.map((item) => visit(item, key));
    if (value === null || typeof value !== 'object') return value;
    // In the order of the alphabet, so that labels do not depend on the order of keys.
    const names = Object.keys(value).sort();
    const visited = names.map((name) => [visit(name), visit(value[name], name)]);
    return { ...Object.fromEntries(visited), ...backwards(value) };
  };

  return visit(withoutIdentity(observed));
}

/** Says so where something ends before it starts: the words for the present would hide it. */
function backwards({ start_timestamp: start, timestamp, end_timestamp: end = timestamp }) {
  return isPresent(start) && isPresent(end) && end < start ? { backwards: true } : {};
}

function isPresent(seconds) {
  return typeof seconds === 'number' && Math.abs(seconds - Date.now() / 1000) < PRESENT;
}

function withoutIdentity({ envelopes, ...told }) {
  return {
    ...told,
    envelopes: envelopes.map(({ header, order, items }) => ({
      header: nameless(header),
      order,
      items: items.map(([item, payload]) => [
        item,
        payload.items ? { ...payload, items: payload.items.map(namelessSpan) } : sorted(nameless(payload)),
      ]),
    })),
  };
}

function nameless({ sdk = {}, ...rest }) {
  const left = Object.entries(sdk).filter(([key]) => !IDENTITY.has(key));
  return left.length ? { ...rest, sdk: Object.fromEntries(left) } : rest;
}

/** The counters of a report have no order. */
function sorted({ discarded_events: counters, ...payload }) {
  if (!counters) return payload;
  const text = ({ reason, category, quantity }) => `${reason}/${category} ${quantity}`;
  return { ...payload, discarded_events: counters.map(text).sort() };
}

function namelessSpan({ attributes = {}, ...span }) {
  const left = Object.entries(attributes).filter(([key]) => !IDENTITY_ATTRIBUTES.has(key));
  return { ...span, attributes: Object.fromEntries(left) };
}
