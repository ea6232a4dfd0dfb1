// What is known about a page and its visitor, and what is sent, as the callbacks of a page see it. Types only.

import type { DynamicSamplingContext, Measurements, PropagationContext, SpanJSON } from './spans.js';

/** A value that a tag may have. */
export type Primitive = number | string | boolean | bigint | symbol | null | undefined;

/** Who uses the page. */
export interface User {
  [name: string]: unknown;
  id?: string | number;
  ip_address?: string | null;
  email?: string;
  username?: string;
}

/** Named groups of data about the page. */
export type Contexts = Record<string, Record<string, unknown> | undefined>;

/** How serious an event is. */
export type SeverityLevel = 'fatal' | 'error' | 'warning' | 'log' | 'info' | 'debug';

/** What a scope adds to the events that are made in it. Never changed in place: scopes share it. */
export interface ScopeFields {
  tags: Record<string, Primitive>;
  attributes: Record<string, unknown>;
  extra: Record<string, unknown>;
  contexts: Contexts;
  user: User;
  level: SeverityLevel | undefined;
  fingerprint: string[];
  transactionName: string | undefined;
  eventProcessors: EventProcessor[];
  sdkProcessingMetadata: Record<string, unknown>;
}

/** Everything about a scope, as plain data. */
export interface ScopeData extends ScopeFields {
  propagationContext: PropagationContext;
}

/** What {@link Scope.update} accepts. */
export interface ScopeContext {
  user: User;
  level: SeverityLevel;
  extra: Record<string, unknown>;
  contexts: Contexts;
  tags: Record<string, Primitive>;
  attributes: Record<string, unknown>;
  fingerprint: string[];
  propagationContext: PropagationContext;
}

/** A request: of a page that was loaded, or one that a server answers. */
export interface NormalizedRequest {
  url?: string;
  method?: string;
  query_string?: string;
  headers?: Record<string, string>;
}

/** A transaction: a root span with the spans below it. Times are seconds since the epoch. */
export interface TransactionEvent {
  type: 'transaction';
  event_id?: string;
  transaction?: string;
  transaction_info?: { source: string };
  start_timestamp?: number;
  timestamp?: number;
  contexts?: Contexts;
  spans?: SpanJSON[];
  measurements?: Measurements;
  request?: NormalizedRequest;
  server_name?: string;
  platform?: string;
  release?: string;
  environment?: string;
  dist?: string;
  level?: SeverityLevel;
  fingerprint?: string[];
  tags?: Record<string, Primitive>;
  extra?: Record<string, unknown>;
  user?: User;
  sdk?: Record<string, unknown>;
  sdkProcessingMetadata?: { dynamicSamplingContext?: DynamicSamplingContext; [name: string]: unknown };
}

/** What event processors get beside an event. */
export interface EventHint {
  event_id?: string;
  [name: string]: unknown;
}

/** Changes an event, or drops it by answering `null`. */
export interface EventProcessor {
  // biome-ignore lint/suspicious/noExplicitAny: processors are written for all kinds of events
  (event: any, hint: EventHint): any;
  id?: string;
}
