// What is sent, as the callbacks of a page see it.

import type { Client } from './client.js';
import type { DynamicSamplingContext } from './propagation.js';
import type { Contexts, Primitive, SeverityLevel, User } from './scope.js';
import type { SpanJSON } from './span-json.js';

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
  measurements?: Record<string, { value: number; unit: string }>;
  request?: { url?: string; headers?: Record<string, string> };
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
  (event: any, hint: EventHint, client?: Client): any;
  id?: string;
}
