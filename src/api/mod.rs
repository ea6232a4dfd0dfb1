//! What WebAssembly shows to the JavaScript face (`js/`). The only `#[wasm_bindgen]` exports.
//!
//! | export | arguments | answers | called |
//! |---|---|---|---|
//! | `init` | options object, names of integrations | – | once per page |
//! | `start_browser_tracing` | integration options object | key of the page-load span | once per page |
//! | `settled` | – | promise: no envelope is under way | per `flush` |
//! | `span_start` | name, attribute lines, parent, flags, start time | ticket | per span |
//! | `span_end` | key, end time | – | per span |
//! | `span_attributes` | key, attribute lines | – | per `setAttribute(s)` |
//! | `span_status`, `span_fail`, `span_name` | key, … | – | per call of the page |
//! | `span_is_recording`, `span_json`, `span_ticket` | key | – | per call of the page |
//! | `scope_enter`, `scope_leave` | key; layer | layer; – | once each per active callback |
//! | `scope_continue` | two header values | layer | per `continueTrace` |
//! | `scope_active` | – | key | per `getActiveSpan` |
//! | `trace_headers` | key | three lines | per `getTraceData` |
//!
//! Only integers, floats and strings cross, except at `init` and `settled`. A key of 0 stands for "no span". A
//! *ticket* is `trace id + span id + key (8 hex digits) + sampled (0 or 1)`.
//! *Attribute lines* are name and JSON value in turn, each on a line of its own.

mod browser_tracing;
mod init;
mod options;
mod scopes;
mod spans;
