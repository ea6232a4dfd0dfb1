// Which core the face talks to: the functions that src/api exports, and how to get them.

import { connect, type Load } from './border.js';
import type { hooks } from './hooks.js';

/** The functions of the WebAssembly core; src/api/mod.rs describes each. */
export interface Core {
  allow_idle_finish(): void;
  answer_request(key: number, status: number, size: number): number;
  baggage_header(members: string): string;
  captured_span(key: number, defaults: string): string;
  child_told(
    name: string,
    attributes: string,
    root: number,
    high: number,
    low: number,
    start: number,
    begun: number,
    over: number,
    keeps: number,
  ): number;
  close(): void;
  context_begin(): string;
  context_receive(sentryTrace: string, baggage: string): string;
  delivered(id: number, status: number, rateLimits: string, retryAfter: number): void;
  destination(): string;
  dsn_parts(dsn: string): string;
  end_request(key: number, status: number, size: number): void;
  explain_request(href: string, noCors: number): string;
  flush_spans(): void;
  http_status(status: number): string;
  init(flags: number, rate: number, lines: string): void;
  merge_baggage(theirs: string, ours: string): string | undefined;
  miss_request(): void;
  observe(on: number): void;
  page_hidden(): void;
  page_left(): void;
  page_load(sentryTrace: string, baggage: string, begun: number, how: number, origin: number): string;
  page_moved(href: string, referrer: string, userAgent: string): void;
  record_loss(reason: string, category: string, quantity: number): void;
  recorded_url(href: string): string;
  report_losses(): void;
  request_baggage(): string;
  request_failed(href: string, redirectedTo: string): void;
  sampling_context(key: number, context: string): string;
  send_event(id: string, dsc: string, event: string, spans: number): number;
  send_metrics(metrics: string, count: number): void;
  span_attributes(key: number, attributes: string): void;
  span_end(key: number, end: number): void;
  span_entries(key: number, lines: string, ignored: string, page: string, origin: number): void;
  span_fail(key: number): void;
  span_family(key: number): string;
  span_ignored(key: number): void;
  span_is_recording(key: number): boolean;
  span_json(key: number): string;
  span_links(key: number, links: string): void;
  span_measurement(key: number, name: string, json: string): void;
  span_name(key: number, name: string): void;
  span_start(
    name: string,
    attributes: string,
    links: string,
    context: string,
    parent: number,
    flags: number,
    start: number,
    rate: number,
  ): number;
  span_start_time(key: number, start: number): void;
  span_static_json(key: number): string;
  span_status(key: number, code: number, message: string): void;
  span_ticket(key: number): number;
  start_browser_tracing(idle: number, child: number, last: number): number;
  start_request(href: string, method: string, url: string, active: number, flags: number): number;
  stream_span(key: number, json: string): void;
  tick(): void;
  trace_headers(key: number, context: string): string;
  transaction_event(key: number): string;
}

let provided: [prepare: () => Load, answers: typeof hooks] | undefined;
let load: Load | undefined;
let fetched: typeof fetch;

/** Called by an entry, once, as it is imported. Nothing is loaded yet. */
export function provide(prepare: () => Load, answers: typeof hooks): void {
  provided = [prepare, answers];
}

/** What is done before the core starts. Throws where there is no page, no WebAssembly, or a policy against it. */
export function prepare(): Load {
  if (typeof document === 'undefined' || !provided) throw new Error('there is no page to trace');
  fetched ??= globalThis.fetch;
  load ??= provided[0]();
  return load;
}

/** Compiles and starts the core, or throws. */
export function start(): Core {
  const made = prepare();
  return connect(made, (provided as NonNullable<typeof provided>)[1]);
}

/** The `fetch` of the page as it was before the core was started, and before we wrapped it. */
export function pageFetch(): typeof fetch {
  return fetched;
}
