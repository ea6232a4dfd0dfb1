//! Formats: a file per format, its grammar first, parser and printer side by side. Slices in, a text to append to out. Pure:
//! no clock, no dice, no JavaScript type.

pub mod baggage;
pub mod context;
pub mod digits;
pub mod dsc;
pub mod dsn;
pub mod fraction;
pub mod id;
pub mod json;
pub mod percent;
pub mod sentry_trace;
pub mod text;
pub mod time;
pub mod trace_headers;
pub mod traceparent;
pub mod tracestate;
pub mod url;
