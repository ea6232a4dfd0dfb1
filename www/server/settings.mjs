// Where the demo's services are and how they trace, read once from the environment.
// `scripts/start/demo.mjs` sets these variables; the defaults make each service startable by hand.

import { fileURLToPath } from 'node:url';

const port = (variable, fallback) => Number(process.env[variable] || fallback);

export const PORTS = {
  web: port('WEB_PORT', 3000),
  orders: port('ORDERS_PORT', 3001),
  payments: port('PAYMENTS_PORT', 3002),
  spotlight: port('SPOTLIGHT_PORT', 8969),
};

/** Addresses as the browser sees them. `localhost` is also what tracePropagationTargets names. */
export const URLS = {
  web: `http://localhost:${PORTS.web}`,
  orders: `http://localhost:${PORTS.orders}`,
  payments: `http://localhost:${PORTS.payments}`,
  spotlight: `http://localhost:${PORTS.spotlight}`,
};

/** Well-formed, but nobody's account: envelopes go to the collector (collector.mjs), never to this host. */
export const DSN = `http://public@localhost:${PORTS.spotlight}/1`;
export const RELEASE = 'shop@1.0.0';
export const ENVIRONMENT = 'demo';

/** Where what is recorded goes: to a DSN as envelopes, or as OTLP to a collector of OpenTelemetry. */
export const BACKEND = process.env.BACKEND === 'otlp' ? 'otlp' : 'sentry';

/** Where the collector takes OTLP. */
export const OTLP_PATH = '/v1/traces';

/** Share of traces that are recorded, 0 to 1. Anything else means all of them. */
export const TRACES_SAMPLE_RATE = parseRate(process.env.TRACES_SAMPLE_RATE);

/** Looking at traces must not add to them: these routes get no spans. */
export const UNTRACED =
  /^\/(health|tunnel|stream|favicon\.ico|v1|api\/(traces|envelopes|\d+\/envelope))(\/|\?|$)/;

/** Directory of the SQLite files; ignored by git. */
export const DATA_DIR = process.env.DATA_DIR || fileURLToPath(new URL('../../.data/', import.meta.url));

function parseRate(text) {
  const rate = Number(text);
  return text && rate >= 0 && rate <= 1 ? rate : 1;
}
