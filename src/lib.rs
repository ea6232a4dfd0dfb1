//! Sentry-style distributed tracing for the browser.
