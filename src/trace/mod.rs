//! What a trace is: ids, headers, sampling, spans. Pure: no clock, no randomness, no JavaScript type.

pub mod attributes;
pub mod baggage;
mod context_text;
pub mod dsc;
pub mod fraction;
pub mod headers;
pub mod id;
pub mod idle;
mod idle_root;
pub mod loss;
pub mod propagation;
pub mod request;
pub mod sampling;
pub mod scope;
pub mod sentry_trace;
pub mod settings;
pub mod span;
mod span_json;
pub mod stale;
mod start;
pub mod status;
pub mod store;
pub mod targets;
pub mod time;
pub mod traceparent;
pub mod tracer;
pub mod url;
