//! Sentry-style distributed tracing for the browser: the core, in Rust.
//!
//! | room | what lives there | knows JavaScript |
//! |---|---|---|
//! | [`codec`] | formats: headers, ids, URLs, JSON, a file each | no |
//! | [`decide`] | decisions: who gets headers, what is recorded, how a root ends, a file per question | no |
//! | `app` | applications in Rust: live spans, what leaves and when, and the edge of the browser | only `app::browser` |
//! | `package` | what the npm package calls; its spans live in JavaScript | numbers and bytes only |
//!
//! Arrows point one way: `app → decide → codec`, and `package → decide → codec`. A module has `app` or, with the feature
//! `package`, the exports of the npm package, and never both.
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

#[cfg(not(feature = "package"))]
pub mod app;
pub mod codec;
pub mod decide;
#[cfg(any(feature = "package", test))]
#[cfg_attr(
    not(feature = "package"),
    allow(dead_code, reason = "its tests run natively; nothing calls it there")
)]
mod package;
