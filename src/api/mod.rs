//! What WebAssembly shows to the JavaScript face (`js/`), and asks it. In the package for JavaScript only. The only
//! `#[wasm_bindgen]` exports; as they take and give only numbers, nothing of its JavaScript is needed.
//!
//! | export | arguments | answers | called |
//! |---|---|---|---|
//! | `word_address` | – | where the numbers lie that both sides read | once per page, first of all |
//! | `clock_origin` | milliseconds | – | once per page, and when the clocks have drifted apart |
//! | `make_room` | bytes | – | when texts do not fit |
//! | `forget_answer` | – | – | per large answer |
//! | `init`, `close` | flags, rate, lines; – | – | per client that comes into force, or is closed |
//! | `observe` | on | – | when that changes |
//! | `destination` | – | URL of our envelopes | once per `init` |
//! | `start_browser_tracing` | three timeouts | whether tracing is on | once per client |
//! | `page_hidden`, `page_left` | – | – | when that happens |
//! | `tick` | – | – | when hook `wake` wants it |
//! | `page_load` | two header values, when the trace began, how it came, when the page began | page load as JSON | once per page |
//! | `page_moved` | URL, referrer, user agent | – | per `init`, page load and navigation |
//! | `allow_idle_finish` | – | – | once per page |
//! | `context_begin` | – | context as JSON | per new trace |
//! | `context_receive` | two header values | context as JSON | per `continueTrace` |
//! | `span_start` | name, attribute lines, link lines, context, parent, flags, start time, rate, now | whether it began | per span |
//! | `span_end` | key, end time, now | – | per span |
//! | `child_told` | name, attribute lines, root, two numbers of its id, three times, whether it is kept | whether it is | per child of a root that rests, at its root's end at the latest |
//! | `span_entries` | key, lines of what was measured, operations to leave out, URL of the page, when it began | – | per end of a page load or navigation, and per measured request |
//! | `recorded_url` | URL | URL without secrets | per page load, navigation, and web vital that has one |
//! | `span_attributes` | key, attribute lines | – | per `setAttribute(s)` |
//! | `span_links` | key, link lines | – | per `addLink(s)` |
//! | `span_measurement` | key, name, JSON | – | per `setMeasurement` |
//! | `span_status`, `span_fail`, `span_ignored`, `span_name`, `span_start_time` | key, … | – | per call of the page |
//! | `span_is_recording`, `span_json`, `span_static_json`, `span_ticket`, `span_family` | key | … | per call of the page |
//! | `start_request` | URL as resolved, method, URL as given, active span, flags, now | bits, and a ticket | per request |
//! | `request_baggage` | – | header value | per request whose baggage is another one than the last one's |
//! | `miss_request` | – | – | per request outside of any span, to an address without headers |
//! | `end_request`, `answer_request` | key, status, size, the former also now | –; when it ends | per request with a span |
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
//! Only numbers cross (`border.rs`). A text is given by its length in bytes, and lies in the room for texts; one that is
//! answered lies where the numbers at `word_address` say. So does a *ticket* (`ticket.rs`). *Now* is the time of the page's
//! timeline, in milliseconds. A key of 0 stands for "no span".
//! *Attribute lines* are name and JSON value in turn, each on a line of its own; *link lines* are JSON values.
//! A *context* is six lines, see `trace/context_text.rs`.

mod border;
mod browser_tracing;
mod changes;
mod contexts;
mod hooks;
mod init;
mod options;
mod requests;
mod sending;
mod spans;
mod streaming;
mod ticket;
mod told;
