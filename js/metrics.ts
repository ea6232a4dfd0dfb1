// Metrics: numbers that belong to a trace, but to no span. Only some integrations count; this is no metrics API.

import { getCurrentScope } from './active.js';
import { type Client, getClient } from './client.js';
import { SDK_VERSION } from './constants.js';
import { ask, attempt } from './guard.js';
import { getActiveSpan } from './page.js';
import { merged } from './pipeline.js';

/** A metric as it is counted. */
export interface Metric {
  /** For example `ui.element.render_time`. */
  name: string;
  /** How much. */
  value: number;
  /** The unit of a distribution; without it, it is a count. */
  unit?: 'millisecond';
  attributes: Record<string, string | number | undefined>;
}

/** How long metrics wait, in milliseconds, and how many. */
const DELAY = 5000;
const MAX_WAITING = 1000;

let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
/** The clients whose `flush` sends what waits. */
const flushing = new WeakSet<Client>();
let listening = false;

/** Counts a metric, in the trace in force. */
export function count({ name, value, unit, attributes }: Metric): void {
  const client = getClient();
  if (!client?.isOn() || client.isClosed) return;
  const { release, environment = 'production' } = client.getOptions();
  const scope = getCurrentScope();
  const { user } = merged(scope);
  const span = getActiveSpan()?.spanContext();
  const all = {
    'user.id': user.id,
    'user.email': user.email,
    'user.name': user.username,
    'sentry.release': release,
    'sentry.environment': environment,
    'sentry.sdk.name': 'throughline.browser',
    'sentry.sdk.version': SDK_VERSION,
    ...attributes,
  };
  const typed = Object.entries(all)
    .filter(([, one]) => typeof one === 'string' || typeof one === 'number')
    .map(([key, one]) => {
      const type = typeof one === 'string' ? 'string' : Number.isInteger(one) ? 'integer' : 'double';
      return [key, { value: one, type }];
    });
  const metric = {
    timestamp: Date.now() / 1000,
    trace_id: span?.traceId ?? scope.trace().traceId,
    span_id: span?.spanId,
    name,
    type: unit ? 'distribution' : 'counter',
    unit,
    value,
    attributes: Object.fromEntries(typed),
  };
  waiting.push(JSON.stringify(metric));
  timer ??= setTimeout(send, DELAY);
  if (waiting.length >= MAX_WAITING) send();
  if (!flushing.has(client)) {
    flushing.add(client);
    client.hear('flush', send);
  }
  if (listening) return;
  listening = true;
  const hide = () => {
    if (document.visibilityState === 'hidden') send();
  };
  attempt(() => globalThis.addEventListener('visibilitychange', hide, true), undefined);
}

function send(): void {
  clearTimeout(timer);
  timer = undefined;
  const leaving = waiting;
  waiting = [];
  if (leaving.length) ask((core) => core.send_metrics(leaving.join(','), leaving.length), undefined);
}
