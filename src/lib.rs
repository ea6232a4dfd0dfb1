//! Sentry-style distributed tracing for the browser.

pub mod host;
pub mod json;
pub mod sdk;
pub mod trace;
pub mod transport;
