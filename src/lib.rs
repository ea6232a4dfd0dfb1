//! Sentry-style distributed tracing for the browser.

pub mod json;
pub mod trace;
