// What becomes of spans that have ended: a root a transaction, a span of stream mode one of a batch, a standalone span an
// envelope of its own. And of what was lost: a report. One for each client.

import { arrival, isWaiting, later } from '../core/waiting.js';
import type { BrowserClient, Sender } from '../scope/client.js';
import { lostEarly } from '../span/decided.js';
import { isOpen, recordOf, type SpanRecord } from '../span/record.js';
import { contextOfRoot, contextOfSpan } from '../span/sampling-context.js';
import type { AnySpan, StreamedSpanJSON } from '../types/spans.js';
import { attempt } from '../values/attempt.js';
import { now } from '../values/clock.js';
import { complain, shown } from '../values/debug.js';
import { type Cargo, type Envelope, headerOf, listEnvelope, NO_CARGO, tunnelled } from './envelope.js';
import { changesStreamedSpans } from './filters.js';
import type { Sent } from './parcel.js';
import { countSpans, Held, isSeen, pass } from './process.js';
import { Losses } from './reports.js';
import { merged } from './scope-data.js';
import { SpanBuffer } from './span-buffer.js';
import { captured, typedSpan } from './streamed-span.js';
import { cargoOf, childrenOf, prepare, transactionOf } from './transaction.js';
import { Outgoing } from './transport.js';

/** Hooks whose listeners see spans of stream mode. */
const SPAN_HOOKS = ['preprocessSpan', 'processSegmentSpan', 'processSpan'];

/** What is lost with a span that is not part of a transaction. */
const SPAN_CARGO: Cargo = { transactions: 0, spans: 1 };

/** Sends what a client has to send. */
export class ClientSender implements Sender {
  private readonly losses = new Losses();
  private readonly held = new Held();
  private readonly outbox: Outgoing;
  private readonly buffer: SpanBuffer;

  constructor(private readonly client: BrowserClient) {
    this.outbox = new Outgoing(client, (reason, cargo) => this.loseCargo(reason, cargo));
    this.buffer = new SpanBuffer(client, (spans, samplingContext) => this.sendSpans(spans, samplingContext));
  }

  ended(span: AnySpan): void {
    const record = recordOf(span);
    if (!record || !this.client.isOn()) return;
    if (COMES_LATER && isWaiting()) {
      // Nothing is sent before the core has come, which may decide that its root is not recorded.
      const isAlone = record.standalone || this.client.streams();
      if (!isAlone && record.root !== record) return;
      later(
        () => record.sampled && this.ended(span),
        () => lostEarly(record, this.client),
      );
      return;
    }
    if (this.client.streams()) this.guard(record, SPAN_CARGO, () => this.stream(record));
    else if (record.standalone) this.guard(record, SPAN_CARGO, () => this.sendAlone(record));
    else if (record.root === record) {
      const children = childrenOf(record, (reason, spans) => this.lose(reason, 'span', spans));
      this.guard(record, cargoOf(children.length), () => this.sendRoot(record, children));
    }
  }

  /** What a page has put into its scopes may fail at any question: then all that was to be sent is lost. */
  private guard({ name }: SpanRecord, cargo: Cargo, send: () => void): void {
    try {
      send();
    } catch (error) {
      complain(`the span ${shown(name)} was not sent: ${shown(error)}`);
      this.loseCargo('internal_sdk_error', cargo);
    }
  }

  lose(reason: string, category: string, count: number): void {
    const { client } = this;
    // Nobody is told where nothing is sent.
    if (client.option('sendClientReports') === false || !client.isOn()) return;
    if ((COMES_LATER && isWaiting()) || client.dsn().parts) this.losses.add(reason, category, count);
  }

  private loseCargo(reason: string, { transactions, spans, losses = [] }: Cargo): void {
    this.lose(reason, 'transaction', transactions);
    this.lose(reason, 'span', spans);
    for (const one of losses) this.lose(one.reason, one.category, one.quantity);
  }

