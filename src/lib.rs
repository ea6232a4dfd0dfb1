//! Sentry-style distributed tracing for the browser: the core, in Rust.
//!
//! | room | what lives there | knows JavaScript |
//! |---|---|---|
//! | [`codec`] | formats: headers, ids, URLs, JSON, a file each | no |
//! | [`decide`] | decisions: who gets headers, what is recorded, how a root ends, a file per question | no |
//! | `app` | applications in Rust: live spans, what leaves and when, and the edge of the browser | only `app::browser` |
//!
//! Arrows point one way: `app → decide → codec`. The module inside of the npm package is a crate of its own, `crates/module`,
//! which has `decide` and `codec` and nothing of `app`.
//!
//! ```
//! use throughline::codec::sentry_trace;
//! use throughline::decide::continuation;
//!
//! let header = sentry_trace::parse("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1")?;
//! assert_eq!(header.sampled, Some(true));
//!
//! // What it says of the trace, with the lot that its baggage carries.
//! let received = continuation::receive(
//!     "771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1",
//!     "sentry-sample_rand=0.25,sentry-org_id=7",
//!     0.5,
//! );
//! assert!(received.is_some_and(|context| continuation::may_continue(&context, "7", true)));
//! # Ok::<(), sentry_trace::SentryTraceError>(())
//! ```

#[cfg(feature = "browser")]
pub mod app;
pub mod codec;
pub mod decide;
