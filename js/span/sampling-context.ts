// The dynamic sampling context of spans, and the headers that carry a trace on. What they say is the core's to decide; here
// stands what it is told, and what it has answered, which holds until what it was told changes.

import { hasFailed } from '../core/abi.js';
import {
  type Head,
  type PageLoad,
  type RootFacts,
  type SamplingContext,
  samplingContext,
} from '../core/core.js';
import type { BrowserClient } from '../scope/client.js';
import type { Scope } from '../scope/scope.js';
import { readTracestate } from '../scope/w3c.js';
import type { PropagationContext } from '../types/spans.js';
import { newSpanId } from '../values/ids.js';
import { text } from '../values/values.js';
import { flagOf, idOf, NAME_SOURCE, PREVIOUS_SAMPLE_RATE, SAMPLE_RATE, type SpanRecord } from './record.js';

/** The values of `sentry-trace`, `baggage` (which may be empty), `traceparent` and `tracestate` (likewise). */
export type TraceHeaders = [sentryTrace: string, baggage: string, traceparent: string, tracestate: string];

/** What the options of no client say. */
const NOTHING: Head = { environment: 'production', release: '', publicKey: '', orgId: '' };

/** The sampling context of a root, as it is now. */
export function contextOfRoot(root: SpanRecord, client: BrowserClient | undefined): SamplingContext {
  const { tree } = root;
  if (!tree) return ['{}', ''];
  const head = client?.head() ?? NOTHING;
  const facts = factsOf(root, tree.sampleRand);
  const asked = askedOf(head, facts);
  if (!tree.known?.asked.every((one, at) => one === asked[at])) {
    const said = COMES_LATER && tree.undecided ? undefined : facts;
    const answer = samplingContext(root.traceId, tree.frozen, head, said);
    if (hasFailed) return answer;
    tree.known = { asked, answer };
  }
  return tree.known.answer;
}

function factsOf({ name, attributes, sampled }: SpanRecord, sampleRand: number): RootFacts {
  const rate = attributes[SAMPLE_RATE] ?? attributes[PREVIOUS_SAMPLE_RATE];
  return {
    name,
    source: text(attributes[NAME_SOURCE]),
    sampled,
    sampleRand: String(sampleRand),
    sampleRate: typeof rate === 'number' || typeof rate === 'string' ? String(rate) : '',
  };
}

/** What an answer about a root depends on, beside what never changes. */
function askedOf(head: Head, { name, source, sampleRate }: RootFacts): unknown[] {
  return [name, source, sampleRate, ...Object.values(head)];
}

/** What a judgement about a page load was asked with. */
export interface Presumed {
  name: string;
  source: string;
  head: Head;
  rate: number;
}

/** The core has judged a page load: that need not be asked again, if its root is the one that was expected. */
export function presume(
  root: SpanRecord,
  { name, source, head, rate }: Presumed,
  { context, decision, samplingContext: answer }: PageLoad,
): void {
  const { tree } = root;
  if (!tree || tree.known || root.sampled !== decision.sampled) return;
  // Code of the page may have put it into another trace meanwhile.
  if (root.traceId !== context.traceId || tree.sampleRand !== context.sampleRand) return;
  const facts = factsOf(root, tree.sampleRand);
  const sampleRate = decision.applied ? String(rate) : '';
  if (facts.name !== name || facts.source !== source || facts.sampleRate !== sampleRate) return;
  // If the options say something else by now, this is not what will be asked, and so no answer.
  tree.known = { asked: askedOf(head, facts), answer };
}

/** The sampling context of a span: that of its root, else what is known of the trace that it began in. */
export function contextOfSpan(
  record: SpanRecord,
  client: BrowserClient | undefined,
  context: Readonly<PropagationContext>,
): SamplingContext {
  const { root, traceId, loss, sampled } = record;
  if (root?.tree) return contextOfRoot(root, client);
  // What is known of another trace says nothing about this one.
  if (context.traceId !== traceId) return ['{}', ''];
  const isIgnored = loss === 'ignored';
  if (isIgnored || context.dsc) return contextOfTrace(context, client, isIgnored);
  const facts = { name: '', source: '', sampled, sampleRand: String(context.sampleRand), sampleRate: '' };
  return samplingContext(traceId, undefined, client?.head() ?? NOTHING, facts);
}

/** What was answered last about a trace that begins here, outside of any span: most requests of a page ask the same. */
let last: { asked: unknown[]; answer: SamplingContext } | undefined;

/** The sampling context of a trace outside of any span. */
export function contextOfTrace(
  { traceId, dsc }: Readonly<PropagationContext>,
  client: BrowserClient | undefined,
  isIgnored = false,
): SamplingContext {
  const head = client?.head() ?? NOTHING;
  // What came with a trace the page may write to.
  const asked = dsc ? [] : [traceId, isIgnored, ...Object.values(head)];
  if (asked.length && last?.asked.every((one, at) => one === asked[at])) return last.answer;
  const answer = samplingContext(traceId, dsc ?? undefined, head, undefined, isIgnored);
  if (asked.length && !hasFailed) last = { asked, answer };
  return answer;
}

/** The headers for something that happens inside a span. */
export function headersOfSpan(
  record: SpanRecord,
  client: BrowserClient | undefined,
  scope: Scope,
): TraceHeaders {
  const { traceId, sampled } = record;
  const context = scope.trace();
  const [, baggage] = contextOfSpan(record, client, context);
  const tracestate = context.traceId === traceId ? context.tracestate : '';
  return headers(traceId, idOf(record), COMES_LATER ? flagOf(record) : sampled, baggage, tracestate);
}

/** The headers for something that happens outside of any span, or with tracing off. */
export function headersOfScope(scope: Scope, client: BrowserClient | undefined): TraceHeaders {
  const context = scope.trace();
  const { traceId, propagationSpanId, sampled, tracestate } = context;
  const [, baggage] = contextOfTrace(context, client);
  // One id in both headers, so that they do not contradict each other.
  return headers(traceId, propagationSpanId || newSpanId(), sampled ?? undefined, baggage, tracestate);
}

/** As src/codec/sentry_trace.rs and traceparent.rs print them: a call of the core would cost more than it says. */
function headers(
  traceId: string,
  spanId: string,
  sampled: boolean | undefined,
  baggage: string,
  tracestate: string | undefined,
): TraceHeaders {
  const ids = `${traceId}-${spanId}`;
  const flag = sampled ? '1' : '0';
  return [
    sampled === undefined ? ids : `${ids}-${flag}`,
    baggage,
    `00-${ids}-0${flag}`,
    readTracestate(tracestate),
  ];
}
