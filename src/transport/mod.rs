//! What is sent, and when: DSN, envelopes, spans that wait, rate limits, requests under way, and what was not
//! sent. Pure, like `trace/`.

pub mod dsn;
pub mod envelope;
pub mod outcomes;
pub mod queue;
pub mod rate_limit;
pub mod span_buffer;
pub mod span_envelope;
pub mod typed;