  private sendRoot(root: SpanRecord, children: SpanRecord[]): void {
    const { client } = this;
    prepare(root, children);
    const samplingContext = contextOfRoot(root, client);
    const { scope } = root;
    const data = merged(scope);
    const seen = isSeen(client, data);
    pass({
      event: transactionOf(root, children, client, seen || this.outbox.isSeen()),
      seen,
      samplingContext,
      client,
      data,
      scope,
      held: this.held,
      leave: (event, payload, hint) => {
        const own = { event_id: event.event_id, trace: JSON.parse(samplingContext[0]) };
        const envelope = (): Envelope => [headerOf(client, own), [[{ type: 'transaction' }, payload]]];
        this.send('transaction', envelope, cargoOf(countSpans(event)), { event, hint });
      },
    });
  }

  private sendAlone(record: SpanRecord): void {
    const { client } = this;
    const span = captured(record, client, merged(record.scope));
    const [samplingContext] = contextOfSpan(record, client, record.scope.trace());
    this.sendSpans([typedSpan(span)], samplingContext);
  }

  private sendSpans(spans: object[], samplingContext: string): void {
    const { client } = this;
    const trace = attempt(() => JSON.parse(samplingContext), {});
    // The server cannot sample by less.
    const own = trace.trace_id && trace.public_key ? { trace } : {};
    const envelope = () => listEnvelope(headerOf(client, own), 'span', spans);
    this.send('span', envelope, { transactions: 0, spans: spans.length });
  }

  /** Takes a span over that is sent with others of its trace, unless the page does not want it. */
  private stream(record: SpanRecord): void {
    const { client } = this;
    if (record.streamed || isOpen(record)) return;
    let span: StreamedSpanJSON = captured(record, client, merged(record.scope));
    if (SPAN_HOOKS.some((hook) => client.listens(hook))) {
      client.emit('preprocessSpan', span);
      if (span.is_segment) client.emit('processSegmentSpan', span);
      client.emit('processSpan', span);
    }
    const callback = changesStreamedSpans(client.getOptions());
    if (callback) span = attempt(() => callback(span), span) || span;
    record.streamed = true;
    this.buffer.add(record, span);
  }

  /** Sends metrics. */
  sendMetrics(metrics: object[]): void {
    const envelope = () => listEnvelope(headerOf(this.client, {}), 'trace_metric', metrics);
    this.send('trace_metric', envelope, NO_CARGO);
  }

  private send(category: string, envelope: () => Envelope, cargo: Cargo, sent?: Sent): void {
    if (COMES_LATER && later(() => this.send(category, envelope, cargo, sent))) return;
    const { client, outbox } = this;
    const refusal = outbox.refuses(category);
    // Who listens may send it elsewhere, whatever our own server says.
    const made = envelope();
    client.emit('beforeEnvelope', made);
    if (refusal === undefined) outbox.send(category, made, cargo, sent);
    else if (refusal) this.loseCargo(refusal, cargo);
    if (refusal || (refusal === '' && !client.listens('beforeEnvelope')))
      complain(`a trace was not sent: ${refusal ? 'the server asked for a pause' : 'there is no valid dsn'}`);
  }

  url(): string {
    return this.outbox.url();
  }

  hurry(): void {
    this.buffer.flush();
  }

  /** The page is hidden or left: what may outlive it leaves, and the server is told what was not sent. */
  leave(): void {
    this.buffer.flush();
    this.outbox.line.leave();
    // What may not leave now is told later.
    if (this.outbox.refuses('internal')) return;
    const losses = this.losses.take();
    if (!losses.length) return;
    const report = { timestamp: now(), discarded_events: losses };
    const cargo = { ...NO_CARGO, losses };
    this.send('internal', () => [tunnelled(this.client), [[{ type: 'client_report' }, report]]], cargo);
  }

  async flush(timeout: number | undefined): Promise<boolean> {
    this.buffer.flush();
    let ready = this.held.empty();
    if (COMES_LATER && isWaiting()) {
      ready = arrival().then(() => {
        this.buffer.flush();
        return this.held.empty();
      });
    }
    // Nothing has left if the core did not come.
    const done = ready.then(() => (COMES_LATER && isWaiting() ? false : this.outbox.flush(timeout)));
    if (!timeout) return done;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      // Of a server too it keeps the process alive, see js/host/timers.ts.
      timer = attempt(() => (ON_SERVER ? globalThis.setTimeout : setTimeout)(() => resolve(false), timeout));
    });
    return Promise.race([done, late]).finally(() => attempt(() => clearTimeout(timer)));
  }
}
