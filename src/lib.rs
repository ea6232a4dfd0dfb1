//! Sentry-style distributed tracing for the browser: the core, in Rust.
//!
//! | room | what lives there | knows JavaScript |
//! |---|---|---|
//! | [`trace`] | ids, headers, sampling, spans: what a trace *is* | no |
//! | [`transport`] | DSN, envelopes, limits: what is sent, and when | no |
//! | [`sdk`] | all state of a page behind one door | no |
//! | [`host`] | what we ask of the surroundings | no |
//! | [`json`] | a writer of JSON text | no |
//! | `browser` | the edge: reads the page, implements the host | WebAssembly only |
//! | `api` | what JavaScript may call | WebAssembly only |
//!
//! Arrows point one way: `api → browser → sdk, host → transport → trace`. The core decides, the edge acts.
//!
//! ```
//! use throughline::trace::sentry_trace;
//!
//! let header = sentry_trace::parse("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1")?;
//! assert_eq!(header.sampled, Some(true));
//! # Ok::<(), sentry_trace::SentryTraceError>(())
//! ```

pub mod host;
pub mod json;
pub mod scopes;
pub mod sdk;
pub mod trace;
pub mod transport;

#[cfg(target_arch = "wasm32")]
mod api;
#[cfg(target_arch = "wasm32")]
pub mod browser;
