// A root that has ended, with its children, as the event of a transaction (section 9.3 of the protocol).

import { machine, RUNTIME } from 'throughline:host';
import { isolationOf } from '../scope/active.js';
import type { BrowserClient } from '../scope/client.js';
import { SDK_NAME, SDK_VERSION } from '../scope/sdk.js';
import { staticJson } from '../span/json.js';
import { CUSTOM_NAME, isOpen, NAME_SOURCE, type SpanRecord } from '../span/record.js';
import type { TransactionEvent } from '../types/events.js';
import type { SpanJSON } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { complain, shown } from '../values/debug.js';
import { newTraceId } from '../values/ids.js';
import type { Cargo } from './envelope.js';
import { NO_PAGE, pageData } from './page-data.js';
import { requestOf } from './request-data.js';

/** The reference's name for a transaction without one. */
const UNLABELED = '<unlabeled transaction>';

/** The npm package that a transaction names as its sender. */
const PACKAGE = 'npm:throughline';

/** The children of one transaction, as in the reference. */
const MAX_SENT = 1000;

/** The children that a root is sent with: those that began first, of those that are over. What is left out is counted. */
export function childrenOf(root: SpanRecord, lose: (reason: string, spans: number) => void): SpanRecord[] {
  const { children = [], refused = 0 } = root.tree ?? {};
  const own = children.filter(({ discarded, standalone }) => !discarded && !standalone);
  const ended = own.filter((child) => !isOpen(child));
  if (ended.length > MAX_SENT) ended.sort((one, other) => one.start - other.start);
  const sent = ended.slice(0, MAX_SENT);
  lose('invalid', own.length - ended.length);
  const others = refused + ended.length - sent.length;
  if (others) complain(`${others} spans of ${shown(root.name)} are not sent: a root has ${MAX_SENT} at most`);
  lose('buffer_overflow', others);
  return sent;
}

/** What is lost with a transaction of so many children. */
export function cargoOf(children: number): Cargo {
  return { transactions: 1, spans: children + 1 };
}

/** What a span says for us only is not sent. */
function forget({ attributes }: SpanRecord): void {
  if (attributes[CUSTOM_NAME] !== undefined) delete attributes[CUSTOM_NAME];
}

/** Makes a root ready to be sent. Before its sampling context is asked for, which names the transaction too. */
export function prepare(root: SpanRecord, children: SpanRecord[]): void {
  forget(root);
  children.forEach(forget);
  root.name ||= UNLABELED;
}

/** The event of a root. `copies` says whether somebody may change it: then attributes are not the spans' own. */
export function transactionOf(
  root: SpanRecord,
  children: SpanRecord[],
  client: BrowserClient,
  copies: boolean,
): TransactionEvent {
  const { attributes, measurements, start, end } = root;
  const json = (record: SpanRecord): SpanJSON => {
    const written = staticJson(record);
    return copies ? { ...written, data: { ...written.data } } : written;
  };
  const { description, span_id, trace_id, parent_span_id, data, op, origin, status, links } = json(root);
  const trace = { span_id, trace_id, parent_span_id, data, op, origin, status, links };
  const { url, referrer, userAgent } = ON_SERVER ? NO_PAGE : pageData();
  const headers = { ...(userAgent && { 'User-Agent': userAgent }), ...(referrer && { Referer: referrer }) };
  const event: TransactionEvent = {
    type: 'transaction',
    event_id: newTraceId(),
    platform: ON_SERVER ? 'node' : 'javascript',
    transaction: description as string,
    start_timestamp: start,
    timestamp: end,
    contexts: ON_SERVER ? { runtime: { ...RUNTIME }, trace } : { trace },
    spans: children.map(json),
    environment: client.environment(),
    ...(ON_SERVER ? ofServer(root, client) : { request: { url, headers } }),
    sdk: {
      name: SDK_NAME,
      version: SDK_VERSION,
      integrations: client.getIntegrationNames(),
      packages: [{ name: PACKAGE, version: SDK_VERSION }],
      // The reference's default: the server may take the visitor's address from the connection. Ours is that of another server.
      ...(!ON_SERVER && { settings: { infer_ip: 'auto' } }),
    },
  };
  const source = attributes[NAME_SOURCE];
  if (source && typeof source === 'string') event.transaction_info = { source };
  if (measurements) event.measurements = { ...measurements };
  const [release, dist] = [client.text('release'), client.text('dist')];
  if (release) event.release = release;
  if (dist) event.dist = dist;
  return event;
}

/** What the event of a server says of its request, and of the machine. */
function ofServer({ scope }: SpanRecord, client: BrowserClient): Partial<TransactionEvent> {
  const request = requestOf(isolationOf(scope).fields, client);
  const server_name = attempt(machine);
  return { ...(request && { request }), ...(server_name && { server_name }) };
}
