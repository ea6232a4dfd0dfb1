//! What WebAssembly shows to the JavaScript face (`js/`). The only `#[wasm_bindgen]` exports.
//!
//! | export | arguments | answers | called |
//! |---|---|---|---|
//! | `connect` | hooks object | – | once per page, first of all |
//! | `init`, `close` | flags, rate, lines; – | – | per client that comes into force, or is closed |
//! | `observe` | on | – | when that changes |
//! | `destination` | – | URL of our envelopes | once per `init` |
//! | `start_browser_tracing` | three timeouts | whether tracing is on | once per client |
//! | `page_hidden`, `page_left` | – | – | when that happens |
//! | `tick` | – | – | when hook `wake` wants it |
//! | `page_load` | two header values, when the trace began, how it came | page load as JSON | once per page |
//! | `page_moved` | URL, referrer, user agent | – | per `init`, page load and navigation |
//! | `allow_idle_finish` | – | – | once per page |
//! | `context_begin` | – | context as JSON | per new trace |
//! | `context_receive` | two header values | context as JSON | per `continueTrace` |
//! | `span_start` | text (name, attribute lines, link lines, context), lengths of the first three, parent, flags, start time, rate | whether it began | per span |
//! | `span_end` | key, end time | – | per span |
//! | `children_over` | root, how many, text (names and attribute lines) | – | per 64 children of a root, and when it ends |
//! | `child_kept` | root, text | whether it began | per child that was to be told of, and is asked about |
//! | `span_entries` | key, lines of what was measured, operations to leave out | – | per end of a page load or navigation, and per measured request |
//! | `recorded_url` | URL | URL without secrets | per page load, navigation, and web vital that has one |
//! | `page_time` | milliseconds of the timeline | seconds since the epoch | per long task and web vital |
//! | `span_attributes` | key, attribute lines | – | per `setAttribute(s)` |
//! | `span_links` | key, link lines | – | per `addLink(s)` |
//! | `span_measurement` | key, name, JSON | – | per `setMeasurement` |
//! | `span_status`, `span_fail`, `span_ignored`, `span_name`, `span_start_time` | key, … | – | per call of the page |
//! | `span_is_recording`, `span_json`, `span_static_json`, `span_ticket`, `span_family` | key | … | per call of the page |
//! | `start_request` | text (URL as resolved, method, URL as given), active span, flags | bits, and a ticket | per request |
//! | `request_baggage` | – | header value | per request whose baggage is another one than the last one's |
//! | `miss_request` | – | – | per request outside of any span, to an address without headers |
//! | `end_request`, `answer_request` | key, status, size | –; when it ends | per request with a span |
//! | `explain_request` | URL, whether `no-cors` | code, whether there are headers, target, a line each | per `explainPropagation` |
//! | `request_failed` | URL, other origin | – | per request that our headers may have broken |
//! | `merge_baggage` | two header values | header value | per request with baggage of its own |
//! | `http_status` | HTTP status | status text | per `getSpanStatusFromHttpCode` |
//! | `trace_headers` | key, context | three lines | per `getTraceData` |
//! | `sampling_context` | key, context | JSON object | per question for it |
//! | `baggage_header`, `dsn_parts` | text | header value; JSON object | per question for it |
//! | `transaction_event` | key | two lines | per root that the face sends |
//! | `send_event` | event id, two JSON texts, number of children | number of the envelope | per root that the face sends |
//! | `send_metrics` | JSON objects between commas, how many | – | per 5 seconds in which something was counted |
//! | `captured_span` | key, attribute lines | JSON object | per span that the face works on, in stream mode |
//! | `stream_span` | key, JSON text | – | per span that the face works on, in stream mode |
//! | `flush_spans` | – | – | per `flush` |
//! | `delivered` | id, status, limits, seconds to wait | – | per envelope |
//! | `record_loss` | reason, category, quantity | – | per loss that the face causes |
//! | `report_losses` | – | – | per call of the page |
//!
//! Only integers, floats, booleans and strings cross, except at `connect`. A key of 0 stands for "no span". A *ticket* (`browser/ticket.rs`) is read where it lies, at `ticket_address`.
//! *Attribute lines* are name and JSON value in turn, each on a line of its own; *link lines* are JSON values.
//! A *context* is six lines, see `trace/context_text.rs`.

mod browser_tracing;
mod changes;
mod contexts;
mod init;
mod options;
mod requests;
mod sending;
mod spans;
mod streaming;
mod told;
