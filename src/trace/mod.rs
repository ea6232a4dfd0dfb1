//! What a trace is: ids, headers, sampling, spans. Pure: no clock, no randomness, no JavaScript type.

pub mod baggage;
pub mod dsc;
pub mod fraction;
pub mod id;
pub mod propagation;
pub mod sampling;
pub mod sentry_trace;
pub mod targets;
pub mod time;
pub mod traceparent;
pub mod url;
