//! What is sent, and when: DSN, envelopes, rate limits, requests under way. Pure, like `trace/`.

pub mod dsn;
pub mod envelope;
pub mod queue;
pub mod rate_limit;
