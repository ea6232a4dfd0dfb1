// Metrics: numbers that belong to a trace, but to no span. Only some integrations count; this is no metrics API.

import { currentClient, getCurrentScope } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { isHidden } from '../scope/lifecycle.js';
import { SDK_NAME, SDK_VERSION } from '../scope/sdk.js';
import { attempt } from '../values/attempt.js';
import { merged } from './scope-data.js';
import type { ClientSender } from './sender.js';
import { typed } from './streamed-span.js';

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

/** The metrics of a client that wait. */
interface Waiting {
  metrics: object[];
  timer: ReturnType<typeof setTimeout> | undefined;
  send: () => void;
}

const waiting = new WeakMap<BrowserClient, Waiting>();

/** Counts a metric, in the trace in force. */
export function count({ name, value, unit, attributes }: Metric): void {
  const client = currentClient();
  if (!client?.isOn() || client.isClosed) return;
  const scope = getCurrentScope();
  const { user } = merged(scope);
  const span = attempt(() => scope.span?.spanContext());
  const known = {
    'user.id': user.id,
    'user.email': user.email,
    'user.name': user.username,
    'sentry.release': client.text('release') || undefined,
    'sentry.environment': client.environment(),
    'sentry.sdk.name': SDK_NAME,
    'sentry.sdk.version': SDK_VERSION,
    ...attributes,
  };
  const list = waiting.get(client) ?? begin(client);
  list.metrics.push({
    timestamp: Date.now() / 1000,
    trace_id: span?.traceId ?? scope.trace().traceId,
    span_id: span?.spanId,
    name,
    type: unit ? 'distribution' : 'counter',
    unit,
    value,
    attributes: typed(known),
  });
  list.timer ??= attempt(() => setTimeout(list.send, DELAY));
  if (list.metrics.length >= MAX_WAITING) list.send();
}

function begin(client: BrowserClient): Waiting {
  const list: Waiting = {
    metrics: [],
    timer: undefined,
    send() {
      attempt(() => clearTimeout(list.timer));
      list.timer = undefined;
      const { metrics } = list;
      list.metrics = [];
      const { sender } = client;
      if (metrics.length) attempt(() => (sender as ClientSender).sendMetrics(metrics));
    },
  };
  waiting.set(client, list);
  client.on('flush', list.send);
  const hide = () => {
    if (isHidden()) list.send();
  };
  attempt(() => globalThis.addEventListener('visibilitychange', hide, true));
  client.on('close', () => globalThis.removeEventListener('visibilitychange', hide, true));
  return list;
}
