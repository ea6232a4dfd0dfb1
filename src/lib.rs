//! Distributed tracing for web applications in Rust, in Sentry's protocol: one trace from a click in Leptos, Yew or Dioxus
//! to the database behind it.
//!
//! ```no_run
//! use throughline::{Instrument, Options, Span};
//!
//! fn main() {
//!     // Continues the page's trace, times the page load, gives requests headers and spans.
//!     let guard = throughline::init(
//!         Options::new("https://public@o1.ingest.example.com/42")
//!             .release("shop@1.2.3")
//!             .traces_sample_rate(0.2)
//!             .propagate_to(["/api", "https://api.example.com"]),
//!     );
//!     if let Ok(guard) = guard {
//!         guard.forget();
//!     }
//!     // leptos::mount::mount_to_body(App);
//! }
//!
//! async fn place_order() {
//!     let span = Span::builder("place order").op("ui.action").start();
//!     async { /* gloo_net, reqwest or web_sys: the request is a child of the span, and carries its headers */ }
//!         .in_span(span)
//!         .await;
//! }
//! ```
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// Modules that only our own crates and tests see: no part of what is public, whatever their version.
macro_rules! internals {
    ($($(#[$attribute:meta])* $name:ident)*) => {
        $(
            #[cfg(feature = "__internals")]
            #[doc(hidden)]
            $(#[$attribute])*
            pub mod $name;
            #[cfg(not(feature = "__internals"))]
            #[allow(dead_code, unreachable_pub, reason = "the module of the npm package uses the rest")]
            $(#[$attribute])*
            mod $name;
        )*
    };
}

internals! {
    #[cfg(feature = "browser")]
    app
    codec
    decide
}

/// `#[span]` names this crate as its users do.
#[cfg(test)]
extern crate self as throughline;

#[cfg(feature = "browser")]
mod front;
#[cfg(feature = "tracing")]
mod layer;
#[cfg(all(feature = "server", not(target_arch = "wasm32")))]
pub mod server;

pub use codec::id::{ParseIdError, SpanId, TraceId};
pub use codec::trace_headers::TraceHeaders;
#[cfg(feature = "browser")]
pub use front::{
    builder::SpanBuilder,
    data::{set_context, set_tag, set_user},
    dsn::{Dsn, ParseDsnError},
    entered::Entered,
    explanation::{Explanation, explain},
    guard::{Guard, flush},
    init::{InitError, init},
    instrument::{Instrument, Instrumented},
    options::Options,
    route::{route, route_among, route_of},
    sampling::SamplingContext,
    span::Span,
    status::{ParseStatusError, SpanStatus},
    target::Target,
    trace::{continue_trace, headers, start_new_trace, suppress_tracing},
    user::User,
    value::Value,
};
#[cfg(feature = "tracing")]
pub use layer::tracing_layer::{TracingLayer, layer};

#[cfg(feature = "macros")]
pub use front::attribute::span;

/// What `#[span]` writes into functions: no part of what is public.
#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod __private {
    pub use crate::front::attribute::{fail, run};
}
